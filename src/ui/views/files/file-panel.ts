// One open file: its waveforms, how it was read, and what it says of itself.

import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import type { OpenedFile } from '../../../app/opened-file.ts';
import { joinViewKeys, recordingViewKey } from '../../../app/saved-views.ts';
import { tabNames } from '../../../app/tab-names.ts';
import { axesOf, axisTitle, isSameAxis, storeOnAxis, TIME_AXIS } from '../../../model/axis.ts';
import type { SignalAxis, SignalInfo, SignalStore } from '../../../model/signal-store.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { noticeBar, problemBar, problemBarStyles } from '../../elements/problem-bar.ts';
import '../../elements/splitter.ts';
import { AppElement } from '../../signal-element.ts';
import '../events/event-view.ts';
import '../spectrum/spectrum-view.ts';
import type { ComparedStore } from '../waveform/lanes.ts';
import { SIDE_PANEL_PX, type SidePanel } from '../waveform/side-panel.ts';
import '../waveform/waveform-view.ts';
import type { ExportRequest } from '../waveform/waveform-view.ts';
import { axisSwitch, axisSwitchStyles } from './axis-switch.ts';
import { ComparedFiles } from './compared-files.ts';
import './facts-panel.ts';
import { fileBar, fileBarStyles } from './file-bar.ts';
import { fileNotesStyles, pictureNote } from './file-notes.ts';
import './import-dialog.ts';
import './parts-dialog.ts';

const FACTS_PX = 340;
const FACTS = 'file.facts';

@customElement('lab-file-panel')
export class LabFilePanel extends AppElement {
  static override readonly styles = [
    controlStyles,
    columnStyles,
    problemBarStyles,
    axisSwitchStyles,
    fileBarStyles,
    fileNotesStyles,
    css`
      .place {
        flex: 1;
        min-block-size: 0;
        display: flex;
        position: relative;
        container-type: inline-size;
      }
      .plot {
        flex: 1;
        min-inline-size: 0;
        position: relative;
      }
      lab-waveform-view,
      lab-event-view,
      lab-spectrum-view {
        position: absolute;
        inset: 0;
      }
      lab-facts-panel {
        flex: none;
        inline-size: min(var(--facts-size), 100%);
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
      /* beside the markers they would leave no room for the plot */
      @container (max-width: 1000px) {
        .place > lab-splitter {
          display: none;
        }
        lab-facts-panel {
          position: absolute;
          inset-block: 0;
          inset-inline-end: 0;
          z-index: 2;
          max-inline-size: 90%;
          box-shadow: var(--lab-shadow);
        }
      }
    `,
  ];

  @property({ attribute: false }) file!: OpenedFile;
  @state() private areEventsShown = false;
  /** What the user wants to look at; left out: the axis of the first signal. */
  @state() private chosenAxis: SignalAxis | undefined;
  readonly #compared = new ComparedFiles();
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

  get #areFactsOpen(): boolean {
    return this.app.layout.panel(FACTS, { isOpen: false, sizePx: FACTS_PX }).isOpen;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('file');
    // read in another way it is still the file that was looked at
    if (changed.has('file') && before?.key !== this.file.key) {
      this.areEventsShown = false;
      this.chosenAxis = undefined;
      this.#compared.clear();
    }
    // the same file as it is on disk by now: the view goes on where it is
    if (before?.key === this.file.key && before.source !== this.file.source && before.choice === this.file.choice) {
      const view = this.renderRoot.querySelector('lab-waveform-view');
      if (view) this.app.views.set(this.#viewKey, view.model.save());
    }
  }

