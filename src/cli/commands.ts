// The table of commands, of which the help is made. To add one: its file, and its row here.

import { ALIGN_FORMS, align } from './align.ts';
import { type CommandRow, commandLines } from './command-row.ts';
import { convert, repair } from './convert.ts';
import { fileInfo } from './info.ts';
import { toJson } from './json.ts';
import { OSZITRACE_HELP, oszitrace } from './oszitrace.ts';
import { peaks } from './peaks.ts';
import { READ_FLAGS, READ_FLAGS_HELP, READ_REPEATS, readChoice, START_FLAG } from './read-choice.ts';
import { REPLAY_FORMS, replay } from './replay.ts';
import { answer, OPERATIONS } from './requests.ts';
import { answerLine, readRequests } from './requests-file.ts';
import { runCommand, setupCommand } from './run-command.ts';
import { SCAN_FORMS, scan } from './scan.ts';
import { bridge, serve } from './servers.ts';
import { print, withFile } from './session.ts';
import { printLine } from './terminal-text.ts';
import { Arguments } from './usage.ts';

const NUMBERS = ['start', 'count', 'increment', 'end'];
const TEXTS = ['signal', 'utc', 'sampleId'];

export const COMMAND_ROWS: readonly CommandRow[] = [
  { name: 'info', forms: [{ usage: 'FILE', does: 'what the file is and holds' }], run: info },
  {
    name: 'query',
    forms: [{ usage: 'FILE --requests R.json', does: 'many questions, one JSON line each' }],
    run: query,
  },
  ...[...OPERATIONS].map(([name, { form }]) => ({
    name,
    forms: [form],
    run: (args: readonly string[]) => single(name, args),
  })),
  {
    name: 'convert',
    forms: [
      {
        usage: 'IN OUT [--start N --end M] [--signal ID…] [--all]',
        does: 'by the extension of OUT; --all: a row for every sample',
      },
    ],
    run: convert,
  },
  {
    name: 'repair',
    forms: [{ usage: 'IN OUT', does: 'a whole file from a damaged one (.v1.jls keeps JLS v1)' }],
    run: repair,
  },
  {
    name: 'peaks',
    forms: [
      { usage: 'FILE --dtype f64|f32|i16 --args JSON', does: 'peaks of bare samples' },
      { usage: '--requests R.json', does: 'many of these, one JSON line each' },
    ],
    run: peaks,
  },
  { name: 'align', forms: ALIGN_FORMS, run: align },
  { name: 'scan', forms: SCAN_FORMS, run: scan },
  { name: 'replay', forms: REPLAY_FORMS, run: replay },
  {
    name: 'setup',
    forms: [{ usage: 'SETUP.yaml', does: 'everything that is wrong with a mimo setup' }],
    run: setupCommand,
  },
  {
    name: 'run',
    forms: [
      {
        usage: 'SETUP.yaml --out DIR [--duration S] [--trust]',
        does: 'runs a mimo setup (--trust: also its own JavaScript); Ctrl-C ends it in order, twice at once',
      },
    ],
    run: runCommand,
  },
  {
    name: 'oszitrace',
    forms: [
      {
        usage: '[--set NAME=VALUE…] [--channel NAME…] [--frames N] [--arm] [--timeout S]',
        does: 'traces of one oscilloscope, as OsziTrace reads them; --arm: before each frame',
      },
    ],
    run: oszitrace,
  },
  {
    name: 'serve',
    forms: [{ usage: '[--port N] [--json]', does: 'the page on this computer; Ctrl-C ends it' }],
    run: serve,
  },
  {
    name: 'bridge',
    forms: [
      {
        usage: '[--port N] [--allow HOST:PORT…] [--origin URL…] [--epics] [--serve-simulators] [--json]',
        does: 'the page with a way to instruments on the network; Ctrl-C ends it',
      },
    ],
    run: bridge,
  },
];

export const HELP = `pulsebench COMMAND …

${commandLines(COMMAND_ROWS)}

Add --json for JSON. Sample positions count from the signal's first sample; ranges exclude their end.
${READ_FLAGS_HELP}

${OSZITRACE_HELP}`;

async function info(args: readonly string[]): Promise<void> {
  const parsed = new Arguments(args, {
    words: ['FILE'],
    values: [...READ_FLAGS, START_FLAG],
    repeats: READ_REPEATS,
    switches: ['json'],
  });
  const choice = readChoice(parsed, { hasStart: true });
  await withFile(parsed.words[0]!, choice, async (reader) => print(await fileInfo(reader), parsed.has('json')));
}

async function query(args: readonly string[]): Promise<void> {
  const values = ['requests', ...READ_FLAGS, START_FLAG];
  const parsed = new Arguments(args, { words: ['FILE'], values, repeats: READ_REPEATS, switches: ['json'] });
  const requests = readRequests(parsed.required('requests'));
  await withFile(parsed.words[0]!, readChoice(parsed, { hasStart: true }), async (reader) => {
    for (const request of requests) {
      printLine(toJson(await answerLine(async () => answer(reader, request))));
    }
  });
}

async function single(op: string, args: readonly string[]): Promise<void> {
  const values = [...NUMBERS, ...TEXTS, ...READ_FLAGS];
  const parsed = new Arguments(args, { words: ['FILE'], values, repeats: READ_REPEATS, switches: ['json'] });
  const request: Record<string, unknown> = { op };
  for (const name of NUMBERS) {
    const value = parsed.count(name);
    if (value !== undefined) request[name] = value;
  }
  for (const name of TEXTS) {
    const value = parsed.value(name);
    if (value !== undefined) request[name] = value;
  }
  const choice = readChoice(parsed);
  await withFile(parsed.words[0]!, choice, async (reader) => print(await answer(reader, request), parsed.has('json')));
}
