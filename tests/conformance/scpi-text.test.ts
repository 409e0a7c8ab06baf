// The text layer against cases that other readers of IEEE 488.2 agree with, or that the standard gives.

import { expect, test } from 'vitest';
import { dialectOf } from '../../src/devices/scope/dialects.ts';
import { type BlockError, readBlock, readBlocks } from '../../src/devices/scpi/block.ts';
import { parseInstrumentError } from '../../src/devices/scpi/error-queue.ts';
import { readErrors, SCPI_QUEUE } from '../../src/devices/scpi/error-source.ts';
import { parseIdentity } from '../../src/devices/scpi/identity.ts';
import { parseNumbers, parseStrings } from '../../src/devices/scpi/list.ts';
import { parseNumber, withoutHeader } from '../../src/devices/scpi/number.ts';
import { AnswerError } from '../../src/devices/scpi/text-error.ts';
import { goldenJson } from '../support/golden.ts';

interface Cases<Case> {
  readonly cases: readonly Case[];
}
type Float = number | 'Infinity' | '-Infinity' | 'NaN';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function problemOf(run: () => unknown): AnswerError<string> {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(AnswerError);
    return error as AnswerError<string>;
  }
  throw new Error('nothing was thrown');
}

interface BlockCase {
  readonly name: string;
  readonly reply_hex: string;
  readonly expect: {
    readonly payload_hex?: string;
    readonly items_hex?: readonly string[];
    readonly rest_hex?: string;
    readonly prefix?: string;
    readonly indefinite?: boolean;
    readonly error?: string;
    readonly need?: number;
  };
}

test.each(goldenJson<Cases<BlockCase>>('scpi/blocks.json').cases)('block $name', ({ reply_hex, expect: expected }) => {
  const answer = hex(reply_hex);
  if (expected.error !== undefined) {
    const error = problemOf(() => readBlock(answer));
    expect(error.problem).toBe(expected.error);
    if (expected.need !== undefined) expect((error as BlockError).missingBytes).toBe(expected.need);
    return;
  }
  const { payloads, rest } = readBlocks(answer);
  expect(payloads.map(hexOf)).toEqual(expected.items_hex ?? [expected.payload_hex]);
  expect(hexOf(rest)).toBe(expected.rest_hex);
  const { prefix, isIndefinite } = readBlock(answer);
  expect(prefix).toBe(expected.prefix ?? '');
  expect(isIndefinite).toBe(expected.indefinite ?? false);
});

test('a block that states more than the limit is refused from its header', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(problemOf(() => readBlock(bytes('#9999999999'))).problem).toBe('too-large');
  expect(problemOf(() => readBlock(bytes('#(999999999999)'))).problem).toBe('too-large');
  expect(problemOf(() => readBlock(bytes('#15hello'), 4)).problem).toBe('too-large');
});

test('the form of HP, empty and endless counts are refused; text in front ends where it is not printable', () => {
  const problem = (text: string) => problemOf(() => readBlock(new TextEncoder().encode(text))).problem;
  expect(problem('#A\u0000\u0005hello')).toBe('bad-header');
  expect(problem('#()x')).toBe('bad-header');
  expect(problem(`#(${'9'.repeat(20)})`)).toBe('bad-header');
  expect(problem('#(12')).toBe('incomplete');
  expect(problem('OK\n#15hello')).toBe('not-a-block');
  expect(problem(`${' '.repeat(100)}#15hello`)).toBe('not-a-block');
});

interface NumberCase {
  readonly text: string;
  readonly expect: {
    readonly value?: Float;
    readonly unit?: string;
    readonly boolean?: boolean;
    readonly error?: string;
  };
}

test.each(goldenJson<Cases<NumberCase>>('scpi/numbers.json').cases)('number "$text"', ({ text, expect: expected }) => {
  if (expected.error !== undefined) {
    expect(problemOf(() => parseNumber(text)).problem).toBe(expected.error);
    return;
  }
  const { value, unit, isBoolean } = parseNumber(text);
  expect(value).toBe(Number(expected.value));
  expect(unit).toBe(expected.unit);
  expect(isBoolean).toBe(expected.boolean);
});

