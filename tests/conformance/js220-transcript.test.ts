// The transfers of the reference host, replayed: our driver sends the same requests and the same frames in the same
// order, and every encoding of a value is the reference's (tests/golden/js220/transcript).

import { expect, test } from 'vitest';
import { decodeConnect, decodeTimeMap } from '../../src/devices/joulescope/js220/admin.ts';
import { decodeFrame, encodeFrame } from '../../src/devices/joulescope/js220/frames.ts';
import { decodePublication, encodePublication, type TypedValue } from '../../src/devices/joulescope/js220/values.ts';
import type { UsbDevice, UsbSetup } from '../../src/transports/usb.ts';
import { goldenJson } from '../support/golden.ts';
import { createJs220Bench } from '../support/js220.ts';

interface Step {
  readonly kind: 'lowlevel' | 'control' | 'bulk' | 'host';
  readonly text?: string;
  readonly dir?: 'in' | 'out';
  readonly bRequest?: number;
  readonly data?: string;
  readonly decoded?: {
    readonly frame_id: number;
    readonly length: number;
    readonly port: number;
    readonly topic?: string;
    readonly payload_hex?: string;
  };
}

const NAMES = ['t01_open_resume_stream', 't02_value_encodings', 't03_timesync'];
const stepsOf = (name: string) => goldenJson<{ steps: readonly Step[] }>(`js220/transcript/${name}.json`).steps;
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const publicationsOf = (steps: readonly Step[], suffix: string) =>
  steps
    .filter(({ kind, dir, decoded }) => kind === 'bulk' && dir === 'in' && decoded?.topic?.endsWith(suffix))
    .map(({ data }) => decodePublication(decodeFrame(bytesOf(data!))!.payload)!);

/** `device` with its control requests and the frames that it is sent noted, as the transcripts have them. */
function recorded(device: UsbDevice): { device: UsbDevice; log: string[] } {
  const log: string[] = [];
  const proxy = new Proxy(device, {
    get(target, key) {
      if (key === 'controlTransferIn') {
        return (setup: UsbSetup, length: number) => {
          log.push(`control ${setup.request} ${setup.value} ${setup.index} ${length}`);
          return target.controlTransferIn(setup, length);
        };
      }
      if (key === 'transferOut') {
        return (endpoint: number, data: Uint8Array<ArrayBuffer>) => {
          log.push(`out ${endpoint} ${hexOf(data)}`);
          return target.transferOut(endpoint, data);
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { device: proxy, log };
}

function expectedLog(steps: readonly Step[]): string[] {
  return steps.flatMap(({ kind, dir, bRequest, data }) => {
    if (kind === 'control') return [`control ${bRequest} 0 0 1`];
    return kind === 'bulk' && dir === 'out' ? [`out 1 ${data}`] : [];
  });
}

/** A bench whose instrument describes its topics and has the values of the transcript. */
function benchOf(steps: readonly Step[]) {
  const bench = createJs220Bench();
  const descriptions = Object.fromEntries(
    publicationsOf(steps, '$').map(({ topic, value }) => [topic.slice(0, -1), String(value.value)]),
  );
  const values = Object.fromEntries(publicationsOf(steps, '?').map(({ topic, value }) => [topic.slice(0, -1), value]));
  return { bench, ...recorded(bench.replay(new Uint8Array(0), { descriptions, values })) };
}

test('open, resume, switch streams, share the link, change the rate, close', async () => {
  const steps = stepsOf('t01_open_resume_stream');
  const { bench, device, log } = benchOf(steps);
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  for (const { kind, text } of steps) {
    const [action, topic, type, value] = (kind === 'host' ? text! : '').split(' ');
    if (action !== 'publish') continue;
    await bench.clock.settle(driver.publish(topic!, type === 'str' ? value! : Number(value)));
  }
  expect(driver.values).toMatchObject({ 'current.range': '10A', 'sampling.rate': '10000', 'stream.current': false });
  await bench.clock.settle(driver.close());
  expect(log).toEqual(expectedLog(steps));
});

test('open as the instrument is', async () => {
  const steps = stepsOf('t02_value_encodings');
  const { bench, device, log } = benchOf(steps);
  const driver = bench.driver(device, { openMode: 'defaults' });
  await bench.clock.settle(driver.open());
  const wanted = expectedLog(steps);
  // Disconnect, connect, descriptions, fence.
  expect(log).toEqual(wanted.slice(0, 4));
  await bench.clock.settle(driver.close());
  expect(log.at(-1)).toBe(wanted.at(-1));
});

test('open and resume, before anything is published', async () => {
  const steps = stepsOf('t03_timesync');
  const { bench, device, log } = benchOf(steps);
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.close());
  expect(log).toEqual(expectedLog(steps));
  expect(driver.identity).toMatchObject({ model: 'JS220', firmware: '1.3.0' });
});

test('every kind of value goes out as the reference sends it', () => {
  const steps = stepsOf('t02_value_encodings');
  const sent = steps.filter(
    ({ kind, dir, decoded }) => kind === 'bulk' && dir === 'out' && decoded!.topic?.startsWith('s/x'),
  );
  const asked = steps.flatMap(({ kind, text }) => (kind === 'host' && text!.startsWith('publish ') ? [text!] : []));
  expect(sent).toHaveLength(10);
  asked.forEach((text, index) => {
    const [, topic, kind, value] = text.split(' ') as [string, string, string, string];
    const type = (kind === 'u32r' ? 'u32' : kind) as TypedValue['type'];
    const payload = encodePublication({
      topic,
      isRetained: kind === 'u32r',
      value: { type, value: typed(type, value) },
    });
    expect(hexOf(encodeFrame(sent[index]!.decoded!.frame_id, 1, payload)), text).toBe(sent[index]!.data);
  });
});

function typed(type: TypedValue['type'], value: string): TypedValue['value'] {
  if (type === 'null') return null;
  if (type === 'str') return value;
  if (type === 'bin') return new TextEncoder().encode(value);
  return type === 'i64' ? BigInt(value) : Number(value);
}

test.each(NAMES)('%s: every frame is read as the reference reads it', (name) => {
  const frames = stepsOf(name).filter(({ kind }) => kind === 'bulk');
  expect(frames.length).toBeGreaterThan(10);
  for (const { data, decoded } of frames) {
    const frame = decodeFrame(bytesOf(data!))!;
    expect(frame).toMatchObject({ frameId: decoded!.frame_id, port: decoded!.port });
    expect(frame.payload).toHaveLength(decoded!.length);
    if (decoded!.port !== 1) continue;
    const message = decodePublication(frame.payload)!;
    expect(message.topic).toBe(decoded!.topic);
    // Texts lose their ending NUL; everything else comes back as it was.
    if (message.value.type !== 'json') expect(hexOf(encodePublication(message))).toBe(hexOf(frame.payload));
  }
});

test('the versions and the time map', () => {
  const steps = stepsOf('t03_timesync').filter(({ kind, dir }) => kind === 'bulk' && dir === 'in');
  const payloadOf = (step: Step) => decodeFrame(bytesOf(step.data!))!.payload;
  expect(decodeConnect(payloadOf(steps[0]!))).toEqual({
    firmware: 0x0103_0000,
    hardware: 0x0100_0000,
    fpga: 0x0103_0000,
  });
  // The last frame has UTC 00 00 00 c0 c7 53 00 00, counter 21 000 000, 2 000 000 Hz.
  expect(decodeTimeMap(payloadOf(steps.at(-1)!))).toEqual({
    utc: 0x53c7_c000_0000n,
    counter: 21_000_000,
    rateHz: 2_000_000,
  });
});
