// What to export, how and which part; then how far it is, and the way back in.

import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import {
  DEFAULT_ROW_BUDGET,
  EVERY_SAMPLE,
  type ExportState,
  type ExportSubject,
  type RangeName,
  type TimeSpan,
} from '../../app/exports.ts';
import { type ExportReduction, NOTES_FORMAT } from '../../app/ports.ts';
import { axisOfStore, lengthText } from '../../model/axis.ts';
import type { SignalInfo } from '../../model/signal-store.ts';
import { controlStyles } from '../elements/controls.ts';
import '../elements/icon.ts';
import { showModal } from '../elements/modal.ts';
import '../elements/number-field.ts';
import { AppElement } from '../signal-element.ts';

const REDUCTION_LABELS: Readonly<Record<ExportReduction, string>> = {
  mean: 'Mean',
  'mean-min-max': 'Mean, min, max',
  all: 'Mean, std, min, max',
};

/** Name, label, and where it is if not all. */
type RangeRow = readonly [RangeName, string, TimeSpan | undefined];

@customElement('lab-export-dialog')
export class LabExportDialog extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      dialog {
        inline-size: min(520px, calc(100vw - 24px));
        max-block-size: min(90vh, 720px);
        overflow: auto;
      }
      .head,
      .foot {
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
      }
      .head {
        margin-block-end: var(--lab-space-3);
      }
      h1 {
        flex: 1;
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .foot {
        justify-content: flex-end;
        margin-block-start: var(--lab-space-4);
      }
      .fields {
        display: grid;
        grid-template-columns: 110px minmax(0, 1fr);
        gap: var(--lab-space-3);
        align-items: baseline;
      }
      fieldset {
        display: contents;
        border: none;
      }
      legend {
        display: none;
      }
      .choices {
        display: grid;
        gap: 4px;
        max-block-size: 168px;
        overflow: auto;
      }
      .choices label {
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
      }
      .choices input {
        inline-size: 16px;
        block-size: 16px;
        margin: 0;
        accent-color: var(--lab-accent);
      }
      .choices .number {
        margin-inline-start: auto;
      }
      .plan {
        min-block-size: 2.6em;
        margin-block-start: var(--lab-space-3);
      }
      .problem {
        color: var(--lab-danger);
      }
      .image {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--lab-space-2);
        margin-block-start: var(--lab-space-3);
        padding-block-start: var(--lab-space-3);
        border-block-start: 1px solid var(--lab-line);
      }
      .image span {
        flex: 1;
      }
      progress {
        inline-size: 100%;
        accent-color: var(--lab-accent);
      }
      ul {
        margin: 0;
        padding-inline-start: 18px;
        display: grid;
        gap: 4px;
      }
    `,
  ];

  @query('dialog') private readonly dialog!: HTMLDialogElement;

  override render(): TemplateResult {
    const subject = this.app.exports.subject.value;
    const state = this.app.exports.state.value;
    return html`<dialog aria-labelledby="title" @close=${() => this.app.exports.close()}>
      ${
        subject
          ? html`<div class="head">
                <h1 id="title">Export ${subject.name}</h1>
                <button class="quiet icon" title="Close" aria-label="Close" @click=${() => this.dialog.close()}>
                  <lab-icon name="x"></lab-icon>
                </button>
              </div>
              ${this.#content(subject, state)}`
          : nothing
      }
    </dialog>`;
  }

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const isWanted = this.app.exports.subject.peek() !== undefined;
    if (isWanted) showModal(this.dialog);
    if (!isWanted && this.dialog.open) this.dialog.close();
  }

  #content(subject: ExportSubject, state: ExportState): TemplateResult {
    if (state.kind === 'running') return this.#running(state);
    return state.kind === 'done' ? this.#done(state) : this.#choosing(subject);
  }

  #choosing(subject: ExportSubject): TemplateResult {
    const { exports, platform } = this.app;
    const { format } = exports.choice.value;
    const formats = exports.formatsFor(subject);
    const canReduce = formats.some((row) => row.extension === format && row.canReduce);
    const plan = exports.plan.value;
    const isOff = plan?.problem !== undefined;
    return html`
      <div class="fields">
        <label for="format">Format</label>
        <select
          id="format"
          @change=${(event: Event) => exports.choose({ format: (event.target as HTMLSelectElement).value })}
        >
          ${formats.map(
            ({ extension, label }) =>
              html`<option value=${extension} .selected=${extension === format}>${label} (.${extension})</option>`,
          )}
        </select>
        ${format === NOTES_FORMAT ? nothing : html`${subject.visible ? this.#ranges(subject) : nothing} ${this.#signals(subject)}`}
        ${canReduce ? this.#table() : nothing}
      </div>
      <p class="plan small ${isOff ? 'problem' : 'dim'}" aria-live="polite">${plan?.problem ?? plan?.text ?? ''}</p>
      ${subject.saveImage ? this.#image(subject.saveImage) : nothing}
      <div class="foot">
        <button @click=${() => this.dialog.close()}>Cancel</button>
        <button class="primary" aria-disabled=${isOff} @click=${() => void exports.start()}>
          <lab-icon name="download"></lab-icon>${platform.hasFilePickers ? 'Export…' : 'Download'}
        </button>
      </div>
    `;
  }

  #image(save: NonNullable<ExportSubject['saveImage']>): TemplateResult {
    return html`<div class="image">
      <span>Picture of the view</span>
      <button @click=${() => save('png')}>PNG</button>
      <button @click=${() => save('svg')}>SVG</button>
      <button @click=${() => save('clipboard')}><lab-icon name="copy"></lab-icon>Copy</button>
    </div>`;
  }

  #ranges({ visible, between, store }: ExportSubject): TemplateResult {
    const { exports } = this.app;
    const pair: RangeRow[] = between ? [['between', 'Between the markers', between]] : [];
    const ranges: readonly RangeRow[] = [
      ['visible', 'What is on screen', visible],
      ...pair,
      ['all', 'Everything', undefined],
    ];
    return html`<fieldset>
      <legend>Range</legend>
      <span aria-hidden="true">Range</span>
      <div class="choices">
        ${ranges.map(
          ([id, label, span]) => html`<label>
            <input
              type="radio"
              name="range"
              value=${id}
              .checked=${exports.choice.value.range === id}
              @change=${() => exports.choose({ range: id })}
            />${label}
            ${span ? html`<span class="number small dim">${lengthText(axisOfStore(store), span.endS - span.startS)}</span>` : nothing}
          </label>`,
        )}
      </div>
    </fieldset>`;
  }

  #signals({ store }: ExportSubject): TemplateResult {
    const { exports } = this.app;
    const { signalIds } = exports.choice.value;
    const toggle = ({ id }: SignalInfo) =>
      exports.choose({
        signalIds: signalIds.includes(id) ? signalIds.filter((other) => other !== id) : [...signalIds, id],
      });
    return html`<fieldset>
      <legend>Signals</legend>
      <span aria-hidden="true">Signals</span>
      <div class="choices">
        ${store.signals().map(
          (info) => html`<label>
            <input type="checkbox" .checked=${signalIds.includes(info.id)} @change=${() => toggle(info)} />
            ${info.name}${info.unit === '' ? '' : ` (${info.unit})`}
            <span class="number small dim">${info.source}</span>
          </label>`,
        )}
      </div>
    </fieldset>`;
  }

  #table(): TemplateResult {
    const { exports } = this.app;
    const { rowBudget } = exports.choice.value;
    const isEvery = rowBudget === EVERY_SAMPLE;
    return html`
      <span aria-hidden="true">Rows</span>
      <label>
        <input
          type="checkbox"
          .checked=${isEvery}
          @change=${() => exports.choose({ rowBudget: isEvery ? DEFAULT_ROW_BUDGET : EVERY_SAMPLE })}
        />
        One for every sample
      </label>
      ${isEvery ? nothing : this.#fewerRows()}
    `;
  }

  #fewerRows(): TemplateResult {
    const { exports } = this.app;
    const { rowBudget, reduction } = exports.choice.value;
    return html`
      <span aria-hidden="true">Rows at most</span>
      <lab-number-field
        label="Rows at most"
        description="A spreadsheet opens 1 048 576 with the header. With more samples, a row covers several."
        .value=${rowBudget}
        .min=${1}
        .max=${1e12}
        .step=${1}
        @lab-number-changed=${(event: CustomEvent<number>) => exports.choose({ rowBudget: Math.round(event.detail) })}
      ></lab-number-field>
      <label for="reduction">A row of several</label>
      <select
        id="reduction"
        @change=${(event: Event) =>
          exports.choose({ reduction: (event.target as HTMLSelectElement).value as ExportReduction })}
      >
        ${(Object.keys(REDUCTION_LABELS) as ExportReduction[]).map(
          (id) => html`<option value=${id} .selected=${id === reduction}>${REDUCTION_LABELS[id]}</option>`,
        )}
      </select>
    `;
  }

  #running({ fileName, fraction }: Extract<ExportState, { kind: 'running' }>): TemplateResult {
    const percent = Math.round(100 * fraction);
    return html`
      <p>Writing ${fileName}</p>
      <progress aria-label="Progress of the export" max="100" value=${percent}>${percent} %</progress>
      <div class="foot">
        <span class="number dim small">${percent} %</span>
        <button @click=${() => this.app.exports.cancel()}>Cancel</button>
      </div>
    `;
  }

  #done({ result }: Extract<ExportState, { kind: 'done' }>): TemplateResult {
    return html`
      <p role="status"><strong>${result.file.name}</strong> is written.</p>
      <ul class="small">
        ${result.notes.map((note) => html`<li>${note}</li>`)}
      </ul>
      <div class="foot">
        <button @click=${() => this.dialog.close()}>Close</button>
        <button class="primary" @click=${() => void this.app.exports.reopen(result)}>
          <lab-icon name="folder-open"></lab-icon>Open it here
        </button>
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-export-dialog': LabExportDialog;
  }
}
