// Init-talk files against instruments that answer as their golden description says.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InitTalkError, parseInitTalk, runInitTalk } from '../../src/devices/oszitrace/init-talk.ts';
import { ScpiSession } from '../../src/devices/scpi/session.ts';
import { AnsweringLink } from '../support/answering-link.ts';
import { goldenJson } from '../support/golden.ts';
import { ManualClock } from '../support/manual-clock.ts';

interface Case {
  readonly file: string;
  readonly instrumentReplies: Readonly<Record<string, string>>;
  readonly expect: {
    readonly sent: readonly string[];
    readonly parameters?: Readonly<Record<string, unknown>>;
    readonly error?: string;
    readonly at?: number;
  };
}

const FOLDER = join(process.cwd(), 'tests', 'golden', 'scpi', 'init-talk');
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

async function talk(text: string, replies: Readonly<Record<string, string>>) {
  const clock = new ManualClock();
  const link = new AnsweringLink(clock, (question) => replies[question]);
  const session = new ScpiSession(link, { clock });
  try {
    const parameters = await clock.settle(runInitTalk(parseInitTalk(text), session));
    return { sent: link.sent, parameters };
  } catch (error) {
    if (!(error instanceof InitTalkError)) throw error;
    return { sent: link.sent, error: error.problem, ...(error.at !== undefined && { at: error.at }) };
  }
}

test('there are sixteen files', () => expect(names.length).toBe(16));

test.each(names)('%s', async (name) => {
  const golden = goldenJson<Case>(`scpi/init-talk/${name}`);
  const result = await talk(readFileSync(join(FOLDER, golden.file), 'utf8'), golden.instrumentReplies);
  // a bare list has neither type nor version, and is refused
  if (name === 'top-level-list.json') expect(result).toEqual({ sent: [], error: 'bad-type' });
  else expect(result).toEqual(golden.expect);
});

const HEAD = 'type: oszitrace-ioc/ascii-talk\nversion: 0.10\ninit:\n';

test.each([
  ['- q: A\n- q: B?\n  r: "{x:Z}"', 'bad-entry', 1],
  ['- q: A\n  r: 5', 'bad-entry', 0],
  ['- A', 'bad-entry', 0],
])('nothing is sent of a file with a mistake anywhere: %s', async (entries, error, at) => {
  expect(await talk(HEAD + entries, {})).toEqual({ sent: [], error, at });
});

test('what is said is said as it stands in the file, and answers lose their line end', async () => {
  const text = `${HEAD}- q: ":SYST:DATE? "\n  r: "{y:d},{m:d},{d:d}"\n- q: "X?"\n  r: "{a[0]},{a[1]}"\n`;
  const result = await talk(text, { ':SYST:DATE? ': '+2026,+1,+2\r\n', 'X?': 'p,q' });
  expect(result).toEqual({
    sent: [':SYST:DATE? ', 'X?'],
    parameters: { y: 2026, m: 1, d: 2, a: { 0: 'p', 1: 'q' } },
  });
});
