// A bar between two panes that the pointer drags and the arrow keys move.

import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

const KEY_STEP_PX = 16;

/**
 * Sizes the pane after it (to the right of a vertical bar, below a horizontal one) or, as `is-after`, the one before. Fires `lab-split-changed`
 * with the wished size in CSS pixels; the owner sets `sizePx`.
 */
@customElement('lab-splitter')
export class LabSplitter extends LitElement {
  static override readonly styles = css`
    :host {
      display: block;
      flex: none;
      position: relative;
      z-index: 1;
      touch-action: none;
      background: var(--lab-line);
    }
    :host([direction='columns']) {
      inline-size: 1px;
      cursor: col-resize;
    }
    :host([direction='rows']) {
      block-size: 1px;
      cursor: row-resize;
    }
    :host(:hover),
    :host(:focus-visible) {
      background: var(--lab-accent);
      outline: 2px solid var(--lab-focus);
      outline-offset: 0;
    }
    :host(:hover:not(:focus-visible)) {
      outline-color: var(--lab-accent);
      outline-width: 1px;
    }
    div {
      position: absolute;
      inset: -4px;
    }
  `;

  @property({ reflect: true }) direction: 'columns' | 'rows' = 'columns';
  /** It stands after the pane that it sizes. */
  @property({ type: Boolean, attribute: 'is-after' }) isAfter = false;
  @property() label = 'Size of the panel';
  @property({ type: Number }) sizePx = 300;
  @property({ type: Number }) minPx = 200;
  @property({ type: Number }) maxPx = 600;
  #drag: { readonly from: number; readonly sizePx: number } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.setAttribute('role', 'separator');
    this.addEventListener('pointerdown', this.#onPointerDown);
    this.addEventListener('pointermove', this.#onPointerMove);
    this.addEventListener('pointerup', this.#onPointerEnd);
    this.addEventListener('pointercancel', this.#onPointerEnd);
    this.addEventListener('keydown', this.#onKeyDown);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('pointerdown', this.#onPointerDown);
    this.removeEventListener('pointermove', this.#onPointerMove);
    this.removeEventListener('pointerup', this.#onPointerEnd);
    this.removeEventListener('pointercancel', this.#onPointerEnd);
    this.removeEventListener('keydown', this.#onKeyDown);
  }

  override updated(): void {
    this.setAttribute('aria-label', this.label);
    this.setAttribute('aria-orientation', this.direction === 'columns' ? 'vertical' : 'horizontal');
    this.setAttribute('aria-valuenow', String(Math.round(this.sizePx)));
    this.setAttribute('aria-valuemin', String(this.minPx));
    this.setAttribute('aria-valuemax', String(this.maxPx));
  }

  override render(): TemplateResult {
    return html`<div></div>`;
  }

  readonly #onPointerDown = (event: PointerEvent): void => {
    this.setPointerCapture(event.pointerId);
    this.#drag = { from: this.#position(event), sizePx: this.sizePx };
  };

  readonly #onPointerMove = (event: PointerEvent): void => {
    if (!this.#drag) return;
    const movedPx = this.#position(event) - this.#drag.from;
    this.#ask(this.#drag.sizePx + (this.isAfter ? movedPx : -movedPx));
  };

  readonly #onPointerEnd = (): void => {
    this.#drag = undefined;
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const [back, forth] = this.direction === 'columns' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const stepPx = this.isAfter ? KEY_STEP_PX : -KEY_STEP_PX;
    const sizes: Readonly<Record<string, number>> = {
      [back]: this.sizePx - stepPx,
      [forth]: this.sizePx + stepPx,
      Home: this.minPx,
      End: this.maxPx,
    };
    const sizePx = sizes[event.key];
    if (sizePx === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#ask(sizePx);
  };

  #position(event: PointerEvent): number {
    return this.direction === 'columns' ? event.clientX : event.clientY;
  }

  #ask(sizePx: number): void {
    const detail = { sizePx: Math.min(this.maxPx, Math.max(this.minPx, sizePx)) };
    this.dispatchEvent(new CustomEvent('lab-split-changed', { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-splitter': LabSplitter;
  }
}
