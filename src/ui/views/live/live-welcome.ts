// The live view before anything is connected: a simulated instrument, one click away, and the way to a real one.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { InstrumentChoice } from '../../../model/instrument.ts';
import '../../command-button.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';

@customElement('lab-live-welcome')
export class LabLiveWelcome extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        flex: 1;
        display: grid;
        place-items: center;
        overflow: auto;
        padding: var(--lab-space-4);
      }
      section {
        inline-size: min(100%, 560px);
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
      dd {
        font-family: inherit;
      }
      .start {
        display: flex;
        flex-wrap: wrap;
        gap: var(--lab-space-2);
      }
      .start button.primary {
        min-inline-size: 120px;
        --lab-control-height: max(36px, var(--lab-control-small));
        font-size: var(--lab-size-large);
      }
      .start select {
        --lab-control-height: max(36px, var(--lab-control-small));
        flex: 1;
        min-inline-size: 180px;
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

  @state() private choiceId = '';

  override render(): TemplateResult {
    const choices = this.app.instruments.choices.value.filter(({ isSimulated }) => isSimulated);
    return html`<section aria-labelledby="title">
      <div class="body">${choices.length > 0 ? this.#simulated(choices) : this.#withoutInstruments()}</div>
      <footer>
        <p class="dim">Or use what you have:</p>
        <lab-command-button .app=${this.app} command="instrument.connect" label="Connect a device…" icon="usb"></lab-command-button>
        <lab-command-button .app=${this.app} command="file.open" label="Open a file…" icon="folder-open"></lab-command-button>
      </footer>
    </section>`;
  }

  #simulated(choices: readonly InstrumentChoice[]): TemplateResult {
    const choice = choices.find(({ id }) => id === this.choiceId) ?? choices[0];
    const isOpening = choice !== undefined && this.app.instruments.opening.value.includes(choice.id);
    return html`
      <div class="title">
        <lab-icon name="activity"></lab-icon>
        <h1 id="title">Simulated ${choice?.model}</h1>
      </div>
      <p>
        An energy analyser in software: it answers the same commands and sends the same packets as the real unit, so
        everything works on it without hardware.
      </p>
      <dl>
        <dt>Measures</dt>
        <dd>current, voltage, power</dd>
        <dt>Rate</dt>
        <dd>2 million samples per second</dd>
        <dt>Range</dt>
        <dd>nanoamperes to 10 A, 0 V to 15 V</dd>
      </dl>
      <div class="start">
        ${
          choices.length > 1
            ? html`<select
                aria-label="What the simulated device measures"
                @change=${(event: Event) => {
                  this.choiceId = (event.target as HTMLSelectElement).value;
                }}
              >
                ${choices.map(({ id, label }) => html`<option value=${id} ?selected=${id === choice?.id}>${label}</option>`)}
              </select>`
            : nothing
        }
        <button
          class="primary"
          aria-disabled=${isOpening ? 'true' : nothing}
          title="Connect the simulated instrument and start it"
          @click=${() => choice && void this.app.instruments.connect(choice, { start: true })}
        >
          <lab-icon name="play"></lab-icon>${isOpening ? 'Starting…' : 'Start'}
        </button>
      </div>
    `;
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
