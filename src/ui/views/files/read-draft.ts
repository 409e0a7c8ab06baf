// A choice of how to read a file while it is edited. What is left out is found by looking at the file; what the user
// takes back is left out again, so that nothing stays chosen that nobody chose.

import type { ColumnChoice, ColumnRole, ReadChoice, TableChoice } from '../../../model/read-choice.ts';
import type { ReadColumn } from '../../../model/reading.ts';

/** Members to set; undefined leaves one to what is found. */
type Change<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

export function withChoice(choice: ReadChoice, change: Change<ReadChoice>): ReadChoice {
  return without({ ...choice, ...change }) as ReadChoice;
}

/** Other cells are other columns: with another separator what was said of them no longer holds. */
export function withTable(choice: ReadChoice, change: Change<TableChoice>): ReadChoice {
  const isOther = 'separator' in change && change.separator !== choice.table?.separator;
  const columns = isOther ? { columns: undefined } : {};
  const table = without({ ...choice.table, ...columns, ...change }) as TableChoice;
  const times = isOther ? { time: undefined, timeUnit: undefined } : {};
  return withChoice(choice, { ...times, table: isEmpty(table) ? undefined : table });
}

export function withColumn(choice: ReadChoice, index: number, change: Change<ColumnChoice>): ReadChoice {
  const { [index]: before, ...others } = choice.table?.columns ?? {};
  const column = without({ ...before, ...change }) as ColumnChoice;
  const columns = isEmpty(column) ? others : { ...others, [index]: column };
  return withTable(choice, { columns: isEmpty(columns) ? undefined : columns });
}

/** One column at most holds the times: another that did is left to what is found. */
export function withRole(
  choice: ReadChoice,
  columns: readonly ReadColumn[],
  index: number,
  role: ColumnRole | undefined,
): ReadChoice {
  const column = columns[index];
  if (!column) return choice;
  if (role === 'time') return withTime(choice, columns, column.id);
  const wasTime = column.role === 'time' || choice.time === column.id;
  const times = wasTime ? withChoice(choice, { time: role ? null : undefined, timeUnit: undefined }) : choice;
  return withColumn(times, index, { role });
}

/** `time` as in `ReadChoice`; undefined: whichever is found. */
export function withTime(
  choice: ReadChoice,
  columns: readonly ReadColumn[],
  time: string | null | undefined,
): ReadChoice {
  const unroled = columns.reduce(
    (draft, { id }, index) =>
      draft.table?.columns?.[index]?.role === 'time' || id === time
        ? withColumn(draft, index, { role: undefined })
        : draft,
    choice,
  );
  const ofNone = time === null ? {} : { rateHz: undefined, startS: undefined };
  return withChoice(unroled, { ...ofNone, time, timeUnit: undefined });
}

function without(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function isEmpty(members: object): boolean {
  return Object.keys(members).length === 0;
}
