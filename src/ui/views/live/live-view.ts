// What instruments measure now, one of them or all on one axis: digits, waveforms, and settings beside them.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { streamSignals } from '../../../model/channel.ts';
import type { InstrumentStatus } from '../../../model/instrument.ts';
import { emptySignals } from '../../../model/parameter.ts';
import type { SignalInfo } from '../../../model/signal-store.ts';
import { streamsOrAll } from '../../../model/timing.ts';
import '../../command-button.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import '../../elements/parameter-panel.ts';
import type { ParameterChange } from '../../elements/parameter-panel.ts';
import { AppElement } from '../../signal-element.ts';
import '../instruments/instrument-problem.ts';
import '../multimeter/multimeter.ts';
import { shownValues } from '../multimeter/placeholder.ts';
import { SIDE_PANEL_PX, type SidePanel } from '../waveform/side-panel.ts';
import '../waveform/waveform-view.ts';
import type { ExportRequest } from '../waveform/waveform-view.ts';
import './live-welcome.ts';

const INSPECTOR = 'live.inspector';
/** On a narrow screen the plot comes first. */
const INSPECTOR_START = { isOpen: window.innerWidth > 720, sizePx: SIDE_PANEL_PX };
const METER = 'live.meter';
const METER_START = { isOpen: true, sizePx: 116 };

/** More instruments than this are counted in the name of an export, not named. */
const MAX_NAMED = 2;

/** Analog lanes that all instruments together have room for at first. */
const LANES_AT_FIRST = 6;

/**
 * Of several instruments the first quantities of each are shown, of a single one all but those named in `empty`, and no
 * values beside an instrument's streams; the user finds the others in the list of axes.
 */
function hiddenAtFirst(signals: readonly SignalInfo[], empty: readonly string[]): readonly string[] {
  const sources = [...new Set(signals.map(({ source }) => source))];
  const perSource = Math.max(1, Math.floor(LANES_AT_FIRST / sources.length));
  const shown = sources.flatMap((source) => {
    const first = streamsOrAll(signals.filter((signal) => signal.source === source));
    if (sources.length === 1) return first.filter(({ name }) => !empty.includes(name));
    return first.filter(({ unit }) => unit !== '').slice(0, perSource);
  });
  return signals.filter((signal) => !shown.includes(signal)).map(({ id }) => id);
}

@customElement('lab-live-view')
export class LabLiveView extends AppElement {
  static override readonly styles = [
    controlStyles,
    columnStyles,
    css`
      .meters {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr));
        flex: none;
        max-block-size: 45%;
        overflow: auto;
      }
      .meters[data-expanded] {
        flex: 1;
        max-block-size: none;
        min-block-size: 0;
        grid-auto-rows: minmax(120px, 1fr);
      }
      .unit {
        display: flex;
        flex-direction: column;
        min-inline-size: 0;
        block-size: var(--meter-size);
        background: var(--lab-ground-1);
      }
      .unit:has(h2) {
        block-size: calc(var(--meter-size) + 26px);
      }
      .meters[data-expanded] .unit:nth-child(n) {
        block-size: auto;
      }
      .unit + .unit {
        border-inline-start: 1px solid var(--lab-line-strong);
      }
      @media (max-width: 720px) {
        .meters:not([data-expanded]) {
          max-block-size: 35%;
        }
      }
      @media (max-height: 480px) {
        .unit {
          block-size: 56px;
        }
        .unit:has(h2) {
          block-size: 82px;
        }
      }
      .meters h2 {
        flex: none;
        padding: 3px 12px;
        border-block-start: 2px solid var(--device);
        border-block-end: 1px solid var(--lab-line);
        font-size: var(--lab-size-small);
      }
      lab-multimeter {
        flex: 1;
        min-block-size: 0;
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
        z-index: 1;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--lab-space-3);
        text-align: center;
        padding: var(--lab-space-4);
        background: var(--lab-ground-0);
      }
    `,
  ];

  @state() private isMeterExpanded = false;
  override render(): TemplateResult {
    const shown = this.app.bench.shown.value;
    const [first] = shown;
    if (!first) return html`<lab-live-welcome .app=${this.app}></lab-live-welcome>`;
    return html`
      <h1 class="hidden-visually">${shown.map(({ label }) => label).join(', ')}</h1>
      ${this.#meters(shown)} ${shown.map(
        (instrument) =>
          html`<lab-instrument-problem .app=${this.app} .instrument=${instrument}></lab-instrument-problem>`,
      )}
      ${this.isMeterExpanded ? nothing : this.#plot(first, shown)}
    `;
  }

  /** Of several instruments each has its name over it. */
  #meters(shown: readonly ConnectedInstrument[]): TemplateResult {
    const sizePx = this.app.layout.panel(METER, METER_START).sizePx;
    return html`<div
      class="meters"
      ?data-expanded=${this.isMeterExpanded}
      .style=${`--meter-size: ${sizePx}px`}
    >
      ${repeat(
        shown,
        ({ choice }) => choice.id,
        (instrument) => html`<div
          class="unit"
          role="group"
          aria-label="Readings of ${instrument.label}"
          .style=${`--device: var(--lab-trace-${instrument.colorNumber})`}
        >
          ${shown.length > 1 ? html`<h2>${instrument.label}</h2>` : nothing} ${this.#meter(instrument)}
        </div>`,
      )}
    </div>`;
  }

