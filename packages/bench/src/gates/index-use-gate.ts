// How the catalogued queries are answered on the seeded database: which indexes their plans use, and which of them read a large relation from
// end to end. Of each query several calls are planned, with other values: of rows of any age, and as often of the newest, since old chunks
// lie in columns, which have none of these indexes. Plans, not statistics: nothing is executed.
import type { Queryable } from "@app/database";
import { type CataloguedQuery, queryCatalogue } from "@app/schema/queries";
import { type Finding, judge } from "../measuring/finding.ts";
import { newestFacts } from "../workloads/bench-facts.ts";
import { drawStatement } from "../workloads/read-workloads.ts";
import type { Gate, GateContext } from "./gate.ts";

/** Pages (8 KiB) from which on a relation is large, all of its chunks together: a smaller one is read whole as fast as by an index. */
export const LARGE_PAGES = 128;

/** Calls of each query that are planned of each age, with other values. */
const CALLS = 12;

/**
 * A chunk is read whole with reason where so large a share of its rows is wanted: it holds a day or a week, and some queries ask for days. Not where
 * it goes on so over most of the table.
 */
const WANTED_SHARE = 0.1;
const MOST_OF_A_TABLE = 0.5;

const LEAST_SHARE = 0.95;

interface PlanNode {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly "Relation Name"?: string;
  readonly "Plan Rows"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** What a plan reads. */
interface Reads {
  readonly indexes: readonly string[];
  /** Relations read from end to end, and the rows that are wanted of each. */
  readonly whole: readonly { readonly relation: string; readonly rows: number }[];
}

/** A relation; a chunk has the table it is of. */
interface Relation {
  readonly name: string;
  readonly table: string | null;
  readonly pages: number;
  readonly rows: number;
}

/** @returns pages of relations that a plan reads from end to end without reason */
export function pagesReadWhole(
  { whole }: Pick<Reads, "whole">,
  relations: ReadonlyMap<string, Relation>,
): number {
  const read = whole.flatMap(({ relation, rows }) => {
    const found = relations.get(relation);
    return found === undefined ? [] : [{ ...found, wanted: rows }];
  });
  const pagesOf = (table: string, of: Iterable<Relation>): number =>
    [...of].reduce((sum, relation) => sum + (relation.table === table ? relation.pages : 0), 0);
  const isReason = ({ table, rows, wanted }: (typeof read)[number]): boolean =>
    table !== null &&
    wanted >= rows * WANTED_SHARE &&
    pagesOf(table, read) <= pagesOf(table, relations.values()) * MOST_OF_A_TABLE;
  return read.reduce((sum, relation) => sum + (isReason(relation) ? 0 : relation.pages), 0);
}

function nodesOf(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** @returns what the plan of one call reads */
async function planOf(
  database: Queryable,
  text: string,
  values: readonly unknown[] | undefined,
): Promise<Reads> {
  const { rows } = await database.query<{ readonly "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
    `explain (format json) ${text}`,
    values,
  );
  const plan = rows[0]?.["QUERY PLAN"][0]?.Plan;
  if (plan === undefined) throw new TypeError("EXPLAIN gave no plan.");
  const nodes = nodesOf(plan);
  return {
    indexes: nodes.flatMap((node) => node["Index Name"] ?? []),
    whole: nodes
      .filter((node) => node["Node Type"].endsWith("Seq Scan"))
      .flatMap(({ "Relation Name": relation, "Plan Rows": wanted = 0 }) =>
        relation === undefined ? [] : [{ relation, rows: wanted }],
      ),
  };
}

async function namesOf(database: Queryable, text: string): Promise<ReadonlySet<string>> {
  const { rows } = await database.query<{ readonly name: string }>(text);
  return new Set(rows.map(({ name }) => name));
}

/**
 * Indexes that somebody decided on, of tables that are large with all of their chunks: on a small one any index will do. One of a key is
 * there for identity, asked for or not.
 */
const CHOSEN_INDEXES = `select i.relname as name from pg_index x
  join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
  where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p', 'm')
    and not x.indisunique and not x.indisprimary
    and t.relpages + (select coalesce(sum(c.relpages), 0) from pg_inherits h join pg_class c on c.oid = h.inhrelid
      where h.inhparent = t.oid) >= ${LARGE_PAGES}
  order by 1`;

const ALL_INDEXES = `select relname as name from pg_class where relkind in ('i', 'I') and relnamespace = 'public'::regnamespace`;

const RELATIONS = `select c.relname as name, max(p.relname) as table, max(c.relpages) as pages, max(c.reltuples)::float8 as rows
  from pg_class c left join pg_inherits h on h.inhrelid = c.oid left join pg_class p on p.oid = h.inhparent
  where c.relkind in ('r', 'p', 'm') group by c.relname`;

/** Whether an index is one of a table, or that of one of its chunks: those are called after it. */
function isOf(used: string, index: string): boolean {
  return (
    used === index || used.endsWith(`_${index}`) || (used.length === 63 && used.includes(index.slice(0, 30)))
  );
}

interface IndexFigures {
  readonly sequential: readonly string[];
  readonly unused: readonly string[];
  readonly missing: readonly string[];
}

async function examine({ data, facts, draw }: GateContext, calls: number): Promise<IndexFigures> {
  return await data.transaction(async (transaction) => {
    const { rows: found } = await transaction.query<Relation>(RELATIONS);
    const relations = new Map(found.map((relation) => [relation.name, relation]));
    const existing = await namesOf(transaction, ALL_INDEXES);
    const newest = newestFacts(facts);
    const used = new Set<string>();
    const sequential: string[] = [];
    for (const query of queryCatalogue as readonly CataloguedQuery[]) {
      const values = draw(query.name);
      let readsWhole = false;
      for (const of of Array.from({ length: calls }, () => [facts, newest]).flat()) {
        const statement = drawStatement(query, of, values);
        const plan = await planOf(transaction, statement.text, statement.values);
        for (const index of plan.indexes) used.add(index);
        readsWhole ||= pagesReadWhole(plan, relations) >= LARGE_PAGES;
        // Where a table is small the planner reads it whole; an index it would take if it could not is no useless one.
        await transaction.query("set local enable_seqscan = off");
        const instead = await planOf(transaction, statement.text, statement.values);
        await transaction.query("set local enable_seqscan = on");
        for (const index of instead.indexes) used.add(index);
      }
      if (readsWhole) sequential.push(query.name);
    }
    const chosen = await namesOf(transaction, CHOSEN_INDEXES);
    return {
      sequential,
      unused: [...chosen].filter((index) => ![...used].some((name) => isOf(name, index))),
      missing: [...new Set(queryCatalogue.flatMap(({ indexes }) => indexes))].filter(
        (index) => !existing.has(index),
      ),
    };
  });
}

const named = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : names.join(", ");

/** @returns the gate of the indexes, of so many plans of each query */
export function createIndexUseGate(calls = CALLS): Gate {
  return {
    name: "indexes",
    about: "how the catalogued queries are answered: by indexes, all of which are there and used",
    async *run(context): AsyncGenerator<Finding, void, undefined> {
      const { sequential, unused, missing } = await examine(context, calls);
      const queries = queryCatalogue.length;
      context.record.indexUse = { queries, sequential, unusedIndexes: unused };
      yield judge(
        {
          benchmark: "indexes",
          subject: `share of ${queries} catalogued queries that read fewer than ${LARGE_PAGES} pages of relations from end to end`,
          bound: { kind: "at least", value: LEAST_SHARE },
          note: named(sequential),
        },
        1 - sequential.length / queries,
        "ratio",
      );
      yield judge(
        {
          benchmark: "indexes",
          subject: `indexes of tables of ${LARGE_PAGES} pages or more that no catalogued query uses`,
          bound: { kind: "at most", value: 0 },
          note: named(unused),
        },
        unused.length,
        "ratio",
      );
      yield judge(
        {
          benchmark: "indexes",
          subject: "indexes that the catalogue names and the database has not",
          bound: { kind: "at most", value: 0 },
          note: named(missing),
        },
        missing.length,
        "ratio",
      );
    },
  };
}
