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
      h2 {
        margin-block-start: var(--lab-space-4);
        font-size: var(--lab-size-small);
        color: var(--lab-text-dim);
      }
      li button {
        inline-size: 100%;
        block-size: auto;
        min-block-size: max(32px, var(--lab-control-height));
        padding: 4px 10px;
        justify-content: flex-start;
        gap: 10px;
        text-align: start;
        white-space: normal;
      }
      li lab-icon {
        color: var(--lab-text-dim);
      }
      .label {
        flex: 1;
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
    const group = (title: string, isSimulated: boolean) => {
      const shown = available.filter((choice) => choice.isSimulated === isSimulated);
      if (shown.length === 0) return nothing;
      return html`<h2>${title}</h2>
        <ul aria-label=${title}>
          ${shown.map((choice) => this.#item(choice, opening.value.includes(choice.id)))}
        </ul>`;
    };
    return html`
      <lab-command-button .app=${this.app} command="instrument.connect" icon="usb" look="primary"></lab-command-button>
      ${group('Permitted in this browser', false)} ${group('Simulated, no hardware needed', true)}
    `;
  }

  #item(choice: InstrumentChoice, isOpening: boolean): TemplateResult {
    return html`<li>
      <button aria-disabled=${isOpening ? 'true' : nothing} title=${`Connect ${choice.label} and start it`} @click=${() => void this.#connect(choice)}>
        <lab-icon name=${choice.isSimulated ? 'cpu' : 'usb'}></lab-icon>
        <span class="label">${choice.label}</span>
        ${isOpening ? html`<span class="small dim">Connecting…</span>` : nothing}
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
