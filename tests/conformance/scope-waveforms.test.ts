// Oscilloscope replies and files against the values that independent readers give.

import { expect, test } from 'vitest';
import { decodeKeysight, type KeysightSettings } from '../../src/devices/scope/keysight.ts';
import { decodeLecroy, type LecroyWaveform } from '../../src/devices/scope/lecroy.ts';
import { decodeRedPitaya, decodeRohdeSchwarz, type RedPitayaSettings } from '../../src/devices/scope/other.ts';
import { decodeRigol, decodeRigolScreen } from '../../src/devices/scope/rigol.ts';
import { decodeSiglent, decodeSiglentLegacy, parseSiglentDescriptor } from '../../src/devices/scope/siglent.ts';
import { decodeIsf, decodeTektronix } from '../../src/devices/scope/tektronix.ts';
import { type Waveform, WaveformError } from '../../src/devices/scope/waveform.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';

type Input = string | { readonly file: string } | Readonly<Record<string, unknown>>;
interface Segment {
  readonly triggerTime: number;
  readonly x0: number;
  readonly n: number;
  readonly y: readonly (number | null)[];
}
interface Expected {
  readonly n: number;
  readonly x0?: number;
  readonly dx: number;
  readonly xLast?: number;
  readonly yUnit: string;
  readonly y?: readonly (number | null)[];
  readonly yMin?: number;
  readonly yMax?: number;
  readonly segments?: readonly Segment[];
  readonly descriptor?: Readonly<Record<string, unknown>>;
  readonly error?: string;
}
interface Case {
  readonly dialect: string;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly expected: Expected;
}

const { cases } = goldenJson<{ cases: readonly { case: string; dialect: string }[] }>('scope-waveforms/index.json');

function bytesOf(input: Input | undefined): Uint8Array {
  return goldenBytes(`scope-waveforms/${(input as { file: string }).file}`);
}

function chunks(inputs: Case['inputs']): Uint8Array[] {
  return Object.keys(inputs)
    .filter((key) => /^data\d*$/.test(key))
    .sort()
    .map((key) => bytesOf(inputs[key]));
}

function decode({ dialect, inputs }: Case): Waveform {
  const settings = (inputs['settings'] ?? {}) as Readonly<Record<string, string>>;
  const preamble = inputs['preamble'] as string;
  switch (dialect) {
    case 'lecroy':
      return decodeLecroy(bytesOf(inputs['data']));
    case 'keysight':
      return decodeKeysight(preamble, bytesOf(inputs['data']), settings as unknown as KeysightSettings);
    case 'rigol-ds1000z':
    case 'rigol-dho':
      return decodeRigol(preamble, chunks(inputs));
    case 'rigol-ds1000e':
      return decodeRigolScreen(bytesOf(inputs['data']), {
        scaleV: Number(settings[':CHAN1:SCAL?']),
        offsetV: Number(settings[':CHAN1:OFFS?']),
        timeScaleS: Number(settings[':TIM:SCAL?']),
        timeOffsetS: Number(settings[':TIM:OFFS?']),
      });
    case 'siglent-legacy':
      return decodeSiglentLegacy(bytesOf(inputs['data']), {
        voltsPerDivision: settings['VDIV?']!,
        offset: settings['OFST?']!,
        timePerDivision: settings['TDIV?']!,
        sampleRate: settings['SARA?']!,
        triggerDelay: settings['TRDL?']!,
        gridDivisions: Number(settings['gridDivisions']),
      });
    case 'siglent-new':
      return decodeSiglent(bytesOf(inputs['preamble']), chunks(inputs));
    case 'tektronix':
      return decodeTektronix(preamble, bytesOf(inputs['data']));
    case 'tektronix-isf':
      return decodeIsf(bytesOf(inputs['data']));
    case 'redpitaya':
      return decodeRedPitaya(bytesOf(inputs['data']), settings as unknown as RedPitayaSettings);
    case 'rohde-schwarz':
      return decodeRohdeSchwarz(inputs['header'] as string, bytesOf(inputs['data']));
    default:
      throw new Error(`no decoder for ${dialect}`);
  }
}

