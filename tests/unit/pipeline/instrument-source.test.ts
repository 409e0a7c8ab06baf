// A connected instrument as a source of events, on rings that the test fills: signals of several rings, new starts, ends.

import { describe, expect, test } from 'vitest';
import { makeHomes } from '../../../src/devices/api/homes.ts';
import { packedStruct, type StructDtype } from '../../../src/formats/numpy/dtype.ts';
import { dtypeFromName } from '../../../src/formats/numpy/type-names.ts';
import type { StreamChannel, ValueChannel } from '../../../src/model/channel.ts';
import { WorkerConfig } from '../../../src/pipeline/config.ts';
import { createDetachedEvent } from '../../../src/pipeline/event-view.ts';
import { instrumentWaveform } from '../../../src/pipeline/functions/instrument-source.ts';
import type { BufferInfo, SourceInstrument, WorkerContext } from '../../../src/pipeline/functions/template.ts';
import { coreBytes } from '../../support/core.ts';
import { pythonFromJson } from '../../support/pipeline.ts';

const STAGE_SAMPLES = 20_000;
const EVENT_SAMPLES = 40;
const BEFORE = 10;

/** Beside the streams; a source of events takes none of it. */
const METER: ValueChannel = { kind: 'value', id: 'meter', signals: [{ id: 'meter.level', name: 'level', unit: 'V' }] };

/** An instrument with a channel, and a ring, for each signal. */
function createInstrument(rates: Readonly<Record<string, number>>) {
  const streams = Object.entries(rates).map(([id, sampleRateHz]) => ({
    channel: {
      kind: 'stream',
      id,
      signals: [{ id, name: id, unit: 'A', dtype: 'f32', sampleRateHz }],
    } satisfies StreamChannel,
    capacitySamples: 100_000,
  }));
  const homes = makeHomes(new WebAssembly.Module(coreBytes()), {
    streams,
    values: [{ channel: METER, mostRecords: 10 }],
    traces: [],
    scratchBytes: STAGE_SAMPLES * 4,
  });
  const append = (ringIndex: number, samples: Float32Array): void => {
    new Float32Array(homes.core.memory.buffer, homes.scratch.address, samples.length).set(samples);
    homes.rings[ringIndex]!.append([homes.scratch.address], samples.length);
  };
  return { homes, append };
}

type Instrument = ReturnType<typeof createInstrument>;

const connected = (instrument: Instrument, serialNumber = '900002', model = 'JS220'): SourceInstrument => ({
  label: `${model} ${serialNumber}`,
  model,
  serialNumber,
  channels: instrument.homes.set,
});

function createSource(
  instrument: Instrument,
  fields: readonly string[],
  config = {},
  instruments = [connected(instrument)],
) {
  const dtype = packedStruct(fields.map((name) => ({ name, dtype: dtypeFromName('f4') }))) as StructDtype;
  const sink: BufferInfo = { name: 'In', dataLength: EVENT_SAMPLES, dtype };
  const printed: string[] = [];
  const all = { trigger_level: 0.5, pre_trigger_samples: BEFORE, ...config };
  const importer = instrumentWaveform({
    config: new WorkerConfig(pythonFromJson(all) as ConstructorParameters<typeof WorkerConfig>[0]),
    sinks: [sink],
    instruments,
    print: (text: string) => printed.push(text),
  } as unknown as WorkerContext);
  const event = createDetachedEvent(sink);
  /** Samples of the fields of the next event; `waiting` when the source would go on waiting; `end`. */
  const next = (): 'waiting' | 'end' | Float32Array[] => {
    let hasSlept = false;
    const isThere = importer.next(
      () => {
        hasSlept = true;
      },
      () => hasSlept,
    );
    if (isThere !== true) return hasSlept ? 'waiting' : 'end';
    importer.write(event);
    return fields.map((name) => {
      const values = new Float32Array(EVENT_SAMPLES);
      event.readChannel(name, values);
      return values;
    });
  };
  return { next, printed };
}

/** Zeros with a step to `height` at each of `starts`, 5 samples long. */
function pulses(length: number, starts: readonly number[], height = 1): Float32Array {
  const samples = new Float32Array(length);
  for (const start of starts) samples.fill(height, start, start + 5);
  return samples;
}

function counting(length: number, from = 0): Float32Array {
  return Float32Array.from({ length }, (_, i) => from + i);
}

test('signals of several rings of one rate stand side by side', () => {
  const instrument = createInstrument({ current: 1e6, voltage: 1e6, power: 1e6 });
  const { next } = createSource(instrument, ['current', 'power']);
  instrument.append(0, pulses(3000, [1000, 2000]));
  instrument.append(1, counting(3000));
  // Another ring may be behind: an event waits for all.
  instrument.append(2, counting(1020));
  expect(next()).toBe('waiting');
  instrument.append(2, counting(1980, 1020));
  for (const start of [1000, 2000]) {
    const [current, power] = next() as Float32Array[];
    expect(current!.indexOf(1)).toBe(BEFORE);
    expect(power).toEqual(counting(EVENT_SAMPLES, start - BEFORE));
  }
  expect(next()).toBe('waiting');
});

test('the watched signal need not be a field', () => {
  const instrument = createInstrument({ current: 1e6, voltage: 1e6 });
  const { next } = createSource(instrument, ['voltage'], { channel: 'current' });
  instrument.append(0, pulses(500, [100]));
  instrument.append(1, counting(500));
  expect((next() as Float32Array[])[0]).toEqual(counting(EVENT_SAMPLES, 90));
});

