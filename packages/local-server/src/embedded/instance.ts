// Where one embedded server lives on disk. Paths only: nothing here touches the disk but `findRepositoryRoot`.
// Invariant: everything of an instance lies in its own directory, so removing that directory removes it whole.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { LocalServerError } from "../local-server-error.ts";

/** `main` and `bench` keep their data; `test` is thrown away when the last command that uses it ends. */
export const instanceKinds = ["main", "test", "bench"] as const;

/** What an instance is for. */
export type InstanceKind = (typeof instanceKinds)[number];

const FOLDERS: Readonly<Record<InstanceKind, string>> = {
  main: "postgres",
  test: "test-postgres",
  bench: "bench-postgres",
};

/** The files and folders of one embedded server. */
export interface Instance {
  readonly kind: InstanceKind;
  /** Decides, for root, which account owns the files and runs the server. */
  readonly ownerReference: string;
  readonly directory: string;
  /** Appears by a rename once it is complete, so a half-made cluster is never mistaken for one. */
  readonly clusterDirectory: string;
  readonly dataDirectory: string;
  readonly credentialsFile: string;
  readonly tokenFile: string;
  readonly stateFile: string;
  readonly presenceFile: string;
  readonly serverLog: string;
  readonly keeperLog: string;
}

export interface InstanceOptions {
  readonly kind?: InstanceKind | undefined;
  /** Holds a folder for each kind: `postgres`, `test-postgres`, `bench-postgres`. @defaultValue LOCAL_DATA_DIRECTORY, else `.data` in the repository */
  readonly dataRoot?: string | undefined;
  /** @defaultValue process.env */
  readonly env?: Environment | undefined;
}

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The paths of an instance, from options and the environment. */
export function locateInstance(options: InstanceOptions = {}): Instance {
  const kind = options.kind ?? "main";
  const configured = options.dataRoot ?? (options.env ?? process.env)["LOCAL_DATA_DIRECTORY"];
  const dataRoot =
    configured === undefined || configured === ""
      ? join(findRepositoryRoot(import.meta.dirname), ".data")
      : resolve(configured);
  const directory = join(dataRoot, FOLDERS[kind]);
  return instanceAt(kind, directory);
}

/** The paths of the instance in a known directory. */
export function instanceAt(kind: InstanceKind, directory: string): Instance {
  const clusterDirectory = join(directory, "cluster");
  return {
    kind,
    ownerReference: dirname(dirname(directory)),
    directory,
    clusterDirectory,
    dataDirectory: join(clusterDirectory, "data"),
    credentialsFile: join(clusterDirectory, "credentials.json"),
    tokenFile: join(directory, "token"),
    stateFile: join(directory, "state.json"),
    presenceFile: join(directory, "presence"),
    serverLog: join(directory, "server.log"),
    keeperLog: join(directory, "keeper.log"),
  };
}

function findRepositoryRoot(start: string): string {
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, "pnpm-workspace.yaml"))) return directory;
    if (dirname(directory) === directory) break;
  }
  throw new LocalServerError(
    "not-writable",
    `No pnpm-workspace.yaml above ${start}, so there is no repository to keep the data in: set LOCAL_DATA_DIRECTORY to a folder for it, or DATABASE_URL to a server of your own.`,
  );
}
