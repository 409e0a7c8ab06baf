// What is connected, whether it runs, and the recordings.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../app/instruments.ts';
import '../command-button.ts';
import { controlStyles } from '../elements/controls.ts';
import '../elements/icon.ts';
import { AppElement } from '../signal-element.ts';
import { runStyles } from '../view-bars.ts';
import { INSTRUMENT_BARS } from '../views/instruments/bars.ts';
import { stateColor, stateWord } from '../views/instruments/state-words.ts';
import './record-control.ts';
import { openView, VIEWS, type ViewRow } from './views.ts';

@customElement('lab-top-bar')
export class LabTopBar extends AppElement {
  static override readonly styles = [
    controlStyles,
    runStyles,
    css`
      header {
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
        block-size: 100%;
        padding-inline: 0 var(--lab-space-2);
        background: var(--lab-ground-1);
        border-block-end: 1px solid var(--lab-line);
      }
      .brand {
        inline-size: var(--lab-rail-width);
        flex: none;
        display: grid;
        place-items: center;
        color: var(--lab-accent);
      }
      .brand svg {
        inline-size: 26px;
        block-size: 26px;
      }
      .chips {
        /* What is hidden in it scrolls with it, and does not widen the page. */
        position: relative;
        display: flex;
        gap: var(--lab-space-1);
        flex: 0 1 auto;
        min-inline-size: 0;
        overflow-x: auto;
        scrollbar-width: none;
        padding: 3px;
      }
      .connect {
        flex: none;
        margin-inline-end: auto;
      }
      .chip {
        gap: 8px;
        border-inline-start: 3px solid var(--chip-color, var(--lab-accent));
        flex: none;
      }
      .dot {
        inline-size: 8px;
        block-size: 8px;
        border-radius: 50%;
      }
      .chip.failed,
      .chip.lost {
        background: var(--lab-danger-ground);
      }
      .chip.failed lab-icon,
      .chip.lost lab-icon {
        color: var(--lab-danger);
      }
      .chip.all {
        border-inline-start-width: 1px;
      }
      .stripes {
        display: flex;
        gap: 2px;
      }
      .stripes i {
        inline-size: 3px;
        block-size: 12px;
        border-radius: 1px;
      }
      .brief {
        display: none;
      }
      @media (max-width: 900px) {
        .long {
          display: none;
        }
        .brief {
          display: inline;
        }
      }
      @media (max-width: 720px) and (min-height: 481px) {
        header:has(.chip) {
          flex-wrap: wrap;
          block-size: auto;
          min-block-size: 100%;
          row-gap: 0;
        }
        .brand {
          inline-size: 40px;
        }
        .brand:has(+ .chips .chip) {
          margin-inline-end: auto;
        }
        /* Instruments have a row of their own. */
        .chips:has(.chip) {
          order: 1;
          flex: 1 0 calc(100% - 2 * var(--lab-control-height));
          padding-inline-start: var(--lab-space-2);
          scroll-padding-inline: var(--lab-space-2);
        }
        .chips:has(.chip) + .connect {
          order: 2;
        }
        .chip.all {
          order: -1;
        }
      }
    `,
  ];

  #chosen: Element | null = null;

  override render(): TemplateResult {
    const { connected } = this.app.instruments;
    const view = openView(this.app);
    const { run } = view?.bars ?? INSTRUMENT_BARS;
    return html`<header>
      <div class="brand" title="Pulsebench">
        <svg viewBox="0 0 32 32" role="img" aria-label="Pulsebench" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linejoin="round" stroke-linecap="round">
          <path d="M3 20h6l3-13 5 20 4-12 2 5h6" />
        </svg>
      </div>
      <div class="chips">
        ${connected.value.map((instrument) => this.#chip(instrument))} ${this.#allChip()}
        ${this.#activities(view)}
      </div>
      <lab-command-button
        class="connect"
        .app=${this.app}
        command="instrument.list"
        label="Connect"
        icon="plug"
        look="quiet"
        collapses
        ?icon-only=${connected.value.length > 0}
      ></lab-command-button>
      ${run(this.app)} <lab-record-control .app=${this.app}></lab-record-control>
      <lab-command-button .app=${this.app} command="palette.show" icon="command" look="quiet" icon-only></lab-command-button>
    </header>`;
  }

  /** Where they have no room side by side, a chip that was chosen comes into sight. */
  override updated(): void {
    const chosen = this.renderRoot.querySelector('.chip[aria-pressed=true]');
    if (chosen !== this.#chosen) chosen?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.#chosen = chosen;
  }

  #chip(instrument: ConnectedInstrument): TemplateResult {
    const { bench } = this.app;
    const status = instrument.status.value;
    const { state } = status;
    const word = stateWord(status);
    const isShown = !bench.isAllShown.value && bench.shown.value.includes(instrument);
    return html`<button
      class="chip ${state}"
      .style=${`--chip-color: var(--lab-trace-${instrument.colorNumber})`}
      aria-pressed=${isShown}
      title="${instrument.label}: ${word}. Show it."
      @click=${() => bench.show(instrument)}
    >
      <span class="dot" .style=${`background: ${stateColor(status)}`}></span>${instrument.label}
      ${state === 'failed' || state === 'lost' ? html`<lab-icon name="triangle-alert"></lab-icon>` : nothing}
      <span class="hidden-visually">, ${word}</span>
    </button>`;
  }

  #allChip(): TemplateResult | typeof nothing {
    const { bench, instruments } = this.app;
    const connected = instruments.connected.value;
    if (connected.length < 2) return nothing;
    return html`<button
      class="chip all"
      aria-pressed=${bench.isAllShown.value}
      title="Show all instruments on one time axis"
      @click=${() => bench.showAll()}
    >
      <span class="stripes">
        ${connected.map(({ colorNumber }) => html`<i .style=${`background: var(--lab-trace-${colorNumber})`}></i>`)}
      </span>
      <span class="long">All on one axis</span><span class="brief">All</span>
    </button>`;
  }

  /** What goes on in views that are not open. */
  #activities(open: ViewRow | undefined): readonly TemplateResult[] {
    return VIEWS.flatMap((view) => {
      const activity = view === open ? undefined : view.bars.activity?.(this.app);
      if (!activity) return [];
      const { icon, label, figure, title } = activity;
      return html`<button class="chip" title="${title} Show it." @click=${() => this.app.navigation.show(view.id)}>
        <lab-icon name=${icon}></lab-icon>${label}
        <span class="number dim">${figure}</span>
      </button>`;
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-top-bar': LabTopBar;
  }
}
