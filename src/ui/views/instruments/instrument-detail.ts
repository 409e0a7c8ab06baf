// One instrument: what it is, how its data stream fares, and its settings.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { formatCount, formatSiText } from '../../../base/si.ts';
import type { Channel } from '../../../model/channel.ts';
import type { InstrumentStatus } from '../../../model/instrument.ts';
import { copyText } from '../../clipboard.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import '../../elements/parameter-panel.ts';
import type { ParameterChange } from '../../elements/parameter-panel.ts';
import { AppElement } from '../../signal-element.ts';
import { diagnosticsText } from './diagnostics-text.ts';
import './console-card.ts';
import './driver-advice.ts';
import './instrument-problem.ts';
import './publish-card.ts';
import './sequence-card.ts';
import { stateColor, stateWord } from './state-words.ts';

@customElement('lab-instrument-detail')
export class LabInstrumentDetail extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        padding: var(--lab-space-5);
        max-inline-size: 1280px;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--lab-space-2) var(--lab-space-3);
        margin-block-end: var(--lab-space-4);
      }
      header h1 {
        margin-inline-end: auto;
      }
      .state {
        display: inline-flex;
        align-items: center;
        gap: 8px;
      }
      .dot {
        inline-size: 9px;
        block-size: 9px;
        border-radius: 50%;
      }
      .columns {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr));
        gap: var(--lab-space-4);
        align-items: start;
      }
      .card {
        background: var(--lab-ground-1);
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius-large);
        padding: var(--lab-space-4);
      }
      .card h2 {
        margin-block-end: var(--lab-space-3);
      }
      .stack {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--lab-space-4);
      }
      lab-instrument-problem {
        display: block;
        margin-block-end: var(--lab-space-4);
      }
      .copy {
        margin-block-start: var(--lab-space-2);
      }
      .bad {
        color: var(--lab-warn);
      }
    `,
  ];

  @property({ attribute: false }) instrument!: ConnectedInstrument;

  override render(): TemplateResult {
    const status = this.instrument.status.value;
    const { isSimulated, connection } = this.instrument.choice;
    // The line about a problem has the ways out of it.
    const isWell = status.state !== 'lost' && status.state !== 'failed';
    return html`
      <header>
        <h1>${this.instrument.label}</h1>
        <span class="state"><span class="dot" .style=${`background: ${stateColor(status)}`}></span>${stateWord(status)}</span>
        ${isWell ? this.#actions(status) : nothing}
      </header>
      <lab-instrument-problem .app=${this.app} .instrument=${this.instrument}></lab-instrument-problem>
      <div class="columns">
        <section class="card">
          <h2>Settings</h2>
          <lab-parameter-panel
            shows-help
            .parameters=${status.parameters}
            .values=${status.values}
            .pending=${this.instrument.pending.value}
            @lab-parameter-changed=${(event: CustomEvent<ParameterChange>) =>
              void this.app.instruments.set(this.instrument, event.detail.id, event.detail.value)}
          ></lab-parameter-panel>
        </section>
        <div class="stack">
          ${
            status.capabilities.includes('sequence')
              ? html`<section class="card">
                  <h2>Sequence</h2>
                  ${keyed(
                    this.instrument,
                    html`<lab-sequence-card .app=${this.app} .instrument=${this.instrument}></lab-sequence-card>`,
                  )}
                </section>`
              : nothing
          }
          <section class="card">
            <h2>Identity</h2>
            ${this.#identity(status)}
          </section>
          ${
            status.capabilities.includes('streams')
              ? html`<section class="card">
                  <h2>Data stream</h2>
                  ${this.#health(status)}
                </section>`
              : nothing
          }
          ${
            status.capabilities.includes('console')
              ? html`<section class="card">
                  <h2>Console</h2>
                  ${keyed(
                    this.instrument,
                    html`<lab-console-card .app=${this.app} .instrument=${this.instrument}></lab-console-card>`,
                  )}
                </section>`
              : nothing
          }
          <section class="card">
            <h2>In the laboratory</h2>
            ${keyed(
              this.instrument,
              html`<lab-publish-card .app=${this.app} .instrument=${this.instrument}></lab-publish-card>`,
            )}
          </section>
          <section class="card">
            <h2>Diagnostics</h2>
            <p class="dim">What a bug report needs, as text. It names the browser and the instrument, nothing else.</p>
            <p class="copy">
              <button @click=${() => void this.#copy(status)}><lab-icon name="copy"></lab-icon>Copy diagnostics</button>
            </p>
          </section>
          ${isSimulated || connection?.kind === 'epics' ? nothing : this.#advice()}
        </div>
      </div>
    `;
  }

  #actions({ state, capabilities }: InstrumentStatus): TemplateResult {
    const { instruments } = this.app;
    const isStreaming = state === 'streaming';
    const run = () => (isStreaming ? instruments.stop(this.instrument) : instruments.start(this.instrument));
    return html`${
      capabilities.includes('streams')
        ? html`<button @click=${() => void run()}>
            <lab-icon name=${isStreaming ? 'square' : 'play'}></lab-icon>${isStreaming ? 'Stop' : 'Start'}
          </button>`
        : nothing
    }
    <button @click=${() => void instruments.disconnect(this.instrument)}>
      <lab-icon name="unplug"></lab-icon>Disconnect
    </button>`;
  }

  #advice(): TemplateResult {
    const kinds = this.app.instruments.kinds.filter(({ id }) => id === this.instrument.choice.kind);
    return html`<section class="card"><lab-driver-advice .kinds=${kinds}></lab-driver-advice></section>`;
  }

  #identity({ identity, channels }: InstrumentStatus): TemplateResult {
    const signals = channels.flatMap((channel) => [...channel.signals]);
    return html`<dl>
      <dt>Model</dt>
      <dd>${identity?.model ?? this.instrument.choice.model}</dd>
      <dt>Vendor</dt>
      <dd>${identity?.vendor || '—'}</dd>
      <dt>Serial number</dt>
      <dd>${identity?.serialNumber || '—'}</dd>
      <dt>Firmware</dt>
      <dd>${identity?.firmware || '—'}</dd>
      ${
        signals.length === 0
          ? nothing
          : html`<dt>Signals</dt>
              <dd>${signals.map((signal) => html`<div>${signalText(signal)}</div>`)}</dd>`
      }
    </dl>`;
  }

  #health({ health }: InstrumentStatus): TemplateResult {
    const row = (label: string, count: number, isLoss: boolean) =>
      html`<dt>${label}</dt>
        <dd class=${isLoss && count > 0 ? 'bad' : ''}>${formatCount(count)}</dd>`;
    return html`<dl>
      ${row('Samples received', health.receivedSampleCount, false)} ${row('Samples lost', health.missingSampleCount, true)}
      ${row('Gaps', health.gapCount, true)} ${row('Packets refused', health.badPacketCount, true)}
      ${row('Frames dropped by the instrument', health.deviceDropCount, true)}
    </dl>`;
  }

  async #copy(status: InstrumentStatus): Promise<void> {
    try {
      await copyText(diagnosticsText(this.instrument.choice, status, this.app.platform));
      this.app.toasts.note('Diagnostics copied');
    } catch (error) {
      this.app.toasts.fail('The diagnostics were not copied', error);
    }
  }
}

function signalText(signal: Channel['signals'][number]): string {
  const unit = signal.unit === '' ? '' : ` (${signal.unit})`;
  const rate =
    'sampleRateHz' in signal ? `, ${formatSiText(signal.sampleRateHz, 'S/s', { significantDigits: 4 })}` : '';
  return `${signal.name}${unit}${rate}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-instrument-detail': LabInstrumentDetail;
  }
}
