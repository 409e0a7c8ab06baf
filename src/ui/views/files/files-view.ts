// Recordings of this browser, and the files that are open, each behind its own tab.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { OpenedFile } from '../../../app/opened-file.ts';
import { tabNames } from '../../../app/tab-names.ts';
import '../../command-button.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';
import './file-beginning.ts';
import './file-panel.ts';
import './recording-list.ts';

@customElement('lab-files-view')
export class LabFilesView extends AppElement {
  #revealed = '';
  /** The room for tabs changes with what stands beside them. */
  readonly #sizes = new ResizeObserver(() => this.#reveal());

  static override readonly styles = [
    controlStyles,
    columnStyles,
    css`
      .bar {
        display: flex;
        align-items: stretch;
        gap: 1px;
        padding-inline: var(--lab-space-2);
        background: var(--lab-ground-1);
        border-block-end: 1px solid var(--lab-line);
        flex: none;
      }
      [role='tablist'] {
        display: flex;
        flex: 1;
        min-inline-size: 0;
        overflow-x: auto;
        scrollbar-width: none;
      }
      .tab {
        flex: none;
        display: flex;
        align-items: center;
      }
      [role='tab'] {
        --lab-control-height: max(34px, var(--lab-control-small));
        background: none;
        border: none;
        border-radius: 0;
        border-block: 2px solid transparent;
        color: var(--lab-text-dim);
        padding-inline: 10px;
      }
      [role='tab'][aria-selected='true'] {
        color: var(--lab-text);
        border-block-end-color: var(--lab-accent);
      }
      .name {
        max-inline-size: 220px;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .close {
        --lab-control-height: var(--lab-control-small);
      }
      .bar > .icon {
        align-self: center;
        flex: none;
      }
      .bar lab-command-button {
        align-self: center;
        padding-inline-start: var(--lab-space-2);
      }
      [role='tabpanel'] {
        flex: 1;
        min-block-size: 0;
        overflow: auto;
      }
      .opening {
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
        padding: 4px 12px;
        background: var(--lab-accent-ground);
      }
      .opening p {
        flex: 1;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('focus', this.#onFocus);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('focus', this.#onFocus);
    this.#sizes.disconnect();
  }

  override firstUpdated(): void {
    this.#sizes.observe(this.renderRoot.querySelector('[role=tablist]')!);
  }

  /** The tab of what is shown is in sight, however many there are. */
  override updated(): void {
    const key = this.app.navigation.route.value.argument;
    if (key === this.#revealed) return;
    this.#revealed = key;
    this.#reveal();
  }

  #reveal(): void {
    const tab = this.renderRoot.querySelector('[role=tab][aria-selected=true]');
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  readonly #onFocus = (): void => void this.app.files.checkChanges();

  override render(): TemplateResult {
    const { opened, openings } = this.app.files;
    const opening = openings.list.value;
    const key = this.app.navigation.route.value.argument;
    const shown = opened.value.find((file) => file.key === key);
    const names = tabNames(opened.value);
    const arriving = shown ? undefined : opening.find((file) => file.key === key && file.beginning);
    return html`
      <div class="bar">
        <div role="tablist" aria-label="Recordings and open files" @keydown=${this.#onTabKey}>
          <div class="tab" role="presentation">
            <button
              role="tab"
              id="tab-recordings"
              aria-selected=${!shown && !arriving}
              aria-controls="panel"
              tabindex=${shown === undefined ? 0 : -1}
              @click=${() => this.app.navigation.show('files')}
            >
              Recordings
            </button>
          </div>
          ${opened.value.map((file) => this.#tab(file, names.get(file.key) ?? file.content.name, file === shown))}
        </div>
        ${
          shown
            ? html`<button
                class="quiet icon"
                title="Close ${shown.content.name}"
                aria-label="Close ${shown.content.name}"
                @click=${() => this.app.files.close(shown)}
              >
                <lab-icon name="x"></lab-icon>
              </button>`
            : nothing
        }
        <lab-command-button .app=${this.app} command="file.open" label="Open file…" collapses icon="folder-open"></lab-command-button>
      </div>
      ${opening.map(
        (file) => html`<div class="opening">
          <p role="status" id="opening-${file.key}">Opening ${file.name}…</p>
          ${file.share === undefined ? nothing : howFar(file.share)}
          <button @click=${file.cancel}>Cancel</button>
        </div>`,
      )}
      <div
        id="panel"
        role="tabpanel"
        aria-labelledby=${shown ? `tab-${shown.key}` : arriving ? `opening-${arriving.key}` : 'tab-recordings'}
        tabindex="-1"
      >
        ${
          shown
            ? html`<lab-file-panel .app=${this.app} .file=${shown}></lab-file-panel>`
            : arriving?.beginning
              ? html`<lab-file-beginning .content=${arriving.beginning}></lab-file-beginning>`
              : html`<lab-recording-list .app=${this.app}></lab-recording-list>`
        }
      </div>
    `;
  }

  #tab(file: OpenedFile, name: string, isShown: boolean): TemplateResult {
    return html`<div class="tab" role="presentation">
      <button
        role="tab"
        id="tab-${file.key}"
        aria-selected=${isShown}
        aria-controls="panel"
        tabindex=${isShown ? 0 : -1}
        title=${name}
        @click=${() => this.app.navigation.show('files', file.key)}
        @auxclick=${(event: MouseEvent) => event.button === 1 && this.app.files.close(file)}
      >
        <lab-icon name=${file.failure ? 'triangle-alert' : 'file-chart'}></lab-icon><span class="name">${name}</span>
      </button>
    </div>`;
  }

  readonly #onTabKey = (event: KeyboardEvent): void => {
    const tabs = [...this.renderRoot.querySelectorAll<HTMLElement>('[role=tab]')];
    const at = tabs.indexOf(event.target as HTMLElement);
    const key = this.app.navigation.route.value.argument;
    const file = this.app.files.opened.value.find((other) => other.key === key);
    if (event.key === 'Delete' && file) {
      this.app.files.close(file);
      tabs[0]?.focus();
      return;
    }
    const to = event.key === 'ArrowRight' ? at + 1 : event.key === 'ArrowLeft' ? at - 1 : -1;
    const next = tabs[to];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.click();
    next.focus();
  };
}

/** The share of a long file that has been read. */
function howFar(share: number): TemplateResult {
  const percent = Math.floor(100 * share);
  return html`<span class="number">${percent} % read</span>
    <progress max="100" .value=${percent} aria-label="Read so far"></progress>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-files-view': LabFilesView;
  }
}
