// The prebuilt functions against what mimoCoRB2 0.0.3 made of the same files (tests/golden/mimo/pipeline.json).

import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { MimoEvents } from '../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../src/formats/mimo/header.ts';
import { METADATA_BYTES } from '../../src/pipeline/event-view.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';
import { runFunction, type TestBuffer } from '../support/pipeline.ts';

interface GoldenCase {
  readonly id: string;
  readonly function: string;
  readonly input: string;
  readonly source: TestBuffer;
  readonly config: unknown;
  readonly sinks: readonly TestBuffer[];
  readonly sinkEvents?: readonly { readonly sink: string; readonly n: number; readonly file: string }[];
  readonly outputs: readonly string[];
  readonly error?: { readonly message: string };
}

const { cases } = goldenJson<{ cases: GoldenCase[] }>('mimo/pipeline.json');

function run({ function: functionName, input, source, config, sinks }: GoldenCase) {
  return runFunction({ functionName, config, source, sinks, input: goldenBytes(`mimo/pipeline/${input}`) });
}

async function recordsOf(path: string): Promise<Uint8Array> {
  const file = new MemoryFile(goldenBytes(path));
  const events = new MimoEvents(file, await readMimoHeader(file));
  return events.readRecords(0, events.eventCount);
}

test('the golden cases are the ones known', () => {
  expect(readdirSync(new URL('../golden/mimo/pipeline/', import.meta.url)).length).toBeGreaterThan(15);
  expect(cases.length).toBeGreaterThan(25);
});

test.each(cases.filter(({ error }) => !error).map((c) => [c.id, c] as const))('%s', async (_id, golden) => {
  const { files, sinks, failure } = await run(golden);
  expect(failure).toBeUndefined();
  for (const output of golden.outputs) {
    const path = output.slice(golden.id.length + 1);
    expect(Buffer.from(files.get(path) ?? []).equals(goldenBytes(`mimo/pipeline/${output}`)), path).toBe(true);
  }
  for (const [i, { file }] of (golden.sinkEvents ?? []).entries()) {
    expect(Buffer.from(sinks[i]!).equals(await recordsOf(`mimo/pipeline/${file}`)), file).toBe(true);
  }
});

test.each(cases.filter(({ error }) => error).map((c) => [c.id, c] as const))('%s fails', async (_id, golden) => {
  const { failure, sinks } = await run(golden);
  expect(failure).toBeDefined();
  for (const sink of sinks) expect(sink).toHaveLength(0);
  // The words differ; what they name does not.
  const named = /'(\w+)'|Channel (\w+)|Parameter (\w+)/.exec(golden.error!.message)?.slice(1).find(Boolean);
  if (named) expect(failure).toContain(named);
});

/** Samples per event of the golden waveforms. */
const WAVE_LENGTH = 1500;

interface MuonEvent {
  readonly counter: number;
  readonly values: Readonly<Record<string, number>>;
}

interface GoldenMuon {
  readonly input: string;
  readonly config: unknown;
  readonly sinkFields: Readonly<Record<string, string>>;
  readonly accepted: readonly number[];
  readonly up: readonly MuonEvent[];
  readonly down: readonly MuonEvent[];
}

test('the muon filter finds the decays that the reference finds', async () => {
  const golden = goldenJson<GoldenMuon>('mimo/muon.json');
  const wave = { data_length: WAVE_LENGTH, data_dtype: { chA: 'f4', chB: 'f4', chC: 'f4', chD: 'f4' } };
  const parameters = { data_length: 1, data_dtype: golden.sinkFields };
  const { sinks, failure } = await runFunction({
    functionName: 'lifetime_filter.py:calculate_decay_time',
    config: golden.config,
    source: { name: 'In', ...wave },
    sinks: [
      { name: 'Accepted', ...wave },
      { name: 'Up', ...parameters },
      { name: 'Down', ...parameters },
    ],
    input: goldenBytes(`mimo/${golden.input}`),
  });
  expect(failure).toBeUndefined();
  expect(countersOf(sinks[0]!, WAVE_LENGTH * 16)).toEqual(golden.accepted);
  for (const [i, expected] of [golden.up, golden.down].entries()) {
    const fields = Object.entries(golden.sinkFields);
    expect(countersOf(sinks[i + 1]!, fields.length * 4)).toEqual(expected.map(({ counter }) => counter));
    const view = new DataView(sinks[i + 1]!.buffer, sinks[i + 1]!.byteOffset);
    for (const [e, { values }] of expected.entries()) {
      for (const [f, [name, type]] of fields.entries()) {
        const at = e * (fields.length * 4 + METADATA_BYTES) + f * 4;
        const value = type === 'int32' ? view.getInt32(at, true) : view.getFloat32(at, true);
        const tolerance = type === 'int32' ? 0 : name.endsWith('_int') ? 1e-4 : 1e-6;
        expect(Math.abs(value - values[name]!), `${name} of event ${e}`).toBeLessThanOrEqual(
          tolerance * Math.abs(values[name]!),
        );
      }
    }
  }
});

function countersOf(records: Uint8Array, dataBytes: number): number[] {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  const counters: number[] = [];
  for (let at = dataBytes; at < records.length; at += dataBytes + METADATA_BYTES) {
    counters.push(Number(view.getBigInt64(at, true)));
  }
  return counters;
}
