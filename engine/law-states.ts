/**
 * Makes the states of a plan's kernels equal to others: in place, which costs a tenth of a structuredClone,
 * and by one where a kernel's state has another shape. Kernels share nothing, so each is taken by itself.
 */
export function assignStates(to: unknown[], from: readonly unknown[]): void {
  from.forEach((state, k) => {
    if (!assign(to[k], state)) to[k] = structuredClone(state);
  });
}

/** False where the shapes differ; `to` is then of no use. */
function assign(to: unknown, from: unknown): boolean {
  if (ArrayBuffer.isView(from)) {
    if (!ArrayBuffer.isView(to) || to.constructor !== from.constructor) return false;
    const [a, b] = [to as Float64Array, from as Float64Array];
    if (a.length !== b.length) return false;
    a.set(b);
    return true;
  }
  if (!isRecord(from) || !isRecord(to) || Array.isArray(from) !== Array.isArray(to)) return false;
  const names = Object.keys(from);
  if (names.length !== Object.keys(to).length) return false;
  for (const name of names) {
    if (!Object.hasOwn(to, name)) return false;
    if (isRecord(from[name])) {
      if (!assign(to[name], from[name])) return false;
    } else if (isRecord(to[name])) return false;
    else to[name] = from[name];
  }
  return true;
}

const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === "object" && x !== null;
