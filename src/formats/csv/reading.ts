// How a table was read, for the dialog that lets the user change it.

import type { ColumnChoice, ReadChoice } from '../../model/read-choice.ts';
import type { Reading } from '../../model/reading.ts';
import { timeUnitSymbol } from '../time-names.ts';
import { cleanCell } from './cells.ts';
import type { TableHead } from './head.ts';
import type { Layout } from './layout.ts';
import { splitLine } from './lines.ts';
import type { SignalColumns } from './signals.ts';
import type { Text } from './text.ts';
import type { TimePlan } from './time-column.ts';

/** Lines that are shown. */
const SHOWN_LINES = 20;
/** Cells of a shown line, and letters of a cell. */
const SHOWN_CELLS = 64;
const SHOWN_LETTERS = 80;
export interface ReadTable {
  readonly text: Text;
  readonly layout: Layout;
  readonly head: TableHead;
  readonly choice: ReadChoice;
  readonly plan: TimePlan;
  readonly isDayFirst: boolean;
  readonly guesses: readonly string[];
  readonly signals: SignalColumns;
}

export function readingOf({ text, layout, head, choice, plan, isDayFirst, guesses, signals }: ReadTable): Reading {
  const { separator, style, headLineCount } = layout;
  const columns = head.columns.map(({ name }, column) => {
    const { name: shown, unit } = signals.all[column]!;
    return { id: name, name: shown, unit, role: signals.roles[column]! };
  });
  const chosen = columns.map(({ name, unit, role }, column): ColumnChoice => {
    const scale = choice.table?.columns?.[column]?.scale;
    return { role, name, unit, ...(scale !== undefined && { scale }) };
  });
  const lines = text.lines.slice(0, SHOWN_LINES).map((line) =>
    splitLine(line, separator)
      .slice(0, SHOWN_CELLS)
      .map((cell) => cleanCell(cell).slice(0, SHOWN_LETTERS)),
  );
  return {
    form: `csv ${JSON.stringify([separator, style.decimal, head.columns.map((column) => column.text), layout.kinds])}`,
    guesses,
    choice: {
      ...timeChoice(plan, head, choice),
      table: {
        separator,
        decimal: style.decimal,
        headLineCount,
        ...(plan.kind === 'clock' && { isDayFirst }),
        columns: { ...chosen },
      },
    },
    columns,
    lines,
  };
}

function timeChoice(plan: TimePlan, { columns }: TableHead, { rateHz, startS }: ReadChoice): ReadChoice {
  const start = startS === undefined ? {} : { startS };
  if (plan.kind === 'numbers') {
    const unit = plan.axis ? undefined : timeUnitSymbol(plan.unitSeconds);
    // an axis that is no time is found by its name again
    return plan.axis
      ? start
      : { time: columns[plan.column]!.name, ...(unit !== undefined && { timeUnit: unit }), ...start };
  }
  if (plan.kind === 'clock') return { time: columns[plan.columns[0]!]!.name, ...start };
  if (plan.kind === 'steps') return { ...(rateHz !== undefined && { rateHz }), ...start };
  return { time: null, ...(rateHz !== undefined && { rateHz }), ...start };
}
