// One open file: its waveforms, and what the reader noticed while opening it.

import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import type { OpenedFile } from '../../../app/files.ts';
import { joinViewKeys, recordingViewKey } from '../../../app/saved-views.ts';
import { formatBytes } from '../../../base/si.ts';
import { utcToUnixMs } from '../../../base/time.ts';
import { axesOf, axisTitle, isSameAxis, lengthText, storeOnAxis, TIME_AXIS } from '../../../model/axis.ts';
import type { Diagnostic, SignalAxis, SignalInfo, SignalStore } from '../../../model/signal-store.ts';
import { endTimeOf, startTimeOf } from '../../../model/timing.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { problemBar, problemBarStyles } from '../../elements/problem-bar.ts';
import { AppElement } from '../../signal-element.ts';
import type { ComparedStore } from '../waveform/lanes.ts';
import { axisSwitch, axisSwitchStyles } from './axis-switch.ts';
import '../events/event-view.ts';
import '../spectrum/spectrum-view.ts';
import { SIDE_PANEL_PX, type SidePanel } from '../waveform/side-panel.ts';
import '../waveform/waveform-view.ts';
import type { ExportRequest } from '../waveform/waveform-view.ts';

/** Codes of notes on how rows came to their times. */
const TIME_CODES = /\/(?:time-jitter|uneven-time|no-time-column|axis)$/;

@customElement('lab-file-panel')
export class LabFilePanel extends AppElement {
  static override readonly styles = [
    controlStyles,
    columnStyles,
    problemBarStyles,
    axisSwitchStyles,
    css`
      .plot {
        flex: 1;
        min-block-size: 0;
        position: relative;
      }
      lab-waveform-view,
      lab-event-view,
      lab-spectrum-view {
        position: absolute;
        inset: 0;
      }
      .nothing {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--lab-space-2);
        block-size: 100%;
        padding: var(--lab-space-4);
        text-align: center;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px var(--lab-space-4);
        padding: 2px 12px;
        min-block-size: 30px;
        border-block-end: 1px solid var(--lab-line);
        background: var(--lab-ground-1);
      }
      .facts button {
        --lab-control-height: var(--lab-control-small);
      }
      .facts > button {
        margin-inline-start: auto;
      }
      .modes {
        display: flex;
        gap: 2px;
      }
      .warning lab-icon,
      li.warning lab-icon {
        color: var(--lab-warn);
      }
      .error lab-icon {
        color: var(--lab-danger);
      }
      ul {
        list-style: none;
        margin: 0;
        padding: var(--lab-space-2) 12px;
        display: grid;
        gap: 4px;
        max-block-size: 160px;
        overflow: auto;
        border-block-end: 1px solid var(--lab-line);
        background: var(--lab-ground-1);
      }
      .depends {
        display: flex;
        gap: var(--lab-space-2);
        padding: 3px var(--lab-space-3);
        background: var(--lab-ground-1);
      }
      .depends.warning,
      .depends.error {
        background: var(--lab-warn-ground);
      }
      li {
        display: flex;
        gap: var(--lab-space-2);
      }
    `,
  ];

  @property({ attribute: false }) file!: OpenedFile;
  @state() private areNotesOpen = false;
  @state() private areEventsShown = false;
  @state() private compared: readonly ComparedStore[] = [];
  /** What the user wants to look at; left out: the axis of the first signal. */
  @state() private chosenAxis: SignalAxis | undefined;
  /** The part of the file that is drawn: one store as long as file and axis stay. */
  #drawn: { readonly whole: SignalStore; readonly axis: SignalAxis; readonly part: SignalStore } | undefined;

