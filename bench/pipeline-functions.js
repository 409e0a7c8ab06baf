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

/**
 * Takes every event, checks that its counter is the one after the last, and dawdles `dawdleUs` over every hundredth.
 * Prints what it saw at the end.
 */
export function slowCheck(context) {
  const dawdleS = context.config.number('dawdleUs') / 1e6;
  let next = 0n;
  let outOfOrderCount = 0;
  return {
    template: 'Exporter',
    consume: (event) => {
      if (event.counter !== next) outOfOrderCount++;
      next = event.counter + 1n;
      if (next % 100n === 0n) {
        const end = context.now() + dawdleS;
        while (context.now() < end);
      }
    },
    finish: () => context.print(JSON.stringify({ lastCounter: String(next), outOfOrderCount })),
  };
}

/** Events as fast as they are taken for `seconds`; prints how many there were and when the first was asked for. */
export function timedBurst(context) {
  const durationS = context.config.number('seconds');
  const [sink] = context.sinks;
  const bytes = new Uint8Array(sink.dtype.itemBytes * sink.dataLength).fill(7);
  let count = 0;
  let startS;
  let startedAtMs;
  return {
    template: 'Importer',
    next: () => {
      startS ??= context.now();
      startedAtMs ??= Date.now();
      return context.now() - startS < durationS;
    },
    write: (event) => {
      event.dataBytes.set(bytes);
      count++;
    },
    finish: () => context.print(JSON.stringify({ count, startedAtMs })),
  };
}
