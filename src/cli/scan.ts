// `scan plan`: what a scan command would do, without doing it. `scan run` does it.

import type { AxisFacts } from '../scan/axis.ts';
import { dryRun } from '../scan/dry-run.ts';
import { planScan } from '../scan/plan.ts';
import type { CommandForm } from './command-row.ts';
import { toJson } from './json.ts';
import { answerLine, readRequests } from './requests-file.ts';
import { scanRun } from './scan-run.ts';
import { print } from './session.ts';
import { printLine } from './terminal-text.ts';
import { Arguments, UsageError } from './usage.ts';

export const SCAN_FORMS: readonly CommandForm[] = [
  {
    usage: 'plan "COMMAND" [--axes JSON]',
    does: 'positions, title, time and room of a scan, or what is wrong with it',
  },
  { usage: 'plan --requests R.json', does: 'many of these, from {command, axes}, one JSON line each' },
  {
    usage: 'run "COMMAND" --out DIR [--style 2019|2021]',
    does: 'a scan on simulated axes, kept in DIR/data.h5; Ctrl-C stops it, twice at once',
  },
];

export async function scan(args: readonly string[]): Promise<void> {
  if (args[0] === 'run') return scanRun(args);
  const isList = args.some((arg) => arg === '--requests' || arg.startsWith('--requests='));
  const parsed = new Arguments(args, {
    words: isList ? ['plan'] : ['plan', 'COMMAND'],
    values: isList ? ['requests'] : ['axes'],
    switches: ['json'],
  });
  if (parsed.words[0] !== 'plan')
    throw new UsageError(`"scan ${parsed.words[0]}" is not known. Use scan plan or scan run.`);
  if (!isList) {
    print(planAnswer(parsed.words[1]!, parseAxes(parsed.value('axes') ?? '{}')), parsed.has('json'));
    return;
  }
  for (const { command, axes } of readRequests(parsed.required('requests'))) {
    const line = await answerLine(async () => {
      if (typeof command !== 'string') throw new UsageError('"command" is missing.');
      return planAnswer(command, axes ?? {});
    });
    printLine(toJson(line));
  }
}

function planAnswer(command: string, axes: unknown): unknown {
  const plan = planScan(command, toAxes(axes));
  const { trajectory, title } = plan;
  return {
    npoints: trajectory.pointCount,
    positions: Object.fromEntries(trajectory.columns.map(({ axis, positions }) => [axis, positions])),
    title,
    ...dryRun(plan, plan.command.counters.length),
  };
}

function parseAxes(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`--axes is no JSON: ${(cause as Error).message}`);
  }
}

const NUMBERS = ['speedPerS', 'settlingS', 'backlash'] as const;

/** `{name: {position, tolerance, limits?, unit?, speedPerS?, settlingS?, backlash?}}`; limits are [low, high]. */
function toAxes(value: unknown): ReadonlyMap<string, AxisFacts> {
  const axes = new Map<string, AxisFacts>();
  for (const [name, facts] of Object.entries(toObject(value, 'axes'))) {
    const { position, tolerance, limits, unit, ...others } = toObject(facts, name);
    const numbers: { -readonly [Name in (typeof NUMBERS)[number]]?: number } = {};
    for (const [key, other] of Object.entries(others)) {
      const known = NUMBERS.find((candidate) => candidate === key);
      if (!known) throw new UsageError(`Axis "${name}" has "${key}", which is not known.`);
      numbers[known] = toNumber(other, name, key, known === 'backlash' ? undefined : 0);
    }
    if (numbers.speedPerS === 0) throw new UsageError(`Axis "${name}" has a speedPerS of 0: it would never arrive.`);
    const step = toNumber(tolerance, name, 'tolerance', 0);
    if (step === 0) throw new UsageError(`Axis "${name}" has a tolerance of 0; it must be above.`);
    axes.set(name, {
      name,
      unit: typeof unit === 'string' ? unit : '',
      position: toNumber(position, name, 'position'),
      tolerance: step,
      ...(limits !== undefined && limits !== null && { limits: toLimits(limits, name) }),
      ...numbers,
    });
  }
  return axes;
}

function toObject(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new UsageError(`"${place}" must be a JSON object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function toLimits(value: unknown, name: string): { readonly low: number; readonly high: number } {
  if (!Array.isArray(value) || value.length !== 2) throw new UsageError(`Axis "${name}" needs limits as [low, high].`);
  const [low, high] = value.map((item) => toNumber(item, name, 'limits')) as [number, number];
  if (!(low <= high)) throw new UsageError(`Axis "${name}" has limits the wrong way round: ${low} to ${high}.`);
  return { low, high };
}

function toNumber(value: unknown, name: string, what: string, lowest = Number.NEGATIVE_INFINITY): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= lowest) return value;
  const least = lowest === 0 ? ' of at least 0' : '';
  throw new UsageError(`Axis "${name}" needs a number${least} as ${what}, not ${JSON.stringify(value) ?? 'nothing'}.`);
}
