// Messages over streams: getting in step again, line ends that are left out, and what nobody asked for.

import { expect, test } from 'vitest';
import { StreamInstrument, type StreamInstrumentOptions } from '../../../src/devices/sim/scpi/stream-instrument.ts';
import { type StreamLinkOptions, StreamMessageLink } from '../../../src/transports/stream-message-link.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { NumberedTalker } from '../../support/numbered-talker.ts';
import { blockOf, bytesOf, ramp, replyTalker, textOf } from '../../support/usbtmc.ts';

const LIMITS = { timeoutMs: 500 };

async function bench(
  options: Partial<StreamLinkOptions> = {},
  instrumentOptions: Partial<StreamInstrumentOptions> = {},
) {
  const clock = new ManualClock();
  const talker = new NumberedTalker();
  const instrument = new StreamInstrument({ clock, talker, ...instrumentOptions });
  const port = await instrument.connect();
  const link = await clock.settle(StreamMessageLink.open(port, { clock, ...options }));
  const ask = async (text: string, limits = LIMITS) => {
    await link.send(bytesOf(text), limits);
    return textOf(await link.receive(limits));
  };
  return { clock, talker, instrument, link, ask };
}

test('the event-enable register has what was last written to it again', async () => {
  const { clock, talker, link } = await bench();
  expect(talker.eventEnable).toBe(0);
  await clock.settle(link.send(bytesOf('*ESE 36'), LIMITS));
  await clock.settle(link.clear());
  await clock.advance(10);
  expect(talker.eventEnable).toBe(36);
  const asked = talker.heard.filter((text) => text.includes(';*ESE?'));
  expect(new Set(asked).size).toBe(asked.length);
});

test('old answers that look like markers deceive nobody', async () => {
  // An instrument with 255 old answers on their way: every number there is, in the order of the markers.
  const { clock, instrument, link, ask } = await bench();
  for (let start = 1; start < 255; start += 40) {
    for (const number of [start, start + 98, start + 196])
      instrument.line.put(bytesOf(`${((number - 1) % 255) + 1}\n`));
    await clock.settle(link.clear());
    expect(await clock.settle(ask('Q 5?'))).toBe('<5>');
  }
});

test('what nobody asked for is not the answer to the next question', async () => {
  const { clock, instrument, ask } = await bench();
  instrument.line.put(bytesOf('<99>\n'));
  await clock.advance(10);
  expect(await clock.settle(ask('Q 1?'))).toBe('<1>');
});

test('a block whose line end is left out is whole after a pause', async () => {
  const content = ramp(1000, 3, 1);
  const talker = replyTalker({ 'B?': blockOf(content), '*IDN?': 'me' });
  const resync = { kind: 'silence', silenceMs: 100 } as const;
  const { clock, ask } = await bench({ resync }, { talker, lineEnd: '' });
  expect(bytesOfLatin1(await clock.settle(ask('B?', { timeoutMs: 2000 })))).toEqual(blockOf(content));
});

const bytesOfLatin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test('an instrument without the register: silence, a question, silence', async () => {
  const talker = replyTalker({ 'ID?': 'old meter', 'A?': '1' });
  const resync = { kind: 'silence', silenceMs: 1000, probe: 'ID?' } as const;
  const { clock, instrument, link, ask } = await bench({ resync }, { talker });
  instrument.strike({ kind: 'late', delayMs: 900 });
  await expect(clock.settle(ask('A?'))).rejects.toMatchObject({ code: 'device/timeout' });
  await clock.settle(link.clear());
  expect(await clock.settle(ask('ID?'))).toBe('old meter');
  expect(await clock.settle(ask('A?'))).toBe('1');
});

test('one that says nothing cannot be opened', async () => {
  await expect(bench({}, { talker: replyTalker({}) })).rejects.toMatchObject({ code: 'device/timeout' });
});

test('TCP is connected anew; an instrument that needs a moment for that gets it', async () => {
  let refusals = 0;
  const reopen = async () => {
    if (refusals-- > 0) throw new Error('ECONNREFUSED');
    return made.instrument.connect();
  };
  const made = await bench({ reopen });
  refusals = 2;
  await made.clock.settle(made.link.clear());
  expect(made.instrument.connectionCount).toBe(2);
  expect(await made.clock.settle(made.ask('Q 3?'))).toBe('<3>');
  refusals = 9;
  await expect(made.clock.settle(made.link.clear())).rejects.toThrow('ECONNREFUSED');
});

test('a fault of the stream is the answer’s error, and gone after a clear', async () => {
  const { clock, instrument, link, ask } = await bench();
  instrument.line.put(bytesOf('#0endless\n'));
  await expect(clock.settle(link.receive(LIMITS))).rejects.toMatchObject({ code: 'device/protocol' });
  await clock.settle(link.clear());
  expect(await clock.settle(ask('Q 1?'))).toBe('<1>');
});

test('a command with a block that ends in a line feed goes out whole', async () => {
  const { clock, talker, link } = await bench();
  const command = new Uint8Array([...bytesOf('DATA '), ...blockOf(bytesOf('a\n\n'))]);
  await clock.settle(link.send(command, LIMITS));
  expect(talker.heard.at(-1)).toBe('DATA #13a\n\n');
});
