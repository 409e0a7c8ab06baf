// Watches how much memory JavaScript asks for at once: what a damaged length makes of it. The core's memory is not seen.

const WATCHED = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  ...['Int8', 'Uint8', 'Int16', 'Uint16', 'Int32', 'Uint32', 'Float32', 'Float64', 'BigInt64', 'BigUint64'].map(
    (type) => `${type}Array`,
  ),
] as const;

let largestBytes = 0;

/** From now on every such request in this thread is looked at. Call it once, before the code to be watched is loaded. */
export function watchAllocations(): void {
  const world = globalThis as unknown as Record<
    string,
    { new (...args: unknown[]): object; BYTES_PER_ELEMENT?: number }
  >;
  for (const name of WATCHED) {
    world[name] = new Proxy(world[name]!, {
      construct(type, args, newTarget) {
        const [count] = args as [unknown];
        if (typeof count === 'number') largestBytes = Math.max(largestBytes, count * (type.BYTES_PER_ELEMENT ?? 1));
        return Reflect.construct(type, args, newTarget) as object;
      },
    });
  }
}

/** Bytes of the largest request since the last call. */
export function takeLargestBytes(): number {
  const bytes = largestBytes;
  largestBytes = 0;
  return bytes;
}
