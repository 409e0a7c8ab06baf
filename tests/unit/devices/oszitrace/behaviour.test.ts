// Retries, errors, the simulated instrument's trigger: how dialogues behave in the rounds of reads.

import { expect, test } from 'vitest';
import { LabError } from '../../../../src/base/errors.ts';
import { parseConfiguration } from '../../../../src/devices/oszitrace/configuration.ts';
import {
  type OsziDialogue,
  type OsziTrace,
  type Retry,
  TIMEOUT_RETRY,
} from '../../../../src/devices/oszitrace/dialogue.ts';
import { makeDialogue } from '../../../../src/devices/oszitrace/dialogues.ts';
import { Rounds } from '../../../../src/devices/oszitrace/rounds.ts';
import { SIM_DEFAULTS, SimDialogue } from '../../../../src/devices/oszitrace/sim.ts';
import { goldenJson } from '../../../support/golden.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

interface Step {
  readonly read?: string;
  readonly timeout?: number;
  readonly arm?: boolean;
  readonly expect?: string;
}
interface Behaviour {
  readonly name: string;
  readonly reads?: readonly string[];
  readonly channels?: Readonly<Record<string, readonly string[]>>;
  readonly sim?: { readonly triggered: boolean; readonly channels: readonly string[] };
  readonly script?: readonly Step[];
  readonly dialogue?: string;
  readonly expectPublished?: readonly string[];
  readonly expectPublishedPerChannel?: Readonly<Record<string, readonly string[]>>;
  readonly expectState?: string;
  readonly expectRetries?: { readonly empty: number; readonly timeout: number };
  readonly expectMessageContains?: string;
}

const { behaviour } = goldenJson<{ behaviour: readonly Behaviour[] }>('scpi/oszitrace.json');
const scripted = behaviour.filter(({ reads, channels }) => reads !== undefined || channels !== undefined);
const simulated = behaviour.filter(({ sim }) => sim !== undefined);

/** Reads as a list says, then nothing but timeouts. The unit of a trace is its name. */
class Scripted implements OsziDialogue {
  readonly channels: readonly string[];
  readonly parameters = {};
  readonly #reads: Map<string, string[]>;

  constructor(reads: Readonly<Record<string, readonly string[]>>) {
    this.channels = Object.keys(reads);
    this.#reads = new Map(Object.entries(reads).map(([name, list]) => [name, [...list]]));
  }

  init = () => Promise.resolve();
  armTrigger = () => Promise.resolve();

  retrChannel(name: string): Promise<OsziTrace | Retry> {
    const [kind, word = ''] = (this.#reads.get(name)!.shift() ?? 'end').split(':');
    if (kind === 'error') return Promise.reject(new LabError('device/lost', word));
    if (kind === 'data') return Promise.resolve(trace(word));
    return Promise.resolve(kind === 'empty' ? { kind: 'empty-retry', reason: 'nothing' } : TIMEOUT_RETRY);
  }
}

function trace(unit: string): OsziTrace {
  return { kind: 'trace', values: new Float64Array(1), unit, axisName: 't', axisUnit: 's', x0: 0, dx: 1 };
}

test('every golden behaviour is looked at', () => {
  expect(behaviour.length).toBe(scripted.length + simulated.length + 1);
});

test.each(scripted)('$name', async (golden) => {
  const clock = new ManualClock();
  const channels = golden.channels ?? { ch1: golden.reads! };
  const roundCount = Math.max(...Object.values(channels).map((list) => list.length));
  const published: Record<string, string[]> = Object.fromEntries(Object.keys(channels).map((name) => [name, []]));
  const rounds = new Rounds(new Scripted(channels), {
    clock,
    onTrace: (channel, { unit }) => published[channel]!.push(unit),
  });
  const run = rounds.run();
  // a pause of 100 ms after each round; no two empty rounds follow each other here
  await clock.advance((roundCount - 1) * 100);
  expect(rounds.state).toBe(golden.expectState);
  if (golden.expectRetries) expect(rounds.retries).toEqual(golden.expectRetries);
  if (golden.expectPublished) expect(published['ch1']).toEqual(golden.expectPublished);
  if (golden.expectPublishedPerChannel) expect(published).toEqual(golden.expectPublishedPerChannel);
  if (golden.expectMessageContains) expect(rounds.error?.message).toContain(golden.expectMessageContains);
  rounds.stop();
  await clock.settle(run);
});

test.each(simulated)('$name', async ({ sim, script }) => {
  const clock = new ManualClock();
  const options = { ...SIM_DEFAULTS, channels: sim!.channels, isTriggered: sim!.triggered };
  const dialogue = new SimDialogue(options, clock);
  await dialogue.init();
  for (const step of script!) {
    if (step.arm) await dialogue.armTrigger();
    if (step.read === undefined) continue;
    const found = await dialogue.retrChannel(step.read, step.timeout!).then(
      ({ kind }) => (kind === 'trace' ? 'data' : kind),
      () => 'error',
    );
    expect([step, found]).toEqual([step, step.expect]);
  }
  expect(clock.nowMs()).toBe(0);
});

test('a dialogue that is not known fails', async () => {
  const { dialogue } = behaviour.find(({ name }) => name === 'unknown-module')!;
  const configuration = parseConfiguration({ OSZI_DIALOGUE: dialogue });
  const made = makeDialogue(configuration, new ManualClock(), () => Promise.reject(new Error('not called')));
  await expect(made).rejects.toMatchObject({ code: 'setup/invalid' });
});

test('pauses grow from 0.1 s to 2 s while nothing but empty answers come', async () => {
  const clock = new ManualClock();
  const times: number[] = [];
  const reads = [...Array.from({ length: 7 }, () => 'empty'), 'data:A', 'empty', 'timeout'];
  const rounds = new Rounds(new Scripted({ ch1: reads }), {
    clock,
    onTrace: () => times.push(clock.nowMs()),
    onRetry: () => times.push(clock.nowMs()),
  });
  const run = rounds.run();
  await clock.advance(8000);
  rounds.stop();
  await clock.settle(run);
  const pauses = times.slice(1, 10).map((time, index) => time - times[index]!);
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 100, 100]);
});

