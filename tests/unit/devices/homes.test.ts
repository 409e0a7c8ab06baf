import { expect, test } from 'vitest';
import { makeHomes } from '../../../src/devices/api/homes.ts';
import { js110Signals } from '../../../src/devices/joulescope/js110/processor.ts';
import { coreBytes } from '../../support/core.ts';

const RATE_HZ = 2_000_000;
/** Bytes that addresses of 32 bits reach. */
const REACH_BYTES = 2 ** 32;

test('a history for which there is no room is as long as fits, minutes at full rate', () => {
  const { rings, set } = makeHomes(new WebAssembly.Module(coreBytes()), {
    streams: [
      {
        channel: { kind: 'stream', id: 'samples', signals: js110Signals() },
        capacitySamples: 600 * RATE_HZ,
      },
    ],
    values: [],
    traces: [],
    scratchBytes: 1 << 20,
  });
  expect(rings[0]!.capacitySamples / RATE_HZ).toBeGreaterThan(120);
  expect(set.seed.memory.buffer.byteLength).toBeLessThan(REACH_BYTES);
});
