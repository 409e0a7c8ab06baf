// A sequence as a table of text, for spreadsheets: the first line names the columns with their units, each other line is a
// step, and an empty cell leaves what is set. Cells are parted by commas, semicolons or tabs.

import { LabError } from '../base/errors.ts';
import { parseSi } from '../base/si.ts';
import type { Parameter, ParameterValue } from '../model/parameter.ts';
import { columnName, MOST_STEPS, type Sequence, type SequenceStep, setPointsOf } from '../model/sequence.ts';

type Steps = Pick<Sequence, 'columns' | 'steps'>;

const DURATION = { name: 'Duration', unit: 's' };
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['1', true],
  ['true', true],
  ['off', false],
  ['0', false],
  ['false', false],
]);

/** Columns whose parameters the instrument does not have are left out. */
export function tableOfSequence({ columns, steps }: Steps, parameters: readonly Parameter[]): string {
  const shown = columns.flatMap((id) => parameters.find((parameter) => parameter.id === id) ?? []);
  const head = [DURATION, ...shown.map((parameter) => ({ name: columnName(parameter), unit: unitOf(parameter) }))];
  const lines = [
    head.map(({ name, unit }) => (unit === '' ? name : `${name} (${unit})`)),
    ...steps.map(({ durationS, values }) => [String(durationS), ...shown.map(({ id }) => cellText(values[id]))]),
  ];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

/** Throws `setup/invalid` with the line and the column that cannot be read. Values are looked at when it is started. */
export function sequenceOfTable(text: string, parameters: readonly Parameter[]): Steps {
  const [head, ...lines] = linesOf(text);
  if (!head || lines.length === 0)
    throw wrong('A table has a line with the names of its columns, and a line for each step.');
  if (lines.length > MOST_STEPS) throw wrong(`It has ${lines.length} steps, and a sequence has up to ${MOST_STEPS}.`);
  const columns = head.map((title) => columnOf(title, parameters));
  if (!columns.some(({ id }) => id === undefined)) throw wrong('It has no column “Duration (s)”.');
  const ids = columns.flatMap(({ id }) => id ?? []);
  if (new Set(ids).size < ids.length || ids.length < columns.length - 1) throw wrong('A column is there twice.');
  return { columns: ids, steps: lines.map((cells, index) => stepOf(cells, columns, index + 1)) };
}

interface Column {
  readonly title: string;
  /** `undefined`: the duration. */
  readonly id: string | undefined;
  readonly read: (text: string) => ParameterValue | undefined;
}

function columnOf(title: string, parameters: readonly Parameter[]): Column {
  const [, name = title, unit] = /^(.*?)\s*(?:[([]([^)\]]*)[)\]])?$/.exec(title) ?? [];
  const isNamed = (candidate: string) => candidate.toLowerCase() === name.trim().toLowerCase();
  if (isNamed(DURATION.name)) return { title, id: undefined, read: numberIn(title, DURATION.unit, unit) };
  const parameter = setPointsOf(parameters).find((candidate) => isNamed(columnName(candidate)));
  if (!parameter) {
    const known = setPointsOf(parameters).map(columnName).join(', ');
    throw wrong(`Nothing of this instrument is called “${title}”. Its columns can be Duration, ${known}.`);
  }
  const { id } = parameter;
  switch (parameter.kind) {
    case 'number':
      return { title, id, read: numberIn(title, parameter.unit, unit) };
    case 'toggle':
      return { title, id, read: (text) => WORDS.get(text.toLowerCase()) };
    case 'choice': {
      const { choices } = parameter;
      const isMeant = (word: string, text: string) => word.toLowerCase() === text.toLowerCase();
      const read = (text: string) =>
        choices.find(({ value, label }) => isMeant(value, text) || isMeant(label, text))?.value;
      return { title, id, read };
    }
    default:
      throw wrong(`“${title}” is nothing that a step can set.`);
  }
}

/** Numbers in the column's own unit, which may have another prefix. */
function numberIn(title: string, unit: string, said: string | undefined): Column['read'] {
  if (said !== undefined && parseSi(`1 ${said}`, unit) === undefined) {
    throw wrong(`The unit of “${title}” is not understood: it is measured in ${unit}.`);
  }
  return (text) => (/[a-zµΩ]$/i.test(text) ? parseSi(text, unit) : parseSi(`${text} ${said ?? unit}`, unit));
}

function stepOf(cells: readonly string[], columns: readonly Column[], number: number): SequenceStep {
  const values: Record<string, ParameterValue> = {};
  let durationS = Number.NaN;
  if (cells.length > columns.length && cells.slice(columns.length).some((text) => text !== '')) {
    throw wrong(`Step ${number} has more cells than there are columns.`);
  }
  for (const [index, { title, id, read }] of columns.entries()) {
    const text = cells[index] ?? '';
    if (text === '' && id !== undefined) continue;
    const value = read(text);
    if (value === undefined) throw wrong(`Step ${number} has “${text}” as ${title}, which is not understood.`);
    if (id === undefined) durationS = Number(value);
    else values[id] = value;
  }
  return { values, durationS };
}

/** Cells of the lines that are not empty. With semicolons and tabs a comma may be the decimal sign. */
function linesOf(text: string): readonly (readonly string[])[] {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const [head = ''] = lines;
  const separator = ['\t', ';'].find((candidate) => head.includes(candidate)) ?? ',';
  return lines.map((line) => cellsOf(line, separator));
}

function cellsOf(line: string, separator: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (const char of line) {
    // a doubled quote inside switches twice
    if (char === '"') isQuoted = !isQuoted;
    if (char === separator && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else {
      cell += char;
    }
  }
  return [...cells, cell].map((raw) =>
    raw
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .replaceAll('""', '"')
      .trim(),
  );
}

function quoted(cell: string): string {
  return /[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function cellText(value: ParameterValue | undefined): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value === undefined ? '' : String(value);
}

function unitOf(parameter: Parameter): string {
  return parameter.kind === 'number' ? parameter.unit : '';
}

function wrong(message: string): LabError {
  return new LabError('setup/invalid', `The table was not taken over. ${message}`);
}
