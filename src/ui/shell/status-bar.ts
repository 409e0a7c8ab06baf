// The line at the bottom: how the data fare. Each item opens its detail.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { controlStyles } from '../elements/controls.ts';
import { AppElement } from '../signal-element.ts';
import type { StatusItem } from '../view-bars.ts';
import { INSTRUMENT_BARS } from '../views/instruments/bars.ts';
import { openView } from './views.ts';

@customElement('lab-status-bar')
export class LabStatusBar extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      footer {
        display: flex;
        block-size: 100%;
        background: var(--lab-ground-1);
        border-block-start: 1px solid var(--lab-line);
        font-size: var(--lab-size-small);
        overflow: auto hidden;
        scrollbar-width: none;
      }
      footer > button {
        flex: none;
        block-size: 100%;
        border: none;
        border-radius: 0;
        background: none;
        border-inline-end: 1px solid var(--lab-line);
        padding-inline: 12px;
        gap: 6px;
      }
      footer > button:focus-visible {
        outline-offset: -2px;
      }
      .label {
        color: var(--lab-text-dim);
      }
      .warning {
        color: var(--lab-warn);
        font-weight: 600;
      }
      [popover] {
        position: fixed;
        inset: auto auto var(--bottom, 0) var(--left, 0);
        margin: 0;
        min-inline-size: 240px;
        max-inline-size: min(440px, calc(100vw - 16px));
        padding: var(--lab-space-3) var(--lab-space-4);
        color: var(--lab-text);
        background: var(--lab-ground-3);
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
        box-shadow: var(--lab-shadow);
      }
      [popover] h2 {
        margin-block-end: var(--lab-space-2);
      }
      dl {
        grid-template-columns: minmax(0, 1fr) max-content;
      }
      dd {
        text-align: end;
      }
      @media (max-width: 720px) {
        .minor {
          display: none;
        }
        footer > button {
          padding-inline: 8px;
        }
      }
    `,
  ];

  @state() private shownId = '';

  override render(): TemplateResult {
    const { statusItems } = openView(this.app)?.bars ?? INSTRUMENT_BARS;
    const items = statusItems(this.app);
    const shown = items.find(({ id }) => id === this.shownId) ?? items[0];
    return html`
      <footer aria-label="Status">${items.map((item) => this.#item(item))}</footer>
      <div popover id="detail" role="dialog" aria-label=${shown?.label ?? ''}>
        <h2>${shown?.label}</h2>
        <dl>${shown?.detail.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
      </div>
    `;
  }

  #item(item: StatusItem): TemplateResult {
    return html`<button
      class=${item.isMinor ? 'minor' : ''}
      popovertarget="detail"
      title="${item.label}: show details"
      @click=${(event: MouseEvent) => this.#onShow(item.id, event.currentTarget as HTMLElement)}
    >
      <span class="label">${item.label}</span>
      <span class="number ${item.isWarning ? 'warning' : ''}">${item.value}</span>
      ${item.of ? html`<span class="label">${item.of}</span>` : nothing}
    </button>`;
  }

  #onShow(id: string, button: HTMLElement): void {
    this.shownId = id;
    const popover = this.renderRoot.querySelector<HTMLElement>('#detail');
    const { left, top } = button.getBoundingClientRect();
    popover?.style.setProperty('--left', `${Math.max(0, Math.min(left, window.innerWidth - 320))}px`);
    popover?.style.setProperty('--bottom', `${window.innerHeight - top + 4}px`);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-status-bar': LabStatusBar;
  }
}
