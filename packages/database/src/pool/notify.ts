// Calls a hook of the caller's. Invariant: whatever the hook does, the work that is told of goes on.

function warn(error: unknown): void {
  process.emitWarning(
    `A hook given to createDatabase threw: ${error instanceof Error ? error.message : typeof error}`,
    {
      type: "DatabaseHookWarning",
    },
  );
}

/** Calls a hook, if there is one; what it throws, at once or later, becomes a process warning. */
export function notify<Event>(hook: ((event: Event) => void) | undefined, event: Event): void {
  if (hook === undefined) return;
  try {
    // A function that returns nothing by its type may be an async one all the same.
    const returned: unknown = hook(event);
    if (returned instanceof Promise) returned.catch(warn);
  } catch (error) {
    warn(error);
  }
}
