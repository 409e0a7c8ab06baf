// The Connect list, over whatever view is shown.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { controlStyles } from '../elements/controls.ts';
import '../elements/icon.ts';
import { showModal } from '../elements/modal.ts';
import { AppElement } from '../signal-element.ts';
import '../views/instruments/connect-list.ts';

@customElement('lab-connect-dialog')
export class LabConnectDialog extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      dialog {
        inline-size: min(440px, calc(100vw - 24px));
      }
      dialog:focus-visible {
        outline: none;
      }
      .head {
        display: flex;
        align-items: center;
        margin-block-end: var(--lab-space-3);
      }
      h1 {
        flex: 1;
      }
    `,
  ];

  @state() private isOpen = false;
  @query('dialog') private dialog!: HTMLDialogElement;

  show(): void {
    this.isOpen = true;
    if (this.dialog.open) return;
    showModal(this.dialog);
    // Not the Close button, which would be the first.
    this.dialog.focus();
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" tabindex="-1" @close=${this.#onClose}>
      <div class="head">
        <h1 id="title">Connect</h1>
        <button class="quiet icon" title="Close" aria-label="Close" @click=${() => this.dialog.close()}>
          <lab-icon name="x"></lab-icon>
        </button>
      </div>
      ${this.isOpen ? html`<lab-connect-list .app=${this.app} @lab-connected=${this.#onConnected}></lab-connect-list>` : nothing}
    </dialog>`;
  }

  readonly #onClose = (): void => {
    this.isOpen = false;
  };

  readonly #onConnected = (): void => {
    this.dialog.close();
    this.app.navigation.show('live');
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-connect-dialog': LabConnectDialog;
  }
}
