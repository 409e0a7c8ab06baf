// The numbers of the screen under it: what each channel, the time and the trigger are set to.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import type { TraceSignal } from '../../../model/channel.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { SignalElement } from '../../signal-element.ts';
import { TRACE_COLOR_COUNT } from '../../theme/theme.ts';
import { type DisplayChoices, displaySection, USUAL_DISPLAY } from './display-choices.ts';
import { channelNumber } from './screen.ts';
import './setting-field.ts';
import type { Wishes } from './wishes.ts';

/** `lab-display-changed` with `DisplayChoices`; `lab-channel-chosen` with the id of a signal: its values are wanted at the left, or it is to be hidden or shown. */
export interface ChannelChoice {
  readonly id: string;
  readonly isHidden: boolean;
}

interface ChannelRow {
  /** `undefined`: that of the setting. */
  readonly unit: string | undefined;
  readonly number: number;
  readonly name: string;
  /** `undefined`: the channel is off. */
  readonly id: string | undefined;
}

@customElement('lab-scope-settings')
export class LabScopeSettings extends SignalElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        flex: none;
        gap: 1px;
        background: var(--lab-line);
        border-block-start: 1px solid var(--lab-line);
      }
      section {
        display: flex;
        flex: 1 0 auto;
        align-items: start;
        gap: 6px;
        padding: 4px 10px 6px;
        background: var(--lab-ground-1);
        border-block-start: 2px solid var(--channel, transparent);
      }
      section.off {
        flex-grow: 0;
        --channel: var(--lab-line-strong);
      }
      .name {
        --lab-control-height: var(--lab-control-small);
        margin-block-start: 14px;
        min-inline-size: 46px;
        padding-inline: 6px;
        font-weight: 600;
      }
      .power {
        --lab-control-height: var(--lab-control-small);
        margin-block-start: 14px;
        margin-inline-end: -4px;
      }
      .power[aria-pressed='true'] {
        color: var(--channel);
        background: none;
      }
      section.off .name {
        color: var(--lab-text-dim);
      }
      .name[aria-pressed='false'] {
        text-decoration: line-through;
      }
      .name[aria-pressed='true'] {
        background: none;
        border-color: var(--channel);
      }
      .choice {
        display: grid;
        font-size: 11px;
        line-height: 14px;
        color: var(--lab-text-dim);
        --lab-control-height: var(--lab-control-small);
      }
      .choice select {
        inline-size: 120px;
        padding-inline: 4px;
      }
      h2 {
        margin-block-start: 17px;
        font-size: var(--lab-size-small);
        color: var(--lab-text-dim);
      }
    `,
  ];

  @property({ attribute: false }) instrument!: ConnectedInstrument;
  @property({ attribute: false }) wishes!: Wishes;
  /** Of the shown record. */
  @property({ attribute: false }) signals: readonly TraceSignal[] = [];
  @property({ attribute: false }) hiddenIds: readonly string[] = [];
  @property({ attribute: false }) display: DisplayChoices = USUAL_DISPLAY;

  override render(): TemplateResult {
    const { parameters } = this.instrument.status.value;
    const has = (prefix: string) => parameters.some(({ id }) => id.startsWith(prefix));
    return html`
      ${this.#channels().map((row) => this.#channel(row))}
      ${
        has('time')
          ? html`<section role="group" aria-label="Time">
              <h2>Time</h2>
              ${this.#field('timeScale', 'Time/div', '', { isStepped: true })} ${this.#field('timeDelay', 'Delay', '')}
            </section>`
          : nothing
      }
      ${
        has('trigger')
          ? html`<section role="group" aria-label="Trigger">
              <h2>Trigger</h2>
              ${this.#field('triggerSource', 'Source', 'Trigger')} ${this.#field('triggerSlope', 'Slope', 'Trigger')}
              ${this.#field('triggerLevel', 'Level', 'Trigger', { unit: this.#triggerUnit })}
            </section>`
          : nothing
      }
      ${displaySection(this.display, this.signals, (to) =>
        this.dispatchEvent(new CustomEvent('lab-display-changed', { detail: { ...this.display, ...to } })),
      )}
    `;
  }

  /** That of the channel that triggers: its probe says what it measures. */
  get #triggerUnit(): string | undefined {
    const source = String(this.instrument.status.value.values['triggerSource'] ?? '');
    return this.signals.find((signal, index) => String(channelNumber(signal, index)) === source)?.unit;
  }

  /** Those of the record, and those that the instrument has settings for. */
  #channels(): readonly ChannelRow[] {
    const { parameters } = this.instrument.status.value;
    const shown = this.signals.map((signal, index) => ({
      number: channelNumber(signal, index),
      name: signal.name,
      unit: signal.unit,
      id: signal.id,
    }));
    const numbers = parameters.flatMap(({ id }) => Number(/^(\d+)\./.exec(id)?.[1] ?? 0) || []);
    const others = [...new Set(numbers)].filter((number) => !shown.some((row) => row.number === number));
    return [
      ...shown,
      ...others.map((number) => ({ number, name: `CH${number}`, unit: undefined, id: undefined })),
    ].sort((a, b) => a.number - b.number);
  }

  #channel({ number, name, unit, id }: ChannelRow): TemplateResult {
    const color = `var(--lab-trace-${((number - 1) % TRACE_COLOR_COUNT) + 1})`;
    const isHidden = id !== undefined && this.hiddenIds.includes(id);
    return html`<section
      role="group"
      aria-label="Channel ${name}"
      class=${id === undefined ? 'off' : ''}
      .style=${id === undefined ? '' : `--channel: ${color}`}
    >
      ${this.#power(number, name)}
      <button
        class="name"
        aria-pressed=${id === undefined ? nothing : !isHidden}
        aria-disabled=${id === undefined ? 'true' : nothing}
        title=${id === undefined ? `The newest record has no ${name}` : `Show or hide ${name}`}
        @click=${() => id !== undefined && this.#choose({ id, isHidden: !isHidden })}
      >
        ${name}
      </button>
      ${id === undefined && this.signals.length > 0 ? nothing : [this.#field(`${number}.scale`, `${unit ?? 'V'}/div`, name, { isStepped: true, unit }), this.#field(`${number}.offset`, 'Offset', name, { unit })]}
    </section>`;
  }

  /** At the instrument, where it takes that; what is shown here is the name's button's. */
  #power(number: number, name: string): TemplateResult | typeof nothing {
    const setting = `${number}.on`;
    const { parameters, values } = this.instrument.status.value;
    if (!parameters.some(({ id }) => id === setting)) return nothing;
    const isOn = values[setting] === true;
    return html`<button
      class="icon quiet power"
      aria-label="${name} on"
      aria-pressed=${isOn}
      title="Switch ${name} ${isOn ? 'off' : 'on'} at the instrument"
      @click=${() => void this.wishes.set(this.instrument, setting, !isOn)}
    >
      <lab-icon name="power"></lab-icon>
    </button>`;
  }

  #field(
    setting: string,
    label: string,
    group: string,
    { isStepped = false, unit }: { readonly isStepped?: boolean; readonly unit?: string | undefined } = {},
  ): TemplateResult {
    return html`<lab-scope-setting
      .instrument=${this.instrument}
      .wishes=${this.wishes}
      setting=${setting}
      label=${label}
      group=${group}
      .unit=${unit}
      ?is-stepped=${isStepped}
    ></lab-scope-setting>`;
  }

  #choose(choice: ChannelChoice): void {
    this.dispatchEvent(new CustomEvent('lab-channel-chosen', { detail: choice }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-settings': LabScopeSettings;
  }
}
