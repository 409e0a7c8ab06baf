// The live view before anything is connected: what is plugged in comes first, then simulated instruments of each kind,
// and the ways to a new device and to a file.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { InstrumentChoice } from '../../../model/instrument.ts';
import '../../command-button.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';
import '../instruments/unit-list.ts';

@customElement('lab-live-welcome')
export class LabLiveWelcome extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        flex: 1;
        display: grid;
        place-items: safe center;
        overflow: auto;
        padding: var(--lab-space-4);
      }
      section {
        inline-size: min(100%, 600px);
        background: var(--lab-ground-1);
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius-large);
      }
      .body {
        padding: var(--lab-space-5);
        display: grid;
        gap: var(--lab-space-4);
      }
      .title {
        display: flex;
        align-items: center;
        gap: var(--lab-space-3);
      }
      .title lab-icon {
        font-size: 26px;
        color: var(--lab-accent);
      }
      .group {
        display: grid;
        gap: var(--lab-space-2);
      }
      h2 {
        font-size: var(--lab-size-small);
        color: var(--lab-text-dim);
      }
      footer {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--lab-space-2);
        padding: var(--lab-space-3) var(--lab-space-5);
        border-block-start: 1px solid var(--lab-line);
      }
      footer p {
        flex: 1;
        min-inline-size: 140px;
      }
    `,
  ];

  override render(): TemplateResult {
    const choices = this.app.instruments.choices.value;
    return html`<section aria-labelledby="title">
      <div class="body">${choices.length > 0 ? this.#units(choices) : this.#withoutInstruments()}</div>
      <footer>
        <p class="dim">Or use what you have:</p>
        <lab-command-button .app=${this.app} command="instrument.connect" label="Connect a device…" icon="usb"></lab-command-button>
        <lab-command-button .app=${this.app} command="file.open" label="Open a file…" icon="folder-open"></lab-command-button>
      </footer>
    </section>`;
  }

  #units(choices: readonly InstrumentChoice[]): TemplateResult {
    const real = choices.filter(({ isSimulated }) => !isSimulated);
    // One that cannot be opened does not lead.
    const canOpen = real.some(({ obstacle }) => obstacle === undefined);
    const ordered = real.toSorted((a, b) => Number(a.obstacle !== undefined) - Number(b.obstacle !== undefined));
    return html`
      <div class="title">
        <lab-icon name="activity"></lab-icon>
        <h1 id="title">${canOpen ? 'Your instrument is plugged in' : 'Start with a simulated instrument'}</h1>
      </div>
      ${
        canOpen
          ? nothing
          : html`<p>
              It answers the same commands and sends the same packets as the real unit, so everything works on it
              without hardware.
            </p>`
      }
      ${this.#group('Plugged in', ordered, canOpen)}
      ${this.#group(
        'Simulated, no hardware needed',
        choices.filter(({ isSimulated }) => isSimulated),
        !canOpen,
      )}
    `;
  }

  #group(title: string, choices: readonly InstrumentChoice[], leads: boolean): TemplateResult | typeof nothing {
    if (choices.length === 0) return nothing;
    const { instruments } = this.app;
    return html`<div class="group">
      <h2>${title}</h2>
      <lab-unit-list
        describes
        label=${title}
        ?leads=${leads}
        .choices=${choices}
        .kinds=${instruments.kinds}
        .opening=${instruments.opening.value}
        @lab-unit-chosen=${(event: CustomEvent<InstrumentChoice>) =>
          void instruments.connect(event.detail, { start: true })}
      ></lab-unit-list>
    </div>`;
  }

  #withoutInstruments(): TemplateResult {
    return html`
      <div class="title">
        <lab-icon name="folder-open"></lab-icon>
        <h1 id="title">View recordings</h1>
      </div>
      <p>
        No instrument can run in this page; the note above says why. Files can be opened, measured and exported:
        drop one anywhere on the window.
      </p>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-live-welcome': LabLiveWelcome;
  }
}
