// A simulated oscilloscope published through the real bridge, as a client of Channel Access sees it.

import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { attachChannels } from '../../../../src/core/channel-set.ts';
import { configurationOf } from '../../../../src/devices/oszitrace/configuration-text.ts';
import { oszitraceModule } from '../../../../src/devices/oszitrace/module.ts';
import { InstrumentSession } from '../../../../src/workers/device/session.ts';
import { monitor, startLab } from '../../../support/epics-lab.ts';
import { openNodeVariables } from '../../../support/epics-page.ts';
import { createInstrument } from '../../../support/instrument.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const SOON = { timeout: 10_000, interval: 10 };
const POINTS = 1000;
const CONFIGURATION = {
  settings: configurationOf(`OSZI_SIM_CHANNELS=ch1:ch2\nOSZI_SIM_TRIGGERED=yes\nOSZI_SIM_POINTS=${POINTS}\n`)!,
  initTalk: undefined,
};
const PLAN = { prefix: 'OSZI:', name: 'sim', writableIds: [] as readonly string[] };

async function publish(plan = PLAN) {
  const lab = await startLab();
  cleanUps.push(lab.close);
  const { instrument } = createInstrument(
    { ...oszitraceModule, create: (bench) => oszitraceModule.create(bench, CONFIGURATION) },
    systemClock,
    0,
    (channel, record) => session.traced(channel, record),
  );
  const { place } = oszitraceModule.simulate({ clock: systemClock, simulationId: '', serialNumber: '' });
  const session = new InstrumentSession({
    clock: systemClock,
    place,
    instrument,
    onStatus: () => undefined,
    openVariables: () => openNodeVariables(lab.url),
  });
  cleanUps.push(() => session.close());
  await session.open();
  session.publish(plan);
  await vi.waitFor(() => expect(session.status.publication?.state).toBe('served'), SOON);
  /** Somebody takes the records, as the page does. */
  const take = () => attachChannels(instrument.channelSet).traces[0]?.tryTake((length) => new Float32Array(length));
  return { lab, session, take };
}

test('what is said of it is the same object until something else is said', async () => {
  const { session } = await publish();
  const first = session.status.publication;
  expect(first!.variables.length).toBeGreaterThan(0);
  // what is told to clients is another matter
  await session.set('run', 'single');
  expect(session.status.publication).toBe(first);
  session.publish({ ...PLAN, writableIds: ['arm'] });
  expect(session.status.publication).not.toBe(first);
  expect(session.status.publication!.plan.writableIds).toEqual(['arm']);
});

const XS = ['xoffset', 'xdelta', 'xreach', 'xaxis', 'signal'];

test('it is armed from outside, and the new trace arrives with its axis, under one time stamp, the signal last', async () => {
  const { lab, session } = await publish({ ...PLAN, writableIds: ['arm'] });
  const arm = monitor(lab.client, 'OSZI:sim:arm');
  await vi.waitFor(() => expect(arm.heard.at(-1)?.values).toEqual([0]), SOON);
  const beforeNs = BigInt(Date.now()) * 1_000_000n;
  await arm.channel.put(Int32Array.of(7));
  const parts = Object.fromEntries(XS.map((name) => [name, monitor(lab.client, `OSZI:sim:ch1:${name}`)]));
  await vi.waitFor(() => expect(parts['signal']!.heard.at(-1)?.values).toHaveLength(POINTS), SOON);
  const [offset, step, reach, axis, signal] = XS.map((name) => parts[name]!.heard.at(-1)!);
  const stepS = 6.28 / (POINTS - 1);
  expect(offset!.values).toEqual([0]);
  expect(step!.values[0]).toBeCloseTo(stepS, 12);
  expect(reach!.values[0]).toBeCloseTo(stepS * POINTS, 10);
  expect(axis!.values).toHaveLength(POINTS);
  for (const point of [0, 1, 500, POINTS - 1]) expect(axis!.values[point]).toBeCloseTo(stepS * point, 10);
  // a sine of frequency 1 along its axis: y(x + h) + y(x − h) = 2 cos h · y(x)
  const y = signal!.values as readonly number[];
  expect(Math.max(...y.map(Math.abs))).toBeLessThanOrEqual(1);
  expect(y[300]! + y[100]!).toBeCloseTo(2 * Math.cos(100 * stepS) * y[200]!, 5);
  expect(new Set([offset, step, reach, axis, signal].map((part) => part!.utcNs)).size).toBe(1);
  expect(signal!.utcNs).toBeGreaterThanOrEqual(beforeNs - 1n);
  expect(session.status.publication!.writes).toEqual([
    expect.objectContaining({
      number: 1,
      name: 'OSZI:sim:arm',
      value: '7',
      from: expect.stringMatching(/ at 127\.0\.0\.1:\d+$/),
      refusal: undefined,
    }),
  ]);
  expect(lab.lines.some((line) => line.includes('OSZI:sim:arm'))).toBe(true);
});

