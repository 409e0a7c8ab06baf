// Run directories in this browser: save as a zip, open their recordings, delete.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { formatBytes } from '../../../base/si.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';

@customElement('lab-run-list')
export class LabRunList extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        overflow: auto;
        block-size: 100%;
        padding: var(--lab-space-2);
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .run {
        border-block-end: 1px solid var(--lab-line);
      }
      .target {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 8px;
        align-items: center;
        padding: 2px 4px 8px;
      }
      .target .text {
        flex: 1 1 150px;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 2px;
      }
      .head .name {
        flex: 1;
        justify-content: flex-start;
        font-family: var(--lab-font-mono);
        min-inline-size: 0;
      }
      .files li {
        display: flex;
        align-items: center;
        gap: 6px;
        padding: 1px 4px 1px 12px;
      }
      .files .path {
        flex: 1;
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }
      p {
        padding: var(--lab-space-3);
      }
    `,
  ];

  @state() private openName = '';
  @state() private files: ReadonlyMap<string, File> = new Map();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.app.pipelines.refreshRuns();
  }

  override render(): TemplateResult {
    const { pipelines } = this.app;
    const names = pipelines.runNames;
    if (names.length === 0) {
      return html`${this.#target()}<p class="dim">No runs yet. Each run leaves a folder in this browser: the setup, tables, histograms and recordings.</p>`;
    }
    const running = pipelines.isRunning ? pipelines.run.value?.name : undefined;
    return html`${this.#target()}<ul aria-label="Runs">
      ${repeat(
        names,
        (name) => name,
        (name) => this.#run(name, name === running),
      )}
    </ul>`;
  }

  /** Where runs go beside the browser's own storage, and the copy that is on. */
  #target(): TemplateResult | typeof nothing {
    const { copies } = this.app.pipelines;
    const folder = copies.folder.value;
    const current = copies.current.value;
    if (current) {
      return html`<div class="target" role="status">
        <span class="text">Copying ${current.runName}</span>
        <progress max="1" .value=${current.fraction} aria-label="Copying ${current.runName}"></progress>
        <button @click=${() => copies.cancel()}>Cancel</button>
      </div>`;
    }
    if (folder) {
      return html`<div class="target">
        <span class="text">Every run is copied to <strong>${folder.name}</strong> when it ends.</span>
        <button @click=${() => copies.forget()}>Stop that</button>
      </div>`;
    }
    if (!copies.canPick) return nothing;
    return html`<div class="target">
      <span class="text dim">Runs stay in this browser until they are deleted.</span>
      <button title="Every run is copied there when it ends" @click=${() => void copies.pick()}>Copy to a folder…</button>
    </div>`;
  }

  #run(name: string, isRunning: boolean): TemplateResult {
    const isOpen = name === this.openName;
    const { copies } = this.app.pipelines;
    const folder = copies.folder.value;
    return html`<li class="run">
      <div class="head">
        <button class="quiet name" aria-expanded=${isOpen} title="Show the files of ${name}" @click=${() => void this.#toggle(name)}>${name}</button>
        ${
          isRunning
            ? html`<span class="small dim">running</span>`
            : html`<button class="quiet icon" title="Save ${name} as a zip" aria-label="Save ${name} as a zip" @click=${() => void this.app.pipelines.saveZip(name)}>
                <lab-icon name="download"></lab-icon>
              </button>
              ${
                folder
                  ? html`<button
                      class="quiet icon"
                      title="Copy ${name} to ${folder.name}"
                      aria-label="Copy ${name} to ${folder.name}"
                      ?disabled=${copies.current.value !== undefined}
                      @click=${() => void copies.copy(name)}
                    >
                      <lab-icon name="copy"></lab-icon>
                    </button>`
                  : nothing
              }
              <button class="quiet icon" title="Delete ${name}" aria-label="Delete ${name}" @click=${() => this.app.pipelines.remove(name)}>
                <lab-icon name="trash"></lab-icon>
              </button>`
        }
      </div>
      ${isOpen ? this.#files(isRunning) : nothing}
    </li>`;
  }

  #files(isRunning: boolean): TemplateResult {
    return html`<ul class="files">
      ${[...this.files]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(
          ([path, file]) => html`<li>
          <span class="path small">${path}</span>
          <span class="number small dim">${formatBytes(file.size)}</span>
          ${
            path.endsWith('.mimo') && !isRunning
              ? html`<button class="quiet icon" title="Open ${path}" aria-label="Open ${path}" @click=${() => void this.app.files.open([{ file }])}>
                  <lab-icon name="folder-open"></lab-icon>
                </button>`
              : nothing
          }
        </li>`,
        )}
    </ul>`;
  }

  async #toggle(name: string): Promise<void> {
    if (name === this.openName) {
      this.openName = '';
      return;
    }
    try {
      this.files = await this.app.pipelines.filesOf(name);
      this.openName = name;
    } catch (error) {
      this.app.toasts.fail(`${name} could not be read`, error);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-run-list': LabRunList;
  }
}
