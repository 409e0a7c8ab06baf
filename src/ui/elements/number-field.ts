// A number with a unit that can be typed as people write it (`1,5 mA`), stepped with the arrow keys, and is
// taken over on Enter or on leaving the field.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatSiText, parseSi } from '../../base/si.ts';
import { controlStyles } from './controls.ts';

/** Fires `lab-number-changed` with the value in `unit`. */
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
        .value=${this.#text(this.value)}
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
      this.problem = `From ${this.#text(this.min)} to ${this.#text(this.max)}.`;
    } else {
      this.problem = '';
      input.value = this.#text(value);
      this.#change(value);
    }
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (event.key === 'Escape' && this.problem !== '') {
      this.problem = '';
      (event.target as HTMLInputElement).value = this.#text(this.value);
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

  /** As many digits as the value has, up to nine. */
  #text(value: number): string {
    const digits = Math.min(
      9,
      Math.max(1, String(Number(value.toPrecision(9))).replace(/e.*|^-?0?\.?0*|[-.]/g, '').length),
    );
    const integerDigits = Math.max(1, Math.floor(Math.log10(Math.max(1, Math.abs(value)))) + 1);
    return formatSiText(value, this.unit, { significantDigits: Math.max(digits, Math.min(3, integerDigits)) });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-number-field': LabNumberField;
  }
}
