// A number on screen that can be typed: shown with as many digits as it has, taken over on Enter or on leaving
// the field, never overwritten while somebody types.

import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { parseSi } from '../../../base/si.ts';
import { controlStyles } from '../../elements/controls.ts';
import { formatExact } from './position-text.ts';

/** Fires `lab-value-changed` with the value in `unit`. */
@customElement('lab-exact-field')
export class LabExactField extends LitElement {
  static override readonly shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
      input {
        inline-size: 100%;
        text-align: end;
        font-size: var(--lab-size-small);
        block-size: 24px;
        padding: 0 6px;
      }
    `,
  ];

  @property() label = '';
  @property() unit = '';
  @property({ type: Number }) value = 0;
  /** Stands in for the exact value while nobody types, where fewer digits say more. */
  @property() shown = '';

  @query('input') private readonly input!: HTMLInputElement;

  override render(): TemplateResult {
    return html`<input
      class="number"
      inputmode="decimal"
      autocomplete="off"
      spellcheck="false"
      aria-label=${this.label}
      title=${this.label}
      @change=${this.#onChange}
      @keydown=${this.#onKeyDown}
      @focus=${this.#edit}
      @blur=${this.#show}
    />`;
  }

  override updated(_changed: PropertyValues<this>): void {
    if (this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement !== this.input) this.#show();
  }

  readonly #show = (): void => {
    this.input.value = this.shown || formatExact(this.value, this.unit);
    this.input.removeAttribute('aria-invalid');
  };

  readonly #edit = (): void => {
    this.input.value = formatExact(this.value, this.unit);
    this.input.select();
  };

  readonly #onChange = (): void => {
    const value = parseSi(this.input.value, this.unit);
    if (value === undefined) {
      this.input.setAttribute('aria-invalid', 'true');
      return;
    }
    this.value = value;
    this.input.value = formatExact(value, this.unit);
    this.dispatchEvent(new CustomEvent('lab-value-changed', { detail: value }));
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    // Keys belong to the text while somebody types, not to the plot.
    event.stopPropagation();
    if (event.key === 'Escape') {
      this.input.removeAttribute('aria-invalid');
      this.#edit();
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-exact-field': LabExactField;
  }
}
