// Messages, in a row of their own above the status bar: they cover nothing, the view gives way. While a modal dialog is
// open the rest of the page is inert: the messages move into the dialog, in the browser's top layer, where they can be
// read and answered.

import { effect } from '@preact/signals-core';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Toast, ToastKind } from '../../app/toasts.ts';
import { controlStyles } from '../elements/controls.ts';
import type { IconName } from '../elements/icon.ts';
import '../elements/icon.ts';
import { topDialog } from '../elements/modal.ts';
import { AppElement } from '../signal-element.ts';

const ICONS: Readonly<Record<ToastKind, IconName>> = {
  info: 'info',
  success: 'circle-check',
  warning: 'triangle-alert',
  error: 'circle-x',
};

@customElement('lab-toasts')
export class LabToasts extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      .detail {
        white-space: pre-line;
        overflow-wrap: anywhere;
        max-block-size: 40vh;
        overflow: auto;
      }
      :host {
        display: block;
        min-inline-size: 0;
        max-block-size: 40vh;
        overflow: auto;
        color: var(--lab-text);
        background: var(--lab-ground-0);
      }
      :host(:popover-open) {
        position: fixed;
        inset: auto var(--lab-space-3) var(--lab-space-3) auto;
        inline-size: min(380px, calc(100vw - 24px));
        margin: 0;
        padding: 0;
        border: none;
        background: none;
        overflow: visible;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: var(--lab-space-2);
      }
      li {
        display: grid;
        grid-template-columns: auto 1fr auto;
        gap: 2px 10px;
        flex: 0 1 420px;
        padding: 8px 6px 8px 12px;
        background: var(--lab-ground-3);
        border: 1px solid var(--lab-line);
        border-inline-start: 3px solid var(--kind);
        border-radius: var(--lab-radius);
        animation: arrive var(--lab-duration) var(--lab-ease);
      }
      li > lab-icon {
        color: var(--kind);
        margin-block-start: 1px;
      }
      .info {
        --kind: var(--lab-accent);
      }
      .success {
        --kind: var(--lab-ok);
      }
      .warning {
        --kind: var(--lab-warn);
      }
      .error {
        --kind: var(--lab-danger);
      }
      .title {
        font-weight: 600;
      }
      .text {
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }
      .text button {
        margin-block-start: 6px;
        border-color: var(--lab-line-strong);
      }
      .close {
        --lab-control-height: var(--lab-control-small);
      }
      @keyframes arrive {
        from {
          opacity: 0;
          translate: 0 8px;
        }
      }
    `,
  ];

  #home: ParentNode | undefined;
  #isMoving = false;
  #stopFollowing: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#isMoving) return;
    this.#home = this.parentNode ?? undefined;
    this.#stopFollowing = effect(() => this.#moveTo(topDialog.value ?? this.#home));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.#isMoving) return;
    // The dialog that they were in was taken out of the page.
    if (this.#home?.isConnected) this.#moveTo(this.#home);
    else this.#stopFollowing?.();
  }

  #moveTo(place: ParentNode | undefined): void {
    if (!place?.isConnected || place === this.parentNode) return;
    this.#isMoving = true;
    // At the start: what Lit renders into a dialog reaches to its end.
    place.prepend(this);
    this.#isMoving = false;
    const isInDialog = place !== this.#home;
    this.popover = isInDialog ? 'manual' : null;
    if (isInDialog) this.showPopover();
  }

  override render(): TemplateResult {
    return html`<section aria-label="Messages">
      <ol aria-live="polite">
        ${repeat(
          this.app.toasts.list.value,
          ({ id }) => id,
          (toast) => this.#toast(toast),
        )}
      </ol>
    </section>`;
  }

  #toast(toast: Toast): TemplateResult {
    return html`<li class=${toast.kind}>
      <lab-icon name=${ICONS[toast.kind]}></lab-icon>
      <div class="text">
        <p class="title">${toast.title}</p>
        ${toast.detail === undefined ? nothing : html`<p class="dim detail">${toast.detail}</p>`}
        ${toast.action ? html`<button @click=${() => this.#act(toast)}>${toast.action.label}</button>` : nothing}
      </div>
      <button class="quiet icon close" aria-label="Close the message" title="Close" @click=${() => this.app.toasts.dismiss(toast.id)}>
        <lab-icon name="x"></lab-icon>
      </button>
    </li>`;
  }

  #act(toast: Toast): void {
    this.app.toasts.dismiss(toast.id);
    toast.action?.run();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-toasts': LabToasts;
  }
}
