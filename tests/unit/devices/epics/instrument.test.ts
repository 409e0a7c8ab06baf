// Process variables as an instrument, through the real bridge, from a laboratory with a Channel Access server of its own.
// Expected values are what the laboratory says.

import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { utcFromUnixNs } from '../../../../src/base/time.ts';
import { attachChannels } from '../../../../src/core/channel-set.ts';
import { epicsModule } from '../../../../src/devices/epics/module.ts';
import { InstrumentSession } from '../../../../src/workers/device/session.ts';
import { type Lab, type LabOptions, startLab } from '../../../support/epics-lab.ts';
import { openNodeVariables } from '../../../support/epics-page.ts';
import { createInstrument } from '../../../support/instrument.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const SOON = { timeout: 10_000, interval: 10 };
/** Not so long ago that it would not be taken as it is. */
const firstNs = () => BigInt(Date.now() - 20_000) * 1_000_000n + 7n;

async function startBench(options?: LabOptions): Promise<Lab> {
  const lab = await startLab(options);
  cleanUps.push(lab.close);
  return lab;
}

async function connect(lab: Lab, names: readonly string[]) {
  const { instrument } = createInstrument(epicsModule, systemClock, 0);
  const session = new InstrumentSession({
    clock: systemClock,
    place: {
      find: async () => ({ kind: 'variables', names, open: () => openNodeVariables(lab.url) }),
      discard: () => undefined,
      onBack: () => () => undefined,
    },
    instrument,
    onStatus: () => undefined,
  });
  cleanUps.push(() => session.close());
  await session.open();
  const series = (name: string) =>
    attachChannels(instrument.channelSet).values.find(({ channel }) => channel.id === name)!.series;
  return { session, instrument, series };
}

const double = (name: string, value: number, more: object = {}) => ({ name, type: 'DOUBLE', data: [value], ...more });

test('a number comes with the time of its server, its unit, and INVALID as missing', async () => {
  const lab = await startBench();
  const ns = firstNs();
  const at = (index: bigint) => ({ utcNs: String(ns + index * 1_000_000_000n) });
  lab.server.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE', meta: { unit: 'mbar' } }] });
  lab.server.say({ op: 'update', values: [double('T:v', 1.5, at(0n))] });
  const { session, instrument, series } = await connect(lab, ['T:v']);
  lab.server.say({ op: 'update', values: [double('T:v', 2.5, at(1n))] });
  lab.server.say({ op: 'update', values: [double('T:v', 9, { ...at(2n), status: 9, severity: 3 })] });
  lab.server.say({ op: 'update', values: [double('T:v', 3.5, { ...at(3n), status: 4, severity: 1 })] });
  /** Those with times of the server: what stands still is told again in between. */
  const said = () => {
    const { count } = series('T:v');
    const { times, values } = series('T:v').records(0, count)!;
    return [0n, 1n, 2n, 3n].map((second) => values[0]![times.indexOf(utcFromUnixNs(ns + second * 1_000_000_000n))]);
  };
  await vi.waitFor(() => expect(said()).toEqual([1.5, 2.5, Number.NaN, 3.5]), SOON);
  expect(instrument.channelSet.values[0]!.channel.signals).toEqual([{ id: 'T:v', name: 'T:v', unit: 'mbar' }]);
  expect(instrument.reading?.values).toEqual([{ id: 'T:v', label: 'T:v', unit: 'mbar', value: 3.5 }]);
  expect(session.status.notice).toBe('T:v is in alarm (MINOR).');
});

test('a value that has stood for hours counts from the connection on', async () => {
  const lab = await startBench();
  lab.server.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE' }] });
  const beforeMs = Date.now();
  const longAgo = { utcNs: String(BigInt(beforeMs - 7_200_000) * 1_000_000n) };
  lab.server.say({ op: 'update', values: [double('T:v', 1.5, longAgo)] });
  const { series } = await connect(lab, ['T:v']);
  expect(series('T:v').utcAt(0)).toBeGreaterThanOrEqual(utcFromUnixNs(BigInt(beforeMs) * 1_000_000n));
  // its clock is behind: the next value shows that
  const next = BigInt(beforeMs - 7_100_000) * 1_000_000n;
  lab.server.say({ op: 'update', values: [double('T:v', 2.5, { utcNs: String(next) })] });
  await vi.waitFor(() => expect(series('T:v').records(0, 1)!.values[0]![0]).toBe(2.5), SOON);
  expect(series('T:v').utcAt(0)).toBe(utcFromUnixNs(next));
});

