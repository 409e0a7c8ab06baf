// How a file is read where that can be chosen: its first rows, what its columns hold, where its times come from, and the
// picture that comes of it.

import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { OpenedFile } from '../../../app/opened-file.ts';
import { axesOf, axisTitle, storeOnAxis } from '../../../model/axis.ts';
import { isEmptyChoice, partsOf, type ReadChoice } from '../../../model/read-choice.ts';
import type { SignalStore } from '../../../model/signal-store.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { showModal } from '../../elements/modal.ts';
import { AppElement } from '../../signal-element.ts';
import '../waveform/waveform-plot.ts';
import { importFields, importFieldsStyles } from './import-fields.ts';
import { importTable, importTableStyles } from './import-table.ts';
import { ReadPreview } from './read-preview.ts';

@customElement('lab-import-dialog')
export class LabImportDialog extends AppElement {
  static override readonly styles = [
    controlStyles,
    importFieldsStyles,
    importTableStyles,
    css`
      dialog[open] {
        display: flex;
        flex-direction: column;
        gap: var(--lab-space-3);
        inline-size: min(1080px, calc(100vw - 24px));
        max-block-size: min(94vh, 860px);
        overflow: auto;
      }
      .head,
      .foot {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--lab-space-2);
      }
      /* in reach however long the rest is */
      .foot {
        position: sticky;
        inset-block-end: calc(-1 * var(--lab-space-4));
        margin-block-end: calc(-1 * var(--lab-space-4));
        padding-block: var(--lab-space-2) var(--lab-space-4);
        background: var(--lab-ground-2);
        z-index: 1;
      }
      h1 {
        flex: 1;
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
        display: grid;
        gap: 2px;
        max-block-size: 92px;
        overflow: auto;
      }
      li {
        display: flex;
        gap: var(--lab-space-2);
      }
      li lab-icon {
        color: var(--lab-warn);
      }
      dialog > * {
        flex: none;
      }
      .preview {
        position: relative;
        flex: 1 0 200px;
        min-block-size: 200px;
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
        overflow: hidden;
      }
      @media (max-height: 760px) {
        .preview {
          flex-basis: 150px;
          min-block-size: 150px;
        }
      }
      .preview[data-stale] lab-waveform-plot {
        opacity: 0.4;
      }
      lab-waveform-plot {
        position: absolute;
        inset: 0;
      }
      .problem {
        color: var(--lab-danger);
      }
      .rule {
        flex: 1 1 260px;
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
      }
      .rule input {
        flex: none;
        inline-size: 16px;
        block-size: 16px;
        accent-color: var(--lab-accent);
      }
    `,
  ];

  @property({ attribute: false }) file!: OpenedFile;
  @state() private choice: ReadChoice = {};
  @state() private isRule = true;
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  readonly #preview = new ReadPreview(
    (choice, signal) => this.app.files.preview(this.file, choice, signal),
    () => this.requestUpdate(),
  );
  /** What is drawn: one object as long as the content stays. */
  #drawn: { readonly whole: SignalStore; readonly part: SignalStore } | undefined;

  get #isAsked(): boolean {
    const question = this.app.files.question.value;
    return question?.about === 'columns' && question.key === this.file.key;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('file')) this.#reset();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#preview.close();
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${this.#onClose}>${this.#isAsked ? this.#content() : nothing}</dialog>`;
  }

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const isAsked = this.#isAsked;
    if (isAsked) showModal(this.dialog);
    if (!isAsked && this.dialog.open) this.dialog.close();
  }

  #content(): TemplateResult {
    const { content } = this.file;
    const { problem, isLoading } = this.#preview;
    const shown = this.#preview.content ?? content;
    const reading = shown.reading ?? content.reading;
    const isOff = problem !== undefined;
    const fields = reading && { reading, choice: this.choice, choose: this.#choose };
    return html`
      <div class="head">
        <h1 id="title" title=${content.name}>How ${content.name} is read</h1>
        <button class="quiet icon" title="Close" aria-label="Close" @click=${() => this.dialog.close()}>
          <lab-icon name="x"></lab-icon>
        </button>
      </div>
      ${
        reading && reading.guesses.length > 0
          ? html`<ul class="small" aria-label="What had to be guessed">
              ${reading.guesses.map((guess) => html`<li><lab-icon name="triangle-alert"></lab-icon>${guess}</li>`)}
            </ul>`
          : nothing
      }
      ${fields ? html`${importFields(fields)} ${importTable(fields)}` : nothing}
      <div class="preview" ?data-stale=${isOff || isLoading} aria-busy=${isLoading}>
        <lab-waveform-plot .store=${this.#partOf(shown.store)} label="Preview" summary="What comes of it"></lab-waveform-plot>
      </div>
      <p class="small ${isOff ? 'problem' : 'dim'}" aria-live="polite">
        ${problem === undefined ? summaryOf(shown.store) : `It cannot be read like this. ${problem}`}
      </p>
      <div class="foot">
        <label class="rule">
          <input
            type="checkbox"
            .checked=${this.isRule}
            @change=${(event: Event) => (this.isRule = (event.target as HTMLInputElement).checked)}
          />Also for files that are written like this one
        </label>
        <button @click=${this.#onNumbers}>Bare numbers…</button>
        <button
          aria-disabled=${isEmptyChoice(this.choice)}
          title="Take back what was chosen for this file"
          @click=${() => this.#choose(partsOf(this.choice))}
        >
          As found
        </button>
        <button @click=${() => this.dialog.close()}>Cancel</button>
        <button class="primary" aria-disabled=${isOff} @click=${this.#onApply}>Apply</button>
      </div>
    `;
  }

  readonly #choose = (choice: ReadChoice): void => {
    this.choice = choice;
    this.#preview.show(choice);
  };

  readonly #onApply = (): void => {
    if (this.#preview.problem !== undefined) return;
    const { file, choice, isRule } = this;
    this.dialog.close();
    // what nobody changed need not be read again
    const isSame = JSON.stringify(choice) === JSON.stringify(file.choice);
    if (isSame && (!isRule || isEmptyChoice(choice))) return;
    void this.app.files.read(file, choice, isRule);
  };

  readonly #onNumbers = (): void => {
    const { source, choice } = this.file;
    this.dialog.close();
    this.app.files.askNumbers({ file: source, choice, inPlaceOf: this.file });
  };

  readonly #onClose = (): void => {
    if (this.#isAsked) this.app.files.ask(undefined);
    this.#reset();
  };

  #reset(): void {
    this.#preview.close();
    this.choice = this.file.choice;
    this.isRule = true;
  }

  #partOf(whole: SignalStore): SignalStore {
    const [axis] = axesOf(whole.signals());
    if (this.#drawn?.whole !== whole) this.#drawn = { whole, part: axis ? storeOnAxis(whole, axis) : whole };
    return this.#drawn.part;
  }
}

/** How many signals come of it, and along what. */
function summaryOf(store: SignalStore): string {
  const signals = store.signals();
  const count = signals.length === 1 ? '1 signal' : `${signals.length} signals`;
  const along = axesOf(signals).map(axisTitle).join(', ');
  return along === '' ? `${count}.` : `${count} along ${along}.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-import-dialog': LabImportDialog;
  }
}
