// All commands, found by typing a few letters of them.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { Command } from '../../app/commands.ts';
import { showKeys } from '../../app/keys.ts';
import { IS_APPLE } from '../command-button.ts';
import { controlStyles } from '../elements/controls.ts';
import { showModal } from '../elements/modal.ts';
import { AppElement } from '../signal-element.ts';
import { searchCommands } from './search-commands.ts';

@customElement('lab-palette')
export class LabPalette extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      dialog {
        inline-size: min(560px, calc(100vw - 24px));
        max-block-size: min(480px, 80vh);
        margin-block-start: 12vh;
        padding: 0;
        overflow: hidden;
      }
      dialog[open] {
        display: flex;
        flex-direction: column;
      }
      input {
        flex: none;
        --lab-control-height: 44px;
        inline-size: 100%;
        border: none;
        border-block-end: 1px solid var(--lab-line);
        border-radius: 0;
        padding-inline: 16px;
        font-size: var(--lab-size-large);
        background: transparent;
        outline: none;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: var(--lab-space-1);
        overflow: auto;
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--lab-space-3);
        padding: 6px 12px;
        border-radius: var(--lab-radius);
        cursor: pointer;
      }
      li[aria-selected='true'] {
        background: var(--lab-accent-ground);
      }
      .title {
        flex: 1;
      }
      .off .title {
        color: var(--lab-text-faint);
      }
      li[aria-selected='true'].off .title {
        color: var(--lab-text-dim);
      }
      .group {
        color: var(--lab-text-dim);
        font-size: var(--lab-size-small);
      }
      p {
        padding: var(--lab-space-4);
      }
    `,
  ];

  @state() private isOpen = false;
  @state() private text = '';
  @state() private at = 0;
  @query('dialog') private dialog!: HTMLDialogElement;

  async show(): Promise<void> {
    this.text = '';
    this.at = 0;
    this.isOpen = true;
    await this.updateComplete;
    showModal(this.dialog);
  }

  override render(): TemplateResult {
    return html`<dialog aria-label="Commands" @click=${this.#onBackdrop} @close=${this.#onClose}>
      ${this.isOpen ? this.#content(this.#found()) : nothing}
    </dialog>`;
  }

  #content(found: readonly Command[]): TemplateResult {
    return html`
      <input
        role="combobox"
        aria-label="Command"
        aria-controls="list"
        aria-expanded="true"
        aria-activedescendant=${found.length > 0 ? `option-${this.at}` : nothing}
        placeholder="Type a command"
        autocomplete="off"
        spellcheck="false"
        autofocus
        .value=${this.text}
        @input=${this.#onInput}
        @keydown=${this.#onKeyDown}
      />
      <ul id="list" role="listbox" aria-label="Commands" tabindex="-1">
        ${found.map((command, i) => this.#option(command, i))}
      </ul>
      ${found.length === 0 ? html`<p class="dim">No command is called that.</p>` : nothing}
    `;
  }

  override updated(): void {
    this.renderRoot.querySelector(`#option-${this.at}`)?.scrollIntoView({ block: 'nearest' });
  }

  #option(command: Command, index: number): TemplateResult {
    const reason = command.unavailable?.();
    return html`<li
      role="option"
      id="option-${index}"
      class=${reason === undefined ? '' : 'off'}
      aria-selected=${index === this.at}
      aria-disabled=${reason === undefined ? nothing : 'true'}
      title=${reason ?? nothing}
      @pointermove=${() => {
        this.at = index;
      }}
      @click=${() => this.#run(command)}
    >
      <span class="title">${command.title}</span>
      <span class="group">${command.group}</span>
      ${command.keys.slice(0, 1).map((keys) => html`<kbd>${showKeys(keys, IS_APPLE)}</kbd>`)}
    </li>`;
  }

  #found(): readonly Command[] {
    return searchCommands(
      this.app.commands.all.value.filter(({ id }) => id !== 'palette.show'),
      this.text,
    );
  }

  readonly #onInput = (event: InputEvent): void => {
    this.text = (event.target as HTMLInputElement).value;
    this.at = 0;
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const found = this.#found();
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      this.at = Math.min(found.length - 1, Math.max(0, this.at + step));
    }
    const command = found[this.at];
    if (event.key === 'Enter' && command) {
      event.preventDefault();
      this.#run(command);
    }
  };

  readonly #onClose = (): void => {
    this.isOpen = false;
  };

  readonly #onBackdrop = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.dialog.close();
  };

  #run(command: Command): void {
    this.dialog.close();
    void this.app.commands.execute(command.id);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-palette': LabPalette;
  }
}
