// The bench meter: what an instrument measures, in digits that can be read from across the room, with its totals beside
// them. Shows what it is given, at most ten times a second.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatElapsed } from '../../../base/duration.ts';
import { formatPercent, formatSi, formatSiText, type SiPrefix, speakSi } from '../../../base/si.ts';
import type { ReadingValue } from '../../../model/instrument.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';

const SECONDS_PER_HOUR = 3600;
const MEASURED_DIGITS = 4;
const GAPS =
  'Samples are missing. The large figure counts them like those around them; this is what was measured, and its share of the time.';

interface Shown {
  readonly values: readonly ReadingValue[];
  readonly accumulatedS: number;
}

/** Fires `lab-reset-requested` and `lab-expand-requested`. */
@customElement('lab-multimeter')
export class LabMultimeter extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        position: relative;
        container: meter / size;
        background: var(--lab-ground-1);
        --tools: calc(var(--lab-control-small) + 4px);
      }
      dl {
        margin-inline-end: var(--tools);
        block-size: 100%;
        grid-template-columns: repeat(var(--mains), minmax(0, 1fr)) minmax(0, 0.72fr);
        grid-template-rows: repeat(var(--per-total), 1fr);
        gap: 0;
      }
      dl.plain {
        grid-template-columns: repeat(var(--mains), minmax(0, 1fr));
      }
      .cell {
        container-type: size;
        position: relative;
        grid-row: 1 / -1;
        border-inline-end: 1px solid var(--lab-line);
        display: flex;
        align-items: center;
        justify-content: center;
      }
      .cell.total {
        grid-row: auto;
        grid-column: -2 / -1;
        border-inline-end: none;
      }
      .cell.total + .total {
        border-block-start: 1px solid var(--lab-line);
      }
      dt {
        position: absolute;
        inset: 6px auto auto 12px;
        font-size: var(--lab-size-small);
        line-height: 1.2;
      }
      .cell.total dt {
        inset-block-start: 4px;
      }
      .gaps,
      .limit {
        color: var(--lab-warn);
      }
      .limit {
        margin-inline-start: 6px;
        font-weight: 700;
        white-space: nowrap;
      }
      .limit lab-icon {
        vertical-align: -0.2em;
      }
      dd {
        display: flex;
        align-items: baseline;
        line-height: 1;
        /* 6 digits, point and sign are 4.8 em wide, the unit about 1.1 em. */
        font-size: min(15.8cqi, 52cqb);
        padding-block-start: 0.22em;
        white-space: pre;
      }
      .cell.total dd {
        font-size: min(15cqi, 46cqb);
        padding-block-start: 0.5em;
      }
      .unit {
        font-size: max(0.5em, 11px);
        color: var(--lab-text-dim);
        inline-size: 2.6ch;
        margin-inline-start: 0.3em;
        text-align: start;
      }
      /* A column of its own: nothing lies over the digits. */
      .tools {
        position: absolute;
        inset: 0 0 0 auto;
        inline-size: var(--tools);
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        gap: 2px;
        border-inline-start: 1px solid var(--lab-line);
      }
      .tools button {
        --lab-control-height: var(--lab-control-small);
        flex: 0 1 var(--lab-control-small);
        min-block-size: 16px;
      }
      .tools button[aria-pressed='true'] {
        color: var(--lab-warn);
        background: var(--lab-warn-ground);
      }
      :host([is-stale]) dd {
        color: var(--lab-text-faint);
      }
      .none dd,
      .none dd .unit {
        color: var(--lab-text-faint);
      }
      :host([is-held]) dd {
        color: var(--lab-warn);
      }
      .word {
        margin-inline-start: 6px;
        padding: 0 5px;
        border-radius: 2px;
        background: var(--lab-warn-ground);
        color: var(--lab-warn);
        font-weight: 700;
        letter-spacing: 0.06em;
      }
      @container meter (max-width: 620px) {
        dl,
        dl.plain {
          grid-template-columns: repeat(calc(var(--mains) * var(--per-total)), minmax(0, 1fr));
          grid-template-rows: 3fr 2fr;
        }
        dl.plain {
          grid-template-rows: 1fr;
        }
        .cell {
          grid-row: 1;
          grid-column: span var(--per-total);
        }
        .cell.total {
          grid-row: 2;
          grid-column: span var(--mains);
          border-block-start: 1px solid var(--lab-line);
          justify-content: space-between;
          padding-inline: 12px 4px;
        }
        .cell.total + .total {
          border-inline-start: 1px solid var(--lab-line);
        }
        .cell.total dt {
          position: static;
        }
        .cell.total dd {
          font-size: min(15px, 9cqi);
          padding: 0;
        }
      }
      /* A strip: everything in one row. */
      @container meter (max-height: 80px) {
        dl,
        dl.plain {
          grid-template-columns: repeat(calc(var(--mains) + var(--per-total)), minmax(0, 1fr));
          grid-template-rows: 1fr;
        }
        dl.plain {
          grid-template-columns: repeat(var(--mains), minmax(0, 1fr));
        }
        .cell,
        .cell.total {
          grid-row: 1;
          grid-column: auto;
          border-block-start: none;
          border-inline-end: 1px solid var(--lab-line);
        }
        .cell dt,
        .cell.total dt {
          position: absolute;
          inset: 4px auto auto 8px;
        }
        .cell dd,
        .cell.total dd {
          font-size: min(13cqi, 44cqb);
          padding-block-start: 14px;
        }
      }
      @container meter (min-height: 340px) {
        dl,
        dl.plain {
          grid-template-columns: repeat(var(--per-total), 1fr);
          grid-template-rows: 3fr repeat(calc(var(--mains) - 1), 2fr) 1.2fr;
        }
        dl.single,
        dl.plain {
          grid-template-rows: 3fr;
          grid-auto-rows: 2fr;
        }
        .cell {
          grid-row: auto;
          grid-column: 1 / -1;
          border-inline-end: none;
          border-block-end: 1px solid var(--lab-line);
        }
        .cell.total {
          grid-column: auto;
          grid-row: calc(var(--mains) + 1);
          justify-content: center;
          padding-inline: 0;
        }
        .cell.total + .total {
          border-block-start: none;
          border-inline-start: 1px solid var(--lab-line);
        }
        .cell dt,
        .cell.total dt {
          position: absolute;
          inset: 10px auto auto 16px;
          font-size: clamp(12px, 9cqb, 26px);
        }
        dd {
          font-size: min(15cqi, 64cqb);
        }
        .cell.total dd {
          font-size: min(13cqi, 52cqb);
        }
      }
    `,
  ];

  /** In the order in which they are shown; NaN where there is none yet. */
  @property({ attribute: false }) values: readonly ReadingValue[] = [];
  /** Seconds since the totals were reset. */
  @property({ type: Number }) accumulatedS = 0;
  /** Its totals can be reset. */
  @property({ type: Boolean, attribute: 'can-reset' }) canReset = false;
  @property() chargeUnit: 'C' | 'Ah' = 'C';
  @property() energyUnit: 'J' | 'Wh' = 'J';
  /** Significant digits, 4…7. */
  @property({ type: Number }) digits = 6;
  @property({ type: Boolean, attribute: 'is-expanded', reflect: true }) isExpanded = false;
  /** The readings are no longer renewed: shown fainter. */
  @property({ type: Boolean, attribute: 'is-stale', reflect: true }) isStale = false;
  @state() private held: Shown | undefined;
  readonly #prefixes = new Map<string, SiPrefix>();

  /** Holds what is shown now, or lets it run again. */
  toggleHold(): void {
    const { values, accumulatedS } = this;
    this.held = this.held ? undefined : { values, accumulatedS };
    this.toggleAttribute('is-held', this.held !== undefined);
  }

  override render(): TemplateResult {
    const { values, accumulatedS } = this.held ?? this;
    const totals = values.filter(({ isTotal }) => isTotal);
    const mains = values.filter(({ isTotal }) => !isTotal);
    const elapsed = formatElapsed(accumulatedS);
    return html`
      <dl
        class="${totals.length === 0 ? 'plain' : ''} ${mains.length === 1 ? 'single' : ''}"
        .style=${`--mains: ${Math.max(1, mains.length)}; --per-total: ${Math.max(1, totals.length)}`}
      >
        ${mains.map((value) => this.#cell(value, ''))} ${totals.map((value) => this.#cell(value, ` in ${elapsed}`))}
      </dl>
      <div class="tools" role="toolbar" aria-label="Multimeter">
        <button
          class="quiet icon"
          aria-pressed=${this.held !== undefined}
          title="Hold the readings"
          aria-label="Hold"
          @click=${() => this.toggleHold()}
        >
          <lab-icon name="pause"></lab-icon>
        </button>
        ${
          this.canReset
            ? html`<button
                class="quiet icon"
                title="Reset totals: they count from zero again"
                aria-label="Reset totals"
                @click=${() => this.#fire('lab-reset-requested')}
              >
                <lab-icon name="reset"></lab-icon>
              </button>`
            : nothing
        }
        <button
          class="quiet icon"
          title=${this.isExpanded ? 'Show the waveforms again' : 'Fill the view with digits'}
          aria-label=${this.isExpanded ? 'Show the waveforms again' : 'Fill the view with digits'}
          @click=${() => this.#fire('lab-expand-requested')}
        >
          <lab-icon name=${this.isExpanded ? 'minimize' : 'maximize'}></lab-icon>
        </button>
      </div>
    `;
  }

  /** What of a total was measured, where samples are missing. */
  #gaps({ unit, measured }: ReadingValue): TemplateResult | typeof nothing {
    if (!measured || measured.coverage >= 1) return nothing;
    const preferred = this.#preferred({ unit, value: measured.value });
    const text = formatSiText(preferred.value, preferred.unit, { significantDigits: MEASURED_DIGITS });
    return html` <span class="gaps" title=${GAPS}>${text} measured, ${formatPercent(measured.coverage)}</span>`;
  }

  /** The word by digits that are not the true value, because samples were at a limit. */
  #limit({ saturated = 0, isTotal }: ReadingValue): TemplateResult | typeof nothing {
    if (saturated === 0) return nothing;
    const how = `${formatPercent(saturated)} of ${isTotal ? 'what it is summed from' : 'the samples'} is at the limit of the range`;
    const title = `${how}: the true value is beyond what is shown. Choose a larger range, or Automatic.`;
    return html`<span class="limit" title=${title}><lab-icon name="triangle-alert"></lab-icon> at the limit</span>`;
  }

  /** Charge and energy in the unit that the user prefers; everything else as the instrument gives it. */
  #preferred({ unit, value }: Pick<ReadingValue, 'unit' | 'value'>): { readonly unit: string; readonly value: number } {
    const preferred = unit === 'C' ? this.chargeUnit : unit === 'J' ? this.energyUnit : unit;
    return { unit: preferred, value: preferred === unit ? value : value / SECONDS_PER_HOUR };
  }

  #cell(shown: ReadingValue, suffix: string): TemplateResult {
    const { unit, value } = this.#preferred(shown);
    const key = `${shown.id} ${unit}`;
    const text = formatSi(value, unit, {
      significantDigits: this.digits,
      padSign: true,
      previousPrefix: this.#prefixes.get(key),
    });
    if (Number.isFinite(value)) this.#prefixes.set(key, text.prefix);
    return html`<div class="cell ${shown.isTotal ? 'total' : ''} ${Number.isNaN(value) ? 'none' : ''}">
      <dt>${shown.label}${suffix}${this.#gaps(shown)}${this.#limit(shown)}${this.held && !shown.isTotal ? html`<span class="word">HOLD</span>` : nothing}</dt>
      <dd>
        <span class="hidden-visually">${speakSi(value, unit)}</span>
        <span aria-hidden="true">${text.number}</span><span class="unit" aria-hidden="true">${text.unit}</span>
      </dd>
    </div>`;
  }

  #fire(name: string): void {
    this.dispatchEvent(new CustomEvent(name));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-multimeter': LabMultimeter;
  }
}
