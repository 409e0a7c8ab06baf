// No answer is ever taken for that of another question: a thousand seeded faults for each link, through link and session
// on a manual clock. Every answer carries the number of its question. The same run with a `clear` that does nothing shows
// that the faults are such that it matters.

import { afterEach, describe, expect, test, vi } from 'vitest';
import { LabError } from '../../../src/base/errors.ts';
import { ScpiSession } from '../../../src/devices/scpi/session.ts';
import type { AnswerFault } from '../../../src/devices/sim/scpi/answer-line.ts';
import { StreamInstrument } from '../../../src/devices/sim/scpi/stream-instrument.ts';
import { VicpInstrument } from '../../../src/devices/sim/scpi/vicp-instrument.ts';
import { SimulatedCdcAcm } from '../../../src/devices/sim/usb/cdc-acm.ts';
import { SimulatedUsbtmc } from '../../../src/devices/sim/usbtmc/device.ts';
import type { UsbtmcFault } from '../../../src/devices/sim/usbtmc/faults.ts';
import type { MessageLink } from '../../../src/transports/message-link.ts';
import { PolyfilledPort } from '../../../src/transports/polyfilled-port.ts';
import { openSerialPort } from '../../../src/transports/serial-port.ts';
import { StreamMessageLink } from '../../../src/transports/stream-message-link.ts';
import { openUsbtmc } from '../../../src/transports/usbtmc/open.ts';
import { VicpLink } from '../../../src/transports/vicp-link.ts';
import { openWebSocketPort } from '../../../src/transports/websocket-port.ts';
import { socketsTo } from '../../support/instrument-socket.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { NumberedTalker } from '../../support/numbered-talker.ts';
import { seededRandom } from '../../support/random.ts';
import { textOf } from '../../support/usbtmc.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const FAULTS = 1000;
const TIMEOUT_MS = 400;

/** One way to an instrument, and what can go wrong on it. */
interface Rig {
  /** A new connection, after the cable was put back if it was pulled. */
  open(): Promise<MessageLink>;
  strike(random: () => number): void;
}

type MakeRig = (clock: ManualClock, talker: NumberedTalker) => Rig;

