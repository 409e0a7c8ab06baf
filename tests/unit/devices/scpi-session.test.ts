// One owner of an instrument, one question at a time: order, cancelling, errors, waiting, and the log that can be replayed.

import { describe, expect, test } from 'vitest';
import { LECROY_REGISTERS, SCPI_QUEUE, TEKTRONIX_EVENTS } from '../../../src/devices/scpi/error-source.ts';
import { ScpiSession, type SessionOptions } from '../../../src/devices/scpi/session.ts';
import { parseTransactions, TransactionLog } from '../../../src/devices/scpi/transaction-log.ts';
import { type RecordedMessage, ReplayTalker } from '../../../src/devices/sim/scpi/replay-talker.ts';
import { StreamInstrument } from '../../../src/devices/sim/scpi/stream-instrument.ts';
import type { Talker } from '../../../src/devices/sim/scpi/talker.ts';
import { StreamMessageLink } from '../../../src/transports/stream-message-link.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { NumberedTalker } from '../../support/numbered-talker.ts';
import { bytesOf, replyTalker, textOf, usbtmcBench } from '../../support/usbtmc.ts';

async function bench<T extends Talker>(talker: T, options: Partial<SessionOptions> = {}) {
  const clock = new ManualClock();
  const instrument = new StreamInstrument({ clock, talker });
  const link = await clock.settle(StreamMessageLink.open(await instrument.connect(), { clock }));
  const session = new ScpiSession(link, { clock, ...options });
  return { clock, talker, instrument, link, session };
}

test('questions that are asked together go one after the other', async () => {
  const { clock, session } = await bench(new NumberedTalker());
  const answers = Promise.all(Array.from({ length: 20 }, (_, number) => session.query(`Q ${number}?`)));
  expect(await clock.settle(answers)).toEqual(Array.from({ length: 20 }, (_, number) => `<${number}>`));
});

test('nobody comes between exchanges that belong together', async () => {
  const { clock, talker, session } = await bench(new NumberedTalker());
  const both = session.exclusive(async ({ query }) => [await query('Q 1?'), await query('Q 2?')]);
  const third = session.query('Q 3?');
  expect(await clock.settle(both)).toEqual(['<1>', '<2>']);
  expect(await clock.settle(third)).toBe('<3>');
  expect(talker.heard.filter((text) => text.startsWith('Q'))).toEqual(['Q 1?', 'Q 2?', 'Q 3?']);
});

test('cancelling rejects at once, in a long fetch and while waiting for a turn', async () => {
  const { clock, instrument, session } = await bench(new NumberedTalker());
  instrument.strike({ kind: 'late', delayMs: 10_000 });
  const [first, second] = [new AbortController(), new AbortController()];
  const fetch = session
    .queryBlock('B 1?', { timeoutMs: 20_000, signal: first.signal })
    .catch((error: unknown) => error);
  const waiting = session.query('Q 2?', { signal: second.signal }).catch((error: unknown) => error);
  const next = session.query('Q 3?', { timeoutMs: 500 });
  await clock.advance(1000);
  second.abort();
  expect(await clock.settle(waiting, 0)).toMatchObject({ code: 'cancelled' });
  first.abort();
  expect(await clock.settle(fetch, 0)).toMatchObject({ code: 'cancelled' });
  expect(await clock.settle(next)).toBe('<3>');
});

test('a question that waits for a clear can be cancelled, and the clear goes on', async () => {
  const { clock, instrument, session } = await bench(new NumberedTalker());
  instrument.strike({ kind: 'late', delayMs: 40_000 });
  await expect(clock.settle(session.query('Q 1?'))).rejects.toMatchObject({ code: 'device/timeout' });
  await clock.advance(32_000);
  const abort = new AbortController();
  const waiting = session.query('Q 2?', { signal: abort.signal }).catch((error: unknown) => error);
  await clock.advance(1000);
  abort.abort();
  expect(await clock.settle(waiting, 0)).toMatchObject({ code: 'cancelled' });
  expect(await clock.settle(session.query('Q 3?'))).toBe('<3>');
});

