// Runs a gate, and once more where it missed a bound: a machine may have been busy with something else. Both figures stay in the report.
// What is recorded beside the findings is of the measurement that decides.
// Invariant: a finding that missed twice is missed; one that was not measured again is missed too; a gate that found nothing is missed.
import { type Finding, judge } from "../measuring/finding.ts";
import type { Gate, GateContext, RunRecord } from "./gate.ts";

const keyOf = ({ benchmark, subject, reference, unit }: Finding): string =>
  [benchmark, subject, reference ?? "", unit].join("\n");

async function measured(
  gate: Gate,
  context: GateContext,
  say: (finding: Finding) => void,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of gate.run(context)) {
    findings.push(finding);
    say(finding);
  }
  if (findings.length > 0) return findings;
  const nothing = { benchmark: gate.name, subject: gate.about, note: "Nothing was measured." };
  return [judge({ ...nothing, bound: { kind: "at least", value: 1 } }, Number.NaN, "ratio")];
}

/** A figure that was measured again: it stays in the report, and decides about nothing. */
function asFirst(finding: Finding): Finding {
  const { bound } = finding;
  const missed =
    bound === undefined ? "" : `missed its bound (${bound.kind} ${bound.value}) and was measured once more`;
  return {
    ...finding,
    subject: `${finding.subject} (first run)`,
    bound: undefined,
    isKept: undefined,
    note: [finding.note, missed].filter((part) => part !== undefined && part !== "").join("; "),
  };
}

/** Puts back what stands recorded now, but for what the findings that decide are about. */
type PutBack = (deciding: readonly Finding[]) => void;

/** @param nameOf what the subjects of findings begin with; behind a comma they may say more */
function hold<Recorded>(recorded: Map<string, Recorded>, nameOf: (entry: Recorded) => string): PutBack {
  const held = [...recorded];
  return (deciding) => {
    for (const [key, entry] of held) {
      const name = nameOf(entry);
      const isDecided = deciding.some(({ subject }) => subject === name || subject.startsWith(`${name}, `));
      if (!isDecided) recorded.set(key, entry);
    }
  };
}

function holdRecord({ workloads, compression, growth }: RunRecord): PutBack {
  const all = [
    hold(workloads, ({ name }) => name),
    hold(compression, ({ table }) => table),
    hold(growth, ({ workload }) => workload),
  ];
  return (deciding) => {
    for (const putBack of all) putBack(deciding);
  };
}

/** @returns the findings of a gate, those that were missed followed by their second measurement */
export async function runGate(
  gate: Gate,
  context: GateContext,
  say: (finding: Finding) => void = () => {},
): Promise<readonly Finding[]> {
  const first = await measured(gate, context, say);
  const missed = first.filter(({ isKept }) => isKept === false);
  if (missed.length === 0) return first;
  context.say(`${gate.name}: ${missed.length} missed, measuring once more`);
  const putBack = holdRecord(context.record);
  const again = new Map(
    (await measured(gate, context, say)).map((finding) => [keyOf(finding), finding] as const),
  );
  const secondOf = (finding: Finding): Finding | undefined =>
    finding.isKept === false ? again.get(keyOf(finding)) : undefined;
  putBack(first.map(secondOf).filter((finding) => finding !== undefined));
  return first.flatMap((finding) => {
    const second = secondOf(finding);
    return second === undefined ? [finding] : [asFirst(finding), second];
  });
}
