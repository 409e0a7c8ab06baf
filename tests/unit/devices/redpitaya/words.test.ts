// What the driver says and understands, against a conversation with the original server and the words of the original client
// (tests/golden/redpitaya).

import { expect, test } from 'vitest';
import { McphaClient } from '../../../../src/devices/redpitaya/client.ts';
import { decodeMcphaCommand, encodeMcphaCommand } from '../../../../src/devices/redpitaya/protocol/command.ts';
import { decodeRecord, SAMPLE_BYTES } from '../../../../src/devices/redpitaya/protocol/oscilloscope.ts';
import {
  decodeHistogram,
  decodeStatus,
  HISTOGRAM_BYTES,
  STATUS_BYTES,
} from '../../../../src/devices/redpitaya/protocol/replies.ts';
import type { BytePort } from '../../../../src/transports/byte-port.ts';
import { goldenJson } from '../../../support/golden.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { boardSession, makeBoard } from '../../../support/red-pitaya.ts';

type Word = [code: number, channel: number, value: number];

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

function wordsOf(bytes: Uint8Array): Word[] {
  const buffer = Buffer.from(bytes);
  return Array.from({ length: bytes.length / 8 }, (_, index) => {
    const { code, channel, value } = decodeMcphaCommand(buffer.readBigUInt64LE(8 * index));
    return [code, channel, Number(BigInt.asIntN(52, value))];
  });
}

interface GoldenSession {
  readonly events: readonly (readonly ['<' | '>', string])[];
  readonly expected_replies: readonly {
    readonly reply: string;
    readonly bytes: number;
    readonly timer1_ticks?: string;
    readonly osc_running?: boolean;
    readonly trigger_address?: number;
    readonly sum?: number;
    readonly argmax?: number;
    readonly max?: number;
    readonly IN1_at_pre?: number;
    readonly IN1_max?: number;
    readonly IN2_sum?: number;
  }[];
}

const session = goldenJson<GoldenSession>('redpitaya/session.json');

/** Plays the server of the conversation: after each thing that was written there, what came until the next. */
function replayed(pieceBytes?: number) {
  const events = [...session.events];
  const sent: Uint8Array[] = [];
  let onBytes: (bytes: Uint8Array) => void = () => undefined;
  const answer = () => {
    while (events[0]?.[0] === '<') {
      const bytes = bytesOf(events.shift()![1]);
      const length = pieceBytes ?? bytes.length;
      for (let at = 0; at < bytes.length; at += length) onBytes(bytes.slice(at, at + length));
    }
  };
  const port: BytePort = {
    label: 'recorded board',
    listen: (listener) => {
      onBytes = (bytes) => listener.onBytes(bytes);
    },
    write: async (bytes) => {
      sent.push(bytes);
      expect(Buffer.from(bytes).toString('hex')).toBe(events.shift()![1]);
      answer();
    },
    close: async () => undefined,
  };
  return { port, writes: session.events.filter(([way]) => way === '>').map(([, hex]) => bytesOf(hex)) };
}

/** Bytes that are answered to words with these settings before them. */
function answerLengths(words: readonly Word[], total: { samples: number }): readonly number[] {
  return words.flatMap(([code, , value]) => {
    if (code === 18) total.samples = value;
    if (code === 11) return [STATUS_BYTES];
    if (code === 12) return [HISTOGRAM_BYTES];
    return code === 20 ? [total.samples * SAMPLE_BYTES] : [];
  });
}