test('abort ends what is under way and empties the queue; the session goes on', async () => {
  const { clock, instrument, session } = await bench(new NumberedTalker());
  instrument.strike({ kind: 'none' });
  const all = Promise.allSettled([session.query('Q 1?'), session.query('Q 2?'), session.query('Q 3?')]);
  await clock.advance(100);
  session.abort();
  const outcomes = await clock.settle(all, 0);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
  expect(await clock.settle(session.query('Q 4?'))).toBe('<4>');
});

test('a pulled cable ends the queue, and what comes after', async () => {
  const { clock, instrument, session } = await bench(new NumberedTalker());
  const told: Error[] = [];
  session.onLost = (error) => told.push(error);
  instrument.strike({ kind: 'unplug' });
  for (const outcome of await clock.settle(Promise.allSettled([session.query('Q 1?'), session.query('Q 2?')]))) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'device/lost' } });
  }
  await expect(session.query('Q 3?')).rejects.toMatchObject({ code: 'device/lost' });
  expect(told).toHaveLength(1);
});

test('a link that cannot be cleared is tried again before the next question', async () => {
  const { clock, instrument, session } = await bench(new NumberedTalker());
  for (let count = 0; count < 6; count++) instrument.strike({ kind: 'none' });
  await expect(clock.settle(session.query('Q 1?'))).rejects.toMatchObject({ code: 'device/timeout' });
  expect(await clock.settle(session.query('Q 2?'))).toBe('<2>');
});

describe('errors', () => {
  test('a queue is read until it is empty, after each command if wanted', async () => {
    const told: string[] = [];
    const options = { errorSource: SCPI_QUEUE, onErrors: (errors: readonly string[]) => told.push(...errors) };
    const { clock, talker, session } = await bench(new NumberedTalker(), options);
    talker.errors = ['-113,"Undefined header"', '-222,"Data out of range;VOLT 99"'];
    await clock.settle(session.command('VOLT 99'));
    expect(told).toEqual([]);
    session.checksErrors = true;
    await clock.settle(session.command('VOLT 99'));
    expect(told).toEqual(['-113,"Undefined header"', '-222,"Data out of range;VOLT 99"']);
    expect(await clock.settle(session.drainErrors())).toEqual([]);
  });

  test('one that is never empty is not asked for ever', async () => {
    const { clock, session } = await bench(new NumberedTalker(), { errorSource: { kind: 'queue', query: 'Q 7?' } });
    expect(await clock.settle(session.drainErrors())).toHaveLength(100);
  });

  test('events and registers', async () => {
    const talkers = [
      [LECROY_REGISTERS, { 'CMR?': 'CMR 4', 'EXR?': '0' }, ['CMR? CMR 4']],
      [TEKTRONIX_EVENTS, { '*ESR?': '32', 'ALLEV?': '113,"Undefined header; FOO"' }, ['113,"Undefined header; FOO"']],
      [TEKTRONIX_EVENTS, { '*ESR?': '0', 'ALLEV?': '1,"No events to report - new events pending *ESR?"' }, []],
    ] as const;
    for (const [errorSource, replies, expected] of talkers) {
      const { clock, link } = await usbtmcBench({ talker: replyTalker(replies) });
      const session = new ScpiSession(link, { clock, errorSource });
      expect(await clock.settle(session.drainErrors())).toEqual(expected);
    }
  });
});

