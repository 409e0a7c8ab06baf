// Lines of text to an instrument, and what it says to them.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { toError } from '../../../base/errors.ts';
import { controlStyles } from '../../elements/controls.ts';
import { AppElement } from '../../signal-element.ts';

interface Entry {
  readonly id: number;
  readonly line: string;
  /** `undefined` while it is under way. */
  readonly said: readonly { readonly text: string; readonly isBad: boolean }[] | undefined;
}

/** Entries that are kept; an answer longer than this is shown by its beginning. */
const MOST_ENTRIES = 200;
const MOST_CHARACTERS = 2000;

@customElement('lab-console-card')
export class LabConsoleCard extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
      }
      ol {
        list-style: none;
        margin: 0 0 var(--lab-space-2);
        padding: var(--lab-space-2);
        max-block-size: 280px;
        overflow: auto;
        background: var(--lab-ground-0);
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
        font-family: var(--lab-font-mono);
        font-size: var(--lab-size-small);
        overflow-wrap: anywhere;
      }
      li > div {
        white-space: pre-wrap;
      }
      .line {
        color: var(--lab-text-dim);
      }
      .bad {
        color: var(--lab-danger);
      }
      form {
        display: flex;
        gap: var(--lab-space-2);
      }
      input {
        flex: 1;
        min-inline-size: 0;
        font-family: var(--lab-font-mono);
      }
    `,
  ];

  @property({ attribute: false }) instrument!: ConnectedInstrument;

  @state() private entries: readonly Entry[] = [];
  @state() private words: readonly string[] = [];
  @query('input') private readonly field!: HTMLInputElement;
  @query('ol') private readonly list!: HTMLOListElement | null;
  #nextId = 0;
  /** Which of the lines before is in the field; their number for a new one. */
  #shown = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#fetchWords();
  }

  override render(): TemplateResult {
    return html`
      ${
        this.entries.length === 0
          ? html`<p class="small dim">Commands as the instrument's guide has them; one with a question mark is answered.</p>`
          : html`<ol aria-label="Console" aria-live="polite" tabindex="0">
              ${this.entries.map((entry) => this.#entry(entry))}
            </ol>`
      }
      <form @submit=${(event: SubmitEvent) => void this.#send(event)}>
        <input
          name="line"
          aria-label="Command"
          placeholder="*IDN?"
          list="words"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          @keydown=${this.#onKeyDown}
        />
        <datalist id="words">${this.words.map((word) => html`<option value=${word}></option>`)}</datalist>
        <button>Send</button>
      </form>
    `;
  }

  override updated(): void {
    if (this.list) this.list.scrollTop = this.list.scrollHeight;
  }

  #entry({ line, said }: Entry): TemplateResult {
    return html`<li>
      <div class="line">› ${line}</div>
      ${said ? said.map(({ text, isBad }) => html`<div class=${isBad ? 'bad' : ''}>${text}</div>`) : nothing}
    </li>`;
  }

  async #fetchWords(): Promise<void> {
    try {
      this.words = (await this.instrument.handle.console?.words()) ?? [];
    } catch (error) {
      this.app.toasts.fail('The console has no words to offer', error);
    }
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const line = this.field.value.trim();
    if (line === '') return;
    this.field.value = '';
    const id = this.#nextId++;
    this.entries = [...this.entries.slice(1 - MOST_ENTRIES), { id, line, said: undefined }];
    this.#shown = this.entries.length;
    const said = await this.#answer(line);
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, said } : entry));
  }

  async #answer(line: string): Promise<NonNullable<Entry['said']>> {
    try {
      const { answer, errors } = await this.instrument.handle.console!.ask(line);
      return [
        ...(answer === undefined ? [] : [{ text: shortened(answer), isBad: false }]),
        ...errors.map((text) => ({ text, isBad: true })),
      ];
    } catch (thrown) {
      return [{ text: toError(thrown).message, isBad: true }];
    }
  }

  /** Up and down go through the lines that were sent. */
  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined || event.altKey || this.entries.length === 0) return;
    event.preventDefault();
    this.#shown = Math.min(Math.max(this.#shown + step, 0), this.entries.length);
    this.field.value = this.entries[this.#shown]?.line ?? '';
  };
}

function shortened(answer: string): string {
  if (answer.length <= MOST_CHARACTERS) return answer;
  return `${answer.slice(0, MOST_CHARACTERS)}… (${answer.length} characters)`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-console-card': LabConsoleCard;
  }
}
