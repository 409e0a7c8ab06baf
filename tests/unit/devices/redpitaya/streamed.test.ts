// Records of the fork's streaming command in the oscilloscope, over the simulated board: what is never sent while records are
// pending, what ends a stream, and what is said of a server that does not know the command.

import { expect, test } from 'vitest';
import { delay } from '../../../../src/base/clock.ts';
import { attachChannels } from '../../../../src/core/channel-set.ts';
import { MCPHA } from '../../../../src/devices/redpitaya/protocol/command.ts';
import type { TraceRecord } from '../../../../src/model/live-traces.ts';
import type { BytePort } from '../../../../src/transports/byte-port.ts';
import type { ManualClock } from '../../../support/manual-clock.ts';
import { boardSession, makeBoard } from '../../../support/red-pitaya.ts';

const SAMPLES = 2000;
/** Of the simulated inputs, which trigger without it. */
const NOISE = 4;
const ANSWERED: readonly number[] = [MCPHA.readStatus, MCPHA.readHistogram, MCPHA.readOscilloscope];

/** Codes that were sent, and those that are answered while the stream still had bytes to send. */
class Watch {
  readonly codes: number[] = [];
  readonly wrong: number[] = [];
  connectionCount = 0;
  #owedBytes = 0;
  #total = 0;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  over(port: BytePort): BytePort {
    this.connectionCount++;
    this.#owedBytes = 0;
    return {
      ...port,
      listen: (listener) =>
        port.listen({
          ...listener,
          onBytes: (bytes) => {
            this.#owedBytes = Math.max(0, this.#owedBytes - bytes.length);
            listener.onBytes(bytes);
          },
        }),
      write: async (bytes) => {
        // time passes between two answers, as it does on a network
        await delay(this.#clock, 1);
        expect(bytes.length % 8).toBe(0);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        for (let at = 0; at < bytes.length; at += 8) {
          const word = view.getBigUint64(at, true);
          const code = Number(word >> 56n);
          const value = Number(BigInt.asUintN(52, word));
          this.codes.push(code);
          if (ANSWERED.includes(code) && this.#owedBytes > 0) this.wrong.push(code);
          if (code === MCPHA.totalSamples) this.#total = value;
          if (code === MCPHA.startDaq) this.#owedBytes += value * this.#total * 4;
        }
        await port.write(bytes);
      },
    };
  }
}

async function connected(options: Parameters<typeof makeBoard>[0] = {}) {
  const made = makeBoard({ isFork: true, wiring: 'comb', ...options });
  const watch = new Watch(made.clock);
  const unit = boardSession(made.clock, async () => watch.over(made.server.connect()));
  await unit.open();
  const records: TraceRecord[] = [];
  const take = async (turns: number) => {
    for (let turn = 0; turn < turns; turn++) {
      await made.clock.advance(20);
      const [traces] = attachChannels(unit.instrument.channelSet).traces;
      for (let taken = traces?.tryTake((length) => new Float32Array(length)); typeof taken === 'object'; ) {
        records.push(taken);
        taken = traces?.tryTake((length) => new Float32Array(length));
      }
    }
  };
  await unit.set('samples', SAMPLES);
  await unit.set('before', 200);
  await unit.set('trigger.level', 300);
  const value = (id: string) => unit.session.status.values[id];
  return { ...made, ...unit, watch, records, take, value };
}

test.each(['none', 'pieces'] as const)(
  'records come one after the other, and spectra between them (fault: %s)',
  async (fault) => {
    const { server, set, take, records, watch, session } = await connected();
    await set('1.count', true);
    server.fault = fault;
    await set('records', 'streamed');
    await set('run', 'run');
    await take(150);
    expect(records.length).toBeGreaterThan(20);
    for (const { samples, startS, stepS } of records) {
      expect(samples.map(({ length }) => length)).toEqual([SAMPLES, SAMPLES]);
      expect(samples[0]!.every((value) => !Number.isNaN(value))).toBe(true);
      expect(samples[0]![199]).toBeLessThan(300 + NOISE);
      expect(samples[0]![200]).toBeGreaterThanOrEqual(300 - NOISE);
      expect(startS).toBeCloseTo(-200 * stepS, 12);
    }
    expect(JSON.parse(records[0]!.settings).records).toBe('streamed');
    expect(watch.wrong).toEqual([]);
    expect(watch.codes).toContain(MCPHA.startDaq);
    // 3 s at 2000 pulses per second, looked at at most half a second ago
    const { realS, counts } = session.spectra()[0]!;
    expect(realS).toBeGreaterThan(2);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(2000);
  },
);

test('stopping closes the connection and makes a new one; what is counted goes on', async () => {
  const { set, take, records, watch, value, clock, session } = await connected({ rateHz: 3 });
  await set('1.count', true);
  await set('records', 'streamed');
  await set('run', 'run');
  await take(5);
  const { connectionCount } = watch;
  await set('run', 'stop');
  expect(watch.connectionCount).toBe(connectionCount + 1);
  const { length } = records;
  await take(100);
  expect(records).toHaveLength(length);
  expect(value('1.count')).toBe(true);
  expect(session.status.state).toBe('idle');
  await clock.advance(1000);
  expect(watch.wrong).toEqual([]);
});

test('a setting that is changed in a stream holds for the records behind it', async () => {
  const { set, take, records, watch } = await connected();
  await set('records', 'streamed');
  await set('run', 'run');
  await take(20);
  await set('before', 500);
  await take(20);
  // those of before wait in front of them
  const first = records.findIndex(({ startS, stepS }) => Math.round(-startS / stepS) === 500);
  expect(first).toBeGreaterThan(0);
  expect(records.length - first).toBeGreaterThan(1);
  for (const { samples } of records.slice(first)) {
    expect(samples[0]![499]).toBeLessThan(300 + NOISE);
    expect(samples[0]![500]).toBeGreaterThanOrEqual(300 - NOISE);
  }
  expect(watch.wrong).toEqual([]);
});

test('Single takes one record', async () => {
  const { set, take, records, value } = await connected();
  await set('records', 'streamed');
  await set('run', 'single');
  await take(50);
  expect(records).toHaveLength(1);
  expect(value('run')).toBe('stop');
});

test('a server without the command is told, and goes on as it was', async () => {
  const { set, take, records, value, session } = await connected({ isFork: false });
  await set('1.count', true);
  await set('records', 'streamed');
  await expect(set('run', 'run')).rejects.toMatchObject({
    code: 'device/unsupported',
    message: expect.stringMatching(/does not stream.*One by one/),
  });
  expect(value('run')).toBe('stop');
  expect(value('1.count')).toBe(true);
  expect(session.status.state).toBe('idle');
  await set('records', 'single');
  await set('run', 'run');
  await take(20);
  expect(records.length).toBeGreaterThan(2);
});

test('a connection that breaks in a streamed record is made anew', async () => {
  const { server, set, clock, session, take } = await connected();
  await set('records', 'streamed');
  await set('run', 'run');
  await take(5);
  server.fault = 'cut';
  await take(50);
  expect(session.status.state).toBe('lost');
  server.fault = 'none';
  await clock.advance(3000);
  expect(session.status.state).toBe('idle');
});
