// What the axes show, in numbers that can be typed, and which lanes are on screen.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatCount } from '../../../base/si.ts';
import { isCounted, TIME_AXIS } from '../../../model/axis.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import { controlStyles } from '../../elements/controls.ts';
import './exact-field.ts';
import type { Scene } from './geometry.ts';
import { isLaneWanted, type Lane } from './lanes.ts';
import type { WaveformModel } from './model.ts';
import { formatToStep } from './position-text.ts';
import { foundLanes, type LaneGroup, laneGroups } from './signal-groups.ts';
import type { TimeRange } from './state.ts';

/** An end is shown to this part of what the axis spans, about a pixel. */
const SHOWN_PART = 1e-3;
/** A longer list can be searched. */
const SEARCHED_FROM = 8;
/** Rows that the list holds at a time. */
const MOST_ROWS = 120;

/** A field for an end of an axis that spans so much. */
type EndField = (
  label: string,
  value: number,
  span: number,
  unit: string,
  onChange: (value: number) => void,
) => TemplateResult;

@customElement('lab-axes-panel')
export class LabAxesPanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
      }
      .time {
        display: grid;
        grid-template-columns: max-content 1fr;
        align-items: center;
        gap: 4px 8px;
        margin-block-end: 10px;
      }
      .time > span {
        color: var(--lab-text-dim);
      }
      .lane {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 4px;
        margin-block-end: 8px;
      }
      .head {
        grid-column: 1 / -1;
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .head label:first-child {
        flex: 1;
        font-weight: 600;
      }
      input[type='search'] {
        inline-size: 100%;
        margin-block-end: 8px;
      }
      .group {
        font-weight: 600;
        margin-block: 4px;
      }
      label {
        display: inline-flex;
        align-items: center;
        gap: 4px;
      }
      input[type='checkbox'] {
        inline-size: 16px;
        block-size: 16px;
        accent-color: var(--lab-accent);
      }
    `,
  ];

  @property({ attribute: false }) model!: WaveformModel;
  @property({ attribute: false }) axis: SignalAxis = TIME_AXIS;
  @property({ attribute: false }) lanes: readonly Lane[] = [];
  @property({ attribute: false }) scene: Scene | undefined;
  @state() private search = '';

  override render(): TemplateResult {
    const { time } = this.model.state;
    const { unit, name } = this.axis;
    const counted = isCounted(this.axis) ? ` ${name}` : '';
    const spanS = time.endS - time.startS;
    const found = foundLanes(this.lanes, this.search);
    const shown = found.slice(0, MOST_ROWS);
    const field: EndField = (label, value, span, unit, onChange) =>
      html`<lab-exact-field
        label=${label}
        .unit=${unit}
        .value=${value}
        .shown=${formatToStep(value, unit, span * SHOWN_PART)}
        @lab-value-changed=${(event: CustomEvent<number>) => onChange(event.detail)}
      ></lab-exact-field>`;
    return html`
      <div class="time">
        <span>from${counted}</span>${field('Start of the view', time.startS, spanS, unit, (startS) => this.#setTime({ startS }))}
        <span>to${counted}</span>${field('End of the view', time.endS, spanS, unit, (endS) => this.#setTime({ endS }))}
      </div>
      ${this.lanes.length > SEARCHED_FROM ? this.#search() : nothing}
      ${laneGroups(shown).map((group) => this.#group(group, field))}
      ${found.length > shown.length ? html`<p class="small dim">${formatCount(found.length - shown.length)} more: search for some of them.</p>` : nothing}
      ${found.length === 0 && this.lanes.length > 0 ? html`<p class="small dim">No signal has these words.</p>` : nothing}
    `;
  }

  /** The other edge is where it is now, which may not be on screen yet. */
  #setTime(edge: Partial<TimeRange>): void {
    const time = { ...this.model.state.time, ...edge };
    if (time.endS > time.startS) this.model.setTime(time);
  }

  #search(): TemplateResult {
    return html`<input
      type="search"
      aria-label="Search the signals"
      placeholder="Search ${formatCount(this.lanes.length)} signals"
      .value=${this.search}
      @keydown=${(event: Event) => event.stopPropagation()}
      @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)}
    />`;
  }

  /** A group has a tick for all in it. */
  #group({ name, lanes }: LaneGroup, field: EndField): TemplateResult {
    const { model } = this;
    const count = lanes.filter((lane) => isLaneWanted(lane, model.state.lanes)).length;
    const setAll = (isOn: boolean) =>
      model.setLanes(Object.fromEntries(lanes.map(({ id }) => [id, { isHidden: !isOn }])));
    const head = html`<label class="group">
      <input
        type="checkbox"
        .checked=${count === lanes.length}
        .indeterminate=${count > 0 && count < lanes.length}
        @change=${(event: Event) => setAll((event.target as HTMLInputElement).checked)}
      />${name}<span class="dim small">${count} of ${lanes.length}</span>
    </label>`;
    return html`${name === '' ? nothing : head} ${lanes.map((lane) => this.#lane(lane, field))}`;
  }

  #lane(lane: Lane, field: EndField): TemplateResult {
    const { model } = this;
    const state = model.state.lanes[lane.id];
    const range = this.scene?.ranges.get(lane.id);
    const isWanted = isLaneWanted(lane, model.state.lanes);
    const check = (label: string, isOn: boolean, onChange: (isOn: boolean) => void) => html`<label
      ><input
        type="checkbox"
        .checked=${isOn}
        @change=${(event: Event) => onChange((event.target as HTMLInputElement).checked)}
      />${label}</label
    >`;
    const set = (min: number, max: number) => {
      if (max > min) model.setLane(lane.id, { range: { min, max } });
    };
    return html`<div class="lane" role="group" aria-label="Value axis of ${lane.name}">
      <div class="head">
        ${check(lane.name, isWanted, (isOn) => model.setLane(lane.id, { isHidden: !isOn }))}
        ${isWanted ? check('auto', !state?.range, (isOn) => model.setLane(lane.id, { range: isOn ? undefined : range })) : nothing}
        ${lane.isDigital || !isWanted ? nothing : check('log', state?.isLog === true, (isOn) => model.setLane(lane.id, { isLog: isOn }))}
      </div>
      ${
        range && !lane.isDigital && isWanted
          ? html`${field(`Lower end of ${lane.name}`, range.min, range.max - range.min, lane.unit, (min) => set(min, range.max))}
            ${field(`Upper end of ${lane.name}`, range.max, range.max - range.min, lane.unit, (max) => set(range.min, max))}`
          : ''
      }
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-axes-panel': LabAxesPanel;
  }
}
