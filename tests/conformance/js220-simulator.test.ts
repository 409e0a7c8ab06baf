// The simulated JS220 against the transcripts of the reference host (tests/golden/js220/transcript): every frame that
// the host sent gets the same kinds of answers, in the same order. Texts and times are the instrument's own, and it
// has more topics than the one of the transcripts.

import { expect, test } from 'vitest';
import { goldenJson } from '../support/golden.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { BareHost, createSimulatedJs220 } from '../support/simulated-js220.ts';

interface Step {
  readonly kind: 'lowlevel' | 'control' | 'bulk' | 'host';
  readonly dir?: 'in' | 'out';
  readonly bRequest?: number;
  readonly data?: string;
  readonly decoded?: {
    readonly port: number;
    readonly op?: number;
    readonly length: number;
    readonly topic?: string;
    readonly value_type?: number;
    readonly flags?: number;
    readonly payload_hex?: string;
  };
}

const JSON_TYPE = 2;
const FIRST_STREAM_PORT = 16;
const ADMIN_CONNECT = 1;
const ADMIN_TIME_SYNC = 3;
const ADMIN_TIME_MAP = 4;

/** One frame as a line: answers to `$` by name and kind, everything else with its value. */
function lineOf(decoded: NonNullable<Step['decoded']>): string {
  const { port, op, length, topic, value_type: type, flags, payload_hex: hex } = decoded;
  if (port !== 1) return `admin ${op} ${length}`;
  return type === JSON_TYPE ? `${topic} json ${flags}` : `${topic} ${type} ${flags} ${hex}`;
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Frames of the simulator as `lineOf` has them, numbers in order. */
function linesOf(host: BareHost): string[] {
  return host.frames
    .filter(({ port }) => port < FIRST_STREAM_PORT)
    .map(({ port, payload }) => {
      const end = payload.indexOf(0);
      return lineOf({
        port,
        op: payload[0]!,
        length: payload.byteLength,
        topic: new TextDecoder().decode(payload.slice(0, end)),
        value_type: payload[32]!,
        flags: payload[33]!,
        payload_hex: hexOf(payload.slice(36)),
      });
    });
}

const isTime = (line: string) =>
  line.startsWith(`admin ${ADMIN_TIME_SYNC} `) || line.startsWith(`admin ${ADMIN_TIME_MAP} `);

/** Topics s/x/… are placeholders of the transcript, accepted there and unknown here: both answer with a code. */
function withoutPlaceholderCode(line: string): string {
  return line.startsWith('s/x/') ? line.split(' ').slice(0, 3).join(' ') : line;
}

test.each(['t01_open_resume_stream', 't02_value_encodings', 't03_timesync'])('%s', async (name) => {
  const { steps } = goldenJson<{ steps: readonly Step[] }>(`js220/transcript/${name}.json`);
  const clock = new ManualClock();
  const bus = createSimulatedJs220(clock, 'test-dc');
  const host = new BareHost(clock, bus.device);
  await clock.settle(bus.device.open());
  await clock.settle(bus.device.claimInterface(0));
  host.startReading();
  for (const step of steps) {
    if (step.kind === 'control') expect(hexOf(await host.request(step.bRequest!))).toBe(step.data);
    if (step.kind === 'bulk' && step.dir === 'out') await host.sendRaw(new Uint8Array(Buffer.from(step.data!, 'hex')));
    await clock.advance(1);
  }
  const wanted = steps
    .filter(({ kind, dir }) => kind === 'bulk' && dir === 'in')
    .map(({ decoded }) => lineOf(decoded!))
    .filter((line) => !isTime(line));
  // Samples flow in between; topics that the transcript does not have are left out.
  const known = new Set(wanted.map((line) => line.split(' ')[0]));
  const lines = linesOf(host).filter((line) => known.has(line.split(' ')[0]!) && !isTime(line));
  expect(lines.map(withoutPlaceholderCode)).toEqual(wanted.map(withoutPlaceholderCode));
});

test('after connecting it asks for the time, and the answer makes a time map', async () => {
  const clock = new ManualClock();
  const host = new BareHost(clock, createSimulatedJs220(clock, 'test-dc').device);
  await host.connect();
  await clock.advance(110);
  const steps = goldenJson<{ steps: readonly Step[] }>('js220/transcript/t03_timesync.json').steps;
  const wanted = steps
    .filter(({ dir, decoded }) => dir === 'in' && decoded?.port === 0)
    .map(({ decoded }) => `admin ${decoded!.op} ${decoded!.length}`);
  expect(wanted).toEqual([`admin ${ADMIN_CONNECT} 24`, `admin ${ADMIN_TIME_SYNC} 44`, `admin ${ADMIN_TIME_MAP} 36`]);
  expect(linesOf(host)).toEqual(wanted);
});
