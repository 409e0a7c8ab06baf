// Setups on real browser threads: the golden chain and the muon experiment, with their run directories.

import { expect, test } from 'vitest';
import type { ChannelSet } from '../../src/core/channel-set.ts';
import { instantiateCore } from '../../src/core/core.ts';
import { loadCoreModule } from '../../src/core/load.ts';
import { Arena, createMemory } from '../../src/core/memory.ts';
import { StreamRing } from '../../src/core/stream-ring.ts';
import { MimoEvents } from '../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../src/formats/mimo/header.ts';
import type { SourceInstrument } from '../../src/pipeline/functions/template.ts';
import { loadSetup } from '../../src/pipeline/setup/load.ts';
import { BlobAccess } from '../../src/storage/blob-access.ts';
import { Runs } from '../../src/workers/pipeline/runs.ts';
import heightsUrl from '../golden/mimo/pipeline/heights.mimo?url';

const folder = { readText: () => Promise.resolve(undefined) };

async function start(text: string, files: ReadonlyMap<string, Blob>) {
  const { setup, diagnostics } = await loadSetup(text, folder);
  if (!setup) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const runs = new Runs(loadCoreModule());
  const run = await runs.start(setup, files);
  const logs: string[] = [];
  run.engine.onLog.on(({ workerName, text: line }) => logs.push(`${workerName}: ${line}`));
  return { runs, run, logs };
}

test('a chain runs to its end and leaves its directory', async () => {
  const heights = await (await fetch(heightsUrl)).blob();
  const { runs, run, logs } = await start(
    `
Buffers:
  In: &b {slot_count: 8, data_length: 1, data_dtype: {peak_heights: i2}}
  A: *b
Workers:
  imp: {function: data.clocked_importer, sinks: [In], config: {filename: heights.mimo, rate: 100000}}
  split: {function: misc.copy, sources: [In], sinks: [A], number_of_processes: 2}
  count: {function: exporters.histogram, sources: [A], config: {bins: {peak_heights: [0, 4095, 4096]}}}
  look: {function: observers.oscilloscope, observes: [In], config: {update_interval: 0.01}}
`,
    new Map([['heights.mimo', heights]]),
  );
  await run.finished;
  expect(logs).toEqual([]);
  const files = await runs.files(run.name);
  expect([...files.keys()].sort()).toEqual([
    'Histograms_A/info.csv',
    'Histograms_A/peak_heights.npy',
    'data_flow.svg',
    'setup.yaml',
    'stats.csv',
  ]);
  const counts = new BigInt64Array((await files.get('Histograms_A/peak_heights.npy')!.arrayBuffer()).slice(128));
  expect(counts.reduce((sum, count) => sum + count, 0n)).toBe(60n);
  await runs.remove(run.name);
});

test('the muon experiment finds decays on six threads', async () => {
  const { runs, run, logs } = await start(
    `
wave: &wave {slot_count: 128, data_length: 4250, data_dtype: {chA: f4, chB: f4, chC: f4, chD: f4}}
height: &height {slot_count: 32, data_length: 1, data_dtype: {decay_time: int32}}
Buffers: {In: *wave, Out: *wave, Up: {slot_count: 32, data_length: 1, data_dtype: ${PARAMETERS}}, Down: {slot_count: 32, data_length: 1, data_dtype: ${PARAMETERS}}}
Workers:
  input: {file: simulate_source.py, function: simulate_source, sinks: [In], config: &c ${CONFIG}}
  filter: {file: lifetime_filter.py, function: calculate_decay_time, number_of_processes: 3, sources: [In], sinks: [Out, Up, Down], config: *c}
  saveUp: {function: exporters.csv, sources: [Up]}
  saveDown: {function: exporters.csv, sources: [Down]}
  save: {function: exporters.drain, sources: [Out]}
`,
    new Map(),
  );
  await run.finished;
  expect(logs).toEqual([]);
  const { buffers } = run.engine.status;
  const count = (name: string) => buffers.find((buffer) => buffer.name === name)!.eventCount;
  expect(count('In')).toBe(501);
  expect(count('Out')).toBe(count('Up') + count('Down'));
  // One muon in ten stops; of those most show both pulses.
  expect(count('Out')).toBeGreaterThan(15);
  const table = await (await runs.files(run.name)).get('Up.csv')!.text();
  expect(table.trim().split('\n')).toHaveLength(count('Up') + 1);
  await runs.remove(run.name);
});

/** A ring with one signal in memory of its own, as a connected instrument has. */
function createRingSource(module: WebAssembly.Module) {
  const memory = createMemory(8 * 2 ** 20);
  const core = instantiateCore({ module, memory });
  const arena = new Arena(memory, core.exports.heapBase());
  const signals = [{ id: 'current', name: 'current', unit: 'A', dtype: 'f32', sampleRateHz: 1000 }] as const;
  const ring = StreamRing.create(core, arena, { signals, capacitySamples: 200_000 });
  const stage = arena.reserve('stage', 4096);
  return {
    stream: {
      seed: { module, memory },
      streams: [{ channel: { kind: 'stream', id: 'samples', signals }, ring: ring.descriptor }],
      values: [],
      traces: [],
    } satisfies ChannelSet,
    append: (samples: Float32Array) => {
      new Float32Array(memory.buffer, stage.address, samples.length).set(samples);
      ring.append([stage.address], samples.length);
    },
  };
}

