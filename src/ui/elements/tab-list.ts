// A row of tabs; the owner shows what belongs to the selected one.

import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { controlStyles } from './controls.ts';

/** Fires `lab-tab-selected` with the tab's id. */
@customElement('lab-tab-list')
export class LabTabList extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        flex: none;
        background: var(--lab-ground-1);
        border-block-end: 1px solid var(--lab-line);
      }
      div {
        display: flex;
        overflow-x: auto;
        scrollbar-width: none;
      }
      [role='tab'] {
        --lab-control-height: max(32px, var(--lab-control-small));
        flex: none;
        background: none;
        border: none;
        border-radius: 0;
        border-block: 2px solid transparent;
        color: var(--lab-text-dim);
      }
      [role='tab'][aria-selected='true'] {
        color: var(--lab-text);
        border-block-end-color: var(--lab-accent);
      }
      [role='tab']:focus-visible {
        outline-offset: -3px;
      }
    `,
  ];

  @property({ attribute: false }) tabs: readonly (readonly [id: string, title: string])[] = [];
  @property() selected = '';
  @property() label = '';

  override render(): TemplateResult {
    return html`<div role="tablist" aria-label=${this.label} @keydown=${this.#onKey}>
      ${this.tabs.map(
        ([id, title]) => html`<button
          role="tab"
          aria-selected=${id === this.selected}
          tabindex=${id === this.selected ? 0 : -1}
          @click=${() => this.dispatchEvent(new CustomEvent('lab-tab-selected', { detail: id }))}
        >
          ${title}
        </button>`,
      )}
    </div>`;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const tabs = [...this.renderRoot.querySelectorAll('button')];
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[tabs.indexOf(event.target as HTMLButtonElement) + step];
    if (step === 0 || !next) return;
    event.preventDefault();
    next.click();
    next.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-tab-list': LabTabList;
  }
}
