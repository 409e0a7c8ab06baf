// Questions before something cannot be undone: killing workers, running somebody's code. And a link to copy by hand.

import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { UserModule } from '../../../app/pipeline/pipelines.ts';
import { controlStyles } from '../../elements/controls.ts';
import { showModal } from '../../elements/modal.ts';

const dialogStyles = [
  controlStyles,
  css`
    dialog {
      inline-size: min(92vw, 620px);
    }
    .body {
      display: grid;
      gap: var(--lab-space-3);
    }
    .buttons {
      display: flex;
      justify-content: flex-end;
      gap: var(--lab-space-2);
    }
    .danger {
      background: var(--lab-danger-ground);
      border-color: var(--lab-danger);
    }
    pre {
      margin: 0;
      max-block-size: 44vh;
      overflow: auto;
      padding: var(--lab-space-2);
      background: var(--lab-ground-plot);
      font: var(--lab-size-small) / 1.5 var(--lab-font-mono);
    }
    input {
      inline-size: 100%;
    }
  `,
];

/** Fires `lab-kill` when the user insists. */
@customElement('lab-kill-dialog')
export class LabKillDialog extends LitElement {
  static override readonly styles = dialogStyles;
  /** Events in buffers now. */
  @property({ type: Number }) heldCount = 0;
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  show(): void {
    showModal(this.dialog);
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title">
      <div class="body">
        <h1 id="title">Kill the workers?</h1>
        <p>
          Every thread ends at once. Lost are the events that stand in buffers or are in work (now about
          ${this.heldCount}), and what exporters have not yet written: usually the last second. Files stay as they
          are on the disk.
        </p>
        <p class="dim">“Shut down roots” ends the run without a loss: no new events come in, the others run through.</p>
        <div class="buttons">
          <button autofocus @click=${() => this.dialog.close()}>Keep running</button>
          <button class="danger" @click=${() => this.#kill()}>Kill workers</button>
        </div>
      </div>
    </dialog>`;
  }

  #kill(): void {
    this.dialog.close();
    this.dispatchEvent(new CustomEvent('lab-kill'));
  }
}

/** Shows the source of modules; fires `lab-agree` or `lab-decline`. */
@customElement('lab-module-dialog')
export class LabModuleDialog extends LitElement {
  static override readonly styles = dialogStyles;
  @property({ attribute: false }) modules: readonly UserModule[] = [];
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @cancel=${() => this.#answer('lab-decline')}>
      <div class="body">
        <h1 id="title">This setup brings its own code</h1>
        <p>
          It runs in a box: it gets the events and the configuration of its worker, and what it can give back is events,
          lines of text and pictures. It reaches no instrument, no file, no storage, no network, no other tab and nothing
          else of this page. It can compute wrong, or without an end; Kill ends it. Read it before you trust its results.
        </p>
        ${this.modules.map(({ path, source }) => html`<h2>${path}</h2><pre tabindex="0">${source}</pre>`)}
        <div class="buttons">
          <button autofocus @click=${() => this.#answer('lab-decline')}>Do not run</button>
          <button class="primary" @click=${() => this.#answer('lab-agree')}>I have read it, run it</button>
        </div>
      </div>
    </dialog>`;
  }

  override updated(): void {
    if (this.modules.length > 0) showModal(this.dialog);
    if (this.modules.length === 0) this.dialog.close();
  }

  #answer(name: 'lab-agree' | 'lab-decline'): void {
    this.dispatchEvent(new CustomEvent(name));
  }
}

@customElement('lab-link-dialog')
export class LabLinkDialog extends LitElement {
  static override readonly styles = dialogStyles;
  @property() link = '';
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  async show(link: string): Promise<void> {
    this.link = link;
    await this.updateComplete;
    showModal(this.dialog);
    this.renderRoot.querySelector('input')?.select();
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title">
      <div class="body">
        <h1 id="title">Link to the setup</h1>
        <input readonly aria-label="Link" .value=${this.link} />
        <div class="buttons"><button @click=${() => this.dialog.close()}>Close</button></div>
      </div>
    </dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-kill-dialog': LabKillDialog;
    'lab-module-dialog': LabModuleDialog;
    'lab-link-dialog': LabLinkDialog;
  }
}
