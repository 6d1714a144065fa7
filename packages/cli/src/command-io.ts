// What a command may know of the world around it: where to write, whether a person watches, the environment.

export interface CommandIo {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}
