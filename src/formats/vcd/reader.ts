// Opens a value change dump: every variable keeps the times of its changes, bits as logic, vectors and reals as numbers.
// All changes are held in memory, so there is a limit to them (`MAX_CHANGES` in parser.ts).

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic, SignalAxis } from '../../model/signal-store.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import { NO_CONTEXT, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { secondsPerTimeUnit } from '../time-names.ts';
import { uniqueNames } from '../unique-names.ts';
import { VcdParser } from './parser.ts';
import { forEachToken } from './tokens.ts';

/** The axis of a dump that does not say how long a tick is. */
const TICKS: SignalAxis = { name: 'tick', unit: '' };

/** Rejects with a FormatError when no variable changes. What can be read of a damaged dump is shown. */
export async function openVcd(source: RandomAccess, { choice }: OpenContext = NO_CONTEXT): Promise<FormatReader> {
  const parser = new VcdParser();
  parser.tickS = choice.timeUnit === undefined ? undefined : secondsPerTimeUnit(choice.timeUnit);
  await forEachToken(source, (token, offset) => parser.take(token, offset));
  parser.end();
  const { variables, texts, diagnostics, tickS, lastS } = parser;
  const changed = variables.filter(({ variable }) => variable.changeCount > 0);
  if (changed.length === 0) {
    const what = variables.length === 0 ? 'declares no variables' : 'holds no changes';
    throw new FormatError(
      'format/damaged',
      `The value change dump ${what}: it was cut, or is no dump.`,
      source.sizeBytes,
    );
  }
  const axis = tickS === undefined ? TICKS : undefined;
  const names = uniqueNames(changed.map(({ name }) => name));
  return createPlainReader({
    format: 'vcd',
    label: 'Value change dump',
    version: '',
    signals: changed.map(({ variable }, index) => variable.signal(names[index]!, lastS, axis)),
    diagnostics: [
      ...diagnostics,
      ...notes(
        variables.length - changed.length,
        axis,
        changed.some(({ variable }) => variable.isRounded),
      ),
    ],
    metadata: texts,
    isRecovered: diagnostics.some(({ severity }) => severity === 'warning'),
    hasMissing: true,
  });
}

function notes(stillCount: number, axis: SignalAxis | undefined, isRounded: boolean): readonly Diagnostic[] {
  const all: Diagnostic[] = [];
  const say = (severity: Diagnostic['severity'], code: string, message: string): void =>
    void all.push({ severity, code, message });
  if (stillCount > 0)
    say('info', 'vcd/no-changes', `${stillCount} variables have no value in the dump and are not shown.`);
  if (axis)
    say(
      'warning',
      'vcd/no-timescale',
      'The dump does not say how long a tick is: ticks are counted. Say the unit of time.',
    );
  if (isRounded) say('info', 'vcd/rounded', 'Vectors of more than 53 bits are shown rounded.');
  return all;
}
