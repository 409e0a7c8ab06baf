// The records that are kept: named, annotated, laid under the live trace, deleted.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { formatBytes, formatCount, formatSiText } from '../../../base/si.ts';
import { captureBytes, type TraceCapture } from '../../../model/captures.ts';
import type { ParameterValue } from '../../../model/parameter.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import { download } from '../../save-picture.ts';
import { SignalElement } from '../../signal-element.ts';
import { type CaptureShelf, pictureName } from './capture-shelf.ts';
import { recordSettings } from './screen.ts';

@customElement('lab-scope-captures')
export class LabScopeCaptures extends SignalElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        gap: var(--lab-space-2);
      }
      p {
        margin: 0;
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
        gap: 4px;
        padding: var(--lab-space-2);
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
        background: var(--lab-ground-2);
      }
      .line {
        display: flex;
        align-items: center;
        gap: 4px;
      }
      .line input {
        flex: 1;
        background: transparent;
        border-color: transparent;
      }
      .line input:hover,
      .line input:focus {
        border-color: var(--lab-line-strong);
      }
      .name {
        font-weight: 600;
      }
      img {
        max-inline-size: 100%;
      }
      summary {
        cursor: pointer;
        color: var(--lab-text-dim);
        font-size: var(--lab-size-small);
      }
      dl {
        font-size: var(--lab-size-small);
        padding-block-start: 4px;
      }
    `,
  ];

  @property({ attribute: false }) shelf!: CaptureShelf;
  /** Records of the instrument that are still there. */
  @property({ attribute: false }) recordCount = 0;

  readonly #urls = new Map<string, string>();

  override render(): TemplateResult {
    return html`${this.#all()} ${this.#captures()}`;
  }

  #all(): TemplateResult | typeof nothing {
    if (this.recordCount < 2) return nothing;
    return html`<p>
      <button
        title="Save all records that are still there, as the segments of a sequence (Shift+E)"
        @click=${() => this.dispatchEvent(new CustomEvent('lab-save-all-requested'))}
      >
        Save all ${formatCount(this.recordCount)} records…
      </button>
    </p>`;
  }

  #captures(): TemplateResult {
    const captures = this.shelf.list.value;
    if (captures.length === 0) {
      return html`<p class="dim">
        No record is kept yet. Pin keeps the one on the screen, with its settings, and lays it under the live trace.
      </p>`;
    }
    const bytes = captures.reduce((sum, capture) => sum + captureBytes(capture), 0);
    return html`
      <ul aria-label="Captures">${repeat(
        captures,
        ({ id }) => id,
        (capture) => this.#item(capture),
      )}</ul>
      <p class="dim small">${formatCount(captures.length)} kept in this browser, ${formatBytes(bytes)}</p>
    `;
  }

  #item(capture: TraceCapture): TemplateResult {
    const { id, name, note, source, triggerUnixMs, signals, sampleCount } = capture;
    const time = new Date(triggerUnixMs);
    return html`<li>
      <div class="line">
        <input
          class="name"
          aria-label="Name of ${name}"
          .value=${name}
          @change=${(event: Event) => this.#describe(capture, event, 'name')}
        />
        <button
          aria-label="Show ${name} under the live trace"
          aria-pressed=${this.shelf.isGhost(id)}
          title="Lay ${name} under the live trace, or take it away"
          @click=${() => void this.shelf.toggleGhost(capture)}
        >
          Show
        </button>
        <button aria-label="Save ${name}" title="Save ${name} as a file" @click=${() => void this.shelf.save(capture)}>
          Save…
        </button>
        <button class="icon quiet" aria-label="Delete ${name}" title="Delete ${name}" @click=${() => void this.shelf.remove(capture)}>
          <lab-icon name="trash"></lab-icon>
        </button>
      </div>
      <p class="small dim">
        ${source}, <time datetime=${time.toISOString()}>${time.toLocaleString()}</time>,
        ${signals.map((signal) => signal.name).join(', ')}, ${formatCount(sampleCount)} points
      </p>
      <div class="line">
        <input
          aria-label="Note on ${name}"
          placeholder="Note"
          .value=${note}
          @change=${(event: Event) => this.#describe(capture, event, 'note')}
        />
      </div>
      ${this.#picture(capture)} ${this.#settings(capture)}
    </li>`;
  }

  #picture({ id, name, picture }: TraceCapture): TemplateResult | typeof nothing {
    if (!picture) return nothing;
    return html`<img alt="Screen of the instrument, ${name}" src=${this.#urlOf(id, picture)} />
      <button
        aria-label="Save the picture of ${name}"
        title="Save the instrument's own picture"
        @click=${() => download(picture, pictureName(name, picture))}
      >
        Save picture
      </button>`;
  }

  #urlOf(id: string, picture: Blob): string {
    const url = this.#urls.get(id) ?? URL.createObjectURL(picture);
    this.#urls.set(id, url);
    return url;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
    this.#urls.clear();
  }

  #settings(capture: TraceCapture): TemplateResult | typeof nothing {
    const settings = Object.entries(recordSettings(capture));
    const own = settings.length > 0 ? settings : capture.settings === '' ? [] : [['In its words', capture.settings]];
    if (own.length === 0) return nothing;
    return html`<details>
      <summary>Settings in force</summary>
      <dl>
        <dt>Sample step</dt>
        <dd>${formatSiText(capture.stepS, 's')}</dd>
        ${own.map(([id, value]) => html`<dt>${id}</dt><dd>${settingText(value!)}</dd>`)}
      </dl>
    </details>`;
  }

  #describe(capture: TraceCapture, event: Event, what: 'name' | 'note'): void {
    const input = event.target as HTMLInputElement;
    const text = input.value.trim();
    if (what === 'name' && text === '') input.value = capture.name;
    else void this.shelf.describe(capture, { [what]: text });
  }
}

function settingText(value: ParameterValue): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(7))) : String(value);
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-captures': LabScopeCaptures;
  }
}