test('arrays of one time stamp are one record, along the axis that their siblings say', async () => {
  const lab = await startBench();
  const parts = (channel: string) => [
    { name: `T:${channel}:xoffset`, type: 'DOUBLE' },
    { name: `T:${channel}:xdelta`, type: 'DOUBLE' },
    { name: `T:${channel}:signal`, type: 'DOUBLE', maxCount: 5, meta: { unit: 'V' } },
  ];
  lab.server.say({ op: 'define', pvs: [...parts('ch1'), ...parts('ch2')] });
  const ns = firstNs();
  const tell = (channel: string, utcNs: bigint, samples: readonly number[]) => {
    const at = { utcNs: String(utcNs) };
    const values = [
      double(`T:${channel}:xoffset`, -0.25, at),
      double(`T:${channel}:xdelta`, 0.125, at),
      { name: `T:${channel}:signal`, type: 'DOUBLE', data: samples, ...at },
    ];
    lab.server.say({ op: 'update', values });
  };
  tell('ch1', ns, [1, 2, 3]);
  tell('ch2', ns, [4, 5, 6]);
  const { instrument, session } = await connect(lab, ['T:ch1:signal', 'T:ch2:signal']);
  const take = () => attachChannels(instrument.channelSet).traces[0]!.tryTake((length) => new Float32Array(length));
  const taken = () => vi.waitUntil(() => (([record]) => typeof record === 'object' && record)([take()]), SOON);
  expect(await taken()).toMatchObject({
    triggerUtc: utcFromUnixNs(ns),
    startS: -0.25,
    stepS: 0.125,
    samples: [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)],
  });
  expect(instrument.channelSet.traces[0]!.channel).toMatchObject({
    mostSamples: 5,
    signals: [{ name: 'T:ch1:signal', unit: 'V' }, { name: 'T:ch2:signal' }],
  });
  expect(session.status.notice).toBeUndefined();
  tell('ch2', ns + 1000n, [7, 8]);
  expect(await taken()).toMatchObject({
    triggerUtc: utcFromUnixNs(ns + 1000n),
    samples: [Float32Array.of(Number.NaN, Number.NaN), Float32Array.of(7, 8)],
  });
});

test('records that nobody takes are passed over but for those that fit and the newest, and counted', async () => {
  const lab = await startBench();
  lab.server.say({ op: 'define', pvs: [{ name: 'T:wave', type: 'DOUBLE', maxCount: 2 }] });
  const tell = (value: number) =>
    lab.server.say({ op: 'update', values: [{ name: 'T:wave', type: 'DOUBLE', data: [value, value] }] });
  tell(1);
  const { instrument, session } = await connect(lab, ['T:wave']);
  expect(session.status.values['passed-over']).toBe(0);
  const rounds = 12;
  for (let round = 2; round <= rounds; round++) tell(round);
  const take = () => attachChannels(instrument.channelSet).traces[0]!.tryTake((length) => new Float32Array(length));
  const passedOver = () => Number(session.status.values['passed-over']);
  await vi.waitFor(() => expect(passedOver()).toBeGreaterThan(0), SOON);
  const taken: number[] = [];
  await vi.waitFor(() => {
    const record = take();
    if (typeof record === 'object') taken.push(record.samples[0]![0]!);
    expect(taken.at(-1)).toBe(rounds);
  }, SOON);
  expect(taken.length + passedOver()).toBe(rounds);
});

test('an array without an axis says so', async () => {
  const lab = await startBench();
  lab.server.say({ op: 'define', pvs: [{ name: 'T:wave', type: 'LONG', maxCount: 5 }] });
  lab.server.say({ op: 'update', values: [{ name: 'T:wave', type: 'LONG', data: [1, 2] }] });
  const { session } = await connect(lab, ['T:wave']);
  expect(session.status.notice).toBe('T:wave says no step: its elements are drawn 1 s apart.');
});