test.each([[undefined], [1], [977]])('a whole conversation, in pieces of %s bytes', async (pieceBytes) => {
  const { port, writes } = replayed(pieceBytes);
  const client = new McphaClient(port, new ManualClock());
  const total = { samples: 0 };
  const expected = [...session.expected_replies];
  let before = 0;
  let triggerAddress = 0;
  for (const write of writes) {
    const words = wordsOf(write);
    const lengths = answerLengths(words, total);
    for (const [code, , value] of words) if (code === 17) before = value;
    const encoded = words.map(([code, channel, value]) => encodeMcphaCommand(code, channel, value));
    const length = lengths.reduce((sum, one) => sum + one, 0);
    if (length === 0) {
      await client.send(encoded);
      continue;
    }
    const answer = await client.ask(encoded, length, 1000);
    let at = 0;
    for (const one of lengths) {
      const bytes = answer.subarray(at, at + one);
      at += one;
      const wanted = expected.shift()!;
      expect(one).toBe(wanted.bytes);
      if (wanted.reply === 'status') {
        const status = decodeStatus(bytes)!;
        triggerAddress = status.triggerAddress;
        expect(String(status.timerTicks[0])).toBe(wanted.timer1_ticks);
        expect(status.isRecording).toBe(wanted.osc_running);
        expect(status.triggerAddress).toBe(wanted.trigger_address);
      } else if (wanted.reply.startsWith('histogram')) {
        const counts = decodeHistogram(bytes);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(wanted.sum);
        expect([counts.indexOf(wanted.max!), Math.max(...counts)]).toEqual([wanted.argmax, wanted.max]);
      } else {
        const layout = { before, total: total.samples, triggerAddress };
        const [in1, in2] = decodeRecord(bytes, layout, total.samples).inputs;
        expect([in1[before], Math.max(...in1)]).toEqual([wanted.IN1_at_pre, wanted.IN1_max]);
        expect(in2.reduce((sum, value) => sum + value, 0)).toBe(wanted.IN2_sum);
      }
    }
  }
  expect(expected).toEqual([]);
  expect(client.unasked.byteLength).toBe(0);
});

const sequences = goldenJson<{ mcpha_port_1001: Record<string, Word[]> }>(
  'redpitaya/client_sequences.json',
).mcpha_port_1001;

/** Every word that is sent to a board, without those that ask. */
async function toldWords() {
  const { clock, server } = makeBoard();
  const told: Word[] = [];
  const unit = boardSession(clock, async () => {
    const port = server.connect();
    return {
      ...port,
      write: (bytes) => {
        told.push(...wordsOf(bytes).filter(([code]) => ![11, 12, 20].includes(code)));
        return port.write(bytes);
      },
    };
  });
  await unit.open();
  return { ...unit, take: () => told.splice(0) };
}

const settingsOf = (name: string) => sequences[name]!.filter(([code]) => ![11, 12, 20].includes(code));

test('connecting, counting, stopping and clearing say what mcpha.py says', async () => {
  const { set, take } = await toldWords();
  expect(take()).toEqual(settingsOf('mcpha.py connect'));
  await set('1.preset', 'real');
  await set('1.count', true);
  // mcpha.py sets the timer to 0 first, which "clear" does here
  expect(take()).toEqual(settingsOf('mcpha.py hist start').filter(([code]) => code !== 1));
  await set('1.count', false);
  expect(take()).toEqual(settingsOf('mcpha.py hist pause'));
  await set('1.clear', true);
  expect(take()).toEqual(settingsOf('mcpha.py hist reset'));
});

test('a record is armed as mcpha.py does it, with a hundred samples more', async () => {
  const { set, take } = await toldWords();
  await set('samples', 100_000);
  await set('before', 10_000);
  take();
  await set('run', 'single');
  const expected = settingsOf('mcpha.py osc start').slice(0, 8);
  expect(take().slice(0, 8)).toEqual(
    expected.map(([code, channel, value]) => [code, channel, code === 18 ? value + 100 : value]),
  );
});

test('the generator is set as mcpha.py does it, but for a spectrum of one height and its end with the client', async () => {
  const { set, take } = await toldWords();
  take();
  await set('generator.on', true);
  const [fall, rise, rate, distribution] = settingsOf('mcpha.py gen start');
  expect(take()).toEqual([fall, rise, rate, distribution, [27, 0, 0], [28, 0, 2047 * 2 ** 32 + 1], [29, 0, 0]]);
  await set('generator.on', false);
  expect(take()).toEqual(settingsOf('mcpha.py gen stop'));
});
