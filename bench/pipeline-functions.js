// Functions for bench/pipeline.bench.mjs: an importer that delivers its events as fast as they are taken, and a
// reader that looks at every event.

/** `count` events, each written whole (the copy of a real source), without any waiting. */
export function burst(context) {
  const count = context.config.number('count');
  const [sink] = context.sinks;
  const bytes = new Uint8Array(sink.dtype.itemBytes * sink.dataLength).fill(7);
  let sent = 0;
  return {
    template: 'Importer',
    next: () => sent++ < count,
    write: (event) => event.dataBytes.set(bytes),
  };
}