test('what nobody answers for is named, and comes when its server does', async () => {
  const lab = await startBench();
  lab.server.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE' }] });
  lab.server.say({ op: 'update', values: [double('T:v', 1.5)] });
  const { session, instrument, series } = await connect(lab, ['T:v', 'T:late']);
  expect(session.status.notice).toBe('T:late: nobody answers for it yet.');
  expect(instrument.channelSet.values).toHaveLength(1);
  lab.server.say({ op: 'define', pvs: [{ name: 'T:late', type: 'DOUBLE' }] });
  lab.server.say({ op: 'update', values: [double('T:late', 7)] });
  const late = () => instrument.channelSet.values.some(({ channel }) => channel.id === 'T:late');
  await vi.waitFor(() => expect(late() && series('T:late').count).toBeGreaterThan(0), { ...SOON, timeout: 20_000 });
  // what stood in the channels before stands in the new ones
  expect([...series('T:v').records(0, 1)!.values[0]!]).toEqual([1.5]);
  expect(session.status.notice).toBeUndefined();
}, 30_000);

test('a server that goes away leaves what is missing', async () => {
  const lab = await startBench();
  lab.server.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE' }] });
  lab.server.say({ op: 'update', values: [double('T:v', 1.5)] });
  const { session, series } = await connect(lab, ['T:v']);
  await lab.endServer();
  await vi.waitFor(() => expect(session.status.notice).toMatch(/^T:v: not connected \(.*\); it is searched\.$/), SOON);
  const { count } = series('T:v');
  expect(series('T:v').records(count - 1, count)!.values[0]![0]).toBeNaN();
  expect(session.status.state).toBe('idle');
});

test('a bridge that goes away is looked for again', async () => {
  const lab = await startBench();
  lab.server.say({ op: 'define', pvs: [{ name: 'T:v', type: 'DOUBLE' }] });
  lab.server.say({ op: 'update', values: [double('T:v', 1.5)] });
  const { session, series } = await connect(lab, ['T:v']);
  await lab.close();
  await vi.waitFor(() => expect(session.status.state).toBe('lost'), SOON);
  const { count } = series('T:v');
  expect(series('T:v').records(count - 1, count)!.values[0]![0]).toBeNaN();
});

describe('writes', () => {
  const define = (lab: Lab) => {
    lab.server.say({
      op: 'define',
      pvs: [
        { name: 'T:set', type: 'DOUBLE', isWritable: true, meta: { unit: 'A', control: [0, 5] } },
        { name: 'T:mode', type: 'ENUM', isWritable: true, meta: { choices: ['Off', 'On'] } },
        { name: 'T:text', type: 'STRING' },
      ],
    });
    lab.server.say({
      op: 'update',
      values: [
        double('T:set', 1),
        { name: 'T:mode', type: 'ENUM', data: [1] },
        { name: 'T:text', type: 'STRING', data: ['10 µs'] },
      ],
    });
  };
  const names = ['T:set', 'T:mode', 'T:text'];

  test('texts and choices are shown; nothing can be written before it is allowed', async () => {
    const lab = await startBench({ puts: names });
    define(lab);
    const { session } = await connect(lab, names);
    expect(session.status.values).toMatchObject({ writes: false, 'T:mode': '1', 'T:text': '10 µs' });
    expect(session.status.parameters.map(({ id, isReadOnly = false }) => [id, isReadOnly])).toEqual([
      ['writes', false],
      ['passed-over', true],
      ['T:mode', true],
      ['T:text', true],
    ]);
    await expect(session.set('T:set', 2)).rejects.toMatchObject({ code: 'setup/invalid' });
    await expect(session.set('T:mode', '0')).rejects.toMatchObject({ code: 'setup/invalid' });
  });

  test('a write is done when the server says so, and the value is what the server says', async () => {
    const lab = await startBench({ puts: ['T:set'] });
    define(lab);
    const { session } = await connect(lab, names);
    await session.set('writes', true);
    expect(session.status.parameters.find(({ id }) => id === 'T:set')).toMatchObject({ min: 0, max: 5, unit: 'A' });
    await expect(session.set('T:set', 6)).rejects.toMatchObject({ code: 'setup/invalid' });
    const written = session.set('T:set', 3);
    const put = await lab.server.next('put');
    expect(put).toMatchObject({ name: 'T:set', values: [{ data: [3] }] });
    lab.server.say({ op: 'update', values: [double('T:set', 2.75)] });
    lab.server.say({ op: 'put-done', put: put['put'] });
    await written;
    expect(session.status.values['T:set']).toBe(2.75);
    // the bridge was not started for it
    await expect(session.set('T:mode', '0')).rejects.toMatchObject({
      code: 'device/denied',
      message: expect.stringContaining('--epics-put T:mode'),
    });
  });
});
