// A Lit element that renders again when a signal that its render() read has changed. Reads happen in the page's
// usual batched updates, so many changes make one rendering.

import { effect } from '@preact/signals-core';
import { LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { App } from '../app/app.ts';

export abstract class SignalElement extends LitElement {
  #stop: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate(); // after a move in the document: listen again
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#stop = undefined;
  }

  protected override performUpdate(): void {
    if (!this.isUpdatePending) return;
    this.#stop?.();
    let isFirstRun = true;
    this.#stop = effect(() => {
      if (isFirstRun) {
        isFirstRun = false;
        super.performUpdate();
      } else {
        this.requestUpdate();
      }
    });
  }
}

/** A signal element that works on the application. */
export abstract class AppElement extends SignalElement {
  @property({ attribute: false }) app!: App;
}
