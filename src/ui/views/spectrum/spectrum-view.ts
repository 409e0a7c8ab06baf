// Counted spectra of a file: counts over channels or energy, several over each other, one of them measured.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { toError } from '../../../base/errors.ts';
import { utcToUnixMs } from '../../../base/time.ts';
import type { SignalStore } from '../../../model/signal-store.ts';
import { energyAt, type SpectrumInfo } from '../../../model/spectrum-info.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { download, type ImageKind, savePicture } from '../../save-picture.ts';
import { pageTheme, TRACE_COLOR_COUNT } from '../../theme/theme.ts';
import '../histogram/histogram.ts';
import type { CursorMove, LabHistogram } from '../histogram/histogram.ts';
import type { HistogramSeries } from '../histogram/histogram-scene.ts';
import '../waveform/context-menu.ts';
import type { LabContextMenu } from '../waveform/context-menu.ts';
import { axisOf, cursorFacts, cursorText, factsOf, type SpectrumAxis } from './spectrum-series.ts';
import { spectrumStyles } from './spectrum-styles.ts';
import { spectrumTable } from './spectrum-table.ts';

/** Nothing decays along an energy. */
const PEAK_ONLY = ['peak'] as const;

/** Page only. */
@customElement('lab-spectrum-view')
export class LabSpectrumView extends LitElement {
  static override readonly styles = [controlStyles, spectrumStyles];

