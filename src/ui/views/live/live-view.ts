// What the selected instrument measures now: digits, waveforms, and its settings beside them.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import '../../command-button.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import '../../elements/parameter-panel.ts';
import type { ParameterChange } from '../../elements/parameter-panel.ts';
import { AppElement } from '../../signal-element.ts';
import { registerWaveformCommands } from '../../waveform-commands.ts';
import '../multimeter/multimeter.ts';
import type { SidePanel } from '../waveform/side-panel.ts';
import '../waveform/waveform-view.ts';
import type { ExportRequest } from '../waveform/waveform-view.ts';
import './live-welcome.ts';

const INSPECTOR = 'live.inspector';
/** On a narrow screen the plot comes first. */
const INSPECTOR_START = { isOpen: window.innerWidth > 720, sizePx: 340 };
const METER = 'live.meter';
const METER_START = { isOpen: true, sizePx: 116 };

@customElement('lab-live-view')
export class LabLiveView extends AppElement {
  static override readonly styles = [
    controlStyles,
    columnStyles,
    css`
      lab-multimeter {
        flex: none;
      }
      lab-multimeter[is-expanded] {
        flex: 1;
      }
      .plot {
        flex: 1;
        min-block-size: 0;
        position: relative;
        border-block-start: 1px solid var(--lab-line);
      }
      lab-waveform-view {
        position: absolute;
        inset: 0;
      }
      .call {
        position: absolute;
        inset: 0;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--lab-space-3);
        text-align: center;
        padding: var(--lab-space-4);
        background: var(--lab-ground-0);
      }
      .problem {
        display: flex;
        align-items: center;
        gap: var(--lab-space-3);
        padding: 6px 12px;
        background: var(--lab-danger-ground);
        color: var(--lab-text);
        border-block-start: 1px solid var(--lab-danger);
      }
      .problem p {
        flex: 1;
      }
      .problem lab-icon {
        color: var(--lab-danger);
      }
    `,
  ];

  @state() private isMeterExpanded = false;
  #unregister: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unregister = registerWaveformCommands(this.app, () => this.renderRoot.querySelector('lab-waveform-view'));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unregister?.();
  }

  override render(): TemplateResult {
    const instrument = this.app.instruments.selected.value;
    if (!instrument) return html`<lab-live-welcome .app=${this.app}></lab-live-welcome>`;
    return html`
      <h1 class="hidden-visually">${instrument.label}</h1>
      ${this.#meter(instrument)} ${this.#problem(instrument)} ${this.isMeterExpanded ? nothing : this.#plot(instrument)}
    `;
  }

  #meter(instrument: ConnectedInstrument): TemplateResult {
    const { settings, layout } = this.app;
    return html`<lab-multimeter
      .style=${this.isMeterExpanded ? '' : `block-size: ${layout.panel(METER, METER_START).sizePx}px`}
      .reading=${instrument.status.value.reading}
      .chargeUnit=${settings.get('meter.charge-unit')}
      .energyUnit=${settings.get('meter.energy-unit')}
      .digits=${Number(settings.get('meter.digits'))}
      ?is-expanded=${this.isMeterExpanded}
      ?is-stale=${instrument.status.value.state !== 'streaming'}
      @lab-reset-requested=${() => void this.app.commands.execute('meter.reset')}
      @lab-expand-requested=${this.#onExpandMeter}
    ></lab-multimeter>`;
  }

  #problem(instrument: ConnectedInstrument): TemplateResult | typeof nothing {
    const { state, problem } = instrument.status.value;
    if (problem === undefined || (state !== 'lost' && state !== 'failed')) return nothing;
    return html`<div class="problem" role="alert">
      <lab-icon name="triangle-alert"></lab-icon>
      <p>${problem}</p>
      <button @click=${() => void this.app.instruments.disconnect(instrument)}>Disconnect</button>
    </div>`;
  }

  #plot(instrument: ConnectedInstrument): TemplateResult {
    const { state, health, parameters, values } = instrument.status.value;
    const isEmpty = state !== 'streaming' && health.receivedSampleCount === 0;
    return html`<div class="plot">
      <lab-waveform-view
        is-live
        can-export
        .store=${instrument.handle.store}
        label=${instrument.label}
        side-title="Settings"
        .side=${this.app.layout.panel(INSPECTOR, INSPECTOR_START)}
        @lab-side-changed=${(event: CustomEvent<SidePanel>) => this.app.layout.setPanel(INSPECTOR, event.detail)}
        @lab-export-requested=${(event: CustomEvent<ExportRequest>) => this.#export(instrument, event.detail)}
      >
        <lab-parameter-panel
          slot="side"
          heading-level="2"
          .parameters=${parameters}
          .values=${values}
          @lab-parameter-changed=${(event: CustomEvent<ParameterChange>) =>
            void this.app.instruments.set(instrument, event.detail.id, event.detail.value)}
        ></lab-parameter-panel>
      </lab-waveform-view>
      ${
        isEmpty
          ? html`<div class="call">
              <h2>${instrument.label} is ready</h2>
              <p class="dim">Start it to see current, voltage and power.</p>
              <lab-command-button .app=${this.app} command="stream.toggle" label="Start" look="primary" icon="play"></lab-command-button>
            </div>`
          : nothing
      }
    </div>`;
  }

  /** Names say when: the same instrument is exported more than once. */
  #export({ handle, label }: ConnectedInstrument, request: ExportRequest): void {
    const time = new Date(this.app.clock.unixMs()).toISOString().slice(0, 19).replace(/[:]/g, '').replace('T', '_');
    this.app.exports.open({
      ...request,
      name: `${label} ${time}`,
      source: { kind: 'instrument', instrument: handle },
      store: handle.store,
      hasEvents: false,
    });
  }

  readonly #onExpandMeter = (): void => {
    this.isMeterExpanded = !this.isMeterExpanded;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-live-view': LabLiveView;
  }
}