const connected = ({ stream }: ReturnType<typeof createRingSource>, model: string): SourceInstrument => ({
  label: `${model} 900001`,
  model,
  serialNumber: '900001',
  channels: stream,
});

/** A pulse of 20 samples every 1000 samples, in blocks that do not end where pulses do. */
const pulseBlock = (block: number, height: number) =>
  Float32Array.from({ length: 770 }, (_, i) => ((block * 770 + i) % 1000 < 20 ? height : 0));

test('a connected instrument is a source of events around its trigger', async () => {
  const module = await loadCoreModule();
  const source = createRingSource(module);
  const { setup } = await loadSetup(
    `
Buffers: {In: {slot_count: 8, data_length: 50, data_dtype: {current: f4}}}
Workers:
  scope: {function: importers.instrument.waveform, sinks: [In], config: {trigger_level: 0.5, pre_trigger_samples: 10}}
  save: {function: data.export, sources: [In]}
`,
    folder,
  );
  const runs = new Runs(Promise.resolve(module), () => [connected(source, 'JS110')]);
  const run = await runs.start(setup!, new Map());
  const buffer = () => run.engine.status.buffers[0]!;
  for (let block = 0; buffer().eventCount < 30; block++) {
    source.append(pulseBlock(block, 1));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  run.engine.shutdown('roots');
  await run.finished;
  const access = new BlobAccess((await runs.files(run.name)).get('In.mimo')!);
  const events = new MimoEvents(access, await readMimoHeader(access));
  const expected = Array.from({ length: 50 }, (_, i) => (i >= 10 && i < 30 ? 1 : 0));
  for (let i = 0; i < events.eventCount; i++) {
    const { data } = await events.read(i, 1);
    expect(Array.from(data[0]!.values as ArrayLike<number>), `event ${i}`).toEqual(expected);
  }
  await runs.remove(run.name);
});

test('two instruments are two sources of one setup', async () => {
  const module = await loadCoreModule();
  const [first, second] = [createRingSource(module), createRingSource(module)];
  const { setup } = await loadSetup(
    `
Buffers: {A: {slot_count: 8, data_length: 50, data_dtype: {current: f4}}, B: {slot_count: 8, data_length: 50, data_dtype: {current: f4}}}
Workers:
  a: {function: importers.instrument.waveform, sinks: [A], config: {instrument: JS110, trigger_level: 0.5, pre_trigger_samples: 10}}
  b: {function: importers.instrument.waveform, sinks: [B], config: {instrument: JS220 900001, trigger_level: 0.5, pre_trigger_samples: 10}}
  save_a: {function: data.export, sources: [A]}
  save_b: {function: data.export, sources: [B]}
`,
    folder,
  );
  const runs = new Runs(Promise.resolve(module), () => [connected(first, 'JS110'), connected(second, 'JS220')]);
  const run = await runs.start(setup!, new Map());
  const hasAll = () => run.engine.status.buffers.every(({ eventCount }) => eventCount >= 10);
  for (let block = 0; !hasAll(); block++) {
    first.append(pulseBlock(block, 1));
    second.append(pulseBlock(block, 2));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  run.engine.shutdown('roots');
  await run.finished;
  const saved = await runs.files(run.name);
  for (const [name, height] of [
    ['A.mimo', 1],
    ['B.mimo', 2],
  ] as const) {
    const access = new BlobAccess(saved.get(name)!);
    const events = new MimoEvents(access, await readMimoHeader(access));
    expect(events.eventCount).toBeGreaterThanOrEqual(10);
    const { data } = await events.read(0, 1);
    const expected = Array.from({ length: 50 }, (_, i) => (i >= 10 && i < 30 ? height : 0));
    expect(Array.from(data[0]!.values as ArrayLike<number>), name).toEqual(expected);
  }
  await runs.remove(run.name);
});

const CHANNELS = ['chA', 'chB', 'chC', 'chD'];
const PARAMETERS = `{decay_time: int32, ${['1st', '2nd']
  .flatMap((pulse) => CHANNELS.flatMap((c) => [`${pulse}_${c}_h: f4`, `${pulse}_${c}_p: i4`, `${pulse}_${c}_int: f4`]))
  .join(', ')}}`;
const CONFIG = `{analogue_offset: -0.48, trigger_level: -440, sample_time_ns: 4, pre_trigger_samples: 500, eventcount: 500, sleeptime: 0.0001, random: true, peak_minimal_prominence_initial: 90, peak_minimal_prominence_secondary: 35, peak_minimal_distance: 10, peak_minimal_width: 10, trigger_position_tolerance: 20, signatures: [[[+, +, '-', '-'], ['0', +, '-', '-']], [[+, +, '-', '-'], ['-', '-', +, '0']]], chA_scaling: 1.0, chB_scaling: 1.0, chC_scaling: 1.0, chD_scaling: 1.0}`;