  @property({ attribute: false }) store!: SignalStore;
  /** At least one. */
  @property({ attribute: false }) spectra!: readonly SpectrumInfo[];
  /** Name of the data, for screen readers and file names. */
  @property() label = '';
  @state() private mainId = '';
  @state() private shownIds: readonly string[] = [];
  @state() private axis: SpectrumAxis = 'channel';
  @state() private counts: ReadonlyMap<string, Float64Array> = new Map();
  @state() private problem = '';
  /** Bin of the measured spectrum. */
  @state() private cursor: number | undefined;
  @query('lab-histogram') private readonly histogram!: LabHistogram | null;
  @query('lab-context-menu') private readonly menu!: LabContextMenu;
  #series: readonly HistogramSeries[] = [];
  #stopTheme: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopTheme = pageTheme().onChange(() => {
      this.#series = this.#makeSeries();
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopTheme?.();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('store') || changed.has('spectra')) {
      this.counts = new Map();
      this.problem = '';
      this.cursor = undefined;
      this.mainId = this.spectra[0]!.signalId;
      // more than there are colours are a list to choose from
      const few = this.spectra.length <= TRACE_COLOR_COUNT ? this.spectra : this.spectra.slice(0, 1);
      this.shownIds = few.map(({ signalId }) => signalId);
      this.axis = this.spectra[0]!.calibration ? 'energy' : 'channel';
      void this.#load();
    }
    const isSeries = (['mainId', 'shownIds', 'axis', 'counts'] as const).some((name) =>
      (changed as ReadonlyMap<string, unknown>).has(name),
    );
    if (isSeries) this.#series = this.#makeSeries();
  }

  get #main(): SpectrumInfo {
    return this.spectra.find(({ signalId }) => signalId === this.mainId) ?? this.spectra[0]!;
  }

  /** Reads what is to be shown and was not read yet. */
  async #load(): Promise<void> {
    const { store } = this;
    for (const id of this.shownIds) {
      if (this.counts.has(id)) continue;
      try {
        const end = store.signals().find((signal) => signal.id === id)?.endSample ?? 0;
        const { values } = await store.samples(id, 0, end);
        if (store !== this.store) return;
        this.counts = new Map([...this.counts, [id, Float64Array.from(values as Float64Array)]]);
      } catch (error) {
        this.problem = `The counts could not be read. ${toError(error).message}`;
        return;
      }
    }
  }

  /** The measured one is among them; those without energies are left out of that axis. */
  #makeSeries(): readonly HistogramSeries[] {
    const { traces } = pageTheme().colors;
    const kind = this.#main.calibration ? this.axis : 'channel';
    return this.#shown.flatMap((info) => {
      const counts = this.counts.get(info.signalId);
      if (!counts || counts.length === 0 || (kind === 'energy' && !info.calibration)) return [];
      const color = traces[this.spectra.indexOf(info) % TRACE_COLOR_COUNT]!;
      return [{ name: this.#nameOf(info), axis: axisOf(info, counts.length, kind), counts, color }];
    });
  }

  get #shown(): readonly SpectrumInfo[] {
    return this.spectra.filter(({ signalId }) => this.shownIds.includes(signalId) || signalId === this.mainId);
  }

  #nameOf(info: SpectrumInfo): string {
    return info.title || (this.spectra.length === 1 ? this.label : `Spectrum ${this.spectra.indexOf(info) + 1}`);
  }

  override render(): TemplateResult {
    if (this.problem !== '') return html`<p class="problem" role="alert">${this.problem}</p>`;
    const main = this.#main;
    const counts = this.counts.get(main.signalId);
    return html`
      <div class="plot">${this.#series.length === 0 || !counts ? nothing : this.#picture(main, counts)}</div>
      <aside aria-label="Spectrum" tabindex="0">${counts ? this.#sheet(main, counts) : nothing}</aside>
      <lab-context-menu></lab-context-menu>
    `;
  }

  #picture(main: SpectrumInfo, counts: Float64Array): TemplateResult {
    const index = this.#series.findIndex((series) => series.counts === counts);
    return html`<lab-histogram
      kind="Spectrum"
      subject=${this.#nameOf(main)}
      axisLabel=${this.axis === 'energy' && main.calibration ? 'energy' : 'channel'}
      countWord="counts"
      .initialType=${'step'}
      .isLogAtFirst=${true}
      .fitChoices=${PEAK_ONLY}
      .series=${this.#series}
      .main=${Math.max(0, index)}
      .liveS=${main.liveS ?? 0}
      .cursorText=${(bin: number) => cursorText(main, counts, bin)}
      can-zoom
      @lab-cursor-moved=${(event: CustomEvent<CursorMove>) => {
        this.cursor = event.detail.bin;
      }}
    >
      <div slot="head" class="modes" role="group" aria-label="Axis">
        ${this.#axisButton('channel', 'Channel', '')}
        ${this.#axisButton('energy', 'Energy', main.calibration ? '' : 'The file holds no energy calibration of this spectrum.')}
      </div>
      <button slot="tools" class="quiet small-button" aria-haspopup="menu" title="Save or copy what is shown" @click=${this.#onExport}>
        export
      </button>
    </lab-histogram>`;
  }

  #axisButton(axis: SpectrumAxis, label: string, reason: string): TemplateResult {
    const isOn = this.axis === axis && reason === '';
    return html`<button
      class="small-button"
      aria-pressed=${isOn || (axis === 'channel' && !this.#main.calibration)}
      aria-disabled=${reason === '' ? nothing : 'true'}
      title=${reason === '' ? nothing : reason}
      @click=${() => {
        if (reason === '') this.axis = axis;
      }}
    >
      ${label}
    </button>`;
  }

  #sheet(main: SpectrumInfo, counts: Float64Array): TemplateResult {
    const { startUtc } = main;
    return html`
      <section>
        <h2>${this.#nameOf(main)}</h2>
        ${startUtc === undefined ? nothing : html`<p class="dim small">${new Date(utcToUnixMs(startUtc)).toLocaleString()}</p>`}
        <dl>${factsOf(main, counts).map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>
      </section>
      <section>
        <h3>Cursor</h3>
        ${this.#cursorFacts(main, counts)}
      </section>
      ${this.spectra.length > 1 ? this.#legend() : nothing}
      ${main.regions.length > 0 ? this.#regions(main) : nothing}
    `;
  }

  #cursorFacts(main: SpectrumInfo, counts: Float64Array): TemplateResult {
    const facts = cursorFacts(main, counts, this.cursor);
    return html`<dl>${facts.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>`;
  }

  #legend(): TemplateResult {
    const { traces } = pageTheme().colors;
    return html`<section>
      <h3>Spectra</h3>
      <ul>
        ${this.spectra.map((info, index) => {
          const isMain = info.signalId === this.mainId;
          const name = this.#nameOf(info);
          return html`<li>
            <input
              type="checkbox"
              aria-label="Show ${name}"
              .checked=${isMain || this.shownIds.includes(info.signalId)}
              ?disabled=${isMain}
              @change=${() => this.#toggle(info.signalId)}
            />
            <span class="swatch" .style=${`background: ${traces[index % TRACE_COLOR_COUNT]}`}></span>
            <button class="quiet small-button name" aria-pressed=${isMain} title="Measure this one" @click=${() => this.#measure(info)}>
              ${name}
            </button>
          </li>`;
        })}
      </ul>
    </section>`;
  }

  #regions(main: SpectrumInfo): TemplateResult {
    const text = (channel: number) =>
      main.calibration ? energyAt(main.calibration, channel).toFixed(1) : String(channel);
    return html`<section>
      <h3>Regions in the file${main.calibration ? html`, ${main.calibration.unit}` : nothing}</h3>
      <ul class="regions">
        ${main.regions.map(
          ({ name, startChannel, endChannel }) => html`<li>
            <button
              class="quiet small-button number"
              title="Mark it in the picture"
              @click=${() => this.histogram?.mark(startChannel - main.firstChannel, endChannel - main.firstChannel)}
            >
              ${text(startChannel)}–${text(endChannel - 1)}${name === '' ? nothing : html` ${name}`}
            </button>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #toggle(id: string): void {
    this.shownIds = this.shownIds.includes(id) ? this.shownIds.filter((one) => one !== id) : [...this.shownIds, id];
    void this.#load();
  }

  #measure({ signalId }: SpectrumInfo): void {
    this.mainId = signalId;
    this.cursor = undefined;
    if (!this.shownIds.includes(signalId)) this.#toggle(signalId);
  }

  readonly #onExport = (event: Event): void => {
    const image = (label: string, kind: ImageKind, startsGroup = false) => ({
      label,
      startsGroup,
      run: () => void this.#save(kind),
    });
    this.menu.items = [
      { label: 'Save table as CSV', run: () => this.#saveTable() },
      image('Save image as PNG', 'png', true),
      image('Save image as SVG', 'svg'),
      image('Copy image', 'clipboard'),
    ];
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    void this.menu.showAt(box.left, box.bottom + 2);
  };

  #saveTable(): void {
    const spectra = this.#shown.flatMap((info) => {
      const counts = this.counts.get(info.signalId);
      return counts ? [{ info, counts }] : [];
    });
    download(new Blob([spectrumTable(spectra)], { type: 'text/csv' }), `${this.label}.csv`);
  }

  async #save(kind: ImageKind): Promise<void> {
    if (!this.histogram) return;
    try {
      await savePicture(kind, this.histogram.drawing(), this.label);
    } catch (error) {
      this.problem = toError(error).message;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-spectrum-view': LabSpectrumView;
  }
}
