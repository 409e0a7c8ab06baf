// Asks what a file of bare numbers holds: nothing in such a file says it.

import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { PickedFile } from '../../app/opened-file.ts';
import { formatDuration } from '../../base/duration.ts';
import { formatBytes, formatCount } from '../../base/si.ts';
import type { RawChoice } from '../../model/read-choice.ts';
import { controlStyles } from '../elements/controls.ts';
import '../elements/icon.ts';
import { showModal } from '../elements/modal.ts';
import '../elements/number-field.ts';
import { AppElement } from '../signal-element.ts';

/** NumPy's letter and bytes of a type, and its name for people. */
const TYPES: Readonly<Record<string, string>> = {
  i1: 'Integer, 8 bits',
  u1: 'Unsigned integer, 8 bits',
  i2: 'Integer, 16 bits',
  u2: 'Unsigned integer, 16 bits',
  i4: 'Integer, 32 bits',
  u4: 'Unsigned integer, 32 bits',
  i8: 'Integer, 64 bits',
  u8: 'Unsigned integer, 64 bits',
  f4: 'Float, 32 bits',
  f8: 'Float, 64 bits',
};
const ORDERS: Readonly<Record<string, string>> = { '<': 'Low byte first', '>': 'High byte first' };

@customElement('lab-numbers-dialog')
export class LabNumbersDialog extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      dialog {
        inline-size: min(460px, calc(100vw - 24px));
      }
      h1 {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        margin-block-end: var(--lab-space-3);
      }
      .fields {
        display: grid;
        grid-template-columns: 130px minmax(0, 1fr);
        gap: var(--lab-space-3);
        align-items: baseline;
      }
      .plan {
        min-block-size: 2.6em;
        margin-block-start: var(--lab-space-3);
      }
      .problem {
        color: var(--lab-danger);
      }
      .foot {
        display: flex;
        justify-content: flex-end;
        gap: var(--lab-space-2);
        margin-block-start: var(--lab-space-4);
      }
    `,
  ];

  @state() private type = 'i2';
  @state() private order = '<';
  @state() private channelCount = 1;
  @state() private sampleRateHz = 1;
  @state() private skipBytes = 0;
  #asked: PickedFile | undefined;
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${() => this.app.files.askNumbers(undefined)}>
      ${this.#content()}
    </dialog>`;
  }

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const isAsked = this.app.files.numbers.peek() !== undefined;
    if (isAsked) showModal(this.dialog);
    if (!isAsked && this.dialog.open) this.dialog.close();
  }

  /** A file that is read as numbers already shows how. */
  override willUpdate(): void {
    const picked = this.app.files.numbers.peek();
    if (picked === this.#asked) return;
    this.#asked = picked;
    const raw = picked?.choice?.raw;
    if (!raw) return;
    const isOrdered = /^[<>]/.test(raw.dtypeName);
    this.type = isOrdered ? raw.dtypeName.slice(1) : raw.dtypeName;
    if (isOrdered) this.order = raw.dtypeName.slice(0, 1);
    this.channelCount = raw.channelCount;
    this.sampleRateHz = raw.sampleRateHz;
    this.skipBytes = raw.skipBytes;
  }

  #content(): TemplateResult | typeof nothing {
    const picked = this.app.files.numbers.value;
    if (!picked) return nothing;
    const { file } = picked;
    const sampleBytes = Number(this.type.slice(1)) * this.channelCount;
    const restBytes = file.size - this.skipBytes;
    const sampleCount = Math.floor(restBytes / sampleBytes);
    const isOff = sampleCount < 1;
    const open = () => {
      if (isOff) return;
      const { type, order, channelCount, sampleRateHz, skipBytes } = this;
      const raw: RawChoice = { dtypeName: `${order}${type}`, channelCount, sampleRateHz, skipBytes };
      this.dialog.close();
      void this.app.files.open([{ ...picked, choice: { ...picked.choice, raw } }]);
    };
    return html`
      <h1 id="title" title=${file.name}>Numbers in ${file.name}</h1>
      <div class="fields">
        ${this.#choice('Type', TYPES, this.type, (type) => (this.type = type))}
        ${this.type.endsWith('1') ? nothing : this.#choice('Byte order', ORDERS, this.order, (order) => (this.order = order))}
        ${this.#number('Channels', '', this.channelCount, 1, 1024, (value) => (this.channelCount = Math.round(value)))}
        ${this.#number('Sample rate', 'Hz', this.sampleRateHz, 1e-9, 1e15, (value) => (this.sampleRateHz = value))}
        ${this.#number('Skip at the start', 'B', this.skipBytes, 0, file.size, (value) => (this.skipBytes = Math.round(value)))}
      </div>
      <p class="plan small ${isOff ? 'problem' : 'dim'}" aria-live="polite">
        ${
          isOff
            ? `${formatBytes(file.size)} hold no whole sample like this.`
            : `${formatCount(sampleCount)} samples of each channel, ${formatDuration(sampleCount / this.sampleRateHz)}.`
        }
        ${restBytes % sampleBytes === 0 || isOff ? '' : `The last ${formatCount(restBytes % sampleBytes)} bytes are left out.`}
      </p>
      <div class="foot">
        <button @click=${() => this.dialog.close()}>Cancel</button>
        <button class="primary" aria-disabled=${isOff} @click=${open}>
          <lab-icon name="folder-open"></lab-icon>Open
        </button>
      </div>
    `;
  }

  #choice(
    label: string,
    names: Readonly<Record<string, string>>,
    value: string,
    onChange: (value: string) => void,
  ): TemplateResult {
    return html`<span aria-hidden="true">${label}</span>
      <select aria-label=${label} @change=${(event: Event) => onChange((event.target as HTMLSelectElement).value)}>
        ${Object.entries(names).map(([id, name]) => html`<option value=${id} .selected=${id === value}>${name}</option>`)}
      </select>`;
  }

  #number(
    label: string,
    unit: string,
    value: number,
    min: number,
    max: number,
    onChange: (value: number) => void,
  ): TemplateResult {
    return html`<span aria-hidden="true">${label}</span>
      <lab-number-field
        label=${label}
        unit=${unit}
        .value=${value}
        .min=${min}
        .max=${max}
        .step=${label === 'Sample rate' ? 0 : 1}
        @lab-number-changed=${(event: CustomEvent<number>) => onChange(event.detail)}
      ></lab-number-field>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-numbers-dialog': LabNumbersDialog;
  }
}
