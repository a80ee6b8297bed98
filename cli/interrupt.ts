/** A signal that SIGINT (Ctrl-C) and SIGTERM raise. The second one ends the process, as if nobody listened. */
export function interruptSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const raise = () => {
    release();
    controller.abort();
  };
  const release = () => {
    process.off("SIGINT", raise);
    process.off("SIGTERM", raise);
  };
  process.on("SIGINT", raise);
  process.on("SIGTERM", raise);
  return { signal: controller.signal, release };
}
