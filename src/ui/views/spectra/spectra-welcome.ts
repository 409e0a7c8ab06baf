// The spectra view before there is an analyser: what it shows, and the way to one.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { InstrumentChoice } from '../../../model/instrument.ts';
import '../../command-button.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';

/** The first entry of the list that is a source in front of a simulated analyser. */
const SOURCE = /^sim-redpitaya:/;

@customElement('lab-spectra-welcome')
export class LabSpectraWelcome extends AppElement {
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
        inline-size: min(100%, 560px);
        padding: var(--lab-space-5);
        display: grid;
        gap: var(--lab-space-4);
        background: var(--lab-ground-1);
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius-large);
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
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: var(--lab-space-2);
      }
    `,
  ];

  override render(): TemplateResult {
    const { instruments } = this.app;
    const first = instruments.choices.value.find(({ id }) => SOURCE.test(id));
    const isOpening = first !== undefined && instruments.opening.value.includes(first.id);
    return html`<section aria-labelledby="title">
      <div class="title">
        <lab-icon name="chart-column"></lab-icon>
        <h1 id="title">No pulse-height analyser is connected</h1>
      </div>
      <p>
        Here the spectrum of a Red Pitaya with the mcpha image grows as it counts, with live and real time, presets, energy
        calibration, and lines with what they may be.
      </p>
      <div class="ways">
        ${
          first
            ? html`<button
                class="primary"
                aria-disabled=${isOpening ? 'true' : nothing}
                title=${isOpening ? 'It is being opened' : 'Connects it and lets it count'}
                @click=${() => !isOpening && void this.#connect(first)}
              >
                <lab-icon name="play"></lab-icon>Count a simulated ${first.simulation}
              </button>`
            : nothing
        }
        <lab-command-button
          .app=${this.app}
          command="instrument.list"
          label="Connect an instrument…"
          icon="plug"
          look=${first ? '' : 'primary'}
        ></lab-command-button>
      </div>
    </section>`;
  }

  async #connect(choice: InstrumentChoice): Promise<void> {
    const { instruments } = this.app;
    const analyser = await instruments.connect(choice);
    if (analyser) await instruments.set(analyser, '1.count', true);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-spectra-welcome': LabSpectraWelcome;
  }
}
