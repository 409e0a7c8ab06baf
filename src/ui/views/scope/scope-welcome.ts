// The scope view before there is an oscilloscope: what it shows, and the way to one.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { InstrumentChoice } from '../../../model/instrument.ts';
import '../../command-button.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { AppElement } from '../../signal-element.ts';
import { RUN_MODE } from './acquisition.ts';

/** How parameters of an output end, and what they are set to: volts from peak to peak that fill half of a screen, and on. */
const FED = [
  ['.amplitude', 4],
  ['.output', true],
] as const;

@customElement('lab-scope-welcome')
export class LabScopeWelcome extends AppElement {
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
    const first = instruments.choices.value.find(({ simulation = '' }) => /oscilloscope/i.test(simulation));
    const isOpening = first !== undefined && instruments.opening.value.includes(first.id);
    return html`<section aria-labelledby="title">
      <div class="title">
        <lab-icon name="square-activity"></lab-icon>
        <h1 id="title">No oscilloscope is connected</h1>
      </div>
      <p>
        Here the records of an oscilloscope stand on its graticule as they come, with every setting to change where it is
        read, measurements with statistics, and captures to compare with.
      </p>
      <div class="ways">
        ${
          first
            ? html`<button
                class="primary"
                aria-disabled=${isOpening ? 'true' : nothing}
                title=${isOpening ? 'It is being opened' : 'Connects it and a generator at its inputs, and lets both run'}
                @click=${() => !isOpening && void this.#connect(first)}
              >
                <lab-icon name="play"></lab-icon>Run a simulated ${first.simulation}
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
        <lab-command-button .app=${this.app} command="instrument.configuration" icon="folder-open"></lab-command-button>
      </div>
    </section>`;
  }

  /** A simulated one may be let run: nothing hangs on it. */
  async #connect(choice: InstrumentChoice): Promise<void> {
    const { instruments } = this.app;
    const scope = await instruments.connect(choice);
    if (scope?.status.value.values[RUN_MODE] === undefined) return;
    await instruments.set(scope, RUN_MODE, 'run');
    await this.#feed();
    instruments.select(choice.id);
  }

  /** The first simulated generator is wired to the simulated scopes. */
  async #feed(): Promise<void> {
    const { instruments } = this.app;
    const choice = instruments.choices.value.find(({ simulation = '' }) => /generator/i.test(simulation));
    const generator = choice && (await instruments.connect(choice));
    for (const { id } of generator?.status.value.parameters ?? []) {
      for (const [end, value] of FED) if (id.endsWith(end)) await instruments.set(generator!, id, value);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-welcome': LabScopeWelcome;
  }
}
