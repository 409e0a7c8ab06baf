// `align`: centre, width and fits of a peak or an edge in a table, or in lists of numbers.

import type { Point } from '../scan/align-2021.ts';
import { type Alignment, alignmentOf } from '../scan/alignment.ts';
import type { Centre, Curve } from '../scan/curve.ts';
import type { CommandForm } from './command-row.ts';
import { findSignal } from './requests.ts';
import { answerLine, readRequests } from './requests-file.ts';
import { print, withFile } from './session.ts';
import { printLine } from './terminal-text.ts';
import { Arguments, UsageError } from './usage.ts';

export const ALIGN_FORMS: readonly CommandForm[] = [
  { usage: 'TABLE --x NAME --y NAME', does: 'where a peak or an edge is, by every definition and by fits' },
  { usage: '--requests R.json', does: 'many of these, from {x, y, edgeCount?}, one JSON line each' },
];

export async function align(args: readonly string[]): Promise<void> {
  const isList = args.some((arg) => arg === '--requests' || arg.startsWith('--requests='));
  const parsed = new Arguments(args, {
    words: isList ? [] : ['TABLE'],
    values: isList ? ['requests'] : ['x', 'y'],
    switches: ['json'],
  });
  if (isList) {
    for (const { x, y, edgeCount } of readRequests(parsed.required('requests'))) {
      const line = await answerLine(async () =>
        answerOf({ x: numbers(x, 'x'), y: numbers(y, 'y') }, countOf(edgeCount)),
      );
      printLine(JSON.stringify(line));
    }
    return;
  }
  const names = [parsed.required('x'), parsed.required('y')] as const;
  // without a time every column of the table is a signal
  await withFile(parsed.words[0]!, { time: null }, async (reader) => {
    const [x, y] = await Promise.all(
      names.map(async (name) => {
        const signal = findSignal(reader, name);
        return Array.from((await reader.store.samples(signal.id, 0, signal.endSample)).values, Number);
      }),
    );
    print(answerOf({ x: x!, y: y! }, undefined), parsed.has('json'));
  });
}

function numbers(value: unknown, name: string): readonly number[] {
  if (!Array.isArray(value)) throw new UsageError(`"${name}" must be a list of numbers.`);
  return value.map((item) => {
    if (typeof item === 'number') return item;
    if (item === 'NaN' || item === 'Infinity' || item === '-Infinity') return Number(item);
    throw new UsageError(`"${name}" has "${String(item)}", which is no number.`);
  });
}

function countOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new UsageError('"edgeCount" must be a whole number of at least 1.');
}

/** As plain data in the spelling of the golden data: NaN and infinities as text, what an original raised as its error. */
function answerOf(curve: Curve, edgeCount: number | undefined): unknown {
  if (curve.x.length !== curve.y.length) {
    throw new UsageError(`x has ${curve.x.length} values and y has ${curve.y.length}: they must be as many.`);
  }
  const { bliss2018, bliss2021, bluesky, fits, warnings } = alignmentOf(curve, edgeCount);
  return {
    definitions: {
      bliss2018: {
        cen: bliss2018.cen ? pair(bliss2018.cen) : { error: 'IndexError' },
        com: spelled(bliss2018.com),
        peak: bliss2018.peak === undefined ? { error: 'ValueError' } : spelled(bliss2018.peak),
      },
      bliss2021: {
        cen: pair(bliss2021.cen),
        com: spelled(bliss2021.com),
        com_data: spelled(bliss2021.comData),
        peak: point(bliss2021.peak),
        trough: point(bliss2021.trough),
      },
      bluesky: bluesky ? blueskyAnswer(bluesky) : { error: 'ValueError' },
    },
    fits: fits.map(({ model, parameters, chiSquare, freedomCount }) => ({
      model: model.name,
      parameters: Object.fromEntries(
        model.parameterNames.map((name, k) => [
          name,
          { value: spelled(parameters[k]!.value), sigma: spelled(parameters[k]!.uncertainty) },
        ]),
      ),
      chi2: spelled(chiSquare),
      ndf: freedomCount,
    })),
    warnings,
  };
}

function blueskyAnswer({
  min,
  max,
  com,
  cen,
  crossings,
  fwhm,
  background,
}: NonNullable<Alignment['bluesky']>): unknown {
  return {
    min: point(min),
    max: point(max),
    com: spelled(com),
    cen: cen === undefined ? null : spelled(cen),
    crossings: crossings?.map(spelled) ?? null,
    fwhm: fwhm === undefined ? null : spelled(fwhm),
    ...(background ? { lin_bkg: { m: spelled(background.slope), b: spelled(background.offset) } } : {}),
  };
}

const pair = ({ position, width }: Centre) => [spelled(position), spelled(width)];
const point = ({ x, y }: Point) => [spelled(x), spelled(y)];

function spelled(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
