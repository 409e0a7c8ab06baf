// Files dropped anywhere on the window open.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { controlStyles } from '../elements/controls.ts';
import '../elements/icon.ts';
import { AppElement } from '../signal-element.ts';
import { droppedFiles } from './file-chooser.ts';
import { dataFiles, droppedTree, holdsSetup } from './folder-chooser.ts';

@customElement('lab-drop-overlay')
export class LabDropOverlay extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      div {
        position: fixed;
        inset: var(--lab-space-3);
        z-index: 30;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--lab-space-3);
        pointer-events: none;
        border: 2px dashed var(--lab-accent);
        border-radius: var(--lab-radius-large);
        background: color-mix(in srgb, var(--lab-ground-0) 88%, transparent);
      }
      lab-icon {
        font-size: 40px;
        color: var(--lab-accent);
      }
    `,
  ];

  @state() private isOver = false;
  /** dragenter and dragleave come for every element under the pointer; the balance says whether we are inside. */
  #depth = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('dragenter', this.#onEnter);
    window.addEventListener('dragover', this.#onOver);
    window.addEventListener('dragleave', this.#onLeave);
    window.addEventListener('drop', this.#onDrop);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('dragenter', this.#onEnter);
    window.removeEventListener('dragover', this.#onOver);
    window.removeEventListener('dragleave', this.#onLeave);
    window.removeEventListener('drop', this.#onDrop);
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.isOver) return nothing;
    return html`<div>
      <lab-icon name="folder-open"></lab-icon>
      <h1>Drop to open</h1>
      <p class="dim">The file stays where it is; nothing is uploaded.</p>
    </div>`;
  }

  async #open(transfer: DataTransfer): Promise<void> {
    if (!holdsSetup(transfer)) {
      await this.app.openFiles(await droppedFiles(transfer));
      return;
    }
    const tree = await droppedTree(transfer);
    await this.app.openTree(tree, dataFiles(tree));
  }

  readonly #onEnter = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#depth++;
    this.isOver = true;
  };

  readonly #onOver = (event: DragEvent): void => {
    if (hasFiles(event)) event.preventDefault();
  };

  readonly #onLeave = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    this.#depth = Math.max(0, this.#depth - 1);
    this.isOver = this.#depth > 0;
  };

  readonly #onDrop = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#depth = 0;
    this.isOver = false;
    if (event.dataTransfer) void this.#open(event.dataTransfer);
  };
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-drop-overlay': LabDropOverlay;
  }
}
