// The table of commands.

import { convert, repair } from './convert.ts';
import { fileInfo } from './info.ts';
import { toJson } from './json.ts';
import { peaks } from './peaks.ts';
import { replay } from './replay.ts';
import { answer, OPERATIONS } from './requests.ts';
import { answerLine, readRequests } from './requests-file.ts';
import { runCommand, setupCommand } from './run-command.ts';
import { print, withFile } from './session.ts';
import { Arguments } from './usage.ts';

export type Command = (args: readonly string[]) => Promise<void>;

const NUMBERS = ['start', 'count', 'increment', 'end'];
const TEXTS = ['signal', 'utc', 'sampleId'];

export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['info', info],
  ['query', query],
  ['convert', convert],
  ['repair', repair],
  ['peaks', peaks],
  ['replay', replay],
  ['setup', setupCommand],
  ['run', runCommand],
  ...[...OPERATIONS.keys()].map((op): [string, Command] => [op, (args) => single(op, args)]),
]);

export const HELP = `pulsebench COMMAND …

info FILE                               what the file is and holds
query FILE --requests R.json            many questions, one JSON line each
samples FILE --signal S --start N --count N
summary FILE --signal S --start N --increment N --count N
statistics FILE --signal S [--start N] [--end M]
digest FILE --signal S [--start N] [--count N]
annotations FILE [--signal S]
utc FILE --signal S
time FILE --signal S (--sampleId N | --utc T)
userdata FILE
events FILE [--start N] [--count N]
convert IN OUT [--start N --end M] [--signal ID…]   by the extension of OUT
repair IN OUT                           a whole file from a damaged one (.v1.jls keeps JLS v1)
peaks FILE --dtype f64|f32|i16 --args JSON    (or --requests R.json)
replay js110 CAPTURE OUT.jls --calibration CAL [--suppress MODE]
replay js220 CAPTURE OUT.jls [--publish JSON]   a list of {"topic", "value"}, or a file with one
setup SETUP.yaml                        everything that is wrong with a mimo setup
run SETUP.yaml --out DIR [--duration S] runs a mimo setup; Ctrl-C ends it in order

Add --json for JSON. Sample positions count from the signal's first sample; ranges exclude their end.`;

async function info(args: readonly string[]): Promise<void> {
  const parsed = new Arguments(args, { words: ['FILE'], switches: ['json'] });
  await withFile(parsed.words[0]!, async (reader) => print(await fileInfo(reader), parsed.has('json')));
}

async function query(args: readonly string[]): Promise<void> {
  const parsed = new Arguments(args, { words: ['FILE'], values: ['requests'], switches: ['json'] });
  const requests = readRequests(parsed.required('requests'));
  await withFile(parsed.words[0]!, async (reader) => {
    for (const request of requests) {
      process.stdout.write(`${toJson(await answerLine(async () => answer(reader, request)))}\n`);
    }
  });
}

async function single(op: string, args: readonly string[]): Promise<void> {
  const parsed = new Arguments(args, { words: ['FILE'], values: [...NUMBERS, ...TEXTS], switches: ['json'] });
  const request: Record<string, unknown> = { op };
  for (const name of NUMBERS) {
    const value = parsed.count(name);
    if (value !== undefined) request[name] = value;
  }
  for (const name of TEXTS) {
    const value = parsed.value(name);
    if (value !== undefined) request[name] = value;
  }
  await withFile(parsed.words[0]!, async (reader) => print(await answer(reader, request), parsed.has('json')));
}
