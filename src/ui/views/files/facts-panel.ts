import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toError } from '../../../base/errors.ts';
import type { OpenFile } from '../../../model/ports.ts';
import { copyText } from '../../clipboard.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { type Fact, factsOf, factsText, foundRows, rowsOf } from './facts.ts';
import { fileNotesStyles, notesList } from './file-notes.ts';

/** Indent of a level of the tree. */
const INDENT_PX = 14;

/** What a file is: what was noticed in reading it, what everybody asks for, and all that it says of its making. */
@customElement('lab-facts-panel')
export class LabFactsPanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    fileNotesStyles,
    css`
      :host {
        display: block;
        padding: var(--lab-space-2) var(--lab-space-3);
        overflow: auto;
        background: var(--lab-ground-1);
      }
      h2 {
        margin-block: var(--lab-space-3) var(--lab-space-1, 4px);
      }
      h2:first-child {
        margin-block-start: 0;
      }
      table {
        inline-size: 100%;
        border-collapse: collapse;
        table-layout: fixed;
        font-size: var(--lab-size-small);
      }
      th,
      td {
        padding: 2px 6px 2px 0;
        border: none;
        text-align: start;
        vertical-align: top;
        overflow-wrap: anywhere;
        white-space: normal;
      }
      th {
        font-weight: 400;
        color: var(--lab-text-dim);
        inline-size: 40%;
      }
      th.group {
        font-weight: 600;
        color: var(--lab-text);
      }
      .search {
        display: flex;
        gap: var(--lab-space-2);
        margin-block-end: var(--lab-space-2);
      }
      .search input {
        flex: 1;
        min-inline-size: 0;
      }
    `,
  ];

  @property({ attribute: false }) file!: OpenFile;
  /** List items behind the notes. */
  @property({ attribute: false }) afterNotes: unknown = nothing;
  @state() private search = '';
  @state() private said = '';

  override render(): TemplateResult {
    const { file } = this;
    const { diagnostics, reading } = file;
    const rows = rowsOf(file.metadata);
    const guesses = reading?.guesses ?? [];
    return html`
      ${diagnostics.length > 0 ? html`<h2 class="minor">Notes</h2>${notesList(diagnostics, this.afterNotes)}` : nothing}
      ${
        guesses.length > 0
          ? html`<h2 class="minor">Guessed</h2>
              <ul class="notes small">
                ${guesses.map((guess) => html`<li>${guess}</li>`)}
              </ul>`
          : nothing
      }
      <h2 class="minor">Facts</h2>
      ${table(factsOf(file))}
      <h2 class="minor">What the file says</h2>
      ${rows.length === 0 ? html`<p class="small dim">Nothing of its making.</p>` : this.#all(rows)}
      <span class="hidden-visually" role="status">${this.said}</span>
    `;
  }

  #all(rows: readonly Fact[]): TemplateResult {
    const found = foundRows(rows, this.search);
    return html`<div class="search">
        <input
          type="search"
          aria-label="Search what the file says"
          placeholder="Search ${rows.length} rows"
          .value=${this.search}
          @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)}
        />
        <button class="quiet icon" title="Copy as text" aria-label="Copy what the file says" @click=${() => void this.#copy(found)}>
          <lab-icon name="copy"></lab-icon>
        </button>
      </div>
      ${found.length === 0 ? html`<p class="small dim">Nothing has these words.</p>` : table(found)}`;
  }

  async #copy(rows: readonly Fact[]): Promise<void> {
    try {
      await copyText(factsText([...factsOf(this.file), ...rows]));
      this.said = 'Copied';
    } catch (error) {
      this.said = toError(error).message;
    }
  }
}

function table(rows: readonly Fact[]): TemplateResult {
  return html`<table>
    <tbody>
      ${rows.map(
        ({ name, value, depth, isHead }) => html`<tr>
          <th scope="row" class=${isHead ? 'group' : ''} .style=${`padding-inline-start: ${depth * INDENT_PX}px`}>${name}</th>
          <td class="number">${value}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-facts-panel': LabFactsPanel;
  }
}