test('signals of different rates are refused by name and rate', () => {
  const instrument = createInstrument({ current: 1e6, gpi: 2e6 });
  expect(() => createSource(instrument, ['current', 'gpi'])).toThrow(
    /JS220 900002 has current \(1\.00.MHz\) and gpi \(2\.00.MHz\)/,
  );
  expect(() => createSource(instrument, ['current'], { channel: 'gpi' })).toThrow(/one sample rate/);
  expect(() => createSource(instrument, ['nothing'])).toThrow(/no signal 'nothing'. It has current, gpi/);
  expect(() => createSource(instrument, ['current'], { pre_trigger_samples: EVENT_SAMPLES })).toThrow(/pre_trigger/);
});

test('a new start is followed from its first sample, whatever its length', () => {
  const instrument = createInstrument({ current: 1e6, voltage: 1e6 });
  const { next } = createSource(instrument, ['current', 'voltage']);
  for (const ring of [0, 1]) instrument.append(ring, new Float32Array(1000));
  expect(next()).toBe('waiting');
  for (const ring of instrument.homes.rings) ring.reset();
  // Longer than what was searched before: comparing ends would not show the new start.
  instrument.append(0, pulses(5000, [200]));
  instrument.append(1, counting(5000));
  expect((next() as Float32Array[])[1]).toEqual(counting(EVENT_SAMPLES, 190));
  expect(next()).toBe('waiting');
});

test('rings that begin anew one after the other are never mixed', () => {
  const instrument = createInstrument({ current: 1e6, voltage: 1e6 });
  const { next } = createSource(instrument, ['current', 'voltage']);
  instrument.append(0, new Float32Array(5000));
  instrument.append(1, counting(5000));
  expect(next()).toBe('waiting');
  instrument.homes.rings[0]!.reset();
  expect(next()).toBe('waiting');
  instrument.homes.rings[1]!.reset();
  expect(next()).toBe('waiting');
  instrument.append(0, pulses(1000, [300]));
  expect(next()).toBe('waiting');
  instrument.append(1, counting(1000, 7000));
  expect((next() as Float32Array[])[1]).toEqual(counting(EVENT_SAMPLES, 7290));
});

describe('a source that ends is an end', () => {
  test.each([
    ['ended', 'JS220 900002 was disconnected or set up anew after 2 events: the source has ended.'],
    ['lost', 'JS220 900002 was lost with its worker after 2 events: the source has ended.'],
  ] as const)('%s', (state, text) => {
    const instrument = createInstrument({ current: 1e6 });
    const { next, printed } = createSource(instrument, ['current']);
    instrument.append(0, pulses(3000, [1000, 2000]));
    for (const ring of instrument.homes.rings) ring.end(state);
    // What is in the ring is still searched.
    expect([next(), next()].map((result) => typeof result)).toEqual(['object', 'object']);
    expect(next()).toBe('end');
    expect(printed).toEqual(['Takes events from JS220 900002.', text]);
  });
});

describe('of several connected instruments', () => {
  const create = () => ['js110', 'first js220', 'second js220'].map(() => createInstrument({ current: 1e6 }));

  function source(config: object) {
    const units = create();
    const [js110, first, second] = units as [Instrument, Instrument, Instrument];
    const instruments = [connected(js110, '001636', 'JS110'), connected(first), connected(second, '002122')];
    const { next, printed } = createSource(js110, ['current'], config, instruments);
    for (const [index, unit] of units.entries()) unit.append(0, pulses(200, [100], index + 1));
    const [current] = next() as Float32Array[];
    return { height: current![BEFORE], printed };
  }

  test.each([
    [{}, 1, 'JS110 001636'],
    [{ instrument: 'JS110' }, 1, 'JS110 001636'],
    [{ instrument: '900002' }, 2, 'JS220 900002'],
    [{ instrument: 'js220 002122' }, 3, 'JS220 002122'],
  ])('%o takes the one that is meant, and says which', (config, height, label) => {
    const taken = source(config);
    expect(taken.height).toBe(height);
    expect(taken.printed).toEqual([`Takes events from ${label}.`]);
  });

  test('one that is not connected is refused with those that are', () => {
    expect(() => source({ instrument: 'JS220 000001' })).toThrow(
      "No connected instrument is 'JS220 000001'. Connected: JS110 001636, JS220 900002, JS220 002122.",
    );
    expect(() => source({ instrument: '' })).toThrow(/Connected: JS110 001636/);
    expect(() => source({ instrument: 2122 })).toThrow("'instrument' must be a text, not 2122.");
  });

  test('a name that several have is refused with those', () => {
    expect(() => source({ instrument: 'JS220' })).toThrow(
      "'JS220' means several connected instruments: JS220 900002, JS220 002122. Name one by its serial number",
    );
  });

  test('two sources of two instruments go on side by side', () => {
    const [js110, js220] = create() as [Instrument, Instrument];
    const instruments = [connected(js110, '001636', 'JS110'), connected(js220)];
    const one = createSource(js110, ['current'], { instrument: 'JS110' }, instruments);
    const other = createSource(js110, ['current'], { instrument: 'JS220' }, instruments);
    js110.append(0, pulses(300, [100], 1));
    expect([one.next(), other.next()].map((result) => typeof result)).toEqual(['object', 'string']);
    js220.append(0, pulses(300, [200], 2));
    expect((other.next() as Float32Array[])[0]![BEFORE]).toBe(2);
  });
});

test('without an instrument nothing begins', () => {
  expect(() => createSource(createInstrument({ current: 1e6 }), ['current'], {}, [])).toThrow(
    /No instrument is connected/,
  );
});
