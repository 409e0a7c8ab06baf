// Connected instruments and what can be connected; the chosen one in detail.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';
import './connect-list.ts';
import './driver-advice.ts';
import './instrument-detail.ts';
import { stateColor, stateWord } from './state-words.ts';

@customElement('lab-instruments-view')
export class LabInstrumentsView extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(260px, 340px) minmax(0, 1fr);
        block-size: 100%;
      }
      nav {
        overflow: auto;
        padding: var(--lab-space-4);
        background: var(--lab-ground-1);
        border-inline-end: 1px solid var(--lab-line);
        display: grid;
        align-content: start;
        gap: var(--lab-space-4);
      }
      summary {
        cursor: pointer;
      }
      summary h2 {
        display: inline;
      }
      ul {
        list-style: none;
        margin: var(--lab-space-2) 0 0;
        padding: 0;
        display: grid;
        gap: var(--lab-space-1);
      }
      li button {
        inline-size: 100%;
        --lab-control-height: 44px;
        justify-content: flex-start;
        gap: 10px;
      }
      .dot {
        inline-size: 9px;
        block-size: 9px;
        border-radius: 50%;
        flex: none;
      }
      .state {
        margin-inline-start: auto;
      }
      lab-connect-list {
        margin-block-start: var(--lab-space-2);
      }
      .detail {
        overflow: auto;
      }
      .empty {
        padding: var(--lab-space-5);
        max-inline-size: 760px;
        display: grid;
        gap: var(--lab-space-4);
      }
      @media (max-width: 720px) {
        :host {
          display: block;
          overflow: auto;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const { connected, selected } = this.app.instruments;
    return html`
      <nav aria-label="Instruments">
        ${
          connected.value.length > 0
            ? html`<section>
                <h2>Connected</h2>
                <ul>
                  ${connected.value.map((instrument) => this.#item(instrument, instrument === selected.value))}
                </ul>
              </section>`
            : nothing
        }
        <details ?open=${connected.value.length === 0}>
          <summary><h2>${connected.value.length === 0 ? 'Connect' : 'Connect another'}</h2></summary>
          <lab-connect-list .app=${this.app}></lab-connect-list>
        </details>
      </nav>
      <div class="detail">
        ${
          selected.value
            ? html`<lab-instrument-detail .app=${this.app} .instrument=${selected.value}></lab-instrument-detail>`
            : html`<section class="empty">
                <h1>No instrument is connected</h1>
                <p class="dim">Pick one from the list. Simulated instruments need no hardware and behave like the real ones.</p>
                <lab-driver-advice .kinds=${this.app.instruments.kinds}></lab-driver-advice>
              </section>`
        }
      </div>
    `;
  }

  #item(instrument: ConnectedInstrument, isSelected: boolean): TemplateResult {
    const status = instrument.status.value;
    return html`<li>
      <button aria-pressed=${isSelected} @click=${() => this.app.instruments.select(instrument.choice.id)}>
        <span class="dot" .style=${`background: ${stateColor(status)}`}></span>
        ${instrument.label}
        <span class="state small dim">${stateWord(status)}</span>
      </button>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-instruments-view': LabInstrumentsView;
  }
}
