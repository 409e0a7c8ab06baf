import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { toError } from '../../../base/errors.ts';
import { LatestOnly } from '../../../base/latest.ts';
import { formatCount } from '../../../base/si.ts';
import type { EventBlock, EventStore } from '../../../model/events.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import '../../elements/number-field.ts';
import { CanvasPainter } from '../../plot/canvas-painter.ts';
import { observePixels } from '../../plot/pixel-size.ts';
import { wheelSteps } from '../../plot/zones.ts';
import { pageTheme, TRACE_COLOR_COUNT } from '../../theme/theme.ts';
import { type EventSelection, eventCommandFor } from './commands.ts';
import { drawEvents, type EventLine } from './event-scene.ts';
import { channelsOf, metadataOf, overlayLimit, valuesOf, waveformOf } from './event-traces.ts';

const OVERLAYS = [1, 5, 20, 100, 500] as const;
/** The faintest of the events below the selected one, and the strongest. */
const OLDEST_ALPHA = 0.08;
const BELOW_ALPHA = 0.5;

/**
 * Events of a file one by one: waveforms of the selected one, over those before it, and its metadata. While the focus is
 * in it the arrow, page, Home and End keys go through the events. Page only.
 */
@customElement('lab-event-view')
export class LabEventView extends LitElement implements EventSelection {
  static override readonly styles = [
    controlStyles,
    columnStyles,
    css`
      :host {
        outline: none;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--lab-space-2);
        padding: 4px 12px;
        border-block-end: 1px solid var(--lab-line);
        background: var(--lab-ground-1);
      }
      .bar lab-number-field {
        inline-size: 96px;
      }
      .bar input[type='range'] {
        flex: 1;
        min-inline-size: 120px;
        padding: 0;
        border: none;
        background: transparent;
        accent-color: var(--lab-accent);
      }
      .bar label {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      input[type='checkbox'] {
        inline-size: 16px;
        block-size: 16px;
        accent-color: var(--lab-accent);
      }
      .work {
        flex: 1;
        min-block-size: 0;
        display: flex;
      }
      .plot {
        position: relative;
        flex: 1;
        min-inline-size: 0;
      }
      canvas {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
      }
      aside {
        inline-size: 250px;
        overflow: auto;
        padding: var(--lab-space-3);
        background: var(--lab-ground-1);
        border-inline-start: 1px solid var(--lab-line);
        display: grid;
        align-content: start;
        gap: var(--lab-space-3);
      }
      aside ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 4px;
      }
      aside label {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .swatch {
        inline-size: 12px;
        block-size: 3px;
        flex: none;
      }
      .range {
        margin-inline-start: auto;
      }
      .problem {
        color: var(--lab-danger);
        padding: 4px 12px;
      }
      @media (max-width: 720px) {
        .work {
          flex-direction: column;
        }
        aside {
          inline-size: auto;
          max-block-size: 40%;
        }
      }
    `,
  ];

  @property({ attribute: false }) events!: EventStore;
  /** Name of the data, for screen readers. */
  @property() label = '';

  @state() private index = 0;
  @state() private overlay = 1;
  @state() private fades = true;
  @state() private hiddenNames: readonly string[] = [];
  @state() private block: EventBlock | undefined;
  @state() private problem = '';
  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  readonly #latest = new LatestOnly();
  #stop: (() => void) | undefined;
  #turned = 0;
  /** Grows with what was seen, so that the picture does not jump from event to event. */
  #range = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };

  /** The selected event. */
  get selected(): number {
    return this.index;
  }

  get last(): number {
    return this.events.eventCount - 1;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('keydown', this.#onKeyDown);
    let stopSizes = () => {};
    void this.updateComplete.then(() => {
      if (this.isConnected) stopSizes = observePixels(this.canvas, () => this.#draw());
    });
    const stopTheme = pageTheme().onChange(() => this.requestUpdate());
    this.#stop = () => {
      this.removeEventListener('keydown', this.#onKeyDown);
      stopSizes();
      stopTheme();
    };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('events')) return;
    this.index = 0;
    this.block = undefined;
    this.#forgetRange();
    this.#load();
  }

  override updated(): void {
    this.#draw();
  }

  override render(): TemplateResult {
    const { eventCount } = this.events;
    if (eventCount === 0) return html`<p class="bar dim">This file holds no whole event.</p>`;
    const { last } = this;
    return html`
      <div class="bar" role="toolbar" aria-label="Events">
        <button class="quiet icon" title="Previous event (←)" aria-label="Previous event" @click=${() => this.show(this.index - 1)}>
          <lab-icon name="arrow-left"></lab-icon>
        </button>
        <button class="quiet icon" title="Next event (→)" aria-label="Next event" @click=${() => this.show(this.index + 1)}>
          <lab-icon name="arrow-right"></lab-icon>
        </button>
        <lab-number-field
          label="Event"
          .value=${this.index}
          .min=${0}
          .max=${last}
          .step=${1}
          @lab-number-changed=${(event: CustomEvent<number>) => this.show(event.detail)}
        ></lab-number-field>
        <span class="number small dim">of ${formatCount(eventCount)}</span>
        <input
          type="range"
          aria-label="Event"
          min="0"
          max=${last}
          .value=${String(this.index)}
          @input=${(event: Event) => this.show(Number((event.target as HTMLInputElement).value))}
        />
        <label>Overlay ${this.#overlayChoice()}</label>
        <label title="Events before the selected one become fainter with age">
          <input
            type="checkbox"
            .checked=${this.fades}
            @change=${(event: Event) => {
              this.fades = (event.target as HTMLInputElement).checked;
            }}
          />Fade
        </label>
      </div>
      ${this.problem === '' ? nothing : html`<p class="problem small" role="alert">${this.problem}</p>`}
      <div class="work">
        <div class="plot">
          <canvas
            tabindex="0"
            role="img"
            aria-label=${`Waveforms of event ${this.index}, ${this.label}`}
            @wheel=${this.#onWheel}
          ></canvas>
        </div>
        <aside aria-label="Event ${this.index}" tabindex="0">${this.#metadata()} ${this.#channels()}</aside>
      </div>
    `;
  }

  /** Selects an event; the nearest when there is none of that number. */
  show(index: number): void {
    const next = Math.min(Math.max(Math.round(index), 0), this.last);
    if (next === this.index) return;
    this.index = next;
    this.#load();
  }

  #overlayChoice(): TemplateResult {
    const onChange = (event: Event) => {
      this.overlay = Number((event.target as HTMLSelectElement).value);
      this.#load();
    };
    return html`<select @change=${onChange}>
      ${OVERLAYS.map(
        (count) =>
          html`<option value=${count} .selected=${count === this.overlay}>${count === 1 ? 'Off' : `Last ${count}`}</option>`,
      )}
    </select>`;
  }