  /** The same data in another visit: the recording, or name, size and date of the file, and of what lies beside it. */
  get #viewKey(): string {
    const { source, recordingId, beside, choice } = this.file;
    const key = ({ name, size, lastModified }: File) => `${name} ${size} ${lastModified}`;
    const own = recordingId === undefined ? key(source) : recordingViewKey(recordingId);
    const how = Object.keys(choice).length > 0 ? [JSON.stringify(choice)] : [];
    const onAxis = this.#part === this.file.content.store ? [] : [axisTitle(this.#axis)];
    return joinViewKeys([own, ...beside.map(key), ...how, ...onAxis]);
  }

  /** Another open file can be laid over this one. */
  #comparison(): TemplateResult | typeof nothing {
    const others = this.app.files.opened.value.filter(
      ({ key, content }) =>
        key !== this.file.key && axesOf(content.store.signals()).some((axis) => isSameAxis(axis, this.#axis)),
    );
    if (others.length === 0) return nothing;
    const onChange = (event: Event) => {
      const other = others[(event.target as HTMLSelectElement).selectedIndex - 1];
      this.compared = other ? [{ store: storeOnAxis(other.content.store, this.#axis), label: other.content.name }] : [];
    };
    return html`<select aria-label="Compare with another file" @change=${onChange}>
      <option .selected=${this.compared.length === 0}>Compare with…</option>
      ${others.map(({ content }) => html`<option .selected=${this.compared[0]?.store === content.store}>${content.name}</option>`)}
    </select>`;
  }

  /** A compared file may be closed, and the panel may get another file. */
  override willUpdate(changed: PropertyValues<this>): void {
    const isStillOpen = ({ store }: ComparedStore) =>
      this.app.files.opened.value.some(({ content }) => content.store === store);
    if (changed.has('file')) {
      this.areEventsShown = false;
      this.areNotesOpen = false;
      this.chosenAxis = undefined;
    }
    if (this.compared.length > 0 && (changed.has('file') || !this.compared.every(isStillOpen))) this.compared = [];
  }

  override render(): TemplateResult {
    const { content } = this.file;
    const { diagnostics, store } = content;
    const { failure } = this.file;
    const worst = worstOf(diagnostics);
    const signals = store.signals();
    return html`
      <h1 class="hidden-visually">${content.name}</h1>
      ${failure ? problemBar('This file can no longer be read', failure.message, this.#ways()) : nothing}
      <div class="facts small dim">
        <span>${content.format}</span>
        <span class="number">${formatBytes(content.sizeBytes)}</span>
        <span class="number">${lengthText(this.#axis, lengthOf(this.#part.signals()))}</span>
        <span>${signals.length} ${signals.length === 1 ? 'signal' : 'signals'}</span>
        ${store.originUtc === undefined ? nothing : html`<span>${new Date(utcToUnixMs(store.originUtc)).toLocaleString()}</span>`}
        ${content.events ? this.#modes() : nothing} ${this.areEventsShown || content.spectra ? nothing : this.#comparison()}
        ${
          worst
            ? html`<button class=${worst} aria-expanded=${this.areNotesOpen} aria-controls="notes" @click=${this.#onToggleNotes}>
                <lab-icon name=${worst === 'info' ? 'info' : 'triangle-alert'}></lab-icon>
                ${diagnostics.length} ${diagnostics.length === 1 ? 'note' : 'notes'} about this file
              </button>`
            : nothing
        }
      </div>
      ${
        this.areNotesOpen
          ? html`<ul id="notes" tabindex="0" aria-label="Notes about this file">
              ${diagnostics.map(
                ({ severity, message, offsetBytes }) => html`<li class=${severity}>
                  <lab-icon name=${severity === 'info' ? 'info' : 'triangle-alert'}></lab-icon>
                  <span>${message}${offsetBytes === undefined ? '' : ` (at byte ${offsetBytes})`}</span>
                </li>`,
              )}
              ${content.isRecovered && !this.areEventsShown && hasSamples(signals) ? this.#repairedCopy() : nothing}
            </ul>`
          : nothing
      }
      ${this.#dependsOn(diagnostics)} ${this.areEventsShown ? nothing : axisSwitch(signals, this.#axis, this.#onAxis)}
      <div class="plot">
        ${content.events && this.areEventsShown ? html`<lab-event-view .events=${content.events} label=${content.name}></lab-event-view>` : this.#waveform()}
      </div>
    `;
  }

  /** Notes without which the picture says something else stand with it; the others wait behind the button. */
  #dependsOn(diagnostics: readonly Diagnostic[]): TemplateResult | typeof nothing {
    const shaping = diagnostics.filter(shapesPicture);
    const first = shaping.find(({ severity }) => severity === worstOf(shaping));
    if (!first || this.areNotesOpen) return nothing;
    const others = shaping.length - 1;
    const more = others === 0 ? '' : ` And ${others} more ${others === 1 ? 'note' : 'notes'} like it.`;
    return html`<p class="depends ${first.severity} small" role="note">
      <lab-icon name=${first.severity === 'info' ? 'info' : 'triangle-alert'}></lab-icon>
      <span>${first.message}${more}</span>
    </p>`;
  }

  /** Out of a failure. */
  #ways(): TemplateResult {
    const { files } = this.app;
    return html`<button class="primary" @click=${() => void files.reopen(this.file)}>Open again</button>
      <button @click=${() => files.close(this.file)}>Close</button>`;
  }

  /** The way to a file without the damage; this one stays as it is. */
  #repairedCopy(): TemplateResult {
    return html`<li>
      <button @click=${() => this.renderRoot.querySelector('lab-waveform-view')?.requestExport(true)}>
        <lab-icon name="wrench"></lab-icon>Save a repaired copy…
      </button>
    </li>`;
  }

  /** What an event file is looked at as. */
  #modes(): TemplateResult {
    const mode = (label: string, isEvents: boolean) => html`<button
      aria-pressed=${this.areEventsShown === isEvents}
      @click=${() => {
        this.areEventsShown = isEvents;
      }}
    >
      ${label}
    </button>`;
    return html`<div class="modes" role="group" aria-label="Show as">${mode('Waveform', false)}${mode('Events', true)}</div>`;
  }

  #waveform(): TemplateResult {
    const { content } = this.file;
    const store = this.#part;
    if (!hasSamples(content.store.signals())) return nothingInside();
    const viewKey = this.#viewKey;
    // one view for each file: what can be undone in one has no place in the next
    return html`${keyed(
      store,
      html`<lab-waveform-view
          .store=${store}
          .hiddenSignalIds=${content.events ? besideWaveforms(store.signals()) : []}
          .savedView=${this.app.views.get(viewKey)}
          .compared=${this.compared}
          can-export
          label=${content.name}
          .side=${this.app.layout.panel('file.inspector', { isOpen: false, sizePx: SIDE_PANEL_PX })}
          @lab-side-changed=${(event: CustomEvent<SidePanel>) => this.app.layout.setPanel('file.inspector', event.detail)}
          @lab-view-saved=${(event: CustomEvent) => this.app.views.set(viewKey, event.detail)}
          @lab-export-requested=${this.#onExport}
        ></lab-waveform-view>`,
    )}`;
  }

  readonly #onExport = ({ detail }: CustomEvent<ExportRequest>): void => {
    const { content, source, neighbours, choice } = this.file;
    this.app.exports.open({
      ...detail,
      name: content.name,
      source: { kind: 'file', file: source, company: { neighbours, choice } },
      store: detail.isWhole ? content.store : this.#part,
      hasEvents: content.events !== undefined,
    });
  };

  get #axis(): SignalAxis {
    const axes = axesOf(this.file.content.store.signals());
    const chosen = this.chosenAxis;
    return axes.find((axis) => chosen && isSameAxis(axis, chosen)) ?? axes[0] ?? TIME_AXIS;
  }

  get #part(): SignalStore {
    const { store: whole } = this.file.content;
    const axis = this.#axis;
    if (this.#drawn?.whole !== whole || !isSameAxis(this.#drawn.axis, axis)) {
      this.#drawn = { whole, axis, part: storeOnAxis(whole, axis) };
    }
    return this.#drawn.part;
  }

  readonly #onAxis = (axis: SignalAxis): void => {
    this.chosenAxis = axis;
    this.compared = [];
  };

  readonly #onToggleNotes = (): void => {
    this.areNotesOpen = !this.areNotesOpen;
  };
}

