// A multichannel analyser: the spectrum of an input as it grows, with its times, presets, energy calibration, regions, lines
// and background.

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { toError } from '../../../base/errors.ts';
import { formatCount, formatSiText, formatUncertain } from '../../../base/si.ts';
import { fitEnergies } from '../../../model/energy-fit.ts';
import type { LiveSpectrum } from '../../../model/live-spectrum.ts';
import type { ParameterValue } from '../../../model/parameter.ts';
import type { SpectrumFileKind } from '../../../model/ports.ts';
import { withoutBackground } from '../../../model/spectrum-background.ts';
import type { SpectrumInfo } from '../../../model/spectrum-info.ts';
import { findSpectrumPeaks, fitPeak, netArea, type PeakFit } from '../../../model/spectrum-peaks.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { download } from '../../save-picture.ts';
import { AppElement } from '../../signal-element.ts';
import { pageTheme } from '../../theme/theme.ts';
import '../histogram/histogram.ts';
import type { LabHistogram } from '../histogram/histogram.ts';
import type { HistogramSeries } from '../histogram/histogram-scene.ts';
import { fieldStyles } from '../histogram/histogram-styles.ts';
import { numberInput } from '../histogram/number-input.ts';
import '../instruments/instrument-problem.ts';
import { axisOf, cursorText, factsOf, type SpectrumAxis } from '../spectrum/spectrum-series.ts';
import { spectrumStyles } from '../spectrum/spectrum-styles.ts';
import { spectrumTable } from '../spectrum/spectrum-table.ts';
import { channelOfPlace, fitText, type LineRow, lineRows, lineTable, pointList } from './line-list.ts';
import { type InputNotes, type SpectraSession, spectraSession } from './spectra-session.ts';
import './spectra-welcome.ts';
import { spectraStyles } from './spectra-styles.ts';

/** As often as the instrument is looked at itself. */
const LOOK_MS = 500;
/** Peaks are fitted no more often: it takes a while. */
const PEAKS_MS = 2000;
const MAX_PEAKS = 16;
const PEAK_ONLY = ['peak'] as const;

@customElement('lab-spectra-view')
export class LabSpectraView extends AppElement {
  static override readonly styles = [controlStyles, columnStyles, spectrumStyles, fieldStyles, spectraStyles];

