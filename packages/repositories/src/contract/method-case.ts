// What a method takes, as data: valid arguments, and the kind of every field of them. Held to the method's own types, so that
// a new method, or a new field, without an entry does not compile.
import type { Kind } from "./input-kind.ts";

/** What has no fields of its own. */
type Single =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | Date
  | Temporal.Instant
  | Temporal.PlainDate
  | Temporal.Duration
  | Float64Array
  | Int32Array
  | AbortSignal
  | ((...args: never[]) => unknown);

/** The kinds of a value's fields, in its own form; of a list those of its items. */
export type Shape<Value> = Kind | Fields<NonNullable<Value>>;

type Fields<Value> = Value extends Single
  ? never
  : Value extends Iterable<infer Item> | AsyncIterable<infer Item>
    ? readonly [Shape<Item>]
    : Value extends object
      ? { readonly [Field in keyof Value]-?: Shape<Value[Field]> }
      : never;

/** One way of calling a method. */
export interface MethodCase<Args extends readonly unknown[]> {
  /** What is taken. */
  readonly args: Required<Args>;
  readonly shapes: { readonly [Place in keyof Required<Args>]: Shape<Args[Place]> };
  /** What errors put before the fields of each argument, such as `orders`. */
  readonly prefixes?: readonly string[] | undefined;
  /** Values that are wrong only together: put into an argument, they are refused naming the field. */
  readonly wrongTogether?:
    | readonly {
        readonly argument: number;
        readonly values: Readonly<Record<string, unknown>>;
        readonly field: string;
      }[]
    | undefined;
}

/** Every method of a repository, each with the ways it can be called. */
export type Contract<Repository> = {
  readonly [Method in keyof Repository]-?: Repository[Method] extends (...args: infer Args) => unknown
    ? readonly [MethodCase<Args>, ...MethodCase<Args>[]]
    : never;
};

/** A method's case without its types, for a loop over all. */
export type AnyCase = MethodCase<readonly unknown[]>;

/** One field of the arguments of a call. */
export interface FieldPlace {
  /** From the arguments down to the value. */
  readonly path: readonly (string | number)[];
  /** As errors name it. */
  readonly field: string;
  readonly kind: Kind;
}

const isKind = (shape: object): shape is Kind => "bad" in shape;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

function* fieldsOf(shape: unknown, path: FieldPlace["path"], name: string): Generator<FieldPlace> {
  if (!isObject(shape)) return;
  if (isKind(shape)) {
    yield { path, field: shape.name ?? name, kind: shape };
  } else if (Array.isArray(shape)) {
    yield* fieldsOf(shape[0], [...path, 0], `${name}[0]`);
  } else {
    for (const [field, inner] of Object.entries(shape)) {
      yield* fieldsOf(inner, [...path, field], name === "" ? field : `${name}.${field}`);
    }
  }
}

/** Every field of a case's arguments. */
export function fieldPlaces({ shapes, prefixes }: AnyCase): readonly FieldPlace[] {
  const list: readonly unknown[] = Object.values(shapes);
  return list.flatMap((shape, index) => [...fieldsOf(shape, [index], prefixes?.[index] ?? "")]);
}

/** An object whose fields a case lists. */
export interface ObjectPlace {
  readonly path: FieldPlace["path"];
  /** As errors name it; empty where they name its fields alone. */
  readonly field: string;
  readonly fields: readonly string[];
}

function* objectsOf(shape: unknown, path: FieldPlace["path"], name: string): Generator<ObjectPlace> {
  if (!isObject(shape) || isKind(shape)) return;
  if (Array.isArray(shape)) {
    yield* objectsOf(shape[0], [...path, 0], `${name}[0]`);
    return;
  }
  yield { path, field: name, fields: Object.keys(shape) };
  for (const [field, inner] of Object.entries(shape)) {
    yield* objectsOf(inner, [...path, field], name === "" ? field : `${name}.${field}`);
  }
}

/** Every object of a case's arguments whose fields it lists; JSON and columns are none. */
export function objectPlaces({ shapes, prefixes }: AnyCase): readonly ObjectPlace[] {
  const list: readonly unknown[] = Object.values(shapes);
  return list.flatMap((shape, index) => [...objectsOf(shape, [index], prefixes?.[index] ?? "")]);
}

function* placesIn(value: unknown, path: FieldPlace["path"]): Generator<FieldPlace["path"]> {
  yield path;
  const isPlain = isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
  const steps = Array.isArray(value) ? value.keys() : isPlain ? Object.keys(value) : [];
  for (const step of steps) yield* placesIn(Reflect.get(Object(value), step), [...path, step]);
}

/** Every place of a case's arguments that could be empty: each argument, and whatever is inside of one. */
export function emptiablePlaces({ args }: AnyCase): readonly FieldPlace["path"][] {
  return args.flatMap((argument, index) => [...placesIn(argument, [index])]);
}

/** A copy of a value in which one place has another content. */
export function withValue(value: unknown, [step, ...rest]: FieldPlace["path"], content: unknown): unknown {
  if (step === undefined) return content;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((item, index) => (index === step ? withValue(item, rest, content) : item));
  }
  if (value instanceof Float64Array || value instanceof Int32Array) {
    const copy = value.slice();
    if (typeof content === "number") copy[Number(step)] = content;
    return copy;
  }
  const fields = isObject(value) ? value : {};
  return { ...fields, [step]: withValue(fields[step], rest, content) };
}

/** The first item of a stream, or what a method promises. */
export async function outcomeOf(
  repository: object,
  method: string,
  args: readonly unknown[],
): Promise<unknown> {
  const called: unknown = Reflect.get(repository, method);
  if (typeof called !== "function") throw new TypeError(`There is no method ${method}.`);
  const outcome: unknown = Reflect.apply(called, repository, args);
  if (!isObject(outcome) || !(Symbol.asyncIterator in outcome)) return await outcome;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has Symbol.asyncIterator
  for await (const first of outcome as unknown as AsyncIterable<unknown>) return first;
  return undefined;
}