/** Something is left out, or the place of the rows on the time axis was decided. */
function shapesPicture({ severity, code }: Diagnostic): boolean {
  return severity !== 'info' || TIME_CODES.test(code);
}

function worstOf(diagnostics: readonly Diagnostic[]): Diagnostic['severity'] | undefined {
  return (['error', 'warning', 'info'] as const).find((severity) =>
    diagnostics.some((one) => one.severity === severity),
  );
}

function hasSamples(signals: readonly SignalInfo[]): boolean {
  return signals.some(({ startSample, endSample }) => endSample > startSample);
}

function nothingInside(): TemplateResult {
  return html`<div class="nothing">
    <h2>This file holds no samples</h2>
    <p class="dim">It was opened without damage; there is nothing to draw. Open another one, or record anew.</p>
  </div>`;
}

/** What a file of events says of each event: beside the waveforms, sample by sample, it would be a speck. */
function besideWaveforms(signals: readonly SignalInfo[]): readonly string[] {
  const longest = Math.max(...signals.map(({ endSample }) => endSample));
  return signals.filter(({ endSample }) => endSample < longest).map(({ id }) => id);
}

/** Seconds from the first to the last sample of any signal. */
function lengthOf(signals: readonly SignalInfo[]): number {
  return signals.length === 0 ? 0 : Math.max(...signals.map(endTimeOf)) - Math.min(...signals.map(startTimeOf));
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-file-panel': LabFilePanel;
  }
}
