// The first lines of a table as they were split into cells, with what each column is taken as above it.

import { css, html, nothing, type TemplateResult } from 'lit';
import { parseSi } from '../../../base/si.ts';
import type { ColumnRole, ReadChoice } from '../../../model/read-choice.ts';
import type { ReadColumn, Reading } from '../../../model/reading.ts';
import { withColumn, withRole } from './read-draft.ts';

export const importTableStyles = css`
  .rows {
    overflow: auto;
    min-block-size: 120px;
    max-block-size: 270px;
    border: 1px solid var(--lab-line);
    border-radius: var(--lab-radius);
  }
  .rows table {
    border-collapse: collapse;
    font-size: var(--lab-size-small);
  }
  .rows thead {
    position: sticky;
    inset-block-start: 0;
    background: var(--lab-ground-2);
    z-index: 1;
  }
  .rows th,
  .rows td {
    border: none;
    border-inline-end: 1px solid var(--lab-line);
    padding: 2px 6px;
    text-align: start;
    white-space: nowrap;
    max-inline-size: 220px;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .rows thead th {
    font-weight: 400;
    vertical-align: top;
    padding-block: 4px;
  }
  .rows select,
  .rows input {
    --lab-control-height: var(--lab-control-small);
    display: block;
    inline-size: 100%;
    min-inline-size: 96px;
  }
  .rows .pair {
    display: grid;
    grid-template-columns: 1fr 1fr;
  }
  .rows .pair input {
    min-inline-size: 48px;
  }
  .rows tr.before td,
  .rows td.left-out {
    color: var(--lab-text-dim);
  }
  .rows td.time {
    background: var(--lab-accent-ground);
  }
`;

const ROLES: Readonly<Record<ColumnRole, string>> = {
  time: 'Time',
  signal: 'Signal',
  bits: 'Bits',
  text: 'Text',
  'left-out': 'Leave out',
};

/** More columns would make a page of controls of the dialog: the others keep what was found. */
const MOST_COLUMNS = 64;
const MOST_LINES = 24;

export interface ImportTable {
  readonly reading: Reading;
  readonly choice: ReadChoice;
  choose(choice: ReadChoice): void;
}

/** Nothing where the file is no table of text. */
export function importTable(context: ImportTable): TemplateResult | typeof nothing {
  const { columns = [], lines, choice: found } = context.reading;
  if (!lines) return nothing;
  const shown = columns.slice(0, MOST_COLUMNS);
  const headCount = found.table?.headLineCount ?? 0;
  const hidden = columns.length - shown.length;
  return html`<div class="rows" tabindex="0" role="group" aria-label="First lines of the file">
      <table>
        <thead>
          <tr>
            ${shown.map((column, index) => html`<th scope="col">${columnHead(context, column, index)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${lines.slice(0, MOST_LINES).map(
            (cells, line) => html`<tr class=${line < headCount ? 'before' : ''}>
              ${shown.map(({ role }, index) => html`<td class="number ${role}" title=${cells[index] ?? ''}>${cells[index] ?? ''}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${hidden > 0 ? html`<p class="small dim">${hidden} more columns are read as they were found.</p>` : nothing}`;
}

function columnHead({ reading, choice, choose }: ImportTable, column: ReadColumn, index: number): TemplateResult {
  const { columns = [] } = reading;
  const chosen = choice.table?.columns?.[index] ?? {};
  const text = (event: Event): string | undefined => (event.target as HTMLInputElement).value.trim() || undefined;
  const onScale = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const typed = input.value.trim();
    const scale = typed === '' ? undefined : parseSi(typed, '');
    const isWrong = typed !== '' && (scale === undefined || scale === 0);
    input.toggleAttribute('aria-invalid', isWrong);
    if (!isWrong) choose(withColumn(choice, index, { scale }));
  };
  return html`<select
      aria-label="What column ${column.id} holds"
      @change=${(event: Event) => {
        choose(withRole(choice, columns, index, (event.target as HTMLSelectElement).value as ColumnRole));
      }}
    >
      ${Object.entries(ROLES).map(([role, label]) => html`<option value=${role} .selected=${role === column.role}>${label}</option>`)}
    </select>
    <input
      aria-label="Name of column ${column.id}"
      title="Name"
      .value=${chosen.name ?? column.name}
      @change=${(event: Event) => choose(withColumn(choice, index, { name: text(event) }))}
    />
    <span class="pair">
      <input
        aria-label="Unit of column ${column.id}"
        title="Unit"
        placeholder="unit"
        .value=${chosen.unit ?? column.unit}
        @change=${(event: Event) => choose(withColumn(choice, index, { unit: (event.target as HTMLInputElement).value.trim() }))}
      />
      <input
        aria-label="Factor of column ${column.id}"
        title="Values are multiplied by it"
        placeholder="× 1"
        inputmode="decimal"
        .value=${chosen.scale === undefined ? '' : String(chosen.scale)}
        @change=${onScale}
      />
    </span>`;
}
