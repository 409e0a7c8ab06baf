// The functions of bench/module-browser.bench.mjs: both print how many events they had and how long that took.

/** Events as fast as they are taken for `seconds`, each written whole. */
export function burst(context) {
  const durationS = context.config.number('seconds');
  const [sink] = context.sinks;
  const bytes = new Uint8Array(sink.dtype.itemBytes * sink.dataLength).fill(7);
  let count = 0;
  let startS;
  return {
    template: 'Importer',
    next: () => {
      startS ??= context.now();
      return context.now() - startS < durationS;
    },
    write: (event) => {
      event.dataBytes.set(bytes);
      count++;
    },
    finish: () => context.print(JSON.stringify({ count, seconds: context.now() - startS })),
  };
}

/** Looks at every event, from `waitS` seconds after the start on. */
export async function look(context) {
  await new Promise((resolve) => setTimeout(resolve, 1000 * context.config.number('waitS')));
  let count = 0;
  let startS;
  return {
    template: 'Exporter',
    consume: (event) => {
      startS ??= context.now();
      if (event.dataBytes[0] !== 7) throw new Error(`event ${count} is not what was written`);
      count++;
    },
    finish: () => context.print(JSON.stringify({ count, seconds: context.now() - startS })),
  };
}
