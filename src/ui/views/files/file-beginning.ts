// What stands first in a long file, drawn until all of it is open. Nothing of it may be taken for the whole: a line says
// what it is, and no figures stand beside it.

import { css, html, LitElement, type nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { OpenFile } from '../../../app/ports.ts';
import { axesOf, lengthText, storeOnAxis, TIME_AXIS } from '../../../model/axis.ts';
import type { SignalStore } from '../../../model/signal-store.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import { noticeBar, problemBarStyles } from '../../elements/problem-bar.ts';
import '../waveform/waveform-plot.ts';
import { lengthOf } from './file-bar.ts';

@customElement('lab-file-beginning')
export class LabFileBeginning extends LitElement {
  static override readonly styles = [
    controlStyles,
    columnStyles,
    problemBarStyles,
    css`
      lab-waveform-plot {
        flex: 1;
        min-block-size: 0;
      }
    `,
  ];

  @property({ attribute: false }) content!: OpenFile;
  /** One store as long as the content stays. */
  #drawn: { readonly whole: SignalStore; readonly part: SignalStore } | undefined;

  override render(): TemplateResult | typeof nothing {
    const { store, name } = this.content;
    const axis = axesOf(store.signals())[0] ?? TIME_AXIS;
    if (this.#drawn?.whole !== store) this.#drawn = { whole: store, part: storeOnAxis(store, axis) };
    const { part } = this.#drawn;
    const length = lengthText(axis, lengthOf(part.signals()));
    return html`
      ${noticeBar(`Only the beginning of ${name}`, `These are the first ${length}. Figures wait until all of it is read.`)}
      <lab-waveform-plot .store=${part} is-part label="Beginning of ${name}"></lab-waveform-plot>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-file-beginning': LabFileBeginning;
  }
}
