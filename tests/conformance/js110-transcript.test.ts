// The control transfers of the reference host, replayed: our driver makes the same requests in the same order, and
// the simulator gives the same kinds of answers (tests/golden/js110/transcript).

import { expect, test } from 'vitest';
import type { Js110Driver } from '../../src/devices/joulescope/js110/driver.ts';
import { createReplayDevice } from '../../src/devices/joulescope/js110/sim/replay.ts';
import type { UsbDevice, UsbSetup } from '../../src/transports/usb.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';
import { createBench, createBus } from '../support/js110.ts';

interface Step {
  readonly kind: 'lowlevel' | 'control' | 'host';
  readonly text?: string;
  readonly dir?: 'in' | 'out';
  readonly bRequest?: number;
  readonly wValue?: number;
  readonly wIndex?: number;
  readonly data?: string;
}

interface Transcript {
  readonly steps: readonly Step[];
}

const STATUS = 4;
/** What only our driver asks for: which unit this is, and its firmware. */
const IDENTIFICATION = [7, 10];
/** The reference asks for EXTIO with a longer read; lengths of reads are not compared. */
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** `device` with its control transfers noted. Successive STATUS polls count as one. */
function recorded(device: UsbDevice): { device: UsbDevice; log: string[] } {
  const log: string[] = [];
  const note = (direction: string, setup: UsbSetup, data: string) => {
    if (IDENTIFICATION.includes(setup.request)) return;
    const line =
      setup.request === STATUS
        ? 'status'
        : `${direction} ${setup.request} ${setup.value} ${setup.index} ${data}`.trim();
    if (line !== 'status' || log.at(-1) !== 'status') log.push(line);
  };
  const proxy = new Proxy(device, {
    get(target, key) {
      if (key === 'controlTransferOut') {
        return (setup: UsbSetup, data?: Uint8Array) => {
          note('out', setup, hex(data ?? new Uint8Array(0)));
          return target.controlTransferOut(setup, data as Uint8Array<ArrayBuffer>);
        };
      }
      if (key === 'controlTransferIn') {
        return (setup: UsbSetup, length: number) => {
          note('in', setup, '');
          return target.controlTransferIn(setup, length);
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { device: proxy, log };
}

function expectedLog(steps: readonly Step[]): string[] {
  const log: string[] = [];
  for (const step of steps) {
    if (step.kind !== 'control') continue;
    const data = step.dir === 'out' ? step.data : '';
    const line =
      step.bRequest === STATUS ? 'status' : `${step.dir} ${step.bRequest} ${step.wValue} ${step.wIndex} ${data}`.trim();
    if (line !== 'status' || log.at(-1) !== 'status') log.push(line);
  }
  return log;
}

/** Our calls for the host actions of transcript t01, in order; the others change nothing on the wire. */
const T01_ACTIONS: readonly ((driver: Js110Driver) => Promise<void>)[] = [
  (driver) => driver.start('new'),
  (driver) => driver.set('current.range', '180mA'),
  (driver) => driver.set('voltage.range', '5V'),
  (driver) => driver.set('gpo.0', true),
  (driver) => driver.set('io.voltage', '1800'),
  (driver) => driver.set('current.lsb', 'gpi0'),
];

test('open with defaults, configure while streaming, stop', async () => {
  const { steps } = goldenJson<Transcript>('js110/transcript/t01_open_defaults_configure_stream.json');
  const bench = createBench();
  const replay = createReplayDevice(new Uint8Array(0), goldenBytes('js110/cal/cal_a.bin'), { clock: bench.clock });
  const { device, log } = recorded(replay);
  const driver = bench.driver(device, { openMode: 'defaults' });
  await bench.clock.settle(driver.open());
  for (const action of T01_ACTIONS) await bench.clock.settle(action(driver));
  // The inputs are read between the last change and the stop, as our driver does with every fifth status.
  await bench.clock.advance(540);
  await bench.clock.settle(driver.stop());
  expect(log).toEqual(expectedLog(steps));
  await bench.clock.settle(driver.close());
});

test('open keeping the configuration', async () => {
  const { steps } = goldenJson<Transcript>('js110/transcript/t02_open_resume.json');
  const bench = createBench();
  const replay = createReplayDevice(new Uint8Array(0), goldenBytes('js110/cal/cal_a.bin'), { clock: bench.clock });
  const { device, log } = recorded(replay);
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  expect(log).toEqual(expectedLog(steps));
  await bench.clock.settle(driver.close());
});

test('the simulator answers the golden requests with the same kinds of answers', async () => {
  for (const name of ['t01_open_defaults_configure_stream', 't02_open_resume']) {
    const { steps } = goldenJson<Transcript>(`js110/transcript/${name}.json`);
    const { clock } = createBench();
    const { device } = createBus(clock, 'test-dc');
    await clock.settle(device.open());
    await clock.settle(device.claimInterface(0));
    for (const step of steps) {
      if (step.kind !== 'control') continue;
      const setup: UsbSetup = {
        requestType: 'vendor',
        recipient: 'device',
        request: step.bRequest!,
        value: step.wValue!,
        index: step.wIndex!,
      };
      if (step.dir === 'out') {
        const data = Uint8Array.from(step.data!.match(/../g)!, (pair) => Number.parseInt(pair, 16));
        expect((await clock.settle(device.controlTransferOut(setup, data))).status).toBe('ok');
        continue;
      }
      const result = await clock.settle(device.controlTransferIn(setup, 1024));
      expect(result.status).toBe('ok');
      const answer = new Uint8Array(result.data!.buffer, result.data!.byteOffset, result.data!.byteLength);
      if (step.bRequest === 2) expect(hex(answer).startsWith(step.data!)).toBe(true);
      // SETTINGS, STATUS and EXTIO: same header, same length.
      if ([3, 4, 9].includes(step.bRequest!)) {
        expect(hex(answer.subarray(0, 8))).toBe(step.data!.slice(0, 16));
        expect(answer.byteLength).toBe(step.data!.length / 2);
      }
    }
    await clock.settle(device.close());
  }
});
