// `scan run`: runs a scan on the simulated session, prints its table, and keeps its data.

import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { findChannel } from '../scan/channels.ts';
import type { Counter } from '../scan/counter.ts';
import { goToPeak } from '../scan/lineup.ts';
import { planScan, type ScanPlan } from '../scan/plan.ts';
import type { PrintedScan } from '../scan/printed.ts';
import { PRINTED_STYLES } from '../scan/printed-styles.ts';
import { Scan } from '../scan/scan.ts';
import { terminalProgress } from './progress.ts';
import { endOnSignals } from './run-end.ts';
import { NexusRecord } from './scan-record.ts';
import { type ScanSession, simulatedSession } from './simulated-session.ts';
import { printLine } from './terminal-text.ts';
import { Arguments, UsageError } from './usage.ts';

const DATA_NAME = 'data.h5';
/** Scans that are not saved count for themselves, from 1 in every session. */
const UNSAVED_NUMBER = 1;

export async function scanRun(args: readonly string[]): Promise<void> {
  const parsed = new Arguments(args, { words: ['run', 'COMMAND'], values: ['out', 'style'] });
  const style = parsed.value('style') ?? '2019';
  const print = PRINTED_STYLES.get(style);
  if (!print) throw new UsageError(`--style is ${[...PRINTED_STYLES.keys()].join(' or ')}, not "${style}".`);
  const clock = systemClock;
  const session = simulatedSession(clock);
  const { axes } = session;
  const plan = planScan(parsed.words[1]!, axes);
  const counters = countersOf(plan, session);
  const record = plan.command.isSaved
    ? new NexusRecord(resolve(join(parsed.required('out'), DATA_NAME)), clock, axes)
    : undefined;
  const startMs = clock.nowMs();
  const startUnixMs = clock.unixMs();
  const { pointCount } = plan.trajectory;
  const progress = terminalProgress(plan.command.type);
  let lines: PrintedScan | undefined;
  const scan = new Scan(plan, {
    clock,
    axes,
    counters,
    ...(record && { record }),
    onNew: () => {
      lines = print({
        number: record?.number ?? UNSAVED_NUMBER,
        plan,
        channels: scan.channels,
        file: record?.path ?? '',
        session: session.name,
        user: userInfo().username,
        startUnixMs,
      });
      printLines(lines.begin);
    },
    onPoint: (row) => {
      progress.end();
      printLine(lines!.point(row));
      if (pointCount < Number.POSITIVE_INFINITY) progress.report(scan.takenCount, pointCount);
    },
    onEnd: () => {
      progress.end();
      printLines(lines!.end((clock.nowMs() - startMs) / 1000));
    },
  });
  const stop = new AbortController();
  const emergency = new AbortController();
  const dismiss = endOnSignals({
    inOrder: () => {
      scan.requestStop('stop');
      stop.abort();
    },
    atOnce: () => {
      scan.requestStop('emergency');
      emergency.abort();
    },
  });
  try {
    printLine((await scan.run()).message);
    if (plan.command.goesToPeak) {
      const { name } = plan.axes[0]!;
      const curve = { x: scan.data(`axis:${name}`), y: scan.data(counters[0]!.fullName) };
      const stops = { stop: stop.signal, emergency: emergency.signal };
      printLine(await goToPeak(axes.get(name)!, curve, clock, stops));
    }
  } finally {
    dismiss();
  }
}

function printLines(lines: readonly string[]): void {
  for (const line of lines) printLine(line);
}

/** Those that the command names, or all. Throws as `findChannel` does. */
function countersOf(plan: ScanPlan, session: ScanSession): readonly Counter[] {
  const { counters } = plan.command;
  if (counters.length === 0) return session.counters;
  const fullNames = session.counters.map(({ fullName }) => fullName);
  const wanted = new Set(counters.map((name) => findChannel(fullNames, name)));
  return session.counters.filter(({ fullName }) => wanted.has(fullName));
}
