import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { axisTitle, TIME_AXIS } from '../../../model/axis.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import './exact-field.ts';
import { LongList } from './long-list.ts';
import { longListStyles } from './long-list-styles.ts';
import type { WaveformModel } from './model.ts';
import type { Note, ViewState } from './state.ts';

/** Notes as a list: text, time, show, delete. */
@customElement('lab-notes-panel')
export class LabNotesPanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    longListStyles,
    css`
      :host {
        display: block;
        margin-block-end: 12px;
      }
      li {
        display: grid;
        grid-template-columns: 1fr 110px auto auto;
        gap: 4px;
        align-items: center;
        margin-block-end: 4px;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      p {
        color: var(--lab-text-dim);
      }
    `,
  ];

  @property({ attribute: false }) model!: WaveformModel;
  @property({ attribute: false }) axis: SignalAxis = TIME_AXIS;
  /** A new object after each change: makes the list render again. */
  @property({ attribute: false }) state!: ViewState;

  readonly #list = new LongList<Note>(this, { name: 'notes', rowPx: 32, textOf: ({ text }) => text });

  override render(): TemplateResult {
    const { notes } = this.state;
    if (notes.length === 0) return html`<p>None. Add one from the menu of the plot (right click).</p>`;
    const rows = this.#list.rows(notes);
    return html`${this.#list.search(notes)}
      <div class="box" ?data-long=${this.#list.isLong} @scroll=${this.#list.onScroll}>
        <ul class="rows" .style=${this.#list.padding}>
          ${rows.map((note) => this.#note(note))}
        </ul>
      </div>`;
  }

  /** Puts the caret into the text of the newest note. */
  async editNewest(): Promise<void> {
    await this.updateComplete;
    const newest = this.state.notes.at(-1);
    if (newest) await this.#list.reveal(newest.id);
    const input = this.renderRoot.querySelector<HTMLInputElement>('li:last-child input');
    input?.focus();
    input?.select();
  }

  #note(note: Note): TemplateResult {
    const { model } = this;
    return html`<li>
      <input
        aria-label="Text of the note"
        .value=${note.text}
        @keydown=${(event: Event) => event.stopPropagation()}
        @change=${(event: Event) => model.updateNote(note.id, { text: (event.target as HTMLInputElement).value })}
      />
      <lab-exact-field
        label="Place of the note, ${axisTitle(this.axis)}"
        unit=${this.axis.unit}
        .value=${note.timeS}
        @lab-value-changed=${(event: CustomEvent<number>) => model.updateNote(note.id, { timeS: event.detail })}
      ></lab-exact-field>
      <button
        class="quiet icon"
        title="Show the note"
        aria-label="Show the note ${note.text}"
        @click=${() => model.showNote(note.id)}
      >
        <lab-icon name="search"></lab-icon>
      </button>
      <button
        class="quiet icon"
        title="Delete the note"
        aria-label="Delete the note ${note.text}"
        @click=${() => model.removeNote(note.id)}
      >
        <lab-icon name="trash"></lab-icon>
      </button>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-notes-panel': LabNotesPanel;
  }
}
