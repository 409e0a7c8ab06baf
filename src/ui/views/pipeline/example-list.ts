// The examples, and the ways to a setup of one's own.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { EXAMPLES } from '../../../app/pipeline/examples.ts';
import '../../command-button.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';
import './draft-list.ts';
import './run-list.ts';

@customElement('lab-example-list')
export class LabExampleList extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        overflow: auto;
        padding: var(--lab-space-5) var(--lab-space-4);
      }
      section {
        max-inline-size: 920px;
        margin-inline: auto;
        display: grid;
        gap: var(--lab-space-4);
      }
      .intro {
        max-inline-size: 68ch;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr));
        gap: var(--lab-space-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li button {
        display: grid;
        justify-content: start;
        justify-items: start;
        align-content: start;
        gap: 4px;
        inline-size: 100%;
        block-size: 100%;
        min-block-size: 84px;
        padding: var(--lab-space-3);
        text-align: start;
        white-space: normal;
        background: var(--lab-ground-1);
      }
      li strong {
        display: flex;
        gap: 6px;
        align-items: center;
        font-size: var(--lab-size-large);
      }
      li lab-icon {
        color: var(--lab-accent);
      }
      lab-run-list {
        block-size: auto;
      }
      .own {
        display: flex;
        flex-wrap: wrap;
        gap: var(--lab-space-2);
        align-items: center;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<section aria-labelledby="title">
      <div class="intro">
        <h1 id="title">Pipelines</h1>
        <p class="dim">
          A pipeline takes events from a detector through buffers and workers: filter, analyse, count, save. A setup file
          describes it; mimoCoRB2’s files work as they are. These examples run without hardware, at a click:
        </p>
      </div>
      <ul>
        ${EXAMPLES.map(
          ({ id, title, summary }) => html`<li>
            <button @click=${() => void this.app.pipelines.runExample(id)}>
              <strong><lab-icon name="workflow"></lab-icon>${title}</strong>
              <span class="dim">${summary}</span>
            </button>
          </li>`,
        )}
      </ul>
      <div class="own">
        <p class="dim">Your own setup: drop its folder anywhere on the window, or</p>
        <lab-command-button .app=${this.app} command="pipeline.open-folder" label="Open a folder…" icon="folder-open"></lab-command-button>
        <lab-command-button .app=${this.app} command="pipeline.open-files" label="Open files…" icon="file-chart"></lab-command-button>
      </div>
      ${
        this.app.pipelines.drafts.list.value.length > 0
          ? html`<div>
              <h2>Drafts</h2>
              <lab-draft-list .app=${this.app} .drafts=${this.app.pipelines.drafts.list.value}></lab-draft-list>
            </div>`
          : nothing
      }
      ${
        this.app.pipelines.runNames.length > 0
          ? html`<div>
              <h2>Runs in this browser</h2>
              <lab-run-list .app=${this.app}></lab-run-list>
            </div>`
          : nothing
      }
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-example-list': LabExampleList;
  }
}
