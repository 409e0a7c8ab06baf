// Drafts of setups: open one again, or throw it away.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Draft } from '../../../app/pipeline/drafts.ts';
import { controlStyles } from '../../elements/controls.ts';
import { AppElement } from '../../signal-element.ts';

@customElement('lab-draft-list')
export class LabDraftList extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px var(--lab-space-2);
        padding: 4px 8px;
        border-block-end: 1px solid var(--lab-line);
      }
      .name {
        flex: 1 1 160px;
      }
    `,
  ];

  @property({ attribute: false }) drafts: readonly Draft[] = [];

  override render(): TemplateResult | typeof nothing {
    if (this.drafts.length === 0) return nothing;
    return html`<ul aria-label="Drafts">
      ${this.drafts.map((draft) => this.#draft(draft))}
    </ul>`;
  }

  #draft({ id, name, edits, savedUnixMs }: Draft): TemplateResult {
    const { pipelines } = this.app;
    const when = new Date(savedUnixMs).toLocaleString();
    const label = `the draft of ${name} from ${when}`;
    return html`<li>
      <span class="name">${name} <span class="small dim">${Object.keys(edits).join(', ')}, edited ${when}</span></span>
      <button aria-label="Open ${label}" @click=${() => void pipelines.openDraft(id)}>Open the draft</button>
      <button class="quiet" aria-label="Discard ${label}" @click=${() => pipelines.discardDraft(id)}>Discard</button>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-draft-list': LabDraftList;
  }
}