test('a capital M is mega where things are counted in millions, otherwise milli', () => {
  const of = (text: string) => parseNumber(withoutHeader(text));
  expect(of('SARA 1.00MSa/s')).toEqual({ value: 1e6, unit: 'Sa/s' });
  expect(of('MSIZ 14M')).toEqual({ value: 14e6 });
  expect(of('14k')).toEqual({ value: 14e3 });
  expect(of('C1:VDIV 500.0MV')).toEqual({ value: 0.5, unit: 'V' });
  expect(of('TDIV 5.00MS')).toEqual({ value: 0.005, unit: 'S' });
  expect(of('10MHZ')).toEqual({ value: 10e6, unit: 'HZ' });
  expect(of('10mHz')).toEqual({ value: 0.01, unit: 'Hz' });
  expect(of('2.2MOhm')).toEqual({ value: 2.2e6, unit: 'Ohm' });
  expect(of('*TDIV 1.00E-03S')).toEqual({ value: 0.001, unit: 'S' });
});

test.each(goldenJson<Cases<{ text: string; expect: (Float | string)[]; kind?: string }>>('scpi/lists.json').cases)(
  'list $text',
  ({ text, expect: expected, kind }) => {
    if (kind === 'strings') expect(parseStrings(text)).toEqual(expected);
    else expect([...parseNumbers(text)]).toEqual(expected.map(Number));
  },
);

test('strings in either quote, bare words and what does not close', () => {
  expect(parseStrings(`'it''s', "two",three ,""`)).toEqual(["it's", 'two', 'three', '']);
  expect(problemOf(() => parseStrings('"a,"b')).problem).toBe('bad-string');
  expect(problemOf(() => parseNumbers('1,,2')).problem).toBe('empty');
});

interface ErrorCase {
  readonly text: string;
  readonly expect: Readonly<Record<string, unknown>>;
}
const errors = goldenJson<Cases<ErrorCase> & { drain: { replies: string[]; expectCodes: number[] } }>(
  'scpi/errors.json',
);

test.each(errors.cases)('error queue $text', ({ text, expect: expected }) => {
  if (expected['error'] !== undefined)
    expect(problemOf(() => parseInstrumentError(text)).problem).toBe(expected['error']);
  else expect(parseInstrumentError(text)).toEqual(expected);
});

test('the queue is read until it is empty, or a hundred times', async () => {
  const replies = [...errors.drain.replies];
  const drained = await readErrors(SCPI_QUEUE, () => Promise.resolve(replies.shift()!));
  expect(drained.map((text) => parseInstrumentError(text).code)).toEqual(errors.drain.expectCodes);
  let asked = 0;
  const endless = await readErrors(SCPI_QUEUE, () => {
    asked += 1;
    return Promise.resolve('-113,"Undefined header"');
  });
  expect([endless.length, asked]).toEqual([100, 100]);
});

interface IdentityCase {
  readonly text: string;
  readonly expect: Readonly<Record<string, string>>;
  readonly dialect: string | null;
}
const identities = goldenJson<Cases<IdentityCase>>('scpi/idn.json').cases;

/** The golden data's names of families whose row has another. */
const ROWS: Readonly<Record<string, string>> = {
  'rigol-ds1000z': 'rigol',
  'siglent-new': 'siglent',
  redpitaya: 'red-pitaya',
};

test.each(identities)('identity $text', ({ text, expect: expected, dialect }) => {
  const identity = parseIdentity(text);
  expect(identity).toEqual(expected);
  const row = dialect !== null && dialect in ROWS ? ROWS[dialect] : (dialect ?? undefined);
  expect(dialectOf(identity)?.id).toBe(row);
});

test('further commas belong to the firmware', () => {
  expect(parseIdentity('HAMEG,HMO1024,019,05.886,HW 1')).toEqual({
    vendor: 'HAMEG',
    model: 'HMO1024',
    serial: '019',
    firmware: '05.886,HW 1',
  });
});
