// The table of commands.

import { readFileSync } from 'node:fs';
import { FormatError, LabError } from '../base/errors.ts';
import { convert, repair } from './convert.ts';
import { fileInfo } from './info.ts';
import { toJson } from './json.ts';
import { answer, OPERATIONS, type Request } from './requests.ts';
import { runCommand, setupCommand } from './run-command.ts';
import { print, withFile } from './session.ts';
import { Arguments, UsageError } from './usage.ts';

export type Command = (args: readonly string[]) => Promise<void>;

const NUMBERS = ['start', 'count', 'increment', 'end'];
const TEXTS = ['signal', 'utc', 'sampleId'];

export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['info', info],
  ['query', query],
  ['convert', convert],
  ['repair', repair],
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
repair IN OUT                           a whole file from a damaged one
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
      let line: unknown;
      try {
        line = { ok: true, result: await answer(reader, request) };
      } catch (error) {
        line = { ok: false, error: describe(error) };
      }
      process.stdout.write(`${toJson(line)}\n`);
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

/** A JSON file that holds a list of objects. */
export function readRequests(path: string): readonly Request[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UsageError(`Cannot read the requests in ${path}: ${(cause as Error).message}`);
  }
  const isList = Array.isArray(value) && value.every((item) => item !== null && typeof item === 'object');
  if (!isList) throw new UsageError(`${path} must hold a list of requests.`);
  return value as readonly Request[];
}

function describe(error: unknown): Record<string, unknown> {
  if (error instanceof UsageError) return { code: 'request/invalid', message: error.message };
  if (!(error instanceof LabError)) throw error;
  const offset = error instanceof FormatError ? error.offsetBytes : undefined;
  return { code: error.code, message: error.message, ...(offset === undefined ? {} : { offset }) };
}
