// convert and repair: one file in, another out. The output is written under a temporary name and takes its own
// only when it is whole.

import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { FormatError } from '../base/errors.ts';
import type { ExportOptions } from '../formats/export/selection.ts';
import type { FormatReader } from '../formats/reader.ts';
import type { AppendSink } from '../formats/source.ts';
import { exportFile, WRITE_ROWS, writeRowOf } from '../formats/writers.ts';
import { fileInfo } from './info.ts';
import { toJson } from './json.ts';
import { NodeFile, NodeSink } from './node-file.ts';
import { terminalProgress } from './progress.ts';
import { READ_FLAGS, READ_REPEATS, readChoice } from './read-choice.ts';
import { findSignal } from './requests.ts';
import { makeWorkspace, print, withFile } from './session.ts';
import { Arguments, UsageError } from './usage.ts';

/** Writes `OUT` in the format of its extension. */
export async function convert(args: readonly string[]): Promise<void> {
  const parsed = new Arguments(args, {
    words: ['IN', 'OUT'],
    values: ['start', 'end', ...READ_FLAGS],
    lists: ['signal'],
    repeats: READ_REPEATS,
    switches: ['json', 'all'],
  });
  const [input, output] = parsed.words as [string, string];
  const isBundle = output.toLowerCase().endsWith('.zip');
  const row = writeRowOf(output);
  if (!row && !isBundle) {
    const known = [...WRITE_ROWS.map(({ extension }) => extension), 'zip'];
    throw new UsageError(`${basename(output)}: write to .${known.join(', .')}.`);
  }
  refuseSameFile(input, output);
  const progress = terminalProgress('convert');
  const notes = await withFile(input, readChoice(parsed), async (reader) => {
    const signals = parsed.list('signal').map((wanted) => findSignal(reader, wanted).id);
    const start = parsed.count('start');
    const end = parsed.count('end');
    const options = {
      ...(signals.length > 0 ? { signalIds: signals } : {}),
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
      ...(parsed.has('all') && { rowBudget: Number.POSITIVE_INFINITY }),
      onProgress: progress.report,
    };
    return writeWhole(output, async (sink) => {
      if (row) return (await exportFile(reader, row.extension, sink, makeWorkspace(), options)).notes;
      return bundle(reader, { inputName: basename(input), dataPath: `${output}.data.part` }, sink, options);
    });
  });
  progress.end();
  print(parsed.has('json') ? { output, notes } : notes, parsed.has('json'));
}

/** The data, put aside at `dataPath`, and what `info` says of the file they are from. */
async function bundle(
  reader: FormatReader,
  { inputName, dataPath }: { readonly inputName: string; readonly dataPath: string },
  sink: AppendSink,
  options: ExportOptions,
): Promise<readonly string[]> {
  const { writeBundle } = await import('../formats/zip/bundle.ts');
  const settings = {
    source: inputName,
    selection: { signals: options.signalIds ?? 'all', start: options.start ?? 0, end: options.end ?? 'end' },
    file: await fileInfo(reader),
  };
  const stage = new NodeSink(dataPath);
  try {
    const name = inputName.replace(/\.[^.]*$/, '');
    const parts = { name, modifiedUnixMs: Date.now(), stage, describe: () => toJson(settings) };
    return await writeBundle(reader, sink, makeWorkspace(), parts, options);
  } finally {
    stage.close();
    rmSync(dataPath);
  }
}

/** Writes a whole file from a damaged one, in the same format. */
export async function repair(args: readonly string[]): Promise<void> {
  const parsed = new Arguments(args, { words: ['IN', 'OUT'], switches: ['json'] });
  const [input, output] = parsed.words as [string, string];
  refuseSameFile(input, output);
  const progress = terminalProgress('repair');
  const answer = await withFile(input, {}, async (reader) => {
    const kind = repairKind(reader, output);
    const report = await writeWhole(output, async (sink) => {
      if (reader.format !== 'jls-v2') {
        return exportFile(reader, kind, sink, makeWorkspace(), { onProgress: progress.report });
      }
      const { repairJlsV2 } = await import('../formats/jls/v2/repair.ts');
      const source = new NodeFile(input);
      try {
        return await repairJlsV2(source, sink, makeWorkspace(), { onProgress: progress.report });
      } finally {
        source.close();
      }
    });
    const { signals, eventCount, annotationCount, userDataCount, recovered, diagnostics } = await fileInfo(reader);
    return { output, damaged: recovered, signals, eventCount, annotationCount, userDataCount, diagnostics, report };
  });
  progress.end();
  print(answer, parsed.has('json'));
}

/** The format of the repaired file: the same; of JLS v1 every sample as JLS v2, or raw words when OUT is .v1.jls. */
function repairKind(reader: FormatReader, output: string): string {
  if (reader.format === 'mimo') return 'mimo';
  if (reader.format === 'jls-v2') return 'jls';
  if (reader.format === 'jls-v1') return writeRowOf(output)?.extension ?? 'jls';
  throw new FormatError(
    'format/unsupported',
    `A file of the format ${reader.label} has nothing to repair; convert it instead.`,
  );
}

/** What is read is never replaced, whatever name it is given by. Throws UsageError. */
function refuseSameFile(input: string, output: string): void {
  const [from, to] = [input, output].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (from && to && from.dev === to.dev && from.ino === to.ino) {
    throw new UsageError(`${output} is the file that is read. Give the result another name.`);
  }
}

/** Writes `output` under a temporary name until it is whole; nothing is left of a failed one. */
export async function writeWhole<T>(output: string, write: (sink: AppendSink) => Promise<T>): Promise<T> {
  const temporary = `${output}.part`;
  const sink = new NodeSink(temporary);
  try {
    const result = await write(sink);
    sink.flush();
    sink.close();
    renameSync(temporary, output);
    return result;
  } catch (error) {
    sink.close();
    if (existsSync(temporary)) rmSync(temporary);
    throw error;
  }
}
