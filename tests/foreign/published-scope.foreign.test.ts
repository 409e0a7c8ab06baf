// A simulated oscilloscope, published as the page does it, armed and read by libca of EPICS Base, through pyepics.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEpics } from '../../bridge/epics/epics.mjs';
import { startBridge } from '../../bridge/server.mjs';
import { systemClock } from '../../src/base/clock.ts';
import { configurationOf } from '../../src/devices/oszitrace/configuration-text.ts';
import { oszitraceModule } from '../../src/devices/oszitrace/module.ts';
import { InstrumentSession } from '../../src/workers/device/session.ts';
import { openNodeVariables } from '../support/epics-page.ts';
import { createInstrument } from '../support/instrument.ts';

const POINTS = 1000;
/** The simulated axis, first and last point included. */
const END = 6.28;
const text = `OSZI_SIM_CHANNELS=ch1\nOSZI_SIM_TRIGGERED=yes\nOSZI_SIM_POINTS=${POINTS}\n`;
const CONFIGURATION = { settings: configurationOf(text)!, initTalk: undefined };

let env: NodeJS.ProcessEnv;
let session: InstrumentSession;
const cleanUps: (() => unknown)[] = [];

beforeAll(async () => {
  const epics = await startEpics({ port: 0 });
  const bridge = await startBridge({ port: 0, epics });
  cleanUps.push(epics.close, bridge.close);
  const isolated = { EPICS_CA_ADDR_LIST: '127.0.0.1', EPICS_CA_AUTO_ADDR_LIST: 'NO' };
  env = { ...process.env, ...isolated, EPICS_CA_SERVER_PORT: String(epics.udp) };
  const { instrument } = createInstrument(
    { ...oszitraceModule, create: (bench) => oszitraceModule.create(bench, CONFIGURATION) },
    systemClock,
    0,
    (channel, record) => session.traced(channel, record),
  );
  session = new InstrumentSession({
    clock: systemClock,
    place: oszitraceModule.simulate({ clock: systemClock, simulationId: '', serialNumber: '' }).place,
    instrument,
    onStatus: () => undefined,
    openVariables: () => openNodeVariables(bridge.url),
  });
  cleanUps.push(() => session.close());
  await session.open();
  session.publish({ prefix: 'OSZI', name: 'sim', writableIds: ['arm'] });
  await vi.waitFor(() => expect(session.status.publication?.state).toBe('served'), 10_000);
});

afterAll(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** pyepics is a package of Debian, for Debian's Python, which writes NaN where JSON has none. */
async function python(...args: string[]): Promise<unknown> {
  const run = promisify(execFile)('/usr/bin/python3', ['tests/foreign/channel-access.py', ...args], { env });
  return JSON.parse((await run).stdout.replaceAll('NaN', 'null'));
}

test('it is armed by a put with completion, and the new trace is read with its axis', async () => {
  expect(await python('put', 'OSZI:sim:arm', '5')).toMatchObject({ before: 0, done: 1 });
  expect(session.status.publication!.writes).toMatchObject([{ name: 'OSZI:sim:arm', value: '5', refusal: undefined }]);
  await vi.waitFor(() => expect(session.status.values['run']).toBe('stop'), 10_000);
  const axis = (await python('sum', 'OSZI:sim:ch1:xaxis')) as {
    count: number;
    first: number;
    last: number;
    sum: number;
  };
  expect(axis).toMatchObject({ count: POINTS, first: 0 });
  expect(axis.last).toBeCloseTo(END, 9);
  expect(axis.sum).toBeCloseTo((END / 2) * POINTS, 6);
  const [step, reach, signal] = (await python(
    'read',
    'OSZI:sim:ch1:xdelta',
    'OSZI:sim:ch1:xreach',
    'OSZI:sim:ch1:signal',
  )) as { value: number | number[]; time: number; unit: string; canWrite: boolean; severity: number }[];
  expect(step!.value).toBeCloseTo(END / (POINTS - 1), 12);
  expect(reach!.value).toBeCloseTo((END / (POINTS - 1)) * POINTS, 10);
  expect(signal).toMatchObject({ count: POINTS, canWrite: false, severity: 0 });
  expect(new Set([step, reach, signal].map((part) => part!.time)).size).toBe(1);
}, 60_000);
