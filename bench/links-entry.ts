// What the benchmark of links uses, bundled for Node: each link, and the same exchange by hand on the same instrument.

import type { Clock } from '../src/base/clock.ts';
import { ScpiSession } from '../src/devices/scpi/session.ts';
import { StreamInstrument } from '../src/devices/sim/scpi/stream-instrument.ts';
import type { Talker } from '../src/devices/sim/scpi/talker.ts';
import { VicpInstrument } from '../src/devices/sim/scpi/vicp-instrument.ts';
import { SimulatedUsbtmc } from '../src/devices/sim/usbtmc/device.ts';
import type { BytePort } from '../src/transports/byte-port.ts';
import type { MessageLink } from '../src/transports/message-link.ts';
import { openNetworkLink } from '../src/transports/network-link.ts';
import { openSerialPort } from '../src/transports/serial-port.ts';
import { StreamMessageLink } from '../src/transports/stream-message-link.ts';
import { openTcpPort } from '../src/transports/tcp-port.ts';
import { encodeOut, encodeRequest } from '../src/transports/usbtmc/messages.ts';
import { openUsbtmc } from '../src/transports/usbtmc/open.ts';
import { VicpLink } from '../src/transports/vicp-link.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Latencies of the simulated instruments count as a turn of the event loop. */
const clock: Clock = {
  nowMs: () => performance.now(),
  unixMs: () => Date.now(),
  after(delayMs, callback) {
    if (delayMs > 1) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    }
    const turn = setImmediate(callback);
    return () => clearImmediate(turn);
  },
};

function blockOf(contentBytes: number): Uint8Array {
  const header = bytesOf(`#9${String(contentBytes).padStart(9, '0')}`);
  const block = new Uint8Array(header.length + contentBytes).fill(0x0a);
  block.set(header);
  return block;
}

export interface AnswerSizes {
  /** Content of the answer to `D?`: a deep memory. */
  readonly blockBytes: number;
  /** Content of the answer to `W?`: a screen. */
  readonly traceBytes: number;
}

/** `T?` is answered by a short text, `D?` and `W?` by blocks. */
function talkerOf({ blockBytes, traceBytes }: AnswerSizes): Talker {
  const block = blockOf(blockBytes);
  const trace = blockOf(traceBytes);
  let eventEnable = '0';
  const talker: Talker = {
    identity: 'bench',
    statusByte: 0,
    onAnswer: undefined,
    tell: (message) => {
      const text = new TextDecoder().decode(message);
      eventEnable = /^\*ESE (\d+)/.exec(text)?.[1] ?? eventEnable;
      if (text === 'T?') talker.onAnswer?.(bytesOf('1.2345E+00'));
      if (text === 'D?') talker.onAnswer?.(block.slice());
      if (text === 'W?') talker.onAnswer?.(trace.slice());
      if (text.endsWith('*ESE?')) talker.onAnswer?.(bytesOf(eventEnable));
    },
    trigger: () => undefined,
    clear: () => undefined,
  };
  return talker;
}

export interface Contestant {
  /** One exchange by hand, for an answer of so many bytes on the wire. */
  readonly bare: (text: string, wireBytes: number) => Promise<void>;
  readonly session: ScpiSession;
  /** Bytes on the wire beside the answer itself. */
  readonly overheadBytes: number;
}

/** Sends and waits for so many bytes. */
function bareStream(port: BytePort, frame: (text: string) => Uint8Array<ArrayBuffer>) {
  let received = 0;
  let wake = () => {};
  port.listen({
    onBytes: (bytes) => {
      received += bytes.length;
      wake();
    },
    onClosed: () => undefined,
  });
  return async (text: string, wireBytes: number) => {
    received = 0;
    await port.write(frame(text));
    while (received < wireBytes) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}

const line = (text: string) => bytesOf(`${text}\n`);
const sessionOf = (link: MessageLink) => new ScpiSession(link, { clock, timeoutMs: 60_000 });

export async function contestants(sizes: AnswerSizes): Promise<Record<string, Contestant>> {
  const stream = () => new StreamInstrument({ clock, talker: talkerOf(sizes), latencyMs: 0 });
  const serial = (instrument: StreamInstrument) =>
    openSerialPort(instrument.serialPort(), { baudRate: 115_200 }, { clock, label: 'serial' });
  const vicp = () => new VicpInstrument({ clock, talker: talkerOf(sizes), latencyMs: 0 });
  const usbtmc = () => new SimulatedUsbtmc({ clock, serialNumber: 'B', talker: talkerOf(sizes) });

  const usbBare = usbtmc();
  await usbBare.open();
  await usbBare.claimInterface(0);
  let tag = 0;
  const takeTag = () => {
    tag = (tag % 255) + 1;
    return tag;
  };
  const vicpHeader = (text: string) => Uint8Array.of(0xc1, 1, 1, 0, 0, 0, 0, text.length, ...bytesOf(text));
  return {
    USBTMC: {
      bare: async (text, wireBytes) => {
        await usbBare.transferOut(1, encodeOut(takeTag(), line(text), true));
        await usbBare.transferOut(1, encodeRequest(takeTag(), 16 * 2 ** 20));
        await usbBare.transferIn(2, Math.ceil((wireBytes + 1) / 512) * 512);
      },
      session: sessionOf(await openUsbtmc(usbtmc(), { clock, system: 'linux' })),
      overheadBytes: 13,
    },
    TCP: {
      bare: bareStream(await stream().connect(), line),
      session: sessionOf(await StreamMessageLink.open(await stream().connect(), { clock })),
      overheadBytes: 1,
    },
    serial: {
      bare: bareStream(await serial(stream()), line),
      session: sessionOf(await StreamMessageLink.open(await serial(stream()), { clock })),
      overheadBytes: 1,
    },
    VICP: {
      bare: bareStream(await vicp().connect(), vicpHeader),
      session: sessionOf(
        await VicpLink.open({
          clock,
          open: (
            (instrument) => () =>
              instrument.connect()
          )(vicp()),
        }),
      ),
      overheadBytes: 9,
    },
  };
}

/** A session with an instrument on TCP, as the command line opens it. */
export async function tcpSession(port: number): Promise<ScpiSession> {
  const open = () => openTcpPort({ host: '127.0.0.1', port });
  return sessionOf(await openNetworkLink(port, open, clock));
}
