import { describe, expect, it } from "vitest";
import { findEditionSources } from "./edition-source.ts";

// Nothing listens on port 1, so neither a server nor Docker is found there.
const noDocker = { DOCKER_HOST: "tcp://127.0.0.1:1" };

describe("findEditionSources", () => {
  it("finds the embedded server when everything else is left out", async () => {
    expect(await findEditionSources({ TEST_EDITIONS: "postgres" })).toEqual([
      { edition: "postgres", kind: "embedded" },
      { edition: "timescale-apache", kind: "missing", reason: "TEST_EDITIONS leaves it out" },
      { edition: "timescale", kind: "missing", reason: "TEST_EDITIONS leaves it out" },
    ]);
  });

  it("finds none where none is wanted", async () => {
    const sources = await findEditionSources({ TEST_EDITIONS: "none" });
    expect(sources.map(({ kind }) => kind)).toEqual(["missing", "missing", "missing"]);
  });

  it("says why a server named by the environment is not used, without its password", async () => {
    const env = { ...noDocker, TEST_POSTGRES_URL: "postgres://someone:secret@127.0.0.1:1/postgres" };
    const [postgres] = await findEditionSources({ ...env, TEST_TIMESCALE_URL: env.TEST_POSTGRES_URL });
    expect(postgres).toMatchObject({
      kind: "missing",
      reason: expect.stringMatching(/^TEST_POSTGRES_URL: cannot connect \(.*ECONNREFUSED.*\)$/),
    });
    expect(JSON.stringify(postgres)).not.toContain("secret");
  });

  it("refuses an edition it does not know", async () => {
    await expect(findEditionSources({ TEST_EDITIONS: "postgres,oracle" })).rejects.toThrow(
      'TEST_EDITIONS names "oracle", which is none of postgres, timescale-apache, timescale.',
    );
  });

  it("fails when an edition asked for by name cannot be had", async () => {
    const env = { TEST_EDITIONS: "timescale", TEST_TIMESCALE_URL: "postgres://someone@127.0.0.1:1/postgres" };
    await expect(findEditionSources(env)).rejects.toThrow(
      /^TEST_EDITIONS asks for timescale, which cannot be had: TEST_TIMESCALE_URL: cannot connect/,
    );
  });
});
