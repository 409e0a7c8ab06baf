// The open setup: which file, its text, and everything that the loader has to say about it.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { OpenedSetup } from '../../../app/pipeline/opened-setup.ts';
import type { SetupDiagnostic } from '../../../pipeline/setup/setup.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';
import './draft-list.ts';
import './setup-editor.ts';
import type { LabSetupEditor } from './setup-editor.ts';

@customElement('lab-setup-panel')
export class LabSetupPanel extends AppElement {
  static override readonly styles = [
    controlStyles,
    columnStyles,
    css`
      .bar {
        display: flex;
        gap: var(--lab-space-1);
        padding: 4px 6px;
      }
      .bar select {
        flex: 1;
      }
      lab-setup-editor {
        flex: 1;
        min-block-size: 160px;
      }
      .problems {
        max-block-size: 34%;
        overflow: auto;
        margin: 0;
        padding: 0;
        list-style: none;
        border-block-start: 1px solid var(--lab-line);
      }
      .problems button {
        display: grid;
        grid-template-columns: auto auto 1fr;
        inline-size: 100%;
        block-size: auto;
        min-block-size: var(--lab-control-height);
        padding: 4px 8px;
        text-align: start;
        white-space: normal;
        justify-content: start;
        align-items: baseline;
      }
      .error lab-icon {
        color: var(--lab-danger);
      }
      .warning lab-icon {
        color: var(--lab-warn);
      }
      .notice {
        padding: 4px 8px;
        background: var(--lab-warn-ground);
      }
      .good {
        padding: 4px 8px;
        border-block-start: 1px solid var(--lab-line);
      }
    `,
  ];

  @query('lab-setup-editor') private readonly editor!: LabSetupEditor;

  override render(): TemplateResult | typeof nothing {
    const opened = this.app.pipelines.opened.value;
    return opened ? this.#panel(opened) : nothing;
  }

  #panel(opened: OpenedSetup): TemplateResult {
    const paths = opened.textPaths.value;
    const { diagnostics } = opened.loaded.value;
    return html`
      <div class="bar">
        ${
          opened.setupPaths.length > 1
            ? html`<select
                aria-label="Setup of this folder"
                @change=${(event: Event) => void this.#choose(opened, (event.target as HTMLSelectElement).value)}
              >
                ${opened.setupPaths.map((path) => html`<option .selected=${path === opened.setupPath.value}>${path}</option>`)}
              </select>`
            : nothing
        }
        ${
          paths.length > 1
            ? html`<select
                aria-label="File in the editor"
                @change=${(event: Event) => void opened.show((event.target as HTMLSelectElement).value)}
              >
                ${paths.map((path) => html`<option .selected=${path === opened.shownPath.value}>${path}</option>`)}
              </select>`
            : nothing
        }
      </div>
      ${this.#notRunning(opened)}
      <lab-draft-list .app=${this.app} .drafts=${this.app.pipelines.draftsOf(opened)}></lab-draft-list>
      <lab-setup-editor
        .text=${opened.text.value}
        .diagnostics=${opened.shownDiagnostics.value}
        @lab-text-changed=${(event: CustomEvent<string>) => opened.edit(event.detail)}
      ></lab-setup-editor>
      ${
        opened.edits.value.size > 0
          ? html`<p class="good small dim">Edited. The edits are kept in this browser as a draft.</p>`
          : nothing
      }
      ${[...opened.moved.value].map(
        ([wanted, found]) =>
          html`<p class="good small dim">${wanted} is not there; ${found} of the same name is used.</p>`,
      )}
      ${opened.unreadPython.value.map(
        (path) =>
          html`<p class="good small dim">${path} is not read: its functions are built in. Changes there have no effect.</p>`,
      )}
      ${
        diagnostics.length === 0
          ? html`<p class="good small dim">No problems. ${opened.loaded.value.setup ? '' : 'Checking…'}</p>`
          : html`<ul class="problems" aria-label="Problems">
              ${diagnostics.map((diagnostic) => this.#problem(opened, diagnostic))}
            </ul>`
      }
    `;
  }

  /** Says so when the text is not what runs. */
  #notRunning(opened: OpenedSetup): TemplateResult | typeof nothing {
    const { isRunning, run } = this.app.pipelines;
    const running = run.value;
    if (!isRunning || !running || running.isOfText(opened)) return nothing;
    const { name } = running.origin.opened;
    return html`<p class="notice small" role="status">
      ${
        running.isOf(opened)
          ? 'Edited since the start: what runs is the text from before. The edits take effect at the next start.'
          : `What runs is ${name === opened.name ? running.origin.setupPath : `“${name}”`}, not this text.`
      }
    </p>`;
  }

  #problem(opened: OpenedSetup, diagnostic: SetupDiagnostic): TemplateResult {
    const { severity, line, column, message } = diagnostic;
    const isHere = opened.shownDiagnostics.value.includes(diagnostic);
    const file = isHere ? '' : `${diagnostic.path.split(':')[0]} `;
    return html`<li class=${severity}>
      <button class="quiet" title="Show the place" @click=${() => isHere && this.editor.showPlace(line, column)}>
        <lab-icon name=${severity === 'error' ? 'circle-x' : 'triangle-alert'}></lab-icon>
        <span class="number small dim">${file}${line}:${column}</span>
        <span><span class="hidden-visually">${severity}: </span>${message}</span>
      </button>
    </li>`;
  }

  async #choose(opened: OpenedSetup, path: string): Promise<void> {
    await opened.choose(path);
    await this.app.pipelines.findOffers();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-setup-panel': LabSetupPanel;
  }
}
