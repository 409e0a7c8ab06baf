// An instrument that is gone or failed: what happened, and the ways out. And what it makes known while it works.

import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { controlStyles } from '../../elements/controls.ts';
import { noticeBar, problemBar, problemBarStyles } from '../../elements/problem-bar.ts';
import { AppElement } from '../../signal-element.ts';
import { stateWord } from './state-words.ts';

/** Empty while there is nothing to say. */
@customElement('lab-instrument-problem')
export class LabInstrumentProblem extends AppElement {
  static override readonly styles = [controlStyles, problemBarStyles];

  @property({ attribute: false }) instrument!: ConnectedInstrument;

  override render(): TemplateResult | typeof nothing {
    const { instruments } = this.app;
    const { label, status } = this.instrument;
    const { state, problem, notice } = status.value;
    if (state !== 'lost' && state !== 'failed') return notice === undefined ? nothing : noticeBar(label, notice);
    const disconnect = html`<button @click=${() => void instruments.disconnect(this.instrument)}>Disconnect</button>`;
    const again = html`<button class="primary" @click=${() => void instruments.reopen(this.instrument)}>Open again</button>`;
    const actions = state === 'failed' ? [again, disconnect] : disconnect;
    return problemBar(`${label}: ${stateWord(status.value)}`, problem ?? '', actions);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-instrument-problem': LabInstrumentProblem;
  }
}
