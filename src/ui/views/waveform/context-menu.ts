import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, queryAll } from 'lit/decorators.js';

export interface MenuItem {
  readonly label: string;
  /** Shown at the right. */
  readonly keys?: string;
  /** A line above. */
  readonly startsGroup?: boolean;
  readonly isChecked?: boolean;
  readonly run: () => void;
}

/** A menu at a point. Arrow keys move, Escape and a click elsewhere close. */
@customElement('lab-context-menu')
export class LabContextMenu extends LitElement {
  static override readonly styles = css`
    :host {
      position: fixed;
      margin: 0;
      padding: 4px;
      min-inline-size: 200px;
      max-block-size: 90vh;
      overflow: auto;
      border: 1px solid var(--lab-line);
      border-radius: var(--lab-radius-large);
      background: var(--lab-ground-3);
      color: var(--lab-text);
      box-shadow: var(--lab-shadow);
      font: var(--lab-size-body) var(--lab-font-ui);
    }
    button {
      display: flex;
      align-items: center;
      gap: 8px;
      inline-size: 100%;
      block-size: var(--lab-control-height);
      padding: 0 8px;
      border: none;
      border-radius: var(--lab-radius);
      background: transparent;
      color: inherit;
      font: inherit;
      text-align: start;
      cursor: pointer;
    }
    button:hover,
    button:focus-visible {
      background: var(--lab-ground-hover);
    }
    button:focus-visible {
      outline: 2px solid var(--lab-focus);
      outline-offset: -2px;
    }
    .check {
      inline-size: 1em;
    }
    .label {
      flex: 1;
    }
    kbd {
      color: var(--lab-text-dim);
      font: var(--lab-size-small) var(--lab-font-mono);
    }
    hr {
      border: none;
      border-block-start: 1px solid var(--lab-line);
      margin: 4px 0;
    }
    @media (pointer: coarse) {
      button {
        block-size: 44px;
      }
    }
  `;

  @property({ attribute: false }) items: readonly MenuItem[] = [];
  @queryAll('button') private readonly buttons!: NodeListOf<HTMLButtonElement>;

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'menu');
    this.popover = 'auto';
    this.addEventListener('keydown', this.#onKeyDown);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this.#onKeyDown);
    window.removeEventListener('pointerup', this.#onRelease, { capture: true });
  }

  /**
   * Opens with the upper left corner at a point of the window, moved so far that all of it is visible. `isHeld`: the finger
   * or the button that asked for it is still down, and does not close it by going up.
   */
  async showAt(x: number, y: number, isHeld = false): Promise<void> {
    await this.updateComplete;
    this.showPopover();
    if (isHeld) window.addEventListener('pointerup', this.#onRelease, { once: true, capture: true });
    const box = this.getBoundingClientRect();
    this.style.left = `${Math.max(0, Math.min(x, innerWidth - box.width - 4))}px`;
    this.style.top = `${Math.max(0, Math.min(y, innerHeight - box.height - 4))}px`;
    this.buttons[0]?.focus();
  }

  override render(): TemplateResult[] {
    return this.items.map(
      (item) => html`${item.startsGroup ? html`<hr />` : ''}<button
          role=${item.isChecked === undefined ? 'menuitem' : 'menuitemcheckbox'}
          aria-checked=${item.isChecked === undefined ? 'undefined' : String(item.isChecked)}
          tabindex="-1"
          @click=${() => this.#choose(item)}
        >
          <span class="check" aria-hidden="true">${item.isChecked ? '✓' : ''}</span>
          <span class="label">${item.label}</span>${item.keys ? html`<kbd>${item.keys}</kbd>` : ''}
        </button>`,
    );
  }

  /** For the browser that is a press beside it. */
  readonly #onRelease = (): void => {
    setTimeout(() => {
      if (this.isConnected && !this.matches(':popover-open')) this.showPopover();
    });
  };

  #choose(item: MenuItem): void {
    this.hidePopover();
    item.run();
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...this.buttons];
    const at = buttons.indexOf(this.shadowRoot?.activeElement as HTMLButtonElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    event.stopPropagation();
    if (next === undefined) return;
    event.preventDefault();
    buttons[(next + buttons.length) % buttons.length]?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-context-menu': LabContextMenu;
  }
}