function expectValues(actual: Float64Array, expected: readonly (number | null)[]): void {
  const largest = Math.max(...expected.map((value) => Math.abs(value ?? 0)));
  expect(actual.length).toBe(expected.length);
  const wrong = expected.findIndex((value, index) =>
    value === null ? !Number.isNaN(actual[index]) : !(Math.abs(actual[index]! - value) <= 1e-9 * largest),
  );
  expect(wrong).toBe(-1);
}

const near = (actual: number, expected: number, scale = Math.abs(expected)): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * scale);

test('the index names every decoder once at least', () => {
  expect(new Set(cases.map(({ dialect }) => dialect)).size).toBe(11);
  expect(cases.length).toBeGreaterThanOrEqual(47);
});

test.each(cases)('$case', ({ case: file }) => {
  const golden = goldenJson<Case>(`scope-waveforms/${file}`);
  const { expected } = golden;
  if (expected.error !== undefined) {
    const thrown = (() => {
      try {
        return decode(golden);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(WaveformError);
    expect((thrown as WaveformError).problem).toBe(expected.error);
    return;
  }
  const waveform = decode(golden);
  expect(waveform.y.length).toBe(expected.n);
  expect(waveform.yUnit).toBe(expected.yUnit);
  near(waveform.dxS, expected.dx);
  if (expected.x0 !== undefined) near(waveform.x0S, expected.x0);
  if (expected.xLast !== undefined) {
    const span = expected.xLast - expected.x0!;
    near(waveform.x0S + (expected.n - 1) * waveform.dxS, expected.xLast, span);
  }
  if (expected.y) expectValues(waveform.y, expected.y);
  if (expected.yMin !== undefined) near(Math.min(...waveform.y), expected.yMin);
  if (expected.yMax !== undefined) near(Math.max(...waveform.y), expected.yMax);
  if (!expected.segments) return;
  const { segments } = waveform as LecroyWaveform;
  expect(segments.length).toBe(expected.segments.length);
  expected.segments.forEach((segment, index) => {
    const actual = segments[index]!;
    near(actual.triggerTimeS, segment.triggerTime);
    near(actual.x0S, segment.x0);
    const values = waveform.y.subarray(actual.firstPoint, actual.firstPoint + actual.pointCount);
    expectValues(values, segment.y ?? [...values]);
    expect(actual.pointCount).toBe(segment.n);
  });
});

test('LeCroy descriptors say what the instrument set', () => {
  for (const { case: file } of cases.filter(({ case: name }) => /^lecroy-(byte|word|seq|ris|valid)/.test(name))) {
    const golden = goldenJson<Case>(`scope-waveforms/${file}`);
    const { descriptor } = decode(golden) as LecroyWaveform;
    expect({
      templateName: descriptor.templateName,
      commType: descriptor.itemBytes - 1,
      commOrder: descriptor.isLittleEndian ? 1 : 0,
      waveArrayCount: descriptor.pointCount,
      verticalGain: descriptor.verticalGain,
      verticalOffset: descriptor.verticalOffset,
      horizInterval: descriptor.horizontalIntervalS,
      horizOffset: descriptor.horizontalOffsetS,
      userText: descriptor.userTextBytes,
      trigTimeArray: descriptor.triggerTimeArrayBytes,
      risTimeArray: descriptor.risTimeArrayBytes,
      nominalBits: descriptor.nominalBits,
      firstValid: descriptor.firstValidPoint,
      lastValid: descriptor.lastValidPoint,
      vertUnit: descriptor.verticalUnit,
      horUnit: descriptor.horizontalUnit,
      waveSource: descriptor.waveSource,
      subarrayCount: descriptor.segmentCount,
      recordType: descriptor.recordType,
      triggerTime: descriptor.triggerTime,
    }).toEqual(golden.expected.descriptor);
  }
});

test('Siglent descriptors tell left-aligned codes from right-aligned ones', () => {
  for (const name of ['siglent-new-word-left', 'siglent-new-word-right']) {
    const golden = goldenJson<Case>(`scope-waveforms/${name}.json`);
    const descriptor = parseSiglentDescriptor(bytesOf(golden.inputs['preamble']));
    expect(descriptor.sampleScaleBits).toBe(golden.expected.descriptor!['sampleScaleBits']);
    expect(descriptor.codesPerDivision).toBe(golden.expected.descriptor!['codePerDiv']);
  }
});
