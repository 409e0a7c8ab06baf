// Answers of the SCPI server of a Red Pitaya's own system (tests/golden/redpitaya/scpi.json, constructed from its source), in
// pieces of any size, as lines and blocks are found in a stream and as their content is read.

import { expect, test } from 'vitest';
import type { ScopePort } from '../../src/devices/scope/dialect.ts';
import { dialectOf } from '../../src/devices/scope/dialects.ts';
import { blockContent, numberList, rawCodes } from '../../src/devices/scope/samples.ts';
import { Random } from '../../src/devices/sim/random.ts';
import { MessageFramer } from '../../src/transports/message-framer.ts';
import { goldenJson } from '../support/golden.ts';

interface Case {
  readonly query: string;
  readonly format?: 'ASCII' | 'BIN';
  readonly byte_order?: 'BEND' | 'LEND';
  readonly units?: 'VOLTS' | 'RAW';
  readonly reply_hex: string;
  readonly expected: readonly number[] | string;
}

const { cases } = goldenJson<{ cases: Case[] }>('redpitaya/scpi.json');
const BOARD = dialectOf({ vendor: 'REDPITAYA', model: 'INSTR2025' })!;
const random = new Random(1);

/** The messages that a stream of these bytes holds, cut at random. */
function messagesIn(reply: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  const framer = new MessageFramer({ label: 'board', lineEnd: '\n', onMessage: (message) => messages.push(message) });
  for (let at = 0; at < reply.length; ) {
    const end = at + 1 + Math.floor(random.next() * 9);
    framer.push(reply.subarray(at, end));
    at = end;
  }
  expect(framer.pendingBytes).toBe(0);
  return messages;
}

const replyOf = ({ reply_hex }: Case) => Uint8Array.from(Buffer.from(reply_hex, 'hex'));
const named = (filter: (told: Case) => boolean) =>
  cases.filter(filter).map((told) => [`${told.query} ${told.format} ${told.byte_order} ${told.units}`, told] as const);

test.each(named(({ format }) => format !== undefined))('%s', (_name, told) => {
  for (let round = 0; round < 20; round++) {
    const messages = messagesIn(replyOf(told));
    expect(messages).toHaveLength(1);
    const isLittleEndian = told.byte_order === 'LEND';
    const values =
      told.format === 'ASCII'
        ? numberList(messages[0]!)
        : rawCodes(
            blockContent(messages[0]!),
            told.units === 'RAW'
              ? { kind: 'signed', itemBytes: 2, isLittleEndian }
              : { kind: 'float', itemBytes: 4, isLittleEndian },
          );
    expect([...values]).toEqual(told.expected);
  }
});

test('a trigger that came is no end: the record has to be full, too', async () => {
  const told = cases.find(({ query }) => query === 'ACQ:TRig:STAT?')!;
  const [answer] = messagesIn(replyOf(told)).map((message) => new TextDecoder().decode(message));
  expect(answer).toBe(told.expected);
  const port = (fill: string, stat: string): ScopePort => ({
    query: async (question) => (question === told.query ? stat : fill),
    queryBytes: () => Promise.reject(new Error('no data is asked for')),
    command: () => Promise.reject(new Error('nothing is set')),
  });
  expect(await BOARD.state(port('1', answer!))).toBe('stopped');
  expect(await BOARD.state(port('0', answer!))).toBe('running');
  expect(await BOARD.state(port('1', 'WAIT'))).toBe('armed');
});
