// An answer that trickles in: bytes keep coming, never so late that silence would end it. It has a time all the same.

import { expect, test } from 'vitest';
import { ScpiSession } from '../../../src/devices/scpi/session.ts';
import { type BytePort, PortInbox } from '../../../src/transports/byte-port.ts';
import { StreamMessageLink } from '../../../src/transports/stream-message-link.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Answers `T?` with one byte every `gapMs`, without an end, until the connection is made anew; a register at once. */
function trickling(clock: ManualClock, gapMs: number, piece: string): () => Promise<BytePort> {
  return async () => {
    const inbox = new PortInbox();
    let isOpen = true;
    const trickle = () => {
      if (!isOpen) return;
      inbox.push(bytesOf(piece));
      clock.after(gapMs, trickle);
    };
    return {
      label: 'the instrument',
      listen: (listener) => inbox.listen(listener),
      write: async (bytes) => {
        const text = new TextDecoder().decode(bytes);
        const register = /^\*ESE (\d+);\*ESE\?/.exec(text);
        if (register) inbox.push(bytesOf(`${register[1]}\n`));
        if (text.startsWith('T?')) trickle();
        if (text.startsWith('*IDN?')) inbox.push(bytesOf('a,b,c,d\n'));
      },
      close: async () => {
        isOpen = false;
        inbox.close();
      },
    };
  };
}

async function sessionOf(gapMs: number, piece = '1') {
  const clock = new ManualClock();
  const open = trickling(clock, gapMs, piece);
  const link = await clock.settle(StreamMessageLink.open(await open(), { clock, reopen: open }));
  return { clock, session: new ScpiSession(link, { clock }) };
}

test('a byte now and then is a time-out after about a minute, and the next question is answered', async () => {
  const { clock, session } = await sessionOf(1900);
  const question = session.query('T?').catch((error: unknown) => error);
  const next = session.query('*IDN?');
  await clock.advance(61_000);
  await clock.advance(10_000);
  expect(await clock.settle(question, 0)).toMatchObject({ code: 'device/timeout' });
  expect(await clock.settle(next)).toBe('a,b,c,d');
});

test('it can be cancelled at any time', async () => {
  const { clock, session } = await sessionOf(1900);
  const abort = new AbortController();
  const question = session.query('T?', { signal: abort.signal }).catch((error: unknown) => error);
  await clock.advance(30_000);
  abort.abort();
  expect(await clock.settle(question, 0)).toMatchObject({ code: 'cancelled' });
});

test('what comes as fast as a slow serial line is waited for', async () => {
  // 240 bytes a second, 2400 baud
  const { clock, session } = await sessionOf(100, '1'.repeat(24));
  let hasEnded = false;
  const question = session.query('T?').catch(() => {
    hasEnded = true;
  });
  await clock.advance(120_000);
  expect(hasEnded).toBe(false);
  await clock.settle(session.close());
  await question;
});

test('a part of an answer is no silence', async () => {
  const { clock, session } = await sessionOf(1900);
  expect(await clock.settle(session.commandInSilence('T?', 50))).toBe(false);
});
