// What a process started by this package inherits: what it needs to run, and nothing that could steer it.

const inherited = ["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot"] as const;

export function inheritedEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
