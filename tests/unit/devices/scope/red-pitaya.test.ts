// A Red Pitaya with its own system as the page has it, over a stream of bytes in any pieces to the simulated board: what is
// said to it, records against the generator's sine, and what is told when it is silent, refuses or is not there.

import { expect, test } from 'vitest';
import { LabError } from '../../../../src/base/errors.ts';
import { attachChannels } from '../../../../src/core/channel-set.ts';
import { benchModule } from '../../../../src/devices/bench/module.ts';
import { ScpiSession } from '../../../../src/devices/scpi/session.ts';
import { Random } from '../../../../src/devices/sim/random.ts';
import { makeBench } from '../../../../src/devices/sim/scpi/bench.ts';
import { StreamInstrument } from '../../../../src/devices/sim/scpi/stream-instrument.ts';
import type { TraceRecord } from '../../../../src/model/live-traces.ts';
import { type BytePort, PortInbox } from '../../../../src/transports/byte-port.ts';
import { openNetworkLink } from '../../../../src/transports/network-link.ts';
import type { UnitPlace } from '../../../../src/transports/unit-place.ts';
import { InstrumentSession } from '../../../../src/workers/device/session.ts';
import { createInstrument } from '../../../support/instrument.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { TalkerEar } from '../../../support/talker.ts';

const PORT = 5000;
const FREQUENCY_HZ = 1000;
const AMPLITUDE_V = 1.5;
/** At a decimation of 64; a record is 8.4 ms. */
const STEP_S = 64 * 8e-9;
/** Of 14 bits over ±1 V, in single precision. */
const LSB_V = 1 / 8192;

/** `port` with what comes from it cut anywhere, and what goes to it noted. */
function inPieces(port: BytePort, random: Random, sent: string[]): BytePort {
  const inbox = new PortInbox();
  port.listen({
    onBytes: (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const end = at + 1 + Math.floor(random.next() * 3000);
        inbox.push(bytes.slice(at, end));
        at = end;
      }
    },
    onClosed: (error) => inbox.end(error),
  });
  return {
    label: port.label,
    listen: (listener) => inbox.listen(listener),
    write: (bytes) => {
      sent.push(new TextDecoder().decode(bytes));
      return port.write(bytes);
    },
    close: () => port.close(),
  };
}

/** Notes how long somebody wants to wait. */
class NotingClock extends ManualClock {
  readonly delaysMs: number[] = [];

  override after(delayMs: number, callback: () => void): () => void {
    this.delaysMs.push(delayMs);
    return super.after(delayMs, callback);
  }
}

async function makeUnit(clock = new ManualClock()) {
  const { talkers } = makeBench({ clock, seed: 1 });
  const generator = new TalkerEar(talkers['generator-rigol']!, clock);
  generator.tell(`:SOUR1:APPL:SIN ${FREQUENCY_HZ},${AMPLITUDE_V},0`);
  const talker = talkers['scope-red-pitaya']!;
  const stream = new StreamInstrument({ clock, talker });
  const sent: string[] = [];
  const random = new Random(3);
  const open = async () => inPieces(await stream.connect(), random, sent);
  const place: UnitPlace = {
    find: async () => ({ kind: 'messages', open: () => openNetworkLink(PORT, open, clock) }),
    discard: () => undefined,
    onBack: () => () => undefined,
  };
  const { instrument } = createInstrument(benchModule, clock, 0);
  const session = new InstrumentSession({ clock, place, instrument, onStatus: () => undefined });
  await clock.settle(session.open());
  const set = (id: string, value: string | number | boolean) => clock.settle(session.set(id, value));
  const take = () => {
    const [traces] = attachChannels(instrument.channelSet).traces;
    const taken = traces?.tryTake((length) => new Float32Array(length));
    return typeof taken === 'object' ? taken : undefined;
  };
  const newest = async (turns = 20) => {
    let record: TraceRecord | undefined;
    for (let turn = 0; turn < turns; turn++) {
      await clock.advance(50);
      record = take() ?? record;
    }
    return record;
  };
  const value = (id: string) => session.status.values[id];
  return { clock, stream, session, sent, set, value, take, newest, open, talker };
}

const sine = (timeS: number) => (AMPLITUDE_V / 2) * Math.sin(2 * Math.PI * FREQUENCY_HZ * timeS);

