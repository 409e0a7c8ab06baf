// One instrument for the laboratory: published as process variables, which of them others may write, and what they wrote.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { formatCount } from '../../../base/si.ts';
import type { Publication, PublishedVariable, PublishedWrite } from '../../../model/publication.ts';
import { controlStyles } from '../../elements/controls.ts';
import { AppElement } from '../../signal-element.ts';

@customElement('lab-publish-card')
export class LabPublishCard extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) auto;
        align-items: end;
        gap: var(--lab-space-2);
        margin-block-start: var(--lab-space-2);
      }
      form label {
        display: grid;
        gap: var(--lab-space-1);
      }
      form span {
        font-size: var(--lab-size-small);
        color: var(--lab-text-dim);
      }
      input:not([type='checkbox']) {
        font-family: var(--lab-font-mono);
      }
      .line {
        display: flex;
        align-items: center;
        gap: var(--lab-space-2);
      }
      .line p {
        flex: 1;
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }
      h3 {
        margin-block: var(--lab-space-4) var(--lab-space-1);
      }
      .scroll {
        max-block-size: 280px;
        overflow: auto;
        background: var(--lab-ground-0);
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
        padding: 0 var(--lab-space-2);
        font-size: var(--lab-size-small);
      }
      td {
        vertical-align: top;
        overflow-wrap: anywhere;
      }
      td:last-child {
        padding-inline-end: 0;
      }
      tr:last-child td {
        border-block-end: none;
      }
      .name {
        font-family: var(--lab-font-mono);
      }
      input[type='checkbox'] {
        block-size: auto;
        vertical-align: middle;
      }
      .bad {
        color: var(--lab-warn);
      }
    `,
  ];

  @property({ attribute: false }) instrument!: ConnectedInstrument;

  override render(): TemplateResult {
    const { publication } = this.instrument.status.value;
    return publication ? this.#served(publication) : this.#offer();
  }

  #offer(): TemplateResult {
    return html`
      <p class="small dim">
        Lets the laboratory see its state, settings, readings and traces as EPICS process variables, through the bridge:
        <code>npm run bridge -- --epics</code>. Others write nothing until you allow it.
      </p>
      <form @submit=${(event: SubmitEvent) => this.#publish(event)}>
        <label><span>Prefix</span><input name="prefix" autocomplete="off" spellcheck="false" required .value=${this.#prefix} /></label>
        <label><span>Name</span><input name="name" autocomplete="off" spellcheck="false" required .value=${this.#name} /></label>
        <button>Publish</button>
      </form>
    `;
  }

  #served({ plan, state, problem, variables, writes, passedOverCount }: Publication): TemplateResult {
    return html`
      <div class="line">
        <p role="status" class=${state === 'away' ? 'bad' : ''}>
          ${state === 'served' ? html`Published as <span class="name">${baseOf(variables)}</span>.` : nothing}
          ${state === 'opening' ? 'The bridge is asked…' : nothing}
          ${state === 'away' ? `Not published; it is tried again. ${problem}` : nothing}
        </p>
        <button @click=${() => void this.app.instruments.publish(this.instrument, undefined)}>Stop publishing</button>
      </div>
      ${
        passedOverCount > 0
          ? html`<p class="small bad">Traces that the bridge was too slow for: ${formatCount(passedOverCount)}.</p>`
          : nothing
      }
      <h3>Process variables: ${formatCount(variables.length)}</h3>
      <div class="scroll" tabindex="0" role="region" aria-label="Process variables">
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th>Others may write</th>
            </tr>
          </thead>
          <tbody>
            ${variables.map((variable) => this.#variable(variable, plan.writableIds))}
          </tbody>
        </table>
      </div>
      <h3>Written by others</h3>
      ${
        writes.length === 0
          ? html`<p class="small dim">Nothing yet.</p>`
          : html`<div class="scroll" tabindex="0" role="region" aria-label="Written by others">
              <table aria-live="polite">
                <tbody>
                  ${writes.toReversed().map(writeRow)}
                </tbody>
              </table>
            </div>`
      }
    `;
  }

  #variable(
    { id, name, label, canBeWritable, refusal }: PublishedVariable,
    writableIds: readonly string[],
  ): TemplateResult {
    return html`<tr>
      <td title="${name}: ${label}">
        <span class="name">${id}</span>
        ${refusal === undefined ? nothing : html`<div class="bad">Not served. ${refusal}</div>`}
      </td>
      <td>
        ${
          canBeWritable
            ? html`<input
                type="checkbox"
                aria-label="Others may write ${name}"
                .checked=${writableIds.includes(id)}
                @change=${(event: Event) => this.#allow(id, (event.target as HTMLInputElement).checked)}
              />`
            : nothing
        }
      </td>
    </tr>`;
  }

  /** An oscilloscope of OsziTrace is called by its names there. */
  get #ownNames(): readonly string[] {
    return /^(.+):([^:]+)$/.exec(this.instrument.unit?.model ?? '')?.slice(1) ?? [];
  }

  get #prefix(): string {
    return this.#ownNames[0] ?? this.app.settings.get('epics.prefix');
  }

  /** Such as `DS1054Z` or `JS110_001636`. */
  get #name(): string {
    return this.#ownNames[1] ?? this.instrument.label.replace(/[^A-Za-z0-9]+/g, '_');
  }

  #publish(event: SubmitEvent): void {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const prefix = (fields.get('prefix') as string).trim();
    const name = (fields.get('name') as string).trim();
    if (this.#ownNames.length === 0) this.app.settings.set('epics.prefix', prefix);
    void this.app.instruments.publish(this.instrument, { prefix, name, writableIds: [] });
  }

  #allow(id: string, isAllowed: boolean): void {
    const { publication } = this.instrument.status.value;
    if (!publication) return;
    const others = publication.plan.writableIds.filter((other) => other !== id);
    const writableIds = isAllowed ? [...others, id] : others;
    void this.app.instruments.publish(this.instrument, { ...publication.plan, writableIds });
  }
}

/** What stands before the id of each. */
function baseOf([first]: readonly PublishedVariable[]): string {
  return first ? first.name.slice(0, -first.id.length - 1) : '';
}

function writeRow({ unixMs, name, value, from, refusal }: PublishedWrite): TemplateResult {
  return html`<tr>
    <td class="number">${new Date(unixMs).toLocaleTimeString()}</td>
    <td>
      <span class="name">${name} = ${value}</span>
      <div class="dim">${from}</div>
      ${refusal === undefined ? nothing : html`<div class="bad">Refused. ${refusal}</div>`}
    </td>
  </tr>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-publish-card': LabPublishCard;
  }
}
