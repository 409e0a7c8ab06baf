// The steps of a sequence: a line each, whose cells are typed where they stand. While it runs they are text.

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { formatSiExact, parseSi } from '../../../base/si.ts';
import type { Parameter, ParameterValue } from '../../../model/parameter.ts';
import { columnName, type SequenceStep } from '../../../model/sequence.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { secondsText } from './sequence-words.ts';

/**
 * Fires `lab-steps-changed` with the new steps, `lab-step-chosen` with an index, `lab-column-removed` with an id, and
 * `lab-cell-refused` with what was wrong with what somebody typed; the cell has its old text then.
 */
@customElement('lab-sequence-table')
export class LabSequenceTable extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
      }
      .box {
        position: relative;
        max-block-size: 420px;
        overflow: auto;
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
      }
      th,
      td {
        padding: 2px 4px;
      }
      thead th {
        position: sticky;
        inset-block-start: 0;
        z-index: 1;
        padding-block: 4px;
        background: var(--lab-ground-2);
        vertical-align: bottom;
        white-space: normal;
      }
      thead .head {
        display: flex;
        align-items: end;
        justify-content: end;
        gap: 2px;
        text-align: end;
      }
      thead button {
        --lab-control-height: 20px;
        flex: none;
      }
      td {
        text-align: end;
        min-inline-size: 78px;
      }
      td input,
      td select {
        inline-size: 100%;
        min-inline-size: 70px;
        padding-inline: 4px;
        text-align: end;
        background: transparent;
        border-color: transparent;
      }
      td input:hover,
      td select:hover,
      td :focus-visible {
        border-color: var(--lab-line-strong);
        background: var(--lab-ground-0);
      }
      select option {
        background: var(--lab-ground-2);
      }
      tbody th {
        inline-size: 1px;
      }
      tr.chosen > * {
        background: var(--lab-ground-hover);
      }
      tr[aria-current] > * {
        background: var(--lab-accent-ground);
      }
      tr[aria-current] th {
        box-shadow: inset 3px 0 var(--lab-accent);
      }
      tr.wrong > * {
        border-block-end-color: var(--lab-danger);
      }
      .locked td {
        padding-block: 6px;
      }
      @media (max-width: 480px) {
        th,
        td {
          padding-inline: 1px;
        }
        td {
          min-inline-size: 60px;
        }
        thead button {
          --lab-control-height: 16px;
        }
        tbody th button {
          inline-size: 24px;
        }
        td input,
        td select {
          min-inline-size: 56px;
          padding-inline: 2px;
        }
      }
    `,
  ];

  /** Of the columns, in their order. */
  @property({ attribute: false }) columns: readonly Parameter[] = [];
  @property({ attribute: false }) steps: readonly SequenceStep[] = [];
  /** The step that runs. */
  @property({ attribute: false }) currentIndex: number | undefined;
  /** The step that was refused. */
  @property({ attribute: false }) wrongIndex: number | undefined;
  /** The step that buttons act on. */
  @property({ type: Number }) chosenIndex = 0;
  @property({ type: Boolean, attribute: 'is-locked' }) isLocked = false;
  @query('.box') private readonly box!: HTMLElement;

  override render(): TemplateResult {
    return html`<div class="box" role="region" aria-label="Steps" tabindex="0">
      <table class=${this.isLocked ? 'locked' : ''}>
        <thead>
          <tr>
            <th scope="col"><span class="hidden-visually">Step</span></th>
            ${this.columns.map((column) => this.#head(column))}
            <th scope="col"><div class="head">Duration</div></th>
          </tr>
        </thead>
        <tbody>
          ${this.steps.map((step, index) => this.#row(step, index))}
        </tbody>
      </table>
    </div>`;
  }

  /** The step that runs is in sight; the page around does not move. */
  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('currentIndex') || this.currentIndex === undefined) return;
    const row = this.box.querySelector<HTMLElement>('tr[aria-current]');
    const head = this.box.querySelector<HTMLElement>('thead');
    if (!row || !head) return;
    const { scrollTop, clientHeight } = this.box;
    const above = row.offsetTop - head.offsetHeight;
    const below = row.offsetTop + row.offsetHeight - clientHeight;
    this.box.scrollTop = Math.min(above, Math.max(below, scrollTop));
  }

  #head(column: Parameter): TemplateResult {
    const name = columnName(column);
    return html`<th scope="col">
      <div class="head">
        ${name}
        ${
          this.isLocked
            ? nothing
            : html`<button
                class="icon quiet"
                title="Remove the column ${name}: its steps leave it as it is"
                aria-label="Remove the column ${name}"
                @click=${() => this.#fire('lab-column-removed', column.id)}
              >
                <lab-icon name="x"></lab-icon>
              </button>`
        }
      </div>
    </th>`;
  }

  #row(step: SequenceStep, index: number): TemplateResult {
    const isChosen = index === this.chosenIndex && !this.isLocked;
    const choose = () => this.#fire('lab-step-chosen', index);
    return html`<tr
      class="${isChosen ? 'chosen' : ''} ${index === this.wrongIndex ? 'wrong' : ''}"
      aria-current=${index === this.currentIndex ? 'step' : nothing}
      @focusin=${choose}
    >
      <th scope="row">
        ${
          this.isLocked
            ? index + 1
            : html`<button class="icon quiet" aria-label="Step ${index + 1}" aria-pressed=${isChosen} @click=${choose}>
                ${index + 1}
              </button>`
        }
      </th>
      ${this.columns.map((column) => html`<td class="number">${this.#cell(column, step, index)}</td>`)}
      <td class="number">
        ${
          this.isLocked
            ? secondsText(step.durationS)
            : this.#field(`Duration of step ${index + 1}`, secondsText(step.durationS), (text) => {
                const durationS = parseSi(text, 's');
                if (durationS === undefined) this.#refuse(index, 'Duration', text, 's');
                else this.#change(index, { ...step, durationS });
              })
        }
      </td>
    </tr>`;
  }

  #cell(column: Parameter, step: SequenceStep, index: number): TemplateResult | string {
    const value = step.values[column.id];
    if (this.isLocked) return valueText(column, value) || '–';
    const label = `${columnName(column)} of step ${index + 1}`;
    if (column.kind !== 'number') return this.#choice(column, label, step, index);
    return this.#field(label, valueText(column, value), (text) => {
      const typed = text.trim() === '' ? undefined : parseSi(text, column.unit);
      if (typed === undefined && text.trim() !== '') this.#refuse(index, columnName(column), text, column.unit);
      else this.#set(step, index, column.id, typed);
    });
  }

  #field(label: string, shown: string, take: (text: string) => void): TemplateResult {
    return html`<input
      class="number"
      inputmode="decimal"
      autocomplete="off"
      spellcheck="false"
      placeholder="–"
      aria-label=${label}
      title="Empty leaves what is set"
      .value=${shown}
      @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        const { value } = input;
        // the owner's answer moves it
        input.value = shown;
        take(value);
      }}
    />`;
  }

  #choice(column: Parameter, label: string, step: SequenceStep, index: number): TemplateResult {
    const chosen = valueText(column, step.values[column.id]);
    return html`<select
      aria-label=${label}
      @change=${(event: Event) => {
        const { selectedIndex } = event.target as HTMLSelectElement;
        this.#set(step, index, column.id, valuesOf(column)[selectedIndex - 1]);
      }}
    >
      <option .selected=${chosen === ''}>–</option>
      ${valuesOf(column).map((value) => {
        const text = valueText(column, value);
        return html`<option .selected=${text === chosen}>${text}</option>`;
      })}
    </select>`;
  }

  #set(step: SequenceStep, index: number, id: string, value: ParameterValue | undefined): void {
    const { [id]: _, ...others } = step.values;
    this.#change(index, { ...step, values: value === undefined ? others : { ...others, [id]: value } });
  }

  #change(index: number, step: SequenceStep): void {
    this.#fire('lab-steps-changed', this.steps.with(index, step));
  }

  #refuse(index: number, column: string, text: string, unit: string): void {
    this.#fire(
      'lab-cell-refused',
      `“${text}” is no number in ${unit}: ${column} of step ${index + 1} stays as it was.`,
    );
  }

  #fire(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function valuesOf(column: Parameter): readonly ParameterValue[] {
  return column.kind === 'choice' ? column.choices.map(({ value }) => value) : [true, false];
}

/** Empty where it stays as it is. */
function valueText(column: Parameter, value: ParameterValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'On' : 'Off';
  if (column.kind === 'choice') return column.choices.find((choice) => choice.value === value)?.label ?? String(value);
  return column.kind === 'number' ? formatSiExact(Number(value), column.unit) : String(value);
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-sequence-table': LabSequenceTable;
  }
}