  #metadata(): TemplateResult | typeof nothing {
    const { block } = this;
    if (!block) return nothing;
    return html`<h2>Event ${formatCount(block.start + block.eventCount - 1)}</h2>
      <dl>
        ${metadataOf(block, block.eventCount - 1).map(({ name, text }) => html`<dt>${name}</dt><dd>${text}</dd>`)}
      </dl>
      ${this.#values(block)}`;
  }

  /** Events of one item, such as the parameters that a run found: numbers, not waveforms. */
  #values(block: EventBlock): TemplateResult | typeof nothing {
    if (this.events.dataLength !== 1) return nothing;
    return html`<h2>Values</h2>
      <dl>
        ${valuesOf(block, block.eventCount - 1).map(({ name, text }) => html`<dt>${name}</dt><dd>${text}</dd>`)}
      </dl>`;
  }

  #channels(): TemplateResult {
    const { traces } = pageTheme().colors;
    const toggle = (name: string) => {
      this.hiddenNames = this.hiddenNames.includes(name)
        ? this.hiddenNames.filter((other) => other !== name)
        : [...this.hiddenNames, name];
      this.#forgetRange();
    };
    return html`<h2>Channels</h2>
      <ul>
        ${channelsOf(this.events).map(
          ({ name }, index) => html`<li>
            <label>
              <input type="checkbox" .checked=${!this.hiddenNames.includes(name)} @change=${() => toggle(name)} />
              <span class="swatch" .style=${`background: ${traces[index % TRACE_COLOR_COUNT]}`}></span>${name}
            </label>
          </li>`,
        )}
      </ul>`;
  }

  #load(): void {
    const count = Math.min(this.index + 1, overlayLimit(this.events, this.overlay));
    const { events, index } = this;
    if (events.eventCount === 0) return;
    this.#latest.offer(async () => {
      try {
        const block = await events.read(index + 1 - count, count);
        if (events !== this.events) return;
        this.block = block;
        this.problem = '';
      } catch (error) {
        this.problem = `Event ${index} could not be read. ${toError(error).message}`;
      }
    });
  }

  #forgetRange(): void {
    this.#range = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };
  }

  #lines(): EventLine[] {
    const { block, events } = this;
    if (!block) return [];
    const { traces } = pageTheme().colors;
    const channels = channelsOf(events);
    const lines: EventLine[] = [];
    for (let event = 0; event < block.eventCount; event++) {
      const age = block.eventCount - 1 - event;
      for (const [index, channel] of channels.entries()) {
        if (this.hiddenNames.includes(channel.name)) continue;
        const values = waveformOf(block, channel, event, events.dataLength);
        for (const value of values) {
          if (value < this.#range.low) this.#range.low = value;
          if (value > this.#range.high) this.#range.high = value;
        }
        lines.push({ values, color: traces[index % TRACE_COLOR_COUNT]!, alpha: this.#alpha(age, block.eventCount) });
      }
    }
    return lines;
  }

  #alpha(age: number, count: number): number {
    if (age === 0) return 1;
    return this.fades ? OLDEST_ALPHA + (BELOW_ALPHA - OLDEST_ALPHA) * (1 - age / count) : BELOW_ALPHA;
  }

  #draw(): void {
    const { canvas } = this;
    const { clientWidth: widthPx, clientHeight: heightPx } = canvas ?? { clientWidth: 0, clientHeight: 0 };
    const context = widthPx > 0 ? canvas.getContext('2d') : null;
    if (!context) return;
    canvas.width = Math.round(widthPx * devicePixelRatio);
    canvas.height = Math.round(heightPx * devicePixelRatio);
    const lines = this.#lines();
    const { low, high } = this.#range;
    const { colors } = pageTheme();
    const painter = new CanvasPainter(context, devicePixelRatio, { ui: colors.fontUi, mono: colors.fontMono });
    drawEvents(painter, {
      widthPx,
      heightPx,
      lines,
      sampleCount: this.events.dataLength,
      low: low <= high ? low : 0,
      high: low <= high ? high : 1,
      colors,
    });
  }

  /** A turn towards the user goes on; a touch pad's small steps add up. */
  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { stepsX, stepsY } = wheelSteps(event);
    this.#turned -= stepsX + stepsY;
    const whole = Math.trunc(this.#turned);
    this.#turned -= whole;
    this.show(this.index + whole);
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const [target] = event.composedPath();
    const isForControl =
      target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type === 'text');
    if (event.defaultPrevented || isForControl) return;
    const command = eventCommandFor(event);
    if (!command) return;
    event.preventDefault();
    this.show(command.target(this));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-event-view': LabEventView;
  }
}
