// The mask: what it is derived from and how far around it, what was found, and whether a failure stops the scope.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatCount, formatPercent } from '../../../base/si.ts';
import type { TraceSignal } from '../../../model/channel.ts';
import type { MaskTolerance } from '../../../model/trace-mask.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/number-field.ts';
import { SignalElement } from '../../signal-element.ts';
import type { CaptureShelf } from './capture-shelf.ts';
import type { MaskGuard, MaskWish } from './mask-guard.ts';
import type { MaskSide } from './mask-test.ts';
import { channelNumber, numberIn, recordSettings, recordSpanS, type ShownRecord, valueScreen } from './screen.ts';

/** Of a division, until other tolerances are given. */
const TIME_DIVISIONS = 0.1;
const VALUE_DIVISIONS = 0.2;
/** Where no divisions are known, of the record. */
const COLUMNS = 10;
const ROWS = 8;

@customElement('lab-scope-mask')
export class LabScopeMask extends SignalElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        gap: var(--lab-space-3);
      }
      form,
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: var(--lab-space-2);
        align-items: end;
      }
      label.field {
        display: grid;
        gap: 2px;
        font-size: var(--lab-size-small);
        color: var(--lab-text-dim);
      }
      lab-number-field {
        inline-size: 110px;
      }
      .figures {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: var(--lab-space-2);
        margin: 0;
      }
      .figures div {
        padding: var(--lab-space-2);
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
      }
      .figures dt {
        font-size: var(--lab-size-small);
        color: var(--lab-text-dim);
      }
      .figures dd {
        margin: 0;
        font-size: var(--lab-size-large, 20px);
      }
      .failed dd {
        color: var(--lab-danger);
      }
      .passed dd {
        color: var(--lab-ok);
      }
      .check {
        display: flex;
        align-items: center;
        gap: 8px;
      }
    `,
  ];

  @property({ attribute: false }) guard!: MaskGuard;
  @property({ attribute: false }) shelf!: CaptureShelf;
  @property({ attribute: false }) record: ShownRecord | undefined;
  /** What the mask lies on is on the screen. */
  @property({ attribute: false }) isOverTime = true;
  @state() private signalId: string | undefined;
  @state() private captureId: string | undefined;
  @state() private tolerance: Partial<MaskTolerance> = {};

  override render(): TemplateResult {
    const { record } = this;
    const signals = record?.signals ?? [];
    const signal = signals.find(({ id }) => id === this.signalId) ?? signals[0];
    if (!record || !signal) return html`<p class="dim">A mask is made of a record: it can be when one has come.</p>`;
    return html`${this.#derivation(record, signal)} ${this.#drawing(signal)} ${this.#counts(signals)}`;
  }

  #derivation(record: ShownRecord, signal: TraceSignal): TemplateResult {
    const tolerance = { ...usualTolerance(record, signal), ...this.tolerance };
    const captures = this.shelf.list.value;
    const captureId = captures.some(({ id }) => id === this.captureId) ? this.captureId : undefined;
    const wish: MaskWish = { signalId: signal.id, captureId, tolerance };
    return html`<form
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.guard.make(wish, record);
      }}
    >
      <label class="field"
        >Channel
        <select @change=${(event: Event) => {
          this.signalId = (event.target as HTMLSelectElement).value;
          this.guard.pen.value = undefined;
        }}>
          ${record.signals.map(({ id, name }) => html`<option value=${id} .selected=${id === signal.id}>${name}</option>`)}
        </select>
      </label>
      <label class="field"
        >Around
        <select @change=${(event: Event) => {
          this.captureId = (event.target as HTMLSelectElement).value || undefined;
        }}>
          <option value="" .selected=${captureId === undefined}>The shown record</option>
          ${captures.map(({ id, name }) => html`<option value=${id} .selected=${id === captureId}>${name}</option>`)}
        </select>
      </label>
      <label class="field"
        ><span aria-hidden="true">± Time</span>
        <lab-number-field
          label="Tolerance of time"
          unit="s"
          .min=${0}
          .value=${tolerance.timeS}
          @lab-number-changed=${({ detail }: CustomEvent<number>) => {
            this.tolerance = { ...this.tolerance, timeS: detail };
          }}
        ></lab-number-field>
      </label>
      <label class="field"
        ><span aria-hidden="true">± Value</span>
        <lab-number-field
          label="Tolerance of value"
          unit=${signal.unit}
          .min=${0}
          .value=${tolerance.value}
          @lab-number-changed=${({ detail }: CustomEvent<number>) => {
            this.tolerance = { ...this.tolerance, value: detail };
          }}
        ></lab-number-field>
      </label>
      <button class="primary" title="Each record from the next one on is tested with it">Make mask</button>
    </form>`;
  }

  #drawing({ id: signalId }: TraceSignal): TemplateResult {
    const { pen, test } = this.guard;
    const isTaken = (side: MaskSide) => pen.value?.side === side && pen.value.signalId === signalId;
    const button = (side: MaskSide, label: string) => html`<button
      aria-pressed=${isTaken(side)}
      aria-disabled=${this.isOverTime ? nothing : 'true'}
      title=${this.isOverTime ? 'Drag over the screen: the line is the limit' : 'A limit is drawn over time: set Axes to Over time'}
      @click=${() => {
        pen.value = isTaken(side) || !this.isOverTime ? undefined : { side, signalId };
      }}
    >
      ${label}
    </button>`;
    return html`<div class="buttons">
      ${button('high', 'Draw upper limit')} ${button('low', 'Draw lower limit')}
      ${test.mask.value ? html`<button @click=${() => test.remove()}>Remove mask</button>` : nothing}
      ${this.isOverTime ? nothing : html`<p class="dim small">A mask is of the view over time. It is tested with, but not shown here.</p>`}
    </div>`;
  }

  #counts(signals: readonly TraceSignal[]): TemplateResult {
    const { test, stopsOnFailure } = this.guard;
    const mask = test.mask.value;
    if (!mask) return html`<p class="dim small">There is no mask: nothing is tested.</p>`;
    const { passedCount, failedCount, untestedCount } = test.counts.value;
    const all = passedCount + failedCount;
    const name = signals.find(({ id }) => id === mask.signalId)?.name ?? mask.signalId;
    return html`
      <dl class="figures" aria-label="Mask test of ${name}">
        <div class="passed"><dt>Passed</dt><dd class="number">${formatCount(passedCount)}</dd></div>
        <div class=${failedCount > 0 ? 'failed' : ''}>
          <dt>Failed</dt>
          <dd class="number">${formatCount(failedCount)}</dd>
        </div>
        <div><dt>Not tested</dt><dd class="number">${formatCount(untestedCount)}</dd></div>
      </dl>
      <p class="dim small">
        ${name}: ${all === 0 ? 'no record yet' : `${formatPercent(failedCount / all)} of ${formatCount(all)} failed`}
      </p>
      <label class="check">
        <input
          type="checkbox"
          .checked=${stopsOnFailure.value}
          @change=${(event: Event) => {
            stopsOnFailure.value = (event.target as HTMLInputElement).checked;
          }}
        />Stop on failure, and keep the record
      </label>
      <div class="buttons"><button @click=${() => test.reset()}>Reset counts</button></div>
    `;
  }
}

function usualTolerance(record: ShownRecord, signal: TraceSignal): MaskTolerance {
  const settings = recordSettings(record);
  const index = record.signals.indexOf(signal);
  const span = valueScreen(settings, channelNumber(signal, index));
  const all = recordSpanS(record);
  const division = numberIn(settings, 'timeScale') ?? rounded((all.high - all.low) / COLUMNS);
  const height = span ? (span.high - span.low) / ROWS : 1;
  return { timeS: rounded(TIME_DIVISIONS * division), value: rounded(VALUE_DIVISIONS * height) };
}

/** To three digits: what is left of products in doubles does not belong in a field. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-mask': LabScopeMask;
  }
}
