// The engine of sequences over a clock that is moved by hand: what is set when, and what is not set any more.

import { describe, expect, test } from 'vitest';
import { LabError } from '../../../src/base/errors.ts';
import { checkSequence } from '../../../src/devices/api/sequence-check.ts';
import { Sequencer } from '../../../src/devices/api/sequencer.ts';
import type { ParameterValue } from '../../../src/model/parameter.ts';
import type { Sequence } from '../../../src/model/sequence.ts';
import { ManualClock } from '../../support/manual-clock.ts';

interface Entry {
  readonly atMs: number;
  readonly id: string;
  readonly value: ParameterValue;
}

interface Bench {
  readonly latencyMs?: number;
  readonly before?: Readonly<Record<string, ParameterValue>>;
  readonly answer?: (entry: Entry) => Promise<readonly string[]>;
}

/** An instrument that takes `latencyMs` for each value. */
function run(
  steps: Sequence['steps'],
  roundCount: number | undefined,
  { latencyMs = 0, before = {}, answer }: Bench = {},
) {
  const clock = new ManualClock();
  const told: Entry[] = [];
  const sequencer = new Sequencer({
    clock,
    sequence: { columns: [], steps, roundCount },
    before,
    nameOf: (id) => `the ${id}`,
    onChanged: () => undefined,
    set: async (id, value) => {
      const entry = { atMs: clock.nowMs(), id, value };
      told.push(entry);
      await new Promise<void>((resolve) => clock.after(latencyMs, resolve));
      return (await answer?.(entry)) ?? [];
    },
  });
  return { clock, told, sequencer };
}

const volts = (...values: readonly number[]) => values.map((V) => ({ values: { V }, durationS: 0.1 }));

test('1000 steps begin at their times, whatever setting takes', async () => {
  const steps = Array.from({ length: 1000 }, (_, V) => ({ values: { V }, durationS: 0.1 + (V % 7) / 100 }));
  const { clock, told, sequencer } = run(steps, 1, { latencyMs: 37 });
  // sum of the durations before each, in whole milliseconds
  const expected = steps.map((_, index) =>
    steps.slice(0, index).reduce((sum, { durationS }) => sum + Math.round(1000 * durationS), 0),
  );
  const totalMs = steps.reduce((sum, { durationS }) => sum + Math.round(1000 * durationS), 0);
  await clock.advance(totalMs - 1);
  expect(told.map(({ atMs }) => atMs)).toEqual(expected);
  expect(told.map(({ value }) => value)).toEqual(steps.map((_, index) => index));
  expect(sequencer.progress).toMatchObject({ end: undefined, stepIndex: 999, stepLeftS: 0.001, passedOverCount: 0 });
  await clock.advance(1);
  expect(sequencer.progress).toMatchObject({ end: { kind: 'finished' }, stepIndex: 999, leftS: 0 });
});

test('rounds follow one another; what is left is said', async () => {
  const { clock, told, sequencer } = run(volts(1, 2, 3), 2);
  await clock.advance(450);
  expect(told.map(({ value }) => value)).toEqual([1, 2, 3, 1, 2]);
  const { progress } = sequencer;
  expect(progress).toMatchObject({ stepIndex: 1, stepCount: 3, roundIndex: 1, roundCount: 2 });
  expect([progress.stepLeftS, progress.leftS]).toEqual([0.05, 0.15]);
  await clock.advance(10_000);
  expect(told).toHaveLength(6);
});

test('until it is stopped it goes on, and nothing is set afterwards', async () => {
  const { clock, told, sequencer } = run(volts(1, 2), undefined);
  await clock.advance(100_050);
  expect(told).toHaveLength(1001);
  expect(sequencer.progress).toMatchObject({ leftS: undefined, roundIndex: 500, stepIndex: 0 });
  sequencer.end('stopped');
  await clock.advance(10_000);
  expect(told).toHaveLength(1001);
  expect(sequencer.progress.end).toMatchObject({ kind: 'stopped', unixMs: Date.UTC(2026, 0, 2) + 100_050 });
  // the first end counts
  sequencer.end('lost');
  expect(sequencer.progress.end?.kind).toBe('stopped');
});

test('what goes off goes first, what goes on goes last', async () => {
  const step = { values: { 'CH1.output': true, V: 5, 'CH2.output': false, A: 1 }, durationS: 1 };
  const { clock, told } = run([step], 1);
  await clock.advance(500);
  expect(told.map(({ id }) => id)).toEqual(['CH2.output', 'V', 'A', 'CH1.output']);
});

test('after the thread was held up it is where the clock is, and what was missed is set with that step', async () => {
  const steps = [
    { values: { V: 1 }, durationS: 1 },
    { values: { V: 2, A: 0.2 }, durationS: 1 },
    { values: { V: 3 }, durationS: 1 },
    { values: { V: 4 }, durationS: 1 },
  ];
  const { clock, told, sequencer } = run(steps, 2);
  await clock.advance(500);
  await clock.freeze(2000);
  expect(told.slice(1)).toMatchObject([
    { atMs: 2500, id: 'V', value: 3 },
    { atMs: 2500, id: 'A', value: 0.2 },
  ]);
  expect(sequencer.progress).toMatchObject({ stepIndex: 2, passedOverCount: 1 });
  await clock.advance(500);
  expect(told.at(-1)).toMatchObject({ atMs: 3000, value: 4 });
  // it sleeps over the end: what the last round ends with is set, and it is over
  await clock.freeze(60_000);
  expect(told.slice(-2)).toMatchObject([
    { atMs: 63_000, id: 'V', value: 4 },
    { atMs: 63_000, id: 'A', value: 0.2 },
  ]);
  expect(sequencer.progress).toMatchObject({ end: { kind: 'finished' }, stepIndex: 3, roundIndex: 1 });
});

