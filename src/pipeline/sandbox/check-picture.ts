// A picture that a user's module publishes, as far as it is one that a view can draw. Arrays are copied: one may be a
// window of a few values on memory of any size, which would go along wherever it is sent.

import type { Picture } from '../functions/template.ts';

/** `undefined` when it is not one. A table is none: it names a file of the run. */
export function checkPicture(said: unknown): Picture | undefined {
  if (typeof said !== 'object' || said === null) return undefined;
  const { kind, channels, counter, channel, edges, counts } = said as Readonly<Record<string, unknown>>;
  if (kind === 'trace') {
    if (!Array.isArray(channels) || typeof counter !== 'bigint') return undefined;
    const traces = channels.map((item: unknown) => item as { readonly name: unknown; readonly values: unknown });
    if (!traces.every((item) => typeof item?.name === 'string' && item.values instanceof Float32Array))
      return undefined;
    return {
      kind,
      channels: traces.map(({ name, values }) => ({ name: name as string, values: (values as Float32Array).slice() })),
      counter,
    };
  }
  if (kind !== 'histogram' || typeof channel !== 'string') return undefined;
  if (!(edges instanceof Float64Array && counts instanceof Float64Array)) return undefined;
  return edges.length === counts.length + 1
    ? { kind, channel, edges: edges.slice(), counts: counts.slice() }
    : undefined;
}