describe('completion', () => {
  test('the event register is asked again and again; others may ask in between', async () => {
    const { clock, talker, session } = await bench(new NumberedTalker());
    clock.after(2000, () => {
      talker.events = 1;
    });
    const done = session.awaitCompletion({ limitMs: 10_000 });
    await clock.advance(500);
    expect(await clock.settle(session.query('Q 1?'))).toBe('<1>');
    await clock.settle(done);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(2000);
    expect(clock.nowMs()).toBeLessThan(2300);
  });

  test('it has a limit, and can be cancelled', async () => {
    const { clock, session } = await bench(new NumberedTalker());
    await expect(clock.settle(session.awaitCompletion({ limitMs: 1000 }))).rejects.toMatchObject({
      code: 'device/timeout',
    });
    const abort = new AbortController();
    const waiting = session.awaitCompletion({ limitMs: 60_000, signal: abort.signal }).catch((error: unknown) => error);
    await clock.advance(1000);
    abort.abort();
    const startMs = clock.nowMs();
    expect(await clock.settle(waiting)).toMatchObject({ code: 'cancelled' });
    expect(clock.nowMs() - startMs).toBeLessThanOrEqual(1000);
  });
});

test('silence is asked of the status byte where there is one, and listened for where there is none', async () => {
  const usb = await usbtmcBench({ talker: replyTalker({ 'ASK?': 'yes' }) });
  const overUsb = new ScpiSession(usb.link, { clock: usb.clock });
  expect(await usb.clock.settle(overUsb.commandInSilence('ON', 50))).toBe(true);
  expect(await usb.clock.settle(overUsb.commandInSilence('ASK?', 50))).toBe(false);
  expect(usb.simulated.requestCount).toBe(0);
  const stream = await bench(new NumberedTalker());
  expect(await stream.clock.settle(stream.session.commandInSilence('ON', 50))).toBe(true);
  expect(await stream.clock.settle(stream.session.commandInSilence('Q 1?', 50))).toBe(false);
  expect(await stream.clock.settle(stream.session.query('Q 2?'))).toBe('<2>');
});

describe('transaction log', () => {
  test('what was said is kept with times, saved, read again and replayed to the same answers', async () => {
    const clock = new ManualClock();
    const log = new TransactionLog(clock);
    const instrument = new StreamInstrument({ clock, talker: new NumberedTalker(), latencyMs: 7 });
    const link = await clock.settle(StreamMessageLink.open(await instrument.connect(), { clock }));
    const session = new ScpiSession(link, { clock, log });
    const first = await clock.settle(session.query('Q 1?'));
    const block = await clock.settle(session.queryBytes('B 30?'));
    instrument.strike({ kind: 'none' });
    await clock.settle(session.query('Q 9?').catch(() => undefined));
    const saved = parseTransactions(log.save())!;
    expect(saved.map(({ kind }) => kind)).toEqual(['sent', 'received', 'sent', 'received', 'sent', 'note', 'note']);
    expect(saved[1]!.atMs - saved[0]!.atMs).toBe(7);
    const messages = saved.filter((entry): entry is RecordedMessage & typeof entry => entry.kind !== 'note');
    const talker = new ReplayTalker(messages);
    const replay = await usbtmcBench({ talker });
    const again = new ScpiSession(replay.link, { clock: replay.clock });
    expect(await replay.clock.settle(again.query('Q 1?'))).toBe(first);
    expect(await replay.clock.settle(again.queryBytes('B 30?'))).toEqual(block);
    expect(await replay.clock.settle(again.query('Q 1?'))).toBe(first);
    expect(talker.unknownCount).toBe(0);
  });

  test('it keeps the newest that fit, and says how many went', () => {
    const log = new TransactionLog(new ManualClock(), 10_000);
    for (let number = 0; number < 1000; number++) log.sent(bytesOf(`Q ${String(number).padStart(4, '0')}?`));
    expect(log.entries.length + log.droppedCount).toBe(1000);
    expect(log.entries.length).toBeGreaterThan(100);
    const last = log.entries.at(-1)!;
    expect(last.kind === 'sent' && textOf(last.bytes)).toBe('Q 0999?');
    log.received(new Uint8Array(20_000));
    expect(log.entries).toHaveLength(0);
  });

  test.each(['', '{}', 'nonsense', '{"format":"pulsebench-transactions","version":1}\n{"ms":0,"kind":"other"}'])(
    'what is no log is none: %s',
    (text) => expect(parseTransactions(text)).toBeUndefined(),
  );
});