describe('ends', () => {
  test('with the words of an instrument that refuses, and the rest of the step is not set', async () => {
    const answer = async ({ value }: Entry) => (value === 2 ? ['-222,"Data out of range"'] : []);
    const steps = [volts(1)[0]!, { values: { V: 2, 'CH1.output': true }, durationS: 1 }];
    const { clock, told, sequencer } = run(steps, 1, { answer });
    await clock.advance(1000);
    expect(told.map(({ value }) => value)).toEqual([1, 2]);
    expect(sequencer.progress).toMatchObject({
      stepIndex: 1,
      end: { kind: 'refused', reason: 'the V: the instrument says -222,"Data out of range".' },
    });
  });

  test.each([
    ['setup/invalid', 'refused'],
    ['device/lost', 'lost'],
    ['device/timeout', 'failed'],
  ] as const)('with %s as %s', async (code, kind) => {
    const answer = () => Promise.reject(new LabError(code, 'What happened.'));
    const { clock, told, sequencer } = run(volts(1, 2), 1, { answer });
    await clock.advance(1000);
    expect(told).toHaveLength(1);
    expect(sequencer.progress.end).toMatchObject({ kind, reason: 'What happened.' });
  });

  test('while a value is on its way: the others are not sent, and `settled` waits for it', async () => {
    const step = { values: { V: 1, 'CH1.output': true }, durationS: 1 };
    const { clock, told, sequencer } = run([step], 1, { latencyMs: 50 });
    let isSettled = false;
    void sequencer.settled.then(() => {
      isSettled = true;
    });
    await clock.advance(10);
    sequencer.end('off');
    await clock.advance(39);
    expect(isSettled).toBe(false);
    await clock.advance(1);
    expect(isSettled).toBe(true);
    await clock.advance(5000);
    expect(told.map(({ id }) => id)).toEqual(['V']);
  });

  test('when an output that it switched on is off without it', async () => {
    const steps = [true, false, true].map((isOn) => ({ values: { 'CH1.output': isOn }, durationS: 1 }));
    const { clock, told, sequencer } = run(steps, 1);
    await clock.advance(1500);
    sequencer.look({ 'CH1.output': false });
    expect(sequencer.isRunning).toBe(true);
    await clock.advance(1000);
    sequencer.look({ 'CH1.output': true });
    sequencer.look({ 'CH1.output': false });
    expect(sequencer.progress).toMatchObject({ stepIndex: 2, end: { kind: 'switched-off' } });
    expect(sequencer.progress.end?.reason).toContain('the CH1.output went off');
    expect(told).toHaveLength(3);
  });
});

test('an output that was on before and is off without it ends it, where a step would switch it on again', async () => {
  const before = { 'CH1.output': true, 'CH2.output': true };
  const steps = [...volts(1), { values: { 'CH1.output': true }, durationS: 1 }];
  const { sequencer } = run(steps, 1, { before });
  sequencer.look({ 'CH1.output': true, 'CH2.output': false });
  expect(sequencer.isRunning).toBe(true);
  sequencer.look({ 'CH1.output': false });
  expect(sequencer.progress.end?.kind).toBe('switched-off');
});

describe('is refused before anything is set', () => {
  const check = (sequence: Partial<Sequence>) =>
    checkSequence({ columns: [], steps: volts(1), roundCount: 1, ...sequence }, {}, (values) => {
      if (Number(values['V']) > 5) throw new LabError('setup/invalid', 'too much.');
    });

  test.each<[string, Partial<Sequence>, string]>([
    ['without steps', { steps: [] }, '1 to 1000 steps'],
    ['with too many', { steps: volts(...Array.from({ length: 1001 }, () => 1)) }, '1 to 1000 steps'],
    ['not once', { roundCount: 0 }, 'not 0 times'],
    ['one and a half times', { roundCount: 1.5 }, 'not 1.5 times'],
    ['with a step that is too short', { steps: [{ values: {}, durationS: 0.09 }] }, 'Step 1: it lasts 0.09 s'],
    ['with a step without a time', { steps: [{ values: {}, durationS: Number.NaN }] }, 'Step 1: it lasts NaN s'],
    ['with a value that is', { steps: volts(1, 5, 6) }, 'Nothing was set. Step 3: too much.'],
  ])('%s', (_, sequence, message) => {
    expect(() => check(sequence)).toThrow(message);
  });

  test('and a whole one is not', () => {
    expect(() => check({ steps: volts(1, 5) })).not.toThrow();
    expect(() => check({ roundCount: undefined })).not.toThrow();
    try {
      check({ steps: volts(1, 6) });
    } catch (error) {
      expect(error).toMatchObject({ code: 'setup/invalid', context: { stepIndex: 1 } });
    }
  });
});
