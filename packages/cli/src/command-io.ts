// What a command may know of the world around it: where to write, whether a person watches, the environment.

/** What a terminal is taken to have where there is none, in a file or a pipe. */
export const USUAL_WIDTH = 80;

export interface CommandIo {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly isTerminal: boolean;
  /** Width of the terminal; absent where there is none. */
  readonly columns?: number | undefined;
  /** Tells what a signal finds done, as a sentence said after "Interrupted."; the last call counts. */
  readonly atInterrupt?: ((describe: () => string) => void) | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}
