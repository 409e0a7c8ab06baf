// Instruments that announce themselves on the network: what can be connected with a click, and of the others what to do.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { isBridged } from '../../../base/bridge-address.ts';
import type { FoundInstrument, FoundInstruments, FoundService } from '../../../model/ports.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';

/** What each service is called; those that lead to SCPI come first. */
const SERVICES: readonly (readonly [FoundService['kind'], string])[] = [
  ['scpi-raw', 'SCPI'],
  ['red-pitaya', 'Red Pitaya, its SCPI server'],
  ['lxi', 'LXI'],
  ['hislip', 'HiSLIP'],
  ['vxi-11', 'VXI-11'],
];
const SPOKEN: readonly FoundService['kind'][] = ['scpi-raw', 'red-pitaya'];

/** IANA: scpi-raw. */
const USUAL_PORT = 5025;

/** Fires `lab-connected` after the user picked one and it runs. */
@customElement('lab-found-list')
export class LabFoundList extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        margin-block-end: var(--lab-space-2);
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: var(--lab-space-2);
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--lab-space-1) var(--lab-space-3);
        padding: var(--lab-space-2) var(--lab-space-2) var(--lab-space-2) var(--lab-space-3);
        background: var(--lab-ground-2);
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
      }
      li > button {
        min-inline-size: 92px;
      }
      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .obstacle {
        color: var(--lab-warn);
      }
      .obstacle code {
        overflow-wrap: anywhere;
        user-select: all;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    // elsewhere a bridge may not be there, which a browser reports as an error of the page: there it is a click
    if (isBridged(location.href)) this.#look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.app.discovery.leave(this);
  }

  override render(): TemplateResult {
    const state = this.app.discovery.state.value;
    switch (state.kind) {
      case 'off':
        return this.#button();
      case 'failed':
        return html`${this.#button()}
          <p class="small obstacle" role="status">Nothing was looked for: ${state.reason}</p>`;
      case 'looking':
        return this.#found(state.found);
    }
  }

  #button(): TemplateResult {
    return html`<button @click=${() => this.#look()}>Find instruments</button>`;
  }

  #found(found: FoundInstruments | undefined): TemplateResult {
    if (!found || found.instruments.length === 0) {
      return html`<p class="small dim" role="status">Looking for instruments that announce themselves (mDNS)…</p>`;
    }
    return html`<ul aria-label="Found on the network">
        ${found.instruments.map((instrument) => this.#row(instrument))}
      </ul>
      ${found.isFull ? html`<p class="small obstacle">More are announced than are shown.</p>` : nothing}`;
  }

  #row({ name, address, services }: FoundInstrument): TemplateResult {
    const kinds = SERVICES.filter(([kind]) => services.some((service) => service.kind === kind));
    const spoken = services.find(({ kind }) => SPOKEN.includes(kind));
    const place = spoken ? `${address}:${spoken.port}` : address;
    return html`<li>
      <div>
        <p class="name">${name}</p>
        <p class="small dim">${place} · ${kinds.map(([, title]) => title).join(', ')}</p>
        ${obstacle(address, spoken)}
      </div>
      ${spoken?.isAllowed ? this.#connectButton(name, place) : nothing}
    </li>`;
  }

  #connectButton(name: string, place: string): TemplateResult {
    const choice = this.app.instruments.choiceOfFound(name, place);
    const { connected, opening } = this.app.instruments;
    const isOpen = connected.value.some((instrument) => instrument.choice.id === choice.id);
    const isOff = isOpen || opening.value.includes(choice.id);
    return html`<button
      aria-label="Connect ${name} at ${place}"
      aria-disabled=${isOff ? 'true' : nothing}
      @click=${async () => {
        if (isOff) return;
        const instrument = await this.app.instruments.connect(choice, { start: true });
        if (instrument) this.dispatchEvent(new CustomEvent('lab-connected'));
      }}
    >
      <lab-icon name="play"></lab-icon>${isOpen ? 'Connected' : isOff ? 'Connecting…' : 'Connect'}
    </button>`;
  }

  #look(): void {
    void this.app.discovery.look(this);
  }
}

/** Why it cannot be connected with a click, and what to do. */
function obstacle(address: string, spoken: FoundService | undefined): TemplateResult | typeof nothing {
  if (spoken?.isAllowed) return nothing;
  if (spoken) {
    return html`<p class="small obstacle">
      The bridge leads there when it is started with <code>--allow ${address}:${spoken.port}</code>.
    </p>`;
  }
  return html`<p class="small obstacle">
    What it announces is not spoken here. Most such instruments take SCPI at port ${USUAL_PORT}, too: start the bridge with
    <code>--allow ${address}:${USUAL_PORT}</code> and type that address.
  </p>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-found-list': LabFoundList;
  }
}
