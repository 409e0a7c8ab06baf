// Files that were open in earlier visits, where the browser can find them again.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';

@customElement('lab-recent-files')
export class LabRecentFiles extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      section {
        margin-block-start: var(--lab-space-5);
      }
      ul {
        list-style: none;
        margin: var(--lab-space-2) 0 0;
        padding: 0;
        max-inline-size: 640px;
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--lab-space-3);
        border-block-end: 1px solid var(--lab-line);
        padding-block: 4px;
      }
      .open {
        flex: 1;
        min-inline-size: 0;
        justify-content: flex-start;
        color: var(--lab-accent);
        padding-inline: 0;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const { files } = this.app;
    if (files.recent.value.length === 0) return nothing;
    return html`<section aria-labelledby="title">
      <h2 id="title">Recent files</h2>
      <ul>
        ${repeat(
          files.recent.value,
          ({ id }) => id,
          (recent) => html`<li>
            <button class="quiet open" title="Open ${recent.name}" @click=${() => void files.openRecent(recent)}>${recent.name}</button>
            <span class="small dim">${new Date(recent.openedUnixMs).toLocaleString()}</span>
            <button
              class="quiet icon"
              title="Take ${recent.name} off the list"
              aria-label="Take ${recent.name} off the list"
              @click=${() => void files.forgetRecent(recent)}
            >
              <lab-icon name="x"></lab-icon>
            </button>
          </li>`,
        )}
      </ul>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-recent-files': LabRecentFiles;
  }
}
