// peaks: pulse-height analysis of a file of bare samples, with the arguments of scipy.signal.find_peaks.

import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LabError } from '../base/errors.ts';
import { PeakFinder, type Samples } from '../core/pulse.ts';
import type { Border, FindPeaksArgs, FoundPeaks } from '../core/pulse-arguments.ts';
import { toJson } from './json.ts';
import { answerLine, readRequests } from './requests-file.ts';
import { makeWorkspace, print, readInput } from './session.ts';
import { printLine } from './terminal-text.ts';
import { Arguments, UsageError } from './usage.ts';

/** Core memory beside the finder's own: its arrays of borders and the core's data. */
const SPARE_BYTES = 16 * 2 ** 20;
/** Bytes per sample for borders: three intervals of two arrays of f64 at a time at most. */
const BORDER_BYTES_PER_SAMPLE = 48;

const INTERVALS = { height: 'height', threshold: 'threshold', prominence: 'prominence', width: 'width' } as const;
const RENAMED = { ...INTERVALS, plateau_size: 'plateauSize' } as const;
const NUMBERS = { distance: 'distance', wlen: 'wlen', rel_height: 'relHeight' } as const;

/** One file with flags, or a list of requests. */
export async function peaks(args: readonly string[]): Promise<void> {
  const isList = args.some((arg) => arg === '--requests' || arg.startsWith('--requests='));
  const parsed = new Arguments(args, {
    words: isList ? [] : ['FILE'],
    values: ['dtype', 'args', 'requests'],
    switches: ['json'],
  });
  if (!isList) {
    const text = parsed.value('args') ?? '{}';
    print(findPeaks(parsed.words[0]!, parsed.required('dtype'), parseJson(text)), parsed.has('json'));
    return;
  }
  const path = parsed.required('requests');
  for (const { file, dtype, args: conditions } of readRequests(path)) {
    const line = await answerLine(() => {
      if (typeof file !== 'string' || typeof dtype !== 'string') throw new UsageError('"file" or "dtype" is missing.');
      return Promise.resolve(findPeaks(resolve(dirname(path), file), dtype, conditions ?? {}));
    });
    printLine(toJson(line));
  }
}

function findPeaks(path: string, dtype: string, conditions: unknown): FoundPeaks {
  if (conditions === null || typeof conditions !== 'object' || Array.isArray(conditions)) {
    throw new UsageError('The arguments must be a JSON object, such as {"height": 2}.');
  }
  const samples = readSamples(path, dtype);
  const capacity = Math.max(1, samples.length);
  const bytes = PeakFinder.reservedBytes(capacity) + capacity * BORDER_BYTES_PER_SAMPLE + SPARE_BYTES;
  const finder = new PeakFinder(makeWorkspace(bytes), capacity);
  return finder.find(samples, toArguments(conditions as Readonly<Record<string, unknown>>, dirname(path)));
}

function readSamples(path: string, dtype: string): Samples {
  const bytes = readInput(path);
  const width = { f64: 8, float64: 8, f32: 4, float32: 4, i16: 2, int16: 2 }[dtype];
  if (width === undefined) throw new UsageError(`Unknown dtype "${dtype}". Use f64, f32 or i16.`);
  if (bytes.byteLength % width !== 0) {
    throw new LabError('format/damaged', `${path} has ${bytes.byteLength} bytes, no whole number of ${dtype} samples.`);
  }
  if (width === 8) return new Float64Array(bytes.buffer);
  return width === 4 ? new Float32Array(bytes.buffer) : new Int16Array(bytes.buffer);
}

function toArguments(conditions: Readonly<Record<string, unknown>>, folder: string): FindPeaksArgs {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(conditions)) {
    if (value === null) continue;
    if (name in RENAMED) {
      const border = (part: unknown): Border => toBorder(part, folder);
      result[RENAMED[name as keyof typeof RENAMED]] =
        Array.isArray(value) && value.length === 2 ? [border(value[0]), border(value[1])] : border(value);
    } else if (name in NUMBERS) {
      const number = toBorder(value, folder);
      if (typeof number !== 'number') throw new UsageError(`"${name}" must be a number.`);
      result[NUMBERS[name as keyof typeof NUMBERS]] = number;
    } else {
      throw new UsageError(`Unknown argument "${name}".`);
    }
  }
  return result;
}

/** A number, NaN or an infinity as text, nothing, a list, or a file of f64 beside the signal. */
function toBorder(value: unknown, folder: string): Border {
  if (value === null || typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  if (Array.isArray(value)) return value.map((item) => Number(toBorder(item, folder)));
  const name = (value as { array?: unknown } | undefined)?.array;
  if (typeof name !== 'string') throw new UsageError(`"${String(value)}" is no limit.`);
  const path = resolve(folder, name);
  return readSamples(existsSync(path) ? path : `${path}.f64`, 'f64');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`--args is no JSON: ${(cause as Error).message}`);
  }
}
