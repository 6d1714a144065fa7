// Where a server of each edition would come from on this machine, or why there is none. Starts and pulls nothing: whatever
// only reads the configuration of the tests comes through here too.
// Invariant: never throws because something is missing; only an edition asked for by name and not to be had is an error.
import type { Environment } from "../embedded/instance.ts";
import { editions, isEdition, type Edition } from "./edition.ts";

export type EditionSource =
  | { readonly edition: Edition; readonly kind: "embedded" }
  | { readonly edition: Edition; readonly kind: "url"; readonly url: string; readonly variable: string }
  | {
      readonly edition: Edition;
      readonly kind: "docker";
      readonly image: string;
      /** True when TEST_EDITIONS names it: then an image that cannot be had, or does not come up, is a failure. */
      readonly isRequired: boolean;
    };

export interface MissingEdition {
  readonly edition: Edition;
  readonly kind: "missing";
  readonly reason: string;
}

const urlVariables: Readonly<Record<Edition, string>> = {
  postgres: "TEST_POSTGRES_URL",
  "timescale-apache": "TEST_TIMESCALE_APACHE_URL",
  timescale: "TEST_TIMESCALE_URL",
};

const imageSettings = {
  "timescale-apache": { variable: "TIMESCALE_APACHE_IMAGE", image: "timescale/timescaledb:2.29.2-pg18-oss" },
  timescale: { variable: "TIMESCALE_IMAGE", image: "timescale/timescaledb:2.29.2-pg18" },
} as const;

/**
 * Looks for every edition. For an image it is enough that Docker is there; it is pulled when its server is to start.
 * `TEST_EDITIONS` (comma-separated) restricts the search, and makes it an error when one of those named is missing;
 * `none` leaves out all.
 */
export async function findEditionSources(
  env: Environment,
): Promise<readonly (EditionSource | MissingEdition)[]> {
  const named = namedEditions(env);
  const found: (EditionSource | MissingEdition)[] = [];
  for (const edition of editions) {
    if (named !== undefined && !named.includes(edition)) {
      found.push({ edition, kind: "missing", reason: "TEST_EDITIONS leaves it out" });
      continue;
    }
    const source = await findEditionSource(edition, env);
    if (source.kind === "missing" && named !== undefined) {
      throw new Error(`TEST_EDITIONS asks for ${edition}, which cannot be had: ${source.reason}.`);
    }
    found.push(source);
  }
  return found;
}

function namedEditions(env: Environment): readonly Edition[] | undefined {
  const list = (env["TEST_EDITIONS"] ?? "").split(",").map((name) => name.trim());
  const names = list.filter((name) => name !== "");
  if (names.length === 0) return undefined;
  if (names.length === 1 && names[0] === "none") return [];
  return names.map((name) => {
    if (isEdition(name)) return name;
    throw new Error(`TEST_EDITIONS names "${name}", which is none of ${editions.join(", ")}.`);
  });
}

async function findEditionSource(
  edition: Edition,
  env: Environment,
): Promise<EditionSource | MissingEdition> {
  const variable = urlVariables[edition];
  const url = env[variable]?.trim() ?? "";
  if (url !== "") {
    const { whyNotEdition } = await import("./identify-server.ts");
    const reason = await whyNotEdition(edition, url);
    if (reason === undefined) return { edition, kind: "url", url, variable };
    return { edition, kind: "missing", reason: `${variable}: ${reason}` };
  }
  if (edition === "postgres") return { edition, kind: "embedded" };
  const settings = imageSettings[edition];
  const image = env[settings.variable]?.trim() || settings.image;
  const { whyNoDocker } = await import("./docker-image.ts");
  const reason = await whyNoDocker(env);
  if (reason !== undefined) return { edition, kind: "missing", reason };
  return { edition, kind: "docker", image, isRequired: namedEditions(env) !== undefined };
}
