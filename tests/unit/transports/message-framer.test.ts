// Messages out of a stream of bytes, as tests/golden/scpi/stream.json says, however the stream is cut.

import { describe, expect, test } from 'vitest';
import type { LineEnd } from '../../../src/transports/message-framer.ts';
import { MessageFramer } from '../../../src/transports/message-framer.ts';
import { goldenJson } from '../../support/golden.ts';
import { blockOf, bytesOf, ramp, textOf } from '../../support/usbtmc.ts';

const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

function framed(chunks: readonly Uint8Array[], lineEnd: LineEnd = '\n', echoes: readonly string[] = []) {
  const messages: Uint8Array[] = [];
  const framer = new MessageFramer({ label: 'test', lineEnd, onMessage: (message) => messages.push(message) });
  for (const echo of echoes) framer.expectEcho(bytesOf(echo));
  for (const chunk of chunks) framer.push(chunk);
  return { messages, framer };
}

interface StreamCase {
  readonly name: string;
  readonly terminator: LineEnd;
  readonly chunks_hex: readonly string[];
  readonly expect: readonly { readonly kind: string; readonly text?: string; readonly payload_hex?: string }[];
  readonly pending_hex?: string;
  readonly echo?: readonly string[];
  readonly softwareFlow?: boolean;
}

/** The message that a case expects, as the instrument sent it. */
const messageOf = ({ kind, text, payload_hex }: StreamCase['expect'][number]) =>
  kind === 'line' ? text : textOf(fromHex(payload_hex!));

/** Content of a one-block message: behind `#`, a digit and so many digits. */
const contentOf = (message: string) => (message[0] === '#' ? message.slice(2 + Number(message[1])) : message);

describe('golden streams', () => {
  // Flow control by characters is the serial port's: tests/unit/transports/serial-port.test.ts has that case.
  const cases = goldenJson<{ cases: StreamCase[] }>('scpi/stream.json').cases.filter((one) => !one.softwareFlow);
  test.each(cases)('$name', (one) => {
    const whole = fromHex(one.chunks_hex.join(''));
    const pieces = [one.chunks_hex.map(fromHex), [whole], Array.from(whole, (byte) => Uint8Array.of(byte))];
    for (const chunks of pieces) {
      const { messages, framer } = framed(chunks, one.terminator, one.echo);
      expect(messages.map(textOf).map(contentOf)).toEqual(one.expect.map(messageOf));
      expect(framer.pendingBytes).toBe((one.pending_hex ?? '').length / 2);
    }
  });
});

test('blocks with text around them, several of them, and what is none', () => {
  const data = blockOf(ramp(300, 1, 0));
  for (const [text, count] of [
    [`C1:WF DAT1,${textOf(data)}`, 1],
    [`:CURVE ${textOf(data)};1.5`, 1],
    [`${textOf(data)},${textOf(data)}`, 1],
    [`#(12)ab\ncd\nef\ngh\n,7`, 1],
    ['#H1F;#Q17;#B01', 1],
    ['"no #9 block","a\'b"', 1],
    ['#3ab', 1],
    ['#', 1],
    [`${'x'.repeat(70)} #15abcde`, 1],
  ] as const) {
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const stream = Buffer.concat([bytes, bytesOf('\n')]);
    expect(framed([stream]).messages.map(textOf)).toEqual([text]);
    expect(framed(Array.from(stream, (byte) => Uint8Array.of(byte))).messages).toHaveLength(count);
  }
});

test('a block without a length, and one that is too long, are refused', () => {
  expect(() => framed([bytesOf('#0abc\n')])).toThrow(/whose end cannot be told/);
  const { framer } = framed([]);
  framer.maxMessageBytes = 1000;
  expect(() => framer.push(bytesOf('#9999999999'))).toThrow(/longer than 1000 bytes/);
});

test('the line end that a block did not have may come later', () => {
  const { framer, messages } = framed([bytesOf('#13abc')]);
  expect(framer.isBlockWhole).toBe(true);
  framer.endBlock();
  framer.push(bytesOf('\r\n5\n'));
  expect(messages.map(textOf)).toEqual(['#13abc', '5']);
});

test('answers that end with a carriage return and a line feed where only the return was said', () => {
  expect(framed([bytesOf('1\r\n2\r\n')], '\r').messages.map(textOf)).toEqual(['1', '2']);
});
