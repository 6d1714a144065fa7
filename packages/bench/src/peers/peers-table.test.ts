import { describe, expect, it } from "vitest";
import { judgeRatio } from "../measuring/finding.ts";
import type { PeerFigures, PeersReport } from "./peers-report.ts";
import { describePeers, renderPeersMarkdown } from "./peers-table.ts";

const latency = { calls: 90, median: 1.25, p95: 2, p99: 3.5 };
const rounds = (times: readonly number[]) => ({ name: "", rounds: times.map((time) => [time]) });
const reference: PeerFigures = {
  oneCaller: latency,
  ratio: undefined,
  capacity: { rate: 1_234, spread: [1_200, 1_300], clientShare: 0.9 },
  load: { achievedRate: 300, latency, p99Interval: [3, 4], clientShare: 0.3 },
};
const slower: PeerFigures = {
  ...reference,
  ratio: judgeRatio({ benchmark: "peers", subject: "slower" }, rounds([2, 4, 6]), rounds([1, 2, 3])),
  capacity: { ...reference.capacity, rate: 200 },
  load: undefined,
};

const report: PeersReport = {
  format: 2,
  startedAt: "2026-11-26T12:00:00Z",
  finishedAt: "2026-11-26T12:05:00Z",
  machine: {
    platform: "linux",
    architecture: "x64",
    processor: "some",
    cores: 2,
    memoryBytes: 2 ** 34,
    node: "26.10.0",
    nodeOptions: "",
  },
  server: {
    edition: "postgres",
    postgresVersion: "18.4",
    timescaleVersion: undefined,
    settings: { jit: "on" },
  },
  dataset: { profile: "small", seed: 1, rowsByTable: { trades: 5 }, seeding: undefined },
  connections: 20,
  rounds: 3,
  versions: { pg: "8.23.1" },
  queries: [
    {
      query: "order",
      about: "an order by its id",
      comparedCalls: 80,
      rows: 1,
      rate: 300,
      results: [
        { peer: "first", status: "measured", figures: reference },
        { peer: "slower", status: "measured", figures: slower },
        { peer: "absent", status: "missing", reason: "absent is not installed" },
        { peer: "wrong", status: "failed", reason: "another answer: call 1, 2 rows instead of 1" },
      ],
    },
  ],
};

describe("the table of the peers", () => {
  it("has the same cells on the terminal and in Markdown", () => {
    const terminal = describePeers(report, { isColored: false, width: 200 });
    const markdown = renderPeersMarkdown(report);
    expect(terminal).toMatch(/first +1 +– +1\.25 +1\.25 +3\.50 +3\.00 to 4\.00 +1,234/u);
    expect(markdown).toContain("| first | 1 | – | 1.25 | 1.25 | 3.50 | 3.00 to 4.00 | 1,234 |");
    expect(terminal).toMatch(/slower +2\.00 +2\.00 to 2\.00 +1\.25 +over capacity +over capacity +– +200/u);
    expect(markdown).toContain(
      "| slower | 2.00 | 2.00 to 2.00 | 1.25 | over capacity | over capacity | – | 200 |",
    );
    expect(markdown).toContain("| version of pg | 8.23.1 |");
  });

  it("leaves intervals out where the terminal is narrow", () => {
    const narrow = describePeers(report, { isColored: false, width: 80 });
    expect(narrow).toMatch(/first +1 +1\.25 +1\.25 +3\.50 +1,234/u);
  });

  it("says of a peer that was not measured why, and gives it no figure", () => {
    const terminal = describePeers(report, { isColored: false, width: 200 });
    expect(terminal).toContain("absent: not measured, absent is not installed\n");
    expect(terminal).toContain("wrong: failed, another answer: call 1, 2 rows instead of 1\n");
    expect(renderPeersMarkdown(report)).toContain(
      "| wrong: failed, another answer: call 1, 2 rows instead of 1 |  |  |",
    );
  });
});
