import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { TIME_AXIS } from '../../../model/axis.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import { controlStyles } from '../../elements/controls.ts';
import './exact-field.ts';
import type { ComparedStore } from './lanes.ts';
import type { WaveformModel } from './model.ts';
import type { ViewState } from './state.ts';

/** How far compared recordings are moved in time. */
@customElement('lab-compare-panel')
export class LabComparePanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        margin-block-end: 12px;
      }
      .row {
        display: grid;
        grid-template-columns: 1fr 110px auto;
        gap: 6px;
        align-items: center;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) model!: WaveformModel;
  @property({ attribute: false }) axis: SignalAxis = TIME_AXIS;
  @property({ attribute: false }) state!: ViewState;
  @property({ attribute: false }) compared: readonly ComparedStore[] = [];

  override render(): TemplateResult[] {
    return this.compared.map(({ label }) => this.#row(label));
  }

  #row(label: string): TemplateResult {
    const { model } = this;
    const shiftS = this.state.shifts[label] ?? 0;
    const points = this.#points();
    const hint = points
      ? 'Move it so that its picture at the second marker lies at the first'
      : 'Set two markers first: where the event is here, and where it is in the other recording';
    return html`<div class="row">
      <span class="name" title=${label}>${label}</span>
      <lab-exact-field
        label="Shift of ${label}"
        unit=${this.axis.unit}
        .value=${shiftS}
        @lab-value-changed=${(event: CustomEvent<number>) => model.setShift(label, event.detail)}
      ></lab-exact-field>
      <button
        title=${hint}
        aria-disabled=${points === undefined}
        @click=${() => {
          if (points) model.setShift(label, shiftS + points.here - points.there);
        }}
      >
        Align
      </button>
    </div>`;
  }

  /** The two instants to bring together: the ends of the selected pair, else the first two single markers. */
  #points(): { readonly here: number; readonly there: number } | undefined {
    const onTime = this.state.markers.filter(({ axis }) => axis === 'time');
    const pair =
      onTime.find(({ id, second }) => id === this.state.selectedMarkerId && second !== undefined) ??
      onTime.find(({ second }) => second !== undefined);
    if (pair) return { here: pair.first, there: pair.second! };
    const [first, second] = onTime;
    return first && second && { here: first.first, there: second.first };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-compare-panel': LabComparePanel;
  }
}
