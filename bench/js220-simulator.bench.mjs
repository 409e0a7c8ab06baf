// The simulated JS220: how much of one core it takes to make a second of every stream at full rate, by load. The limit
// is the clock: 100 % would be real time.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { ROOT } from '../scripts/run.mjs';

const REPEATS = 5;
/** 5 ms, as the simulator's clock asks for them. */
const TICK_SAMPLES = 10_000;
const TICKS_PER_S = 200;
const SETS = [
  ['current, voltage and range', ['s/i/ctrl', 's/v/ctrl', 's/i/range/ctrl']],
  [
    'everything',
    [
      ...['s/i/ctrl', 's/v/ctrl', 's/p/ctrl', 's/i/range/ctrl', 's/stats/ctrl'],
      ...[0, 1, 2, 3, 7].map((n) => `s/gpi/${n}/ctrl`),
    ],
  ],
];

const { Js220Model, LOAD_PROFILES } = await import(
  pathToFileURL(await bundleForNode('bench/js220-simulator-entry.ts', 'js220-simulator'))
);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Of this process, in all its threads. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const rows = [];
for (const [streams, topics] of SETS) {
  for (const profile of LOAD_PROFILES) {
    const model = new Js220Model({ profile, seed: 1 });
    for (const topic of topics) model.publish(topic, { type: 'u8', value: 1 });
    const shares = [];
    for (let repeat = 0; repeat < REPEATS + 1; repeat++) {
      const start = cpuMs();
      for (let tick = 0; tick < TICKS_PER_S; tick++) model.play(TICK_SAMPLES, () => undefined);
      shares.push((cpuMs() - start) / 10);
    }
    rows.push({
      what: `simulated JS220, ${profile.label}, ${streams}`,
      value: Number(median(shares.slice(1)).toFixed(1)),
      unit: '% of a core',
      aim: '< 25',
      note: 'full rate, payloads as on the wire',
    });
  }
}

for (const { what, value, unit } of rows) console.log(`${what}: ${value} ${unit}`);
mkdirSync(join(ROOT, 'build', 'bench'), { recursive: true });
writeFileSync(
  join(ROOT, 'build', 'bench', 'js220-simulator.json'),
  JSON.stringify({ name: 'JS220 simulator', rows }, null, 1),
);
