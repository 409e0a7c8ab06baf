// A histogram of a run, with an axis that can be calibrated.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Picture } from '../../../pipeline/functions/template.ts';
import { controlStyles } from '../../elements/controls.ts';
import { panelStyles } from '../../elements/panel-styles.ts';
import { pageTheme } from '../../theme/theme.ts';
import '../histogram/histogram.ts';
import { HistogramAxis } from '../histogram/histogram-axis.ts';
import type { PlotType } from '../histogram/histogram-scene.ts';
import { fieldStyles } from '../histogram/histogram-styles.ts';
import { numberInput } from '../histogram/number-input.ts';
import { shortName } from './figure-text.ts';

type HistogramPicture = Extract<Picture, { readonly kind: 'histogram' }>;

/** Letters of the worker's name that fit beside the tools. */
const WORKER_CHARS = 9;

@customElement('lab-histogram-panel')
export class LabHistogramPanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    panelStyles,
    fieldStyles,
    css`
      :host {
        grid-template-rows: minmax(0, 1fr);
      }
      h2 {
        font-size: var(--lab-size-body);
        margin-inline-end: 4px;
      }
      .worker {
        flex: 0 1 auto;
        min-inline-size: 32px;
        overflow: hidden;
        white-space: nowrap;
        text-overflow: ellipsis;
      }
    `,
  ];

  @property() workerName = '';
  @property({ attribute: false }) histogram!: HistogramPicture;
  @property({ attribute: false }) initialType: PlotType = 'line';
  /** Unit of the values; empty when it is not known. */
  @property() dataUnit = '';
  @state() private isScaleShown = false;
  /** The x axis reads bin · slope + offset in `unit`. */
  @state() private slope = 1;
  @state() private offset = 0;
  /** `undefined`: that of the values. */
  @state() private ownUnit: string | undefined;

  get #unit(): string {
    return this.ownUnit ?? this.dataUnit;
  }

  override render(): TemplateResult {
    const { channel, counts, edges } = this.histogram;
    const name = `${this.workerName}: ${channel}`;
    const axis = new HistogramAxis(
      edges.map((edge) => edge * this.slope + this.offset),
      this.#unit,
    );
    return html`<lab-histogram
      subject=${name}
      axisLabel=${channel}
      .series=${[{ name, axis, counts, color: pageTheme().colors.traces[0]! }]}
      .initialType=${this.initialType}
      ?has-details=${this.isScaleShown}
    >
      <h2 slot="head" title=${name}>${channel}</h2>
      <span slot="head" class="worker dim small" title=${this.workerName}>${shortName(this.workerName, WORKER_CHARS)}</span>
      <button
        slot="tools"
        class="quiet small-button"
        title="Calibrate the axis"
        aria-pressed=${this.isScaleShown}
        @click=${() => (this.isScaleShown = !this.isScaleShown)}
      >
        scale
      </button>
      ${this.isScaleShown ? this.#scale() : nothing}
    </lab-histogram>`;
  }

  #scale(): TemplateResult {
    return html`<div slot="details" class="fields">
      ${numberInput('value ×', this.slope, (value) => (this.slope = value === 0 ? 1 : value))}
      ${numberInput('+', this.offset, (value) => (this.offset = value))}
      <label>unit<input class="unit" .value=${this.#unit} @change=${(event: Event) => (this.ownUnit = (event.target as HTMLInputElement).value.trim())} /></label>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-histogram-panel': LabHistogramPanel;
  }
}