const pick = <T>(random: () => number, items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
const lateMs = (random: () => number) => Math.floor(random() * 3 * TIMEOUT_MS);

function answerFault(random: () => number): AnswerFault {
  const kind = pick(random, ['none', 'late', 'late', 'glued', 'truncated', 'unplug'] as const);
  if (kind === 'late') return { kind, delayMs: lateMs(random) };
  if (kind === 'truncated') return { kind, bytes: Math.floor(random() * 6) };
  return { kind };
}

function usbtmcFault(random: () => number): UsbtmcFault {
  const kind = pick(random, [
    'no-data',
    'late',
    'late',
    'bad-tag',
    'zero-length-first',
    'truncate',
    'stall',
    'disconnect',
  ] as const);
  if (kind === 'no-data') return { kind, dropReply: random() < 0.3 };
  if (kind === 'late') return { kind, delayMs: lateMs(random), survives: random() < 0.5 };
  if (kind === 'truncate') return { kind, bytes: Math.floor(random() * 6) };
  return { kind };
}

const usbtmc =
  (hasEmptyPackets: boolean): MakeRig =>
  (clock, talker) => {
    let simulated!: SimulatedUsbtmc;
    return {
      open: () => {
        const create = () =>
          new SimulatedUsbtmc({
            clock,
            serialNumber: 'SIM1',
            talker,
            omitsEmptyPacket: !hasEmptyPackets,
            onUnplug: () => simulated.unplug(() => undefined),
          });
        simulated = create();
        return openUsbtmc(simulated, { clock, system: 'linux' });
      },
      strike: (random) => simulated.faultPlan.add(usbtmcFault(random)),
    };
  };

const tcp =
  (carriesOver: boolean): MakeRig =>
  (clock, talker) => {
    const instrument = new StreamInstrument({ clock, talker, carriesOver });
    const reopen = () => instrument.connect();
    return {
      open: async () => {
        instrument.plug();
        return StreamMessageLink.open(await reopen(), { clock, reopen });
      },
      strike: (random) => instrument.strike(answerFault(random)),
    };
  };

const serial: MakeRig = (clock, talker) => {
  const instrument = new StreamInstrument({ clock, talker, hasEcho: true, lineEnd: '\r\n', latencyMs: 20 });
  return {
    open: async () => {
      instrument.plug();
      const settings = { baudRate: 9600 };
      const port = await openSerialPort(instrument.serialPort(), settings, { clock, label: 'serial' });
      return StreamMessageLink.open(port, { clock, hasEcho: true, lineEnd: '\r\n' });
    },
    strike: (random) => instrument.strike(answerFault(random)),
  };
};

/** A browser without Web Serial: the same over a USB device that is a serial port. */
const serialOverUsb: MakeRig = (clock, talker) => {
  const instrument = new StreamInstrument({ clock, talker });
  return {
    open: async () => {
      instrument.plug();
      const device: SimulatedCdcAcm = new SimulatedCdcAcm({
        clock,
        serialNumber: 'SIM1',
        instrument,
        onUnplug: () => device.unplug(() => undefined),
      });
      const port = new PolyfilledPort(device, 'other');
      const bytes = await openSerialPort(port, { baudRate: 9600 }, { clock, label: 'serial' });
      return StreamMessageLink.open(bytes, { clock, hasBreak: true });
    },
    strike: (random) => instrument.strike(answerFault(random)),
  };
};

/** As the bridge, or an instrument that has one itself. */
const webSocket: MakeRig = (clock, talker) => {
  const instrument = new StreamInstrument({ clock, talker });
  vi.stubGlobal('WebSocket', socketsTo(instrument));
  const reopen = () => openWebSocketPort({ url: 'ws://127.0.0.1:8900', label: 'socket', refusedAdvice: 'No answer.' });
  return {
    open: async () => {
      instrument.plug();
      return StreamMessageLink.open(await reopen(), { clock, reopen });
    },
    strike: (random) => instrument.strike(answerFault(random)),
  };
};

const vicp =
  (carriesOver: boolean, isUnnumbered: boolean): MakeRig =>
  (clock, talker) => {
    const instrument = new VicpInstrument({ clock, talker, carriesOver, isUnnumbered, blockBytes: 7 });
    return {
      open: () => {
        instrument.plug();
        return VicpLink.open({ clock, open: () => instrument.connect() });
      },
      strike: (random) => instrument.strike(answerFault(random)),
    };
  };

/** The numbers in an answer. */
const numbersIn = (text: string) => Array.from(text.matchAll(/<(\d+)>/g), ([, number]) => Number(number));

async function ask(session: ScpiSession, number: number, isBlock: boolean, signal: AbortSignal): Promise<string> {
  const limits = { timeoutMs: TIMEOUT_MS, signal };
  return isBlock ? textOf(await session.queryBlock(`B ${number}?`, limits)) : session.query(`Q ${number}?`, limits);
}

/** Asks until so many faults have struck; counts right answers, failures, and answers to other questions. */
async function run(makeRig: MakeRig, faultCount: number, change: (link: MessageLink) => MessageLink = (link) => link) {
  const clock = new ManualClock();
  const random = seededRandom(20_261_130);
  const rig = makeRig(clock, new NumberedTalker());
  const counts = { right: 0, failed: 0, wrong: 0, lost: 0, cancelled: 0 };
  let session: ScpiSession | undefined;
  for (let number = 1, faults = 0; faults < faultCount; number++) {
    // A fault that has not struck yet may strike while it is opened.
    while (!session) {
      const link = await clock.settle(rig.open().catch(() => undefined));
      if (link) session = new ScpiSession(change(link), { clock });
    }
    const isStruck = random() < 0.6;
    if (isStruck) {
      rig.strike(random);
      faults++;
    }
    const abort = new AbortController();
    if (random() < 0.1) clock.after(random() * TIMEOUT_MS, () => abort.abort());
    const isBlock = random() < 0.5;
    const answer = ask(session, number, isBlock, abort.signal).catch((error: unknown) => error as Error);
    const outcome = await clock.settle(answer);
    if (outcome instanceof Error) {
      counts.failed++;
      const code = outcome instanceof LabError ? outcome.code : outcome.message;
      if (code === 'cancelled') counts.cancelled++;
      else if (code !== 'device/timeout' && code !== 'device/protocol' && code !== 'device/lost') throw outcome;
      if (code === 'device/lost') {
        counts.lost++;
        await clock.settle(session.close());
        session = undefined;
      }
    } else {
      const numbers = numbersIn(outcome);
      if (numbers.length === 1 && numbers[0] === number) counts.right++;
      else counts.wrong++;
    }
    if (random() < 0.5) await clock.advance(random() * TIMEOUT_MS);
  }
  return counts;
}

const RIGS: readonly (readonly [string, MakeRig])[] = [
  ['USBTMC', usbtmc(true)],
  ['USBTMC without empty packets', usbtmc(false)],
  ['TCP', tcp(false)],
  ['TCP whose old answers come on the new connection', tcp(true)],
  ['a serial port with echo', serial],
  ['a serial port over WebUSB', serialOverUsb],
  ['a WebSocket', webSocket],
  ['VICP', vicp(false, false)],
  ['VICP whose old answers come on the new connection', vicp(true, false)],
  ['VICP of old firmware, without numbers', vicp(false, true)],
];

describe('zero answers to the wrong question', () => {
  test.each(RIGS)('%s', async (_name, makeRig) => {
    const counts = await run(makeRig, FAULTS);
    expect(counts.wrong).toBe(0);
    // What was struck failed, or came late but in time; the rest was answered, and unplugging and cancelling were there.
    expect(counts.right).toBeGreaterThan(FAULTS / 4);
    expect(counts.failed).toBeGreaterThan(FAULTS / 4);
    expect(counts.lost).toBeGreaterThan(10);
    expect(counts.cancelled).toBeGreaterThan(10);
  });
});

describe('with a clear that does nothing there would be', () => {
  // With numbers VICP needs no clear to know an old answer.
  const needing = RIGS.filter(([name]) => !name.startsWith('VICP') || name.includes('without numbers'));
  test.each(needing)('%s', async (_name, makeRig) => {
    const idle = (link: MessageLink) => {
      link.clear = () => Promise.resolve();
      return link;
    };
    expect((await run(makeRig, FAULTS / 5, idle)).wrong).toBeGreaterThan(0);
  });
});
