// The instrument of scope-page.ts, on a thread of its own: it brings noisy records of two channels.

import { utcFromUnixMs } from '../src/base/time.ts';
import { attachChannels, type ChannelSet } from '../src/core/channel-set.ts';
import type { TraceRecord } from '../src/model/live-traces.ts';
import { SCOPE_VALUES } from '../tests/support/fake-traces.ts';
import { seededRandom } from '../tests/support/random.ts';

export interface WriterTask {
  readonly channels: ChannelSet;
  readonly points: number;
}

/** Different ones; the same come again. */
const VARIANTS = 3;

const LOOK_MS = 20;

/** From one record to the next; for ever after the first one until it is told. */
let everyMs = Number.POSITIVE_INFINITY;

self.addEventListener('message', ({ data }: MessageEvent<WriterTask | number>) => {
  if (typeof data === 'number') everyMs = data;
  else void write(data);
});

async function write({ channels, points }: WriterTask): Promise<void> {
  const trace = attachChannels(channels).traces[0]!;
  const random = seededRandom(1);
  const records: readonly TraceRecord[] = Array.from({ length: VARIANTS }, () => ({
    triggerUtc: utcFromUnixMs(0),
    startS: -5e-4,
    stepS: 1e-3 / points,
    settings: JSON.stringify(SCOPE_VALUES),
    samples: [1, 4].map((volts) =>
      Float32Array.from({ length: points }, (_, i) => volts * Math.sin((10 * Math.PI * i) / points) + 0.1 * random()),
    ),
  }));
  for (let number = 0; ; number++) {
    await trace.write(records[number % VARIANTS]!);
    await pause(Math.min(everyMs, LOOK_MS));
    while (everyMs === Number.POSITIVE_INFINITY) await pause(LOOK_MS);
    await pause(Math.max(0, everyMs - LOOK_MS));
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
