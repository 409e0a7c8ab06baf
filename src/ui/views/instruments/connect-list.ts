// What can be connected: units that the browser knows, simulated ones, and the way to a new one, in one list.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { isBridged, isFromThisComputer } from '../../../base/bridge-address.ts';
import type { InstrumentChoice } from '../../../model/instrument.ts';
import '../../command-button.ts';
import { controlStyles } from '../../elements/controls.ts';
import { AppElement } from '../../signal-element.ts';
import './found-list.ts';
import './unit-list.ts';

/** Those that instruments have; on a port that is a USB device in truth any will do. */
const BAUD_RATES = [9600, 19_200, 38_400, 57_600, 115_200];

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
      form,
      .serial {
        display: flex;
        gap: var(--lab-space-2);
      }
      form input {
        flex: 1;
        min-inline-size: 0;
      }
      form + p {
        margin-block: var(--lab-space-1) var(--lab-space-2);
      }
      .serial select {
        flex: 1;
      }
    `,
  ];

  @state() private baudRate = 9600;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.app.instruments.refresh();
  }

  override render(): TemplateResult {
    return html`
      <lab-command-button .app=${this.app} command="instrument.connect" icon="usb" look="primary"></lab-command-button>
      ${this.#group('Permitted in this browser', false)} ${this.#elsewhere()}
      ${this.#group('Simulated, no hardware needed', true)}
    `;
  }

  /** Instruments that are on no USB bus: their address, or the browser's chooser of serial ports. */
  #elsewhere(): TemplateResult {
    return html`<h2>On the network or at a serial port</h2>
      <lab-found-list
        .app=${this.app}
        @lab-connected=${() => this.dispatchEvent(new CustomEvent('lab-connected'))}
      ></lab-found-list>
      <form @submit=${(event: SubmitEvent) => void this.#connectAddress(event)}>
        <input
          name="address"
          aria-label="Address"
          placeholder="192.168.1.5:5555"
          autocomplete="off"
          spellcheck="false"
          required
        />
        <button>Connect</button>
      </form>
      ${this.#bridgeHint()}
      <p class="small dim">Port 1001 is a Red Pitaya with mcpha, port 5000 one with its own system.</p>
      <div class="serial">
        <select aria-label="Baud rate" .value=${String(this.baudRate)} @change=${this.#onBaudRate}>
          ${BAUD_RATES.map((rate) => html`<option value=${rate} .selected=${rate === this.baudRate}>${rate} baud</option>`)}
        </select>
        <button @click=${() => void this.#connectSerial()}>Serial port…</button>
      </div>
      <h2>EPICS process variables</h2>
      <form @submit=${(event: SubmitEvent) => void this.#connectVariables(event)}>
        <input
          name="variables"
          aria-label="Process variables"
          placeholder="LAB:temperature LAB:pressure"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          required
        />
        <button>Connect</button>
      </form>
      <p class="small dim">Names with spaces between, through the bridge: <code>npm run bridge -- --epics</code>.</p>
      <h2>As OsziTrace reads it</h2>
      <button @click=${() => void this.#openConfiguration()}>Open a configuration…</button>
      <p class="small dim">A file with <code>OSZI_</code> names, and the init-talk that it names; or drop their folder.</p>`;
  }

  #bridgeHint(): TemplateResult {
    if (isBridged(location.href)) {
      return html`<p class="small dim">Through the bridge that serves this page, started with <code>--allow ADDRESS</code>.</p>`;
    }
    if (isFromThisComputer(location.href)) {
      return html`<p class="small dim">Through the bridge: start it with <code>npm run bridge -- --allow ADDRESS</code>.</p>`;
    }
    return html`<p class="small dim">
      Through the bridge, <a href="./pulsebench-bridge.mjs" download>a file</a> for this computer:
      <code>node pulsebench-bridge.mjs --allow ADDRESS --origin ${location.origin}</code>.
    </p>`;
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

  readonly #onBaudRate = (event: Event): void => {
    this.baudRate = Number((event.target as HTMLSelectElement).value);
  };

  async #connectAddress(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const address = new FormData(event.target as HTMLFormElement).get('address') as string;
    if (await this.app.instruments.connectAddress(address)) this.dispatchEvent(new CustomEvent('lab-connected'));
  }

  async #connectVariables(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const names = new FormData(event.target as HTMLFormElement).get('variables') as string;
    if (await this.app.instruments.connectVariables(names)) this.dispatchEvent(new CustomEvent('lab-connected'));
  }

  async #connectSerial(): Promise<void> {
    const instrument = await this.app.instruments.requestSerialPort(this.baudRate);
    if (instrument) this.dispatchEvent(new CustomEvent('lab-connected'));
  }

  async #openConfiguration(): Promise<void> {
    const before = this.app.instruments.connected.value;
    await this.app.commands.execute('instrument.configuration');
    if (this.app.instruments.connected.value !== before) this.dispatchEvent(new CustomEvent('lab-connected'));
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