test('a record for each time it is armed, in order, each part before the signal', async () => {
  const { lab, take } = await publish({ ...PLAN, writableIds: ['arm'] });
  const order: string[] = [];
  const arm = monitor(lab.client, 'OSZI:sim:arm');
  await vi.waitFor(() => expect(arm.rights.at(-1)).toBe(true), SOON);
  await arm.channel.put(Int32Array.of(1));
  const monitors = XS.map((name) => monitor(lab.client, `OSZI:sim:ch2:${name}`));
  const signal = monitors.at(-1)!;
  await vi.waitFor(() => expect(signal.heard.at(-1)?.values).toHaveLength(POINTS), SOON);
  for (const [index, { heard }] of monitors.entries()) {
    const push = heard.push.bind(heard);
    heard.push = (...values) => {
      order.push(XS[index]!);
      return push(...values);
    };
  }
  const before = signal.heard.at(-1)!;
  take();
  await vi.waitFor(() => expect(arm.heard.at(-1)?.values).toEqual([0]), SOON);
  await arm.channel.put(Int32Array.of(1));
  await vi.waitFor(() => expect(order).toContain('signal'), SOON);
  expect(order).toEqual(XS);
  expect(signal.heard.at(-1)!.utcNs).toBeGreaterThan(before.utcNs!);
});

test('nothing can be written before the user allows it, and what was tried is in the log', async () => {
  const { lab, session } = await publish();
  const arm = monitor(lab.client, 'OSZI:sim:arm');
  await vi.waitFor(() => expect(arm.rights).toEqual([false]), SOON);
  await expect(arm.channel.put(Int32Array.of(1))).rejects.toThrow('does not allow');
  session.publish({ ...PLAN, writableIds: ['run'] });
  const run = monitor(lab.client, 'OSZI:sim:run');
  await vi.waitFor(() => expect(run.rights.at(-1)).toBe(true), SOON);
  expect(arm.rights).toEqual([false]);
  // Read, Run, Single, Stop
  await run.channel.put(Uint16Array.of(3));
  await vi.waitFor(() => expect(run.heard.at(-1)?.values).toEqual([3]), SOON);
  expect(session.status.values['run']).toBe('stop');
  expect(session.status.publication!.writes.map(({ value, refusal }) => [value, refusal])).toEqual([['3', undefined]]);
});

test('settings say their choices, and the state is told', async () => {
  const { lab } = await publish();
  const metas: unknown[] = [];
  lab.client.channel('OSZI:sim:run', {
    onConnected: ({ meta }: { meta: unknown }) => metas.push(meta),
    onDisconnected: () => undefined,
    onValue: () => undefined,
    onRights: () => undefined,
    onFault: () => undefined,
  });
  const state = monitor(lab.client, 'OSZI:sim:state');
  await vi.waitFor(() => expect(metas).toMatchObject([{ choices: ['Read', 'Run', 'Single', 'Stop'] }]), SOON);
  // closed, opening, idle
  await vi.waitFor(() => expect(state.heard.at(-1)?.values).toEqual([2]), SOON);
});

test('what is published no more is gone, and a new name is served instead of the old one', async () => {
  const { lab, session } = await publish();
  const old = monitor(lab.client, 'OSZI:sim:state');
  await vi.waitFor(() => expect(old.heard).not.toHaveLength(0), SOON);
  session.publish({ ...PLAN, name: 'other' });
  const renamed = monitor(lab.client, 'OSZI:other:state');
  await vi.waitFor(() => expect(renamed.heard.at(-1)?.values).toEqual([2]), SOON);
  const again = monitor(lab.client, 'OSZI:sim:state');
  session.publish(undefined);
  expect(session.status.publication).toBeUndefined();
  const late = monitor(lab.client, 'OSZI:other:state');
  await new Promise((wake) => setTimeout(wake, 300));
  expect(again.heard).toEqual([]);
  expect(late.heard).toEqual([]);
});

test('a bridge that is not there is said, and looked for again', async () => {
  const { lab, session } = await publish();
  await lab.close();
  await vi.waitFor(
    () => expect(session.status.publication).toMatchObject({ state: 'away', problem: 'The bridge has gone.' }),
    SOON,
  );
});
