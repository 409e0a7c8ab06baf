// What can be connected: units that the browser knows, simulated ones, and the way to a new one, in one list.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { InstrumentChoice } from '../../../model/instrument.ts';
import '../../command-button.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';

/** Fires `lab-connected` after the user picked something and it runs. */
@customElement('lab-connect-list')
export class LabConnectList extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
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
        block-size: auto;
        min-block-size: 44px;
        padding: 6px 12px;
        justify-content: flex-start;
        gap: 12px;
        text-align: start;
        white-space: normal;
      }
      li lab-icon {
        color: var(--lab-text-dim);
      }
      .label {
        flex: 1;
      }
      .label span {
        display: block;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.app.instruments.refresh();
  }

  override render(): TemplateResult {
    const { choices, connected, opening } = this.app.instruments;
    const available = choices.value.filter(({ id }) => !connected.value.some(({ choice }) => choice.id === id));
    return html`
      <lab-command-button .app=${this.app} command="instrument.connect" icon="usb"></lab-command-button>
      ${
        available.length > 0
          ? html`<ul aria-label="Instruments to connect">
              ${available.map((choice) => this.#item(choice, opening.value.includes(choice.id)))}
            </ul>`
          : nothing
      }
    `;
  }

  #item(choice: InstrumentChoice, isOpening: boolean): TemplateResult {
    const kind = choice.isSimulated ? 'Simulated, no hardware needed' : 'Permitted in this browser';
    return html`<li>
      <button aria-disabled=${isOpening ? 'true' : nothing} title=${`Connect ${choice.label} and start it`} @click=${() => void this.#connect(choice)}>
        <lab-icon name=${choice.isSimulated ? 'cpu' : 'usb'}></lab-icon>
        <span class="label"><span>${choice.label}</span> <span class="small dim">${isOpening ? 'Connecting…' : kind}</span></span>
        <lab-icon name="plug"></lab-icon>
      </button>
    </li>`;
  }

  async #connect(choice: InstrumentChoice): Promise<void> {
    const instrument = await this.app.instruments.connect(choice, { start: true });
    if (instrument) this.dispatchEvent(new CustomEvent('lab-connected'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-connect-list': LabConnectList;
  }
}
