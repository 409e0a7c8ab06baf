// What workers printed and what went wrong, newest at the end.

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Logs } from '../../../app/pipeline/live-run.ts';
import { formatCount } from '../../../base/si.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';

/** Lines on the screen; a text of thousands would slow the page down. */
const SHOWN_LINES = 300;

@customElement('lab-log-list')
export class LabLogList extends LitElement {
  static override readonly styles = [
    controlStyles,
    columnStyles,
    css`
      .bar {
        display: flex;
        gap: var(--lab-space-2);
        align-items: center;
        padding: 4px var(--lab-space-2);
      }
      .lines {
        flex: 1;
        min-block-size: 0;
        overflow: auto;
        padding: 0 var(--lab-space-3) var(--lab-space-2);
        font: var(--lab-size-small) / 1.5 var(--lab-font-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        background: var(--lab-ground-plot);
      }
      .error {
        color: var(--lab-danger);
      }
      .who {
        color: var(--lab-text-dim);
      }
    `,
  ];

  @property({ attribute: false }) logs: Logs = { lines: [], forgottenCount: 0 };
  @property({ attribute: false }) workerNames: readonly string[] = [];
  @state() private workerName = '';
  @query('.lines') private readonly area!: HTMLElement;
  #wasAtEnd = true;

  override render(): TemplateResult {
    const lines = this.logs.lines.filter(({ workerName }) => this.workerName === '' || workerName === this.workerName);
    const shown = lines.slice(-SHOWN_LINES);
    const earlier = this.logs.forgottenCount + lines.length - shown.length;
    return html`
      <div class="bar">
        <select aria-label="Whose lines" @change=${(event: Event) => (this.workerName = (event.target as HTMLSelectElement).value)}>
          <option value="">All workers</option>
          ${this.workerNames.map((name) => html`<option .selected=${name === this.workerName}>${name}</option>`)}
        </select>
        <span class="dim small">${lines.length === 0 ? 'Nothing was printed.' : `${formatCount(lines.length)} lines`}${earlier > 0 ? `, ${formatCount(earlier)} earlier ones not shown` : ''}</span>
      </div>
      <div class="lines" role="log" aria-live="off" aria-label="Lines of the workers" tabindex="0">${shown.map(
        ({ workerName, severity, text }) =>
          html`<div class=${severity === 'error' ? 'error' : ''}>${this.workerName === '' ? html`<span class="who">${workerName}: </span>` : nothing}${text}</div>`,
      )}</div>
    `;
  }

  override willUpdate(_changed: PropertyValues): void {
    const area = this.renderRoot.querySelector('.lines');
    this.#wasAtEnd = !area || area.scrollHeight - area.scrollTop - area.clientHeight < 24;
  }

  override updated(): void {
    if (this.#wasAtEnd) this.area.scrollTop = this.area.scrollHeight;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-log-list': LabLogList;
  }
}
