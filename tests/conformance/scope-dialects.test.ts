// Oscilloscopes as their dialects ask them: an instrument that answers each question with the golden reply, whatever was
// set before, as one that chose its own format does.

import { expect, test } from 'vitest';
import type { ScopePort } from '../../src/devices/scope/dialect.ts';
import { dialectOf, SCOPE_DIALECTS } from '../../src/devices/scope/dialects.ts';
import { WaveformError } from '../../src/devices/scope/waveform.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';

type Input = string | { readonly file: string };

interface Case {
  readonly dialect: string;
  readonly inputs: Readonly<Record<string, Input>> & { readonly settings?: Readonly<Record<string, unknown>> };
  readonly expected: {
    readonly n: number;
    readonly x0?: number;
    readonly dx: number;
    readonly y?: readonly (number | null)[];
    readonly segments?: readonly { readonly triggerTime: number; readonly x0: number; readonly n: number }[];
    readonly error?: string;
  };
}

const { cases } = goldenJson<{ cases: readonly { case: string; dialect: string }[] }>('scope-waveforms/index.json');

/** Units of the families, by the golden data's names. */
const UNITS: Readonly<Record<string, { vendor: string; model: string }>> = {
  lecroy: { vendor: 'LECROY', model: 'WR64Xi' },
  keysight: { vendor: 'KEYSIGHT TECHNOLOGIES', model: 'DSO-X 3024T' },
  'rigol-ds1000z': { vendor: 'RIGOL TECHNOLOGIES', model: 'DS1054Z' },
  'rigol-dho': { vendor: 'RIGOL TECHNOLOGIES', model: 'DHO804' },
  'rigol-ds1000e': { vendor: 'Rigol Technologies', model: 'DS1052E' },
  'siglent-legacy': { vendor: 'Siglent Technologies', model: 'SDS1104X-E' },
  'siglent-new': { vendor: 'Siglent Technologies', model: 'SDS2104X Plus' },
  tektronix: { vendor: 'TEKTRONIX', model: 'MSO2024' },
  'rohde-schwarz': { vendor: 'Rohde&Schwarz', model: 'RTB2004' },
};

const spoken = cases.filter(({ dialect }) => dialect in UNITS);

/** Answers by the ends of questions; the pages of a record one after the other. */
function golden({ dialect, inputs }: Case): ScopePort {
  const settings = inputs.settings ?? {};
  const bytes = (input: Input | undefined) =>
    typeof input === 'string' ? new TextEncoder().encode(input) : goldenBytes(`scope-waveforms/${input!.file}`);
  const pages = Object.keys(inputs)
    .filter((key) => /^data\d*$/.test(key))
    .sort();
  const data = (): Uint8Array => bytes(inputs[pages.shift()!]);
  const replies: Readonly<Record<string, () => string | Uint8Array>> = {
    ':WAV:PRE?': () => bytes(inputs['preamble']),
    ':WAV:DATA?': data,
    ':WAV:DATA? CHAN1': data,
    ':WAV:BYT?': () => String(settings['byteOrder']),
    ':WAV:UNS?': () => (settings['unsigned'] ? '1' : '0'),
    ':WAV:MAXP?': () => '200',
    'WFMO?': () => bytes(inputs['preamble']),
    'CURV?': data,
    'C1:WF? ALL': data,
    'C1:WF? DAT2': data,
    'CHAN1:DATA:HEAD?': () => bytes(inputs['header']),
    'CHAN1:DATA?': data,
  };
  const answer = (question: string): string | Uint8Array => {
    const reply = replies[question]?.() ?? settings[question] ?? settings[question.replace('C1:', '')];
    if (reply === undefined) throw new Error(`${dialect} has no answer to ${question}`);
    return reply as string | Uint8Array;
  };
  const asText = (reply: string | Uint8Array) => (typeof reply === 'string' ? reply : new TextDecoder().decode(reply));
  return {
    query: async (question) => asText(answer(question)).trim(),
    queryBytes: async (question) => {
      const reply = answer(question);
      return typeof reply === 'string' ? new TextEncoder().encode(reply) : reply.slice();
    },
    command: async () => undefined,
  };
}

test.each(Object.entries(UNITS))('%s is known by its identity, and by one family alone', (id, identity) => {
  expect(SCOPE_DIALECTS.filter((dialect) => dialect.isOf(identity))).toHaveLength(1);
  expect(dialectOf(identity)!.id).toContain(id.split('-')[0]);
});

test.each(spoken)('$case', async ({ case: file }) => {
  const told = goldenJson<Case>(`scope-waveforms/${file}`);
  const identity = UNITS[told.dialect]!;
  const fetched = dialectOf(identity)!.fetch(golden(told), 1, { identity, isDeep: true });
  const { expected } = told;
  if (expected.error !== undefined) {
    const error = await fetched.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(WaveformError);
    expect((error as WaveformError).problem).toBe(expected.error);
    return;
  }
  const trace = await fetched;
  expect(trace.y.length).toBe(expected.n);
  expect(Math.abs(trace.dxS - expected.dx)).toBeLessThanOrEqual(1e-9 * expected.dx);
  if (expected.x0 !== undefined) expect(trace.x0S).toBeCloseTo(expected.x0, 12);
  if (expected.y) {
    const largest = Math.max(...expected.y.map((value) => Math.abs(value ?? 0)));
    const wrong = expected.y.findIndex((value, index) =>
      value === null ? !Number.isNaN(trace.y[index]) : !(Math.abs(trace.y[index]! - value) <= 1e-9 * largest),
    );
    expect(wrong).toBe(-1);
  }
  expected.segments?.forEach((segment, index) => {
    const found = trace.segments![index]!;
    expect(found.triggerTimeS).toBeCloseTo(segment.triggerTime, 12);
    expect(found.x0S).toBeCloseTo(segment.x0, 12);
    expect(found.sampleCount).toBe(segment.n);
  });
});