  @state() private spectra: readonly LiveSpectrum[] = [];
  @state() private axis: SpectrumAxis = 'channel';
  @state() private problem = '';
  @state() private lines: readonly LineRow[] = [];
  @state() private lineKeV = Number.NaN;
  @query('lab-histogram') private readonly histogram!: LabHistogram | null;
  #stopLooking: (() => void) | undefined;
  #stopTheme: (() => void) | undefined;
  #peaksAtMs = Number.NEGATIVE_INFINITY;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopTheme = pageTheme().onChange(() => this.requestUpdate());
    this.#lookOn();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopTheme?.();
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('spectra')) this.#findLines();
  }

  get #session(): SpectraSession {
    return spectraSession(this.app);
  }

  /** The selected one of those that count by height, or the first. */
  get #instrument(): ConnectedInstrument | undefined {
    const { connected, selected } = this.app.instruments;
    const analysers = connected.value.filter(({ status }) => status.value.capabilities.includes('spectra'));
    return analysers.find((one) => one === selected.value) ?? analysers[0];
  }

  get #spectrum(): LiveSpectrum | undefined {
    return this.spectra.find(({ id }) => id === this.#session.inputId.value) ?? this.spectra[0];
  }

  #keyOf(instrument: ConnectedInstrument, spectrum: LiveSpectrum): string {
    return `${instrument.choice.id} ${spectrum.id}`;
  }

  #lookOn(): void {
    void this.#look().finally(() => {
      if (this.isConnected) this.#stopLooking = this.app.clock.after(LOOK_MS, () => this.#lookOn());
    });
  }

  async #look(): Promise<void> {
    const instrument = this.#instrument;
    const state = instrument?.status.value.state;
    if (state !== 'idle' && state !== 'streaming') {
      // what was counted stays in view while the board is looked for
      if (!instrument) this.spectra = [];
      return;
    }
    try {
      const spectra = await instrument!.handle.spectra!.read();
      if (instrument === this.#instrument) this.spectra = spectra;
      this.problem = '';
    } catch (error) {
      this.problem = toError(error).message;
    }
  }

  override render(): TemplateResult {
    const instrument = this.#instrument;
    if (!instrument) return html`<lab-spectra-welcome .app=${this.app}></lab-spectra-welcome>`;
    const spectrum = this.#spectrum;
    return html`
      <div class="plot">
        <lab-instrument-problem .app=${this.app} .instrument=${instrument}></lab-instrument-problem>
        ${this.problem === '' ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
        ${spectrum ? this.#picture(instrument, spectrum) : nothing}
      </div>
      <aside aria-label="Spectrum" tabindex="0">${spectrum ? this.#sheet(instrument, spectrum) : nothing}</aside>
    `;
  }

  #infoOf(instrument: ConnectedInstrument, spectrum: LiveSpectrum): SpectrumInfo {
    const { points, regions } = this.#session.notesOf(this.#keyOf(instrument, spectrum));
    const { id, realS, liveS, startUtc } = spectrum;
    return {
      signalId: id,
      title: `${instrument.label} ${id}`,
      firstChannel: 0,
      liveS,
      realS,
      startUtc,
      calibration: fitEnergies(points)?.calibration,
      regions,
      instrument: instrument.label,
    };
  }

  /** What is drawn and measured: less the background where that is asked for. */
  #shownCounts(spectrum: LiveSpectrum, { background, isSubtracted }: InputNotes): Float64Array {
    if (!background || !isSubtracted || !(spectrum.liveS > 0 && background.liveS > 0)) return spectrum.counts;
    return withoutBackground(spectrum, background).counts;
  }

  #picture(instrument: ConnectedInstrument, spectrum: LiveSpectrum): TemplateResult {
    const notes = this.#session.notesOf(this.#keyOf(instrument, spectrum));
    const info = this.#infoOf(instrument, spectrum);
    const counts = this.#shownCounts(spectrum, notes);
    const kind = info.calibration ? this.axis : 'channel';
    const { traces } = pageTheme().colors;
    const axis = axisOf(info, counts.length, kind);
    const series: HistogramSeries[] = [
      { name: info.title, axis, counts, color: traces[(instrument.colorNumber - 1) % traces.length]! },
    ];
    return html`<lab-histogram
      kind="Spectrum"
      subject=${info.title}
      axisLabel=${kind}
      countWord="counts"
      .initialType=${'step'}
      .isLogAtFirst=${true}
      .fitChoices=${PEAK_ONLY}
      .series=${series}
      .liveS=${spectrum.liveS}
      .cursorText=${(bin: number) => cursorText(info, counts, bin)}
      can-zoom
    >
      <div slot="head" class="modes">${this.#inputButtons()} ${this.#countButtons(instrument, spectrum)}</div>
      <div slot="head" class="modes" role="group" aria-label="Axis">
        ${this.#axisButton('channel', 'Channel', info)} ${this.#axisButton('energy', 'Energy', info)}
      </div>
    </lab-histogram>`;
  }

  #inputButtons(): TemplateResult {
    const shown = this.#spectrum?.id;
    return html`<div class="modes" role="group" aria-label="Input">
      ${this.spectra.map(
        ({ id }) => html`<button
          class="small-button"
          aria-pressed=${id === shown}
          @click=${() => {
            this.#session.inputId.value = id;
            this.#peaksAtMs = Number.NEGATIVE_INFINITY;
          }}
        >
          ${id}
        </button>`,
      )}
    </div>`;
  }

  #countButtons(instrument: ConnectedInstrument, spectrum: LiveSpectrum): TemplateResult {
    const { isCounting, id } = spectrum;
    return html`<button
        class="small-button ${isCounting ? '' : 'primary'}"
        title=${isCounting ? 'What is counted stays' : 'Adds to what is counted'}
        @click=${() => this.#set(instrument, 'count', !isCounting)}
      >
        ${isCounting ? 'Stop' : 'Count'}
      </button>
      <button class="small-button" title="Counts and times of ${id} begin at 0" @click=${() => this.#set(instrument, 'clear', true)}>
        Clear
      </button>`;
  }

  #axisButton(axis: SpectrumAxis, label: string, { calibration }: SpectrumInfo): TemplateResult {
    const reason = axis === 'energy' && !calibration ? 'Calibrate it with two or more lines first.' : '';
    const isOn = (calibration ? this.axis : 'channel') === axis;
    return html`<button
      class="small-button"
      aria-pressed=${isOn}
      aria-disabled=${reason === '' ? nothing : 'true'}
      title=${reason === '' ? nothing : reason}
      @click=${() => {
        if (reason === '') this.axis = axis;
      }}
    >
      ${label}
    </button>`;
  }

  #sheet(instrument: ConnectedInstrument, spectrum: LiveSpectrum): TemplateResult {
    const key = this.#keyOf(instrument, spectrum);
    const notes = this.#session.notesOf(key);
    const info = this.#infoOf(instrument, spectrum);
    return html`
      <section>
        <h2>${info.title}</h2>
        <dl>
          ${factsOf(info, spectrum.counts).map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}
          <dt>Rate now</dt>
          <dd>${spectrum.rateHz === undefined ? '—' : `${formatCount(Math.round(spectrum.rateHz))}\u202fs⁻¹`}</dd>
        </dl>
        ${
          spectrum.fullChannelCount === 0
            ? nothing
            : html`<p class="problem" role="alert">
                ${spectrum.fullChannelCount} channels are full and count no more. Save the spectrum and clear it.
              </p>`
        }
      </section>
      ${this.#presetFields(instrument, spectrum)} ${this.#calibrationFields(key, notes, spectrum)}
      <section>
        <h3>Lines</h3>
        ${
          info.calibration
            ? lineTable(this.lines, (peak) => this.histogram?.mark(peak.start, peak.end))
            : html`<p class="dim small">With an energy calibration, peaks are listed here with what they may be.</p>`
        }
      </section>
      ${this.#regionFields(key, notes, spectrum)} ${this.#backgroundFields(key, notes, spectrum)}
      <section>
        <h3>Save</h3>
        <div class="modes">
          ${this.#saveButton('SPE', 'IAEA SPE, for InterSpec and others', () => this.#saveFile('spe', info, spectrum))}
          ${this.#saveButton('N42', 'ANSI N42.42 of 2012, for InterSpec and others', () => this.#saveFile('n42', info, spectrum))}
          ${this.#saveButton('NPES', 'The JSON of Gamma MCA', () => this.#saveFile('json', info, spectrum))}
          ${this.#saveButton('CSV', 'A table of text', () => this.#saveTable(info, spectrum))}
          ${this.#saveButton('Files', 'Opens it in the files, where it is exported as HDF5 and the like', () => this.#openFile(info, spectrum))}
        </div>
      </section>
    `;
  }

  #presetFields(instrument: ConnectedInstrument, spectrum: LiveSpectrum): TemplateResult {
    const { values, parameters } = instrument.status.value;
    const id = (name: string) => this.#parameterId(spectrum, name);
    const preset = parameters.find((parameter) => parameter.id === id('preset'));
    if (preset?.kind !== 'choice') return html``;
    const chosen = values[preset.id];
    const isTime = chosen === 'real' || chosen === 'live';
    const field = isTime ? 'presetS' : 'presetCounts';
    return html`<section>
      <h3>Preset</h3>
      <div class="fields">
        <select aria-label="Preset" title=${preset.help} @change=${(event: Event) => this.#set(instrument, 'preset', (event.target as HTMLSelectElement).value)}>
          ${preset.choices.map(({ value, label }) => html`<option value=${value} .selected=${value === chosen}>${label}</option>`)}
        </select>
        ${
          chosen === 'none'
            ? nothing
            : numberInput(isTime ? 's' : 'counts', Number(values[id(field)]), (value) =>
                this.#set(instrument, field, value),
              )
        }
      </div>
    </section>`;
  }

  #calibrationFields(key: string, { points }: InputNotes, spectrum: LiveSpectrum): TemplateResult {
    const fit = fitEnergies(points);
    return html`<section>
      <h3>Energy calibration</h3>
      ${pointList(points, (index) => this.#session.change(key, { points: points.filter((_, i) => i !== index) }))}
      <div class="fields">
        ${numberInput('keV', Number.isNaN(this.lineKeV) ? 0 : this.lineKeV, (value) => {
          this.lineKeV = value;
        })}
        <button class="small-button" title="Takes the peak in the marked region as a line of this energy" @click=${() => this.#addPoint(key, points, spectrum)}>
          Add marked peak
        </button>
      </div>
      ${fit ? html`<p class="small number" data-fit>${fitText(fit, points.length)}</p>` : html`<p class="dim small">Mark a peak whose energy you know, write the energy, and add it; from two on there is a calibration.</p>`}
    </section>`;
  }

  #regionFields(key: string, { regions }: InputNotes, spectrum: LiveSpectrum): TemplateResult {
    return html`<section>
      <h3>Regions</h3>
      <ul>
        ${regions.map(({ startChannel, endChannel }, index) => {
          const { net, uncertainty } = netArea(spectrum.counts, startChannel, endChannel);
          return html`<li>
            <button class="quiet small-button number name" title="Mark it in the picture" @click=${() => this.histogram?.mark(startChannel, endChannel)}>
              ${startChannel}–${endChannel - 1}: ${formatUncertain(net, uncertainty)}
            </button>
            <button
              class="quiet small-button"
              aria-label="Remove region ${startChannel}–${endChannel - 1}"
              title="Remove this region"
              @click=${() => this.#session.change(key, { regions: regions.filter((_, i) => i !== index) })}
            >
              ×
            </button>
          </li>`;
        })}
      </ul>
      <button
        class="small-button"
        title="Keeps the marked region: its net area is told as it grows"
        @click=${() => {
          const marked = this.histogram?.marked;
          if (!marked) this.problem = 'Mark a region first: drag over the picture.';
          else {
            const [startChannel, endChannel] = marked;
            this.#session.change(key, { regions: [...regions, { name: '', startChannel, endChannel }] });
          }
        }}
      >
        Keep marked region
      </button>
    </section>`;
  }

  #backgroundFields(key: string, notes: InputNotes, spectrum: LiveSpectrum): TemplateResult {
    const { background, isSubtracted } = notes;
    return html`<section>
      <h3>Background</h3>
      ${background ? html`<p class="small">Of ${formatSiText(background.liveS, 's')} live time, scaled by live time.</p>` : nothing}
      <div class="modes">
        <button
          class="small-button"
          title="Keeps what is counted now as the background; clear, and count the sample"
          aria-disabled=${spectrum.liveS > 0 ? nothing : 'true'}
          @click=${() => spectrum.liveS > 0 && this.#session.change(key, { background: spectrum })}
        >
          Take
        </button>
        <button
          class="small-button"
          aria-pressed=${isSubtracted}
          aria-disabled=${background ? nothing : 'true'}
          title=${background ? 'Shows counts less the background' : 'Take a background first'}
          @click=${() => background && this.#session.change(key, { isSubtracted: !isSubtracted })}
        >
          Subtract
        </button>
      </div>
    </section>`;
  }

  #saveButton(label: string, title: string, save: () => Promise<void>): TemplateResult {
    const run = async () => {
      try {
        await save();
      } catch (error) {
        this.app.toasts.fail('The spectrum was not saved', error);
      }
    };
    return html`<button class="small-button" title=${title} @click=${() => void run()}>${label}</button>`;
  }

  #addPoint(key: string, points: InputNotes['points'], spectrum: LiveSpectrum): void {
    const marked = this.histogram?.marked;
    const peak = marked && fitPeak(spectrum.counts, marked[0], marked[1]);
    if (!peak) {
      this.problem = 'No peak is fitted in the marked region. Drag over a peak and add it again.';
      return;
    }
    if (!(this.lineKeV > 0)) {
      this.problem = 'Write the energy of the line in keV first.';
      return;
    }
    const { value, uncertainty } = peak.position;
    const point = { channel: channelOfPlace(value), uncertainty, keV: this.lineKeV };
    const all = [...points.filter(({ keV }) => keV !== point.keV), point];
    this.#session.change(key, { points: all.sort((a, b) => a.channel - b.channel) });
    this.#peaksAtMs = Number.NEGATIVE_INFINITY;
    this.problem = '';
    if (all.length >= 2) this.axis = 'energy';
    this.#findLines();
  }

  #findLines(): void {
    const instrument = this.#instrument;
    const spectrum = this.#spectrum;
    const calibration = instrument && spectrum && this.#infoOf(instrument, spectrum).calibration;
    if (!spectrum || !calibration) {
      this.lines = [];
      return;
    }
    const nowMs = this.app.clock.nowMs();
    if (nowMs - this.#peaksAtMs < PEAKS_MS) return;
    this.#peaksAtMs = nowMs;
    const peaks: readonly PeakFit[] = findSpectrumPeaks(spectrum.counts, MAX_PEAKS);
    this.lines = lineRows(peaks, calibration, spectrum.counts.length);
  }

  /** Settings of an input begin with its number. */
  #parameterId({ id }: LiveSpectrum, name: string): string {
    return `${id.replace(/^IN/, '')}.${name}`;
  }

  async #set(instrument: ConnectedInstrument, name: string, value: ParameterValue): Promise<void> {
    const spectrum = this.#spectrum;
    if (spectrum) await this.app.instruments.set(instrument, this.#parameterId(spectrum, name), value);
    await this.#look();
  }

  async #fileOf(kind: SpectrumFileKind, info: SpectrumInfo, spectrum: LiveSpectrum): Promise<File> {
    const text = await this.app.spectrumText(kind, info, spectrum.counts);
    return new File([text], `${info.title}.${kind}`);
  }

  async #saveFile(kind: SpectrumFileKind, info: SpectrumInfo, spectrum: LiveSpectrum): Promise<void> {
    const file = await this.#fileOf(kind, info, spectrum);
    download(file, file.name);
  }

  async #saveTable(info: SpectrumInfo, { counts }: LiveSpectrum): Promise<void> {
    download(new Blob([spectrumTable([{ info, counts }])], { type: 'text/csv' }), `${info.title}.csv`);
  }

  async #openFile(info: SpectrumInfo, spectrum: LiveSpectrum): Promise<void> {
    await this.app.files.open([{ file: await this.#fileOf('spe', info, spectrum) }]);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-spectra-view': LabSpectraView;
  }
}
