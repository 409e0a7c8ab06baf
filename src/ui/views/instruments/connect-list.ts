// What can be connected: units that the browser knows, simulated ones, and the way to a new one, in one list.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { InstrumentChoice } from '../../../model/instrument.ts';
import '../../command-button.ts';
import { controlStyles } from '../../elements/controls.ts';
import { AppElement } from '../../signal-element.ts';
import './unit-list.ts';

/** Fires `lab-connected` after the user picked something and it runs. */
@customElement('lab-connect-list')
export class LabConnectList extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
      }
      h2 {
        margin-block: var(--lab-space-4) var(--lab-space-2);
        font-size: var(--lab-size-small);
        color: var(--lab-text-dim);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.app.instruments.refresh();
  }

  override render(): TemplateResult {
    return html`
      <lab-command-button .app=${this.app} command="instrument.connect" icon="usb" look="primary"></lab-command-button>
      ${this.#group('Permitted in this browser', false)} ${this.#group('Simulated, no hardware needed', true)}
    `;
  }

  #group(title: string, isSimulated: boolean): TemplateResult | typeof nothing {
    const { choices, connected, opening, kinds } = this.app.instruments;
    const shown = choices.value.filter(
      (choice) =>
        choice.isSimulated === isSimulated && !connected.value.some((instrument) => instrument.choice.id === choice.id),
    );
    if (shown.length === 0) return nothing;
    return html`<h2>${title}</h2>
      <lab-unit-list
        label=${title}
        .choices=${shown}
        .kinds=${kinds}
        .opening=${opening.value}
        @lab-unit-chosen=${(event: CustomEvent<InstrumentChoice>) => void this.#connect(event.detail)}
      ></lab-unit-list>`;
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
