// The simulated JS110: how much of one core it takes to make 2 million samples a second, by load. The limit is the
// clock: 100 % would be real time.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { ROOT } from '../scripts/run.mjs';

const REPEATS = 5;
const PACKETS_PER_S = 2_000_000 / 126;
const SERIAL = '1'.padStart(32, '0');
const SETTINGS_START = Uint8Array.of(1, 16, 1, 0, 0, 0, 0, 0, 1, 0x80, 0xc0, 0, 3, 0, 0, 0);

const { Js110Model, LOAD_PROFILES, makeCalibration } = await import(
  pathToFileURL(await bundleForNode('bench/js110-simulator-entry.ts', 'js110-simulator'))
);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const rows = [];
for (const profile of LOAD_PROFILES) {
  const model = new Js110Model({ profile, seed: 1, serialHex: SERIAL, calibration: makeCalibration(SERIAL, 1) });
  model.controlOut(3, SETTINGS_START);
  const shares = [];
  for (let repeat = 0; repeat < REPEATS + 1; repeat++) {
    const start = performance.now();
    model.makePackets(Math.round(PACKETS_PER_S), () => undefined);
    shares.push((performance.now() - start) / 10);
  }
  rows.push({
    what: `simulated JS110, ${profile.label}`,
    value: Number(median(shares.slice(1)).toFixed(1)),
    unit: '% of a core',
    aim: '< 25',
    note: '2 MSPS, packets as on the wire',
  });
}

for (const { what, value, unit } of rows) console.log(`${what}: ${value} ${unit}`);
mkdirSync(join(ROOT, 'build', 'bench'), { recursive: true });
writeFileSync(
  join(ROOT, 'build', 'bench', 'js110-simulator.json'),
  JSON.stringify({ name: 'JS110 simulator', rows }, null, 1),
);