  #meter(instrument: ConnectedInstrument): TemplateResult {
    const { settings, instruments } = this.app;
    const status = instrument.status.value;
    return html`<lab-multimeter
      .values=${shownValues(status)}
      .accumulatedS=${status.reading?.accumulatedS ?? 0}
      .chargeUnit=${settings.get('meter.charge-unit')}
      .energyUnit=${settings.get('meter.energy-unit')}
      .digits=${Number(settings.get('meter.digits'))}
      ?can-reset=${status.capabilities.includes('totals')}
      ?is-expanded=${this.isMeterExpanded}
      ?is-stale=${!isMeasuring(status)}
      @lab-reset-requested=${() => void instruments.resetTotals(instrument)}
      @lab-expand-requested=${this.#onExpandMeter}
    ></lab-multimeter>`;
  }

  #plot(first: ConnectedInstrument, shown: readonly ConnectedInstrument[]): TemplateResult {
    const { bench } = this.app;
    const { viewKey } = bench;
    const picture = bench.picture.value;
    const { parameters, values } = first.status.value;
    const emptyInputs = emptySignals(parameters, values);
    const isEmpty = shown.every(
      ({ status }) => status.value.state !== 'streaming' && status.value.health.receivedSampleCount === 0,
    );
    return html`<div class="plot">
      ${keyed(
        viewKey,
        html`<lab-waveform-view
          is-live
          can-export
          .store=${picture?.store}
          .sourceColors=${picture?.sourceColors ?? {}}
          .savedView=${bench.savedView(viewKey)}
          .hiddenSignalIds=${hiddenAtFirst(picture?.store.signals() ?? [], emptyInputs)}
          label=${shown.map(({ label }) => label).join(', ')}
          side-title=${bench.isAllShown.value ? '' : 'Settings'}
          .side=${this.app.layout.panel(INSPECTOR, INSPECTOR_START)}
          @lab-following-changed=${(event: CustomEvent<boolean>) => bench.setFollowing(event.detail)}
          @lab-view-saved=${(event: CustomEvent<unknown>) => bench.saveView(viewKey, event.detail)}
          @lab-side-changed=${(event: CustomEvent<SidePanel>) => this.app.layout.setPanel(INSPECTOR, event.detail)}
          @lab-export-requested=${(event: CustomEvent<ExportRequest>) => this.#export(shown, event.detail)}
        >
          ${bench.isAllShown.value ? nothing : this.#settings(first)}
        </lab-waveform-view>`,
      )}
      ${isEmpty ? this.#call(shown) : nothing}
    </div>`;
  }

  #settings(instrument: ConnectedInstrument): TemplateResult {
    const { parameters, values } = instrument.status.value;
    return html`<lab-parameter-panel
      slot="side"
      heading-level="2"
      .parameters=${parameters}
      .values=${values}
      .pending=${instrument.pending.value}
      @lab-parameter-changed=${(event: CustomEvent<ParameterChange>) =>
        void this.app.instruments.set(instrument, event.detail.id, event.detail.value)}
    ></lab-parameter-panel>`;
  }

  /** What to do while there is nothing to see. */
  #call(shown: readonly ConnectedInstrument[]): TemplateResult | typeof nothing {
    const { bench } = this.app;
    const able = bench.able('streams');
    const [first] = able;
    if (able.length === 0 && shown.every(({ status }) => hasOnlyTraces(status.value))) return this.#toScope(shown);
    if (!first || shown.every(({ status }) => status.value.state === 'failed')) return nothing;
    const names = shown.length > 1 ? `${able.length} instruments are` : `${first.label} is`;
    const signals = [...new Set(able.flatMap(({ status }) => streamSignals(status.value.channels)))];
    const quantities = [...new Set(signals.flatMap(({ name, unit }) => (unit === '' ? [] : [name])))];
    return html`<div class="call">
      <h2>${names} ready</h2>
      <p class="dim">Start ${shown.length > 1 ? 'them' : 'it'} to see ${quantities.join(', ')}.</p>
      <lab-command-button .app=${this.app} command="stream.toggle" label="Start" look="primary" icon="play"></lab-command-button>
    </div>`;
  }

  /** An oscilloscope has nothing on this axis. */
  #toScope(shown: readonly ConnectedInstrument[]): TemplateResult {
    return html`<div class="call">
      <h2>${shown.map(({ label }) => label).join(', ')} takes records</h2>
      <p class="dim">What its triggers bring is in Scope.</p>
      <button class="primary" @click=${() => this.app.navigation.show('scope')}>Open Scope</button>
    </div>`;
  }

  /** Names say when: the same instruments are exported more than once. */
  #export(shown: readonly ConnectedInstrument[], request: ExportRequest): void {
    const { bench, clock, exports } = this.app;
    const store = bench.picture.value?.store;
    if (!store) return;
    const time = new Date(clock.unixMs()).toISOString().slice(0, 19).replace(/[:]/g, '').replace('T', '_');
    const names = shown.length > MAX_NAMED ? `${shown.length} instruments` : shown.map(({ label }) => label).join(', ');
    exports.open({ ...request, name: `${names} ${time}`, source: bench.exportSource, store, hasEvents: false });
  }

  readonly #onExpandMeter = (): void => {
    this.isMeterExpanded = !this.isMeterExpanded;
  };
}

/** Its newest reading is of now: instruments without streams measure all the time. */
function isMeasuring({ state, capabilities }: InstrumentStatus): boolean {
  return state === 'streaming' || (state === 'idle' && !capabilities.includes('streams'));
}

function hasOnlyTraces({ channels, capabilities }: InstrumentStatus): boolean {
  return !capabilities.includes('streams') && channels.length > 0 && channels.every(({ kind }) => kind === 'trace');
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-live-view': LabLiveView;
  }
}