  override render(): TemplateResult {
    const { file } = this;
    const { content, failure } = file;
    const { diagnostics, store } = content;
    // before the bar: what was closed is compared no more
    const compared = this.#compared.stores(this.app.files.opened.value, this.#axis);
    return html`
      <h1 class="hidden-visually">${content.name}</h1>
      ${failure ? problemBar('This file can no longer be read', failure.message, this.#ways()) : nothing}
      ${fileBar({
        file,
        axis: this.#axis,
        part: this.#part,
        others: this.app.files.opened.value.filter(({ key }) => key !== file.key),
        names: tabNames(this.app.files.opened.value),
        compared: this.#compared.keys,
        areEventsShown: this.areEventsShown,
        areFactsOpen: this.#areFactsOpen,
        showEvents: (areShown) => (this.areEventsShown = areShown),
        compare: (key, isOn) => this.#compare(key, isOn),
        toggleFacts: () => this.#setFacts({ isOpen: !this.#areFactsOpen }),
        ask: (about) => this.app.files.ask({ key: file.key, about }),
        askNumbers: () => this.app.files.askNumbers({ file: file.source, choice: file.choice, inPlaceOf: file }),
      })}
      ${file.newer ? this.#changed() : nothing} ${file.isAsRemembered ? this.#asRemembered() : nothing} ${pictureNote(diagnostics)}
      ${this.areEventsShown || content.spectra ? nothing : axisSwitch(store.signals(), this.#axis, this.#onAxis)}
      <div class="place">
        <div class="plot">
          ${content.events && this.areEventsShown ? html`<lab-event-view .events=${content.events} label=${content.name}></lab-event-view>` : this.#waveform(compared)}
        </div>
        ${this.#areFactsOpen ? this.#facts() : nothing}
      </div>
      <lab-import-dialog .app=${this.app} .file=${file}></lab-import-dialog>
      <lab-parts-dialog .app=${this.app} .file=${file}></lab-parts-dialog>
    `;
  }

  #changed(): TemplateResult {
    return noticeBar(
      'This file has changed since it was opened',
      'View and markers stay when it is read again.',
      html`<button class="primary" @click=${() => void this.app.files.reload(this.file)}>Reload</button>`,
    );
  }

  #asRemembered(): TemplateResult {
    return noticeBar(
      'Read as you chose for files like this',
      '',
      html`<button
        title="Read it as its content says, and files like it, too, from now on"
        @click=${() => void this.app.files.readAsFound(this.file)}
      >
        Read as found
      </button>`,
    );
  }

  #facts(): TemplateResult {
    const { content } = this.file;
    const { sizePx } = this.app.layout.panel(FACTS, { isOpen: true, sizePx: FACTS_PX });
    const canRepair = content.isRecovered && !this.areEventsShown && hasSamples(content.store.signals());
    return html`<lab-splitter
        label="Width of the facts"
        .sizePx=${sizePx}
        .minPx=${220}
        .maxPx=${640}
        @lab-split-changed=${(event: CustomEvent<{ sizePx: number }>) => this.#setFacts({ sizePx: event.detail.sizePx })}
      ></lab-splitter>
      <lab-facts-panel
        tabindex="0"
        role="region"
        aria-label="Facts of this file"
        .style=${`--facts-size: ${sizePx}px`}
        .file=${content}
        .afterNotes=${canRepair ? this.#repairedCopy() : nothing}
      ></lab-facts-panel>`;
  }

  #compare(key: string, isOn: boolean): void {
    if (isOn) this.#compared.add(key);
    else this.#compared.remove(key);
    this.requestUpdate();
  }

  #setFacts(change: Partial<SidePanel>): void {
    const before = this.app.layout.panel(FACTS, { isOpen: false, sizePx: FACTS_PX });
    this.app.layout.setPanel(FACTS, { ...before, ...change });
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

  #waveform(compared: readonly ComparedStore[]): TemplateResult {
    const { content } = this.file;
    const { spectra } = content;
    const store = this.#part;
    if (spectra) {
      return html`<lab-spectrum-view .store=${content.store} .spectra=${spectra} label=${content.name}></lab-spectrum-view>`;
    }
    if (!hasSamples(content.store.signals())) return nothingInside();
    const viewKey = this.#viewKey;
    // one view for each file: what can be undone in one has no place in the next
    return html`${keyed(
      store,
      html`<lab-waveform-view
          .store=${store}
          .hiddenSignalIds=${content.events ? besideWaveforms(store.signals()) : []}
          .savedView=${this.app.views.get(viewKey)}
          .compared=${compared}
          .differenceOf=${this.app.differenceOf}
          can-export
          label=${compared.length > 0 ? (tabNames(this.app.files.opened.value).get(this.file.key) ?? content.name) : content.name}
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

  readonly #onAxis = (axis: SignalAxis): void => {
    this.chosenAxis = axis;
    this.#compared.clear();
  };
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

declare global {
  interface HTMLElementTagNameMap {
    'lab-file-panel': LabFilePanel;
  }
}
