// A number with a unit that can be typed as people write it (`1,5 mA`), stepped with the arrow keys, and is
// taken over on Enter or on leaving the field.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatSiExact, parseSi } from '../../base/si.ts';
import { controlStyles } from './controls.ts';

/** Fires `lab-number-changed` with the value in `unit`; it shows the new one when the owner sets `value`. */
@customElement('lab-number-field')
export class LabNumberField extends LitElement {
  static override readonly shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
      }
      input {
        inline-size: 100%;
        text-align: end;
      }
      .error {
        color: var(--lab-danger);
        padding-block: 2px;
      }
    `,
  ];

  @property() label = '';
  @property() description = '';
  @property() unit = '';
  @property({ type: Number }) value = 0;
  @property({ type: Number }) min = Number.NEGATIVE_INFINITY;
  @property({ type: Number }) max = Number.POSITIVE_INFINITY;
  /** One press of an arrow key; 0 = a hundredth of the value. */
  @property({ type: Number }) step = 0;
  @state() private problem = '';

  override render(): TemplateResult {
    return html`
      <input
        class="number"
        inputmode="decimal"
        autocomplete="off"
        spellcheck="false"
        aria-label=${this.label}
        aria-description=${this.description}
        aria-invalid=${this.problem !== ''}
        .value=${formatSiExact(this.value, this.unit)}
        @change=${this.#onChange}
        @keydown=${this.#onKeyDown}
        @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}
      />
      ${this.problem === '' ? nothing : html`<p class="error small" role="alert">${this.problem}</p>`}
    `;
  }

  readonly #onChange = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const value = parseSi(input.value, this.unit);
    if (value === undefined) {
      this.problem = `“${input.value}” is not a number${this.unit === '' ? '' : ` in ${this.unit}`}.`;
    } else if (value < this.min || value > this.max) {
      this.problem = `From ${formatSiExact(this.min, this.unit)} to ${formatSiExact(this.max, this.unit)}.`;
    } else {
      this.problem = '';
      // The owner's answer moves it.
      input.value = formatSiExact(this.value, this.unit);
      this.#change(value);
    }
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (event.key === 'Escape' && this.problem !== '') {
      this.problem = '';
      (event.target as HTMLInputElement).value = formatSiExact(this.value, this.unit);
      event.stopPropagation();
    }
    if (direction === 0) return;
    event.preventDefault();
    const step = (this.step || Math.abs(this.value) / 100 || 1) * (event.shiftKey ? 10 : 1);
    const value = Number((this.value + direction * step).toPrecision(12));
    this.problem = '';
    this.#change(Math.min(this.max, Math.max(this.min, value)));
  };

  #change(value: number): void {
    if (value === this.value) return;
    this.dispatchEvent(new CustomEvent('lab-number-changed', { detail: value }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-number-field': LabNumberField;
  }
}
