// How a table is written and where its times come from, as fields of the import dialog.

import { css, html, nothing, type TemplateResult } from 'lit';
import { formatSiExact, parseSi } from '../../../base/si.ts';
import type { ReadChoice, TableChoice } from '../../../model/read-choice.ts';
import type { Reading } from '../../../model/reading.ts';
import { withChoice, withTable, withTime } from './read-draft.ts';

export const importFieldsStyles = css`
  .fields {
    display: flex;
    flex-wrap: wrap;
    gap: var(--lab-space-2) var(--lab-space-3);
  }
  .fields label {
    display: grid;
    gap: 2px;
    font-size: var(--lab-size-small);
    color: var(--lab-text-dim);
  }
  .fields input {
    inline-size: 112px;
  }
`;

const SEPARATORS: Readonly<Record<NonNullable<TableChoice['separator']>, string>> = {
  ',': 'Comma',
  ';': 'Semicolon',
  '\t': 'Tab',
  '|': 'Bar |',
  ' ': 'Blanks',
};
const DECIMALS: Readonly<Record<NonNullable<TableChoice['decimal']>, string>> = { '.': 'Point', ',': 'Comma' };
/** Units that times are written in most. */
const TIME_UNITS = ['s', 'ms', 'µs', 'ns', 'min', 'h', 'd'];
/** Values of the options that are no column's name. */
const AS_FOUND = 'found';
const NONE = 'none';

export interface ImportFields {
  readonly reading: Reading;
  readonly choice: ReadChoice;
  choose(choice: ReadChoice): void;
}

export function importFields(context: ImportFields): TemplateResult {
  const { reading, choice, choose } = context;
  const table = choice.table ?? {};
  const found = reading.choice.table ?? {};
  const isText = reading.lines !== undefined;
  const hasDates = found.isDayFirst !== undefined || table.isDayFirst !== undefined;
  const days = { true: 'Day first', false: 'Month first' };
  return html`<div class="fields">
    ${
      isText
        ? html`${foundSelect('Separator', SEPARATORS, table.separator, found.separator, (separator) =>
            choose(withTable(choice, { separator: separator as TableChoice['separator'] })),
          )}
          ${foundSelect('Decimal mark', DECIMALS, table.decimal, found.decimal, (decimal) =>
            choose(withTable(choice, { decimal: decimal as TableChoice['decimal'] })),
          )}
          ${numberField('Head lines', '', table.headLineCount, found.headLineCount, (headLineCount) =>
            choose(withTable(choice, { headLineCount })),
          )}`
        : nothing
    }
    ${
      hasDates
        ? foundSelect('Dates', days, text(table.isDayFirst), text(found.isDayFirst), (value) =>
            choose(withTable(choice, { isDayFirst: value === undefined ? undefined : value === 'true' })),
          )
        : nothing
    }
    ${timeFields(context)}
  </div>`;
}

function timeFields({ reading, choice, choose }: ImportFields): TemplateResult {
  const { columns = [], choice: found } = reading;
  const ids = Object.fromEntries(columns.map(({ id, name }) => [`=${id}`, name || id]));
  const value = choice.time === undefined ? undefined : choice.time === null ? NONE : `=${choice.time}`;
  const foundId = found.time ?? columns.find(({ role }) => role === 'time')?.id;
  const foundTime = foundId === undefined ? NONE : `=${foundId}`;
  const hasTimes = choice.time !== null && foundTime !== NONE;
  const onTime = (chosen: string | undefined) =>
    choose(withTime(choice, columns, chosen === undefined ? undefined : chosen === NONE ? null : chosen.slice(1)));
  const unitOf = columns.find(({ id }) => id === foundId)?.unit;
  return html`${foundSelect('Times', { [NONE]: 'None: rows are counted', ...ids }, value, foundTime, onTime)}
    ${
      hasTimes
        ? html`<label
            >Unit of the times<input
              list="time-units"
              placeholder=${found.timeUnit ?? unitOf ?? 's'}
              .value=${choice.timeUnit ?? ''}
              @change=${(event: Event) =>
                choose(withChoice(choice, { timeUnit: (event.target as HTMLInputElement).value.trim() || undefined }))}
            /><datalist id="time-units">${TIME_UNITS.map((unit) => html`<option value=${unit}></option>`)}</datalist></label
          >`
        : html`${numberField(
            'Sample rate',
            'Hz',
            choice.rateHz,
            found.rateHz,
            (rateHz) => choose(withChoice(choice, { rateHz })),
            (rate) => rate > 0,
          )}
          ${numberField('First sample at', 's', choice.startS, found.startS, (startS) => choose(withChoice(choice, { startS })))}`
    }`;
}

/** A choice of which the first is to look at the file; it says what was found. */
function foundSelect(
  label: string,
  names: Readonly<Record<string, string>>,
  value: string | undefined,
  found: string | undefined,
  onChange: (value: string | undefined) => void,
): TemplateResult {
  const asFound = value === undefined && found !== undefined ? `As found: ${names[found] ?? found}` : 'As found';
  return html`<label
    >${label}<select
      @change=${(event: Event) => {
        const chosen = (event.target as HTMLSelectElement).value;
        onChange(chosen === AS_FOUND ? undefined : chosen);
      }}
    >
      <option value=${AS_FOUND} .selected=${value === undefined}>${asFound}</option>
      ${Object.entries(names).map(([id, name]) => html`<option value=${id} .selected=${id === value}>${name}</option>`)}
    </select></label
  >`;
}

/** Empty: as found, which stands in it. */
function numberField(
  label: string,
  unit: string,
  value: number | undefined,
  found: number | undefined,
  onChange: (value: number | undefined) => void,
  isRight: (value: number) => boolean = () => true,
): TemplateResult {
  const onInput = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const typed = input.value.trim();
    const number = typed === '' ? undefined : parseSi(typed, unit);
    const isWrong = typed !== '' && (number === undefined || !isRight(number));
    input.toggleAttribute('aria-invalid', isWrong);
    if (!isWrong) onChange(number);
  };
  return html`<label
    >${label}<input
      class="number"
      inputmode="decimal"
      autocomplete="off"
      placeholder=${found === undefined ? (unit === '' ? 'as found' : unit) : formatSiExact(found, unit)}
      .value=${value === undefined ? '' : formatSiExact(value, unit)}
      @change=${onInput}
  /></label>`;
}

function text(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