test('reads of one instrument never overlap', async () => {
  const clock = new ManualClock();
  let underWay = 0;
  let most = 0;
  const dialogue = new Scripted({ a: [], b: [] });
  dialogue.retrChannel = async () => {
    most = Math.max(most, ++underWay);
    await new Promise<void>((resolve) => clock.after(50, resolve));
    underWay--;
    return trace('');
  };
  const rounds = new Rounds(dialogue, { clock, onTrace: () => undefined });
  await clock.settle(Promise.all([rounds.read('a', 0), rounds.read('b', 0), rounds.read('a', 0)]));
  expect([most, clock.nowMs()]).toEqual([1, 150]);
});

test('the simulated sine: 0 to 6.28 along the axis, 3.14 rad/s in time', async () => {
  const clock = new ManualClock();
  const dialogue = new SimDialogue({ ...SIM_DEFAULTS, pointCount: 1000, amplitude: 2, frequency: 3 }, clock);
  await clock.advance(500);
  const { values, x0, dx, axisName } = (await dialogue.retrChannel('default', 0)) as OsziTrace;
  expect([values.length, x0, axisName]).toEqual([1000, 0, 't']);
  expect(dx).toBeCloseTo(0.0062863, 7);
  expect(x0 + 999 * dx).toBeCloseTo(6.28, 12);
  expect(values[0]).toBeCloseTo(2 * Math.sin(0.5 * 3.14 * 3), 12);
  expect(values[100]).toBeCloseTo(2 * Math.sin((100 * (6.28 / 999) + 1.57) * 3), 12);
});

test('an armed instrument wakes a read that waits for it; the same seed fails at the same reads', async () => {
  const clock = new ManualClock();
  const dialogue = new SimDialogue({ ...SIM_DEFAULTS, isTriggered: true }, clock);
  const read = dialogue.retrChannel('default', 5);
  await clock.advance(1000);
  await dialogue.armTrigger();
  expect((await clock.settle(read)).kind).toBe('trace');
  expect(clock.nowMs()).toBe(1000);
  const late = dialogue.retrChannel('default', 5);
  expect((await clock.settle(late)).kind).toBe('timeout-retry');
  expect(clock.nowMs()).toBe(6000);
  const kinds = async () => {
    const failing = new SimDialogue({ ...SIM_DEFAULTS, pointCount: 1, failPart: 0.25, seed: 7 }, clock);
    const list: string[] = [];
    for (let i = 0; i < 1000; i++) list.push((await failing.retrChannel('default', 0)).kind);
    return list;
  };
  const first = await kinds();
  expect(await kinds()).toEqual(first);
  const failed = first.filter((kind) => kind === 'empty-retry').length;
  // 1000 reads of 0.25: four standard deviations are 55
  expect(Math.abs(failed - 250)).toBeLessThan(55);
});
