// The explanation of an example: what one sees, what to try, and the physics.

import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Example } from '../../../app/pipeline/examples.ts';
import { controlStyles } from '../../elements/controls.ts';

@customElement('lab-guide-panel')
export class LabGuidePanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        min-block-size: 0;
      }
      section {
        overflow: auto;
        block-size: 100%;
        padding: var(--lab-space-3);
        line-height: 1.5;
      }
      section:focus-visible {
        outline-offset: -3px;
      }
      h2 {
        margin-block-end: var(--lab-space-2);
      }
      h3 {
        margin-block: var(--lab-space-3) 4px;
      }
      ul {
        margin: 0;
        padding-inline-start: 18px;
      }
      li {
        margin-block-end: 6px;
      }
    `,
  ];

  @property({ attribute: false }) example!: Example;

  override render(): TemplateResult {
    const { title, guide } = this.example;
    return html`<section tabindex="0" aria-label="Guide">
      <h2>${title}</h2>
      <h3>What you see</h3>
      <ul>
        ${guide.see.map((text) => html`<li>${text}</li>`)}
      </ul>
      <h3>What to try</h3>
      <ul>
        ${guide.tryOut.map((text) => html`<li>${text}</li>`)}
      </ul>
      <h3>The physics</h3>
      <p>${guide.physics}</p>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-guide-panel': LabGuidePanel;
  }
}
