// What this browser or this host cannot do, and what works nevertheless.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { platformNotices } from '../../app/platform-notices.ts';
import { controlStyles } from '../elements/controls.ts';
import '../elements/icon.ts';
import { AppElement } from '../signal-element.ts';

@customElement('lab-banners')
export class LabBanners extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      section {
        display: flex;
        align-items: flex-start;
        gap: 10px;
        padding: 6px 8px 6px 18px;
        background: var(--lab-warn-ground);
        border-block-end: 1px solid var(--lab-warn);
      }
      section > lab-icon {
        color: var(--lab-warn);
        margin-block-start: 5px;
      }
      ul {
        flex: 1;
        list-style: none;
        margin: 0;
        padding: 4px 0;
        display: grid;
        gap: 4px;
      }
    `,
  ];

  @state() private isClosed = false;

  override render(): TemplateResult | typeof nothing {
    const notices = platformNotices(this.app.platform);
    if (this.isClosed || notices.length === 0) return nothing;
    return html`<section aria-label="Limits of this browser">
      <lab-icon name="triangle-alert"></lab-icon>
      <ul>
        ${notices.map((notice) => html`<li>${notice}</li>`)}
      </ul>
      <button
        class="quiet icon"
        title="Close"
        aria-label="Close the note"
        @click=${() => {
          this.isClosed = true;
        }}
      >
        <lab-icon name="x"></lab-icon>
      </button>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-banners': LabBanners;
  }
}
