// JSON as the command line promises it: 64-bit integers as decimal strings, NaN as null, infinities as strings,
// typed arrays as lists, raw bytes as {"bytes": hex}.

/** One line of JSON. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, replace);
}

function replace(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return finite(value);
  if (value instanceof Uint8Array) return { bytes: hexText(value) };
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number | bigint>);
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}

function finite(value: number): number | string | null {
  if (Number.isNaN(value)) return null;
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  return value === Number.NEGATIVE_INFINITY ? '-Infinity' : value;
}

/** Lower-case hexadecimal. */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