/** Largest distance of IN1 from the generator's sine, seen from its rising edge through 0 V. */
function worstOf({ startS, stepS, samples }: TraceRecord, wave: (timeS: number) => number): number {
  return samples[0]!.reduce((worst, volts, k) => Math.max(worst, Math.abs(volts - wave(startS + k * stepS))), 0);
}

test('a record is the sine at the input, from the first sample on, with the trigger in its middle', async () => {
  const { set, value, newest, session } = await makeUnit();
  expect(session.status.identity).toMatchObject({ vendor: 'REDPITAYA' });
  await set('timeScale', 64 * 1638.4 * 8e-9);
  expect(value('timeScale')).toBeCloseTo(64 * 1638.4 * 8e-9, 12);
  await set('run', 'single');
  const record = (await newest())!;
  expect(value('run')).toBe('stop');
  expect(record.samples.map(({ length }) => length)).toEqual([16_384, 16_384]);
  expect(record.stepS).toBeCloseTo(STEP_S, 15);
  expect(record.startS).toBeCloseTo(-8192 * STEP_S, 12);
  expect(worstOf(record, sine)).toBeLessThanOrEqual(LSB_V / 2 + 1e-4);
  // one trigger, one record
  expect(await newest()).toBeUndefined();
});

test('it waits whole milliseconds for the samples in front of the trigger, as timers of browsers drop the rest', async () => {
  const clock = new NotingClock();
  const { set } = await makeUnit(clock);
  // 8192 samples: 4.194 ms
  await set('timeScale', 64 * 1638.4 * 8e-9);
  clock.delaysMs.length = 0;
  await set('run', 'single');
  expect(clock.delaysMs).toContain(5);
  expect(clock.delaysMs.filter((ms) => ms > 4 && ms < 5)).toEqual([]);
});

test('source, slope, level and delay hold for the record, and Run starts the next one by itself', async () => {
  const { set, value, newest, clock, take } = await makeUnit();
  await set('timeScale', 64 * 1638.4 * 8e-9);
  await set('triggerSlope', 'fall');
  await set('triggerLevel', 0.25);
  await set('timeDelay', 1e-3);
  expect(value('timeDelay')).toBeCloseTo(1e-3, 6);
  await set('run', 'run');
  const record = (await newest())!;
  const shiftS = 1 / FREQUENCY_HZ / 2 - Math.asin(0.25 / (AMPLITUDE_V / 2)) / (2 * Math.PI * FREQUENCY_HZ);
  expect(record.startS).toBeCloseTo(1e-3 - 8192 * STEP_S, 6);
  expect(worstOf(record, (timeS) => sine(timeS + shiftS))).toBeLessThanOrEqual(LSB_V / 2 + 1e-4);
  let count = 0;
  for (let turn = 0; turn < 40; turn++) {
    await clock.advance(50);
    if (take()) count++;
  }
  expect(count).toBeGreaterThan(5);
  expect(value('run')).toBe('run');
  // a source that has no signal: nothing comes any more, and it waits
  await set('triggerSource', '2');
  await newest();
  expect(await newest()).toBeUndefined();
  expect(value('run')).toBe('run');
  await set('run', 'stop');
  expect(await newest()).toBeUndefined();
});

test('the jumper HV is twenty times the volts of a code, and a channel that is off is not fetched', async () => {
  const { set, newest } = await makeUnit();
  await set('timeScale', 64 * 1638.4 * 8e-9);
  await set('1.range', 'high');
  await set('2.on', false);
  await set('run', 'single');
  const record = (await newest())!;
  expect(record.samples).toHaveLength(1);
  const step = 20 / 8192;
  expect(worstOf(record, sine)).toBeLessThanOrEqual(step / 2 + 1e-4);
  expect(record.samples[0]!.every((volts) => Math.abs(volts / step - Math.round(volts / step)) < 1e-3)).toBe(true);
});

test('the nearest decimation that there is', async () => {
  const { set, value } = await makeUnit();
  const perFactor = 1638.4 * 8e-9;
  for (const [wished, chosen] of [
    [0.3, 1],
    [3, 4],
    [6, 8],
    [12, 16],
    [17.4, 17],
    [1e6, 65_536],
  ] as const) {
    await set('timeScale', wished * perFactor);
    expect(value('timeScale')).toBeCloseTo(chosen * perFactor, 12);
  }
});

