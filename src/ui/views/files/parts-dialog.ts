// Which parts of a file are open, where it holds more than one thing: files of an archive, datasets.

import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { OpenedFile } from '../../../app/opened-file.ts';
import { withParts } from '../../../model/read-choice.ts';
import type { ReadPart } from '../../../model/reading.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { showModal } from '../../elements/modal.ts';
import { AppElement } from '../../signal-element.ts';
import { type PartFolder, partsIn, partTree } from './part-tree.ts';

/** More rows than these are searched for, not scrolled through. */
const MOST_ROWS = 500;

@customElement('lab-parts-dialog')
export class LabPartsDialog extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      dialog[open] {
        display: flex;
        flex-direction: column;
        gap: var(--lab-space-3);
        inline-size: min(640px, calc(100vw - 24px));
        max-block-size: min(90vh, 720px);
      }
      .head,
      .foot {
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
      }
      .foot span {
        flex: 1;
      }
      h1 {
        flex: 1;
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .tree {
        flex: 1;
        min-block-size: 120px;
        overflow: auto;
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
        padding: var(--lab-space-2);
      }
      ul {
        margin: 0;
        padding-inline-start: 20px;
        list-style: none;
      }
      .tree > ul {
        padding-inline-start: 0;
      }
      label {
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
        min-block-size: 24px;
      }
      label .number {
        margin-inline-start: auto;
        padding-inline-start: var(--lab-space-2);
        white-space: nowrap;
      }
      input[type='checkbox'] {
        inline-size: 16px;
        block-size: 16px;
        margin: 0;
        flex: none;
        accent-color: var(--lab-accent);
      }
    `,
  ];

  @property({ attribute: false }) file!: OpenedFile;
  @state() private search = '';
  @state() private chosen: ReadonlySet<string> = new Set();
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  get #isAsked(): boolean {
    const question = this.app.files.question.value;
    return question?.about === 'parts' && question.key === this.file.key;
  }

  get #parts(): readonly ReadPart[] {
    return this.file.content.reading?.parts ?? [];
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('file')) this.#reset();
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
    const { name } = this.file.content;
    const tree = partTree(this.#parts, this.search);
    const found = partsIn(tree).length;
    const isOff = this.chosen.size === 0;
    return html`
      <div class="head">
        <h1 id="title" title=${name}>Parts of ${name}</h1>
        <button class="quiet icon" title="Close" aria-label="Close" @click=${() => this.dialog.close()}>
          <lab-icon name="x"></lab-icon>
        </button>
      </div>
      <input
        type="search"
        aria-label="Search the parts"
        placeholder="Search ${this.#parts.length} parts"
        .value=${this.search}
        @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)}
      />
      <div class="tree" tabindex="0" role="group" aria-label="Parts">
        ${
          found === 0
            ? html`<p class="dim">Nothing has these words.</p>`
            : found > MOST_ROWS
              ? html`<p class="dim">${found} parts: search for some of them.</p>`
              : this.#folder(tree)
        }
      </div>
      <div class="foot">
        <span class="small dim" aria-live="polite">${this.chosen.size} of ${this.#parts.length} chosen</span>
        <button @click=${() => this.dialog.close()}>Cancel</button>
        <button
          class="primary"
          aria-disabled=${isOff}
          title=${isOff ? 'Choose at least one part' : 'Open what is chosen, in place of what is open now'}
          @click=${this.#onOpen}
        >
          <lab-icon name="folder-open"></lab-icon>Open
        </button>
      </div>
    `;
  }

  #folder(folder: PartFolder): TemplateResult {
    return html`<ul>
      ${folder.folders.map((inner) => {
        const ids = partsIn(inner).map(({ id }) => id);
        const count = ids.filter((id) => this.chosen.has(id)).length;
        return html`<li>
          <label>
            <input
              type="checkbox"
              .checked=${count === ids.length}
              .indeterminate=${count > 0 && count < ids.length}
              @change=${(event: Event) => this.#set(ids, (event.target as HTMLInputElement).checked)}
            /><strong>${inner.name}</strong>
          </label>
          ${this.#folder(inner)}
        </li>`;
      })}
      ${folder.parts.map(
        ({ name, part }) => html`<li>
          <label title=${part.id}>
            <input
              type="checkbox"
              .checked=${this.chosen.has(part.id)}
              @change=${(event: Event) => this.#set([part.id], (event.target as HTMLInputElement).checked)}
            />${name}<span class="number small dim">${part.detail}</span>
          </label>
        </li>`,
      )}
    </ul>`;
  }

  #set(ids: readonly string[], isOn: boolean): void {
    const chosen = new Set(this.chosen);
    for (const id of ids) {
      if (isOn) chosen.add(id);
      else chosen.delete(id);
    }
    this.chosen = chosen;
  }

  readonly #onOpen = (): void => {
    if (this.chosen.size === 0) return;
    const { file } = this;
    const parts = this.#parts.flatMap(({ id }) => (this.chosen.has(id) ? id : []));
    const isOther = this.#parts.some(({ id, isOpen }) => isOpen !== this.chosen.has(id));
    this.dialog.close();
    void this.app.files.read(file, isOther ? withParts(file.choice, parts) : { ...file.choice, parts }, false);
  };

  readonly #onClose = (): void => {
    if (this.#isAsked) this.app.files.ask(undefined);
    this.#reset();
  };

  /** What is open is chosen. */
  #reset(): void {
    this.search = '';
    this.chosen = new Set(this.#parts.flatMap(({ id, isOpen }) => (isOpen ? id : [])));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-parts-dialog': LabPartsDialog;
  }
}
