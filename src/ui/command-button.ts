// A button for a command: its tooltip names the keys, and when it cannot be used, why.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { showKeys } from '../app/keys.ts';
import { controlStyles } from './elements/controls.ts';
import type { IconName, LabIcon } from './elements/icon.ts';
import './elements/icon.ts';
import { AppElement } from './signal-element.ts';

/** True on Apple computers, where Ctrl strokes are Command strokes. */
export const IS_APPLE = /mac|iphone|ipad/i.test(navigator.userAgent);

@customElement('lab-command-button')
export class LabCommandButton extends AppElement {
  static override readonly shadowRootOptions = { mode: 'open' as const, delegatesFocus: true };
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: inline-flex;
      }
      button {
        inline-size: 100%;
      }
      button.icon {
        inline-size: var(--lab-control-height);
      }
      @media (max-width: 720px) {
        :host([collapses]) .label {
          position: absolute;
          inline-size: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
    `,
  ];

  /** Id of the command. */
  @property() command = '';
  /** Words on the button; the command's title when left out. */
  @property() label = '';
  @property() icon: LabIcon['name'] | '' = '';
  /** Accessible name, where the words on the button are too short for one; it starts with them. */
  @property() name = '';
  /** `primary`, `quiet` or nothing. */
  @property() look = '';
  /** Shows the icon only; the label becomes the accessible name. */
  @property({ type: Boolean, attribute: 'icon-only' }) isIconOnly = false;

  override render(): TemplateResult {
    const command = this.app.commands.get(this.command);
    const reason = command?.unavailable?.();
    const hint = command?.hint ?? '';
    const label = this.label || (command?.title ?? '');
    const keys = command?.keys[0];
    const shownKeys = keys === undefined ? '' : ` (${showKeys(keys, IS_APPLE)})`;
    return html`<button
      class="${this.look} ${this.isIconOnly ? 'icon' : ''}"
      title=${reason ?? `${label}${shownKeys}${hint && `\n${hint}`}`}
      aria-label=${this.name || (this.isIconOnly ? label : nothing)}
      aria-disabled=${reason === undefined ? nothing : 'true'}
      aria-description=${reason ?? (hint || nothing)}
      aria-keyshortcuts=${keys && !keys.includes(' ') ? keys.replace('Ctrl', IS_APPLE ? 'Meta' : 'Control') : nothing}
      @click=${() => void this.app.commands.execute(this.command)}
    >
      ${this.icon === '' ? nothing : html`<lab-icon name=${this.icon as IconName}></lab-icon>`}${this.isIconOnly ? nothing : html`<span class="label">${label}</span>`}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-command-button': LabCommandButton;
  }
}