test('every line ends with CR LF, and the format is said before data are read', async () => {
  const { set, newest, sent } = await makeUnit();
  await set('run', 'single');
  await newest();
  expect(sent.length).toBeGreaterThan(10);
  expect(sent.every((line) => /^[^\r\n]*\r\n$/.test(line))).toBe(true);
  const at = (line: string) => sent.indexOf(`${line}\r\n`);
  expect(at('ACQ:DATA:FORMAT BIN')).toBeGreaterThanOrEqual(0);
  expect(at('ACQ:DATA:BYTE:ORDER BEND')).toBeLessThan(at('ACQ:SOUR1:DATA?'));
  expect(at('ACQ:DATA:Units VOLTS')).toBeLessThan(at('ACQ:SOUR1:DATA?'));
  expect(at('ACQ:START')).toBeLessThan(at('ACQ:TRig CH1_PE'));
});

test('a line feed alone ends no line of the board', async () => {
  const { stream, clock } = await makeUnit();
  const port = await stream.connect();
  let received = '';
  port.listen({ onBytes: (bytes) => (received += new TextDecoder().decode(bytes)), onClosed: () => undefined });
  const say = (text: string) => port.write(new TextEncoder().encode(text));
  await say('*IDN?\n');
  await clock.advance(1000);
  expect(received).toBe('');
  await say('\r\n');
  await clock.advance(1000);
  expect(received).toBe('REDPITAYA,INSTR2025,,01-21\r\n');
});

test('a question that is answered with nothing is a time-out, and the next one has its own answer', async () => {
  const { clock, open } = await makeUnit();
  const session = new ScpiSession(await clock.settle(openNetworkLink(PORT, open, clock)), { clock });
  const silent = clock.settle(session.query('ACQ:SOUR1:DATA:Start:N? 99999,-1'));
  await expect(silent).rejects.toMatchObject({ code: 'device/timeout' });
  expect(await clock.settle(session.query('SYST:ERR?'))).toMatch(/^-\d+,/);
  expect(await clock.settle(session.query('ACQ:DEC:Factor?'))).toBe('1');
  await session.close();
});

test('the unit that another client has set is set back before data are read', async () => {
  const { set, newest, talker } = await makeUnit();
  await set('timeScale', 64 * 1638.4 * 8e-9);
  talker.tell(new TextEncoder().encode('ACQ:DATA:Units RAW'));
  await set('run', 'single');
  expect(worstOf((await newest())!, sine)).toBeLessThanOrEqual(LSB_V / 2 + 1e-4);
});

test.each([{ kind: 'none' }, { kind: 'truncated', bytes: 1 }] as const)(
  'an answer that is missing or cut ($kind) costs a record, and no other answer is taken for it',
  async (fault) => {
    const { set, value, newest, stream, session } = await makeUnit();
    await set('timeScale', 64 * 1638.4 * 8e-9);
    await set('run', 'run');
    await newest();
    stream.strike(fault);
    await newest(100);
    expect(worstOf((await newest())!, sine)).toBeLessThanOrEqual(LSB_V / 2 + 1e-4);
    expect(value('run')).toBe('run');
    expect(session.status.notice).toBeUndefined();
  },
);

test('nobody listens on port 5000: the server was not started, or the board runs mcpha', async () => {
  const clock = new ManualClock();
  const refused = new LabError('device/lost', '192.168.1.5:5000: connect ECONNREFUSED 192.168.1.5:5000');
  const opened = openNetworkLink(PORT, () => Promise.reject(refused), clock);
  await expect(opened).rejects.toMatchObject({
    code: 'device/lost',
    message: expect.stringMatching(/SCPI server is not started.*port 1001/),
  });
  const elsewhere = openNetworkLink(5025, () => Promise.reject(refused), clock);
  await expect(elsewhere).rejects.toBe(refused);
});

test('a connection on which nothing is said is told', async () => {
  const clock = new ManualClock();
  const inbox = new PortInbox();
  const mute: BytePort = {
    label: 'TCP 192.168.1.5:5000',
    listen: (listener) => inbox.listen(listener),
    write: async () => undefined,
    close: async () => undefined,
  };
  const opened = clock.settle(openNetworkLink(PORT, async () => mute, clock));
  await expect(opened).rejects.toMatchObject({
    code: 'device/timeout',
    message: expect.stringMatching(/nothing is said/),
  });
});
