// The views, as a column of icons, with words where there is room; on a narrow screen a row at the bottom, where the
// thumb is.

import { css, html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { showKeys } from '../../app/keys.ts';
import { IS_APPLE } from '../command-button.ts';
import { controlStyles } from '../elements/controls.ts';
import '../elements/icon.ts';
import { AppElement } from '../signal-element.ts';
import { VIEWS, type ViewRow } from './views.ts';

@customElement('lab-rail')
export class LabRail extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      nav {
        display: flex;
        flex-direction: column;
        block-size: 100%;
        background: var(--lab-ground-1);
        border-inline-end: 1px solid var(--lab-line);
        padding-block: var(--lab-space-1);
      }
      a {
        position: relative;
        display: grid;
        place-items: center;
        align-content: center;
        flex: 0 1 48px;
        min-block-size: 32px;
        color: var(--lab-text-dim);
        text-decoration: none;
      }
      a lab-icon {
        font-size: 17px;
      }
      .label {
        position: absolute;
        inset-inline-start: calc(100% + 4px);
        z-index: 10;
        padding: 5px 10px;
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
        background: var(--lab-ground-3);
        color: var(--lab-text);
        box-shadow: var(--lab-shadow);
        white-space: nowrap;
        pointer-events: none;
        opacity: 0;
      }
      a:hover .label,
      a:focus-visible .label {
        opacity: 1;
      }
      .label kbd {
        margin-inline-start: 8px;
      }
      a:hover {
        color: var(--lab-text);
        background: var(--lab-ground-2);
      }
      a[aria-current='page'] {
        color: var(--lab-text);
      }
      a[aria-current='page'] lab-icon {
        color: var(--lab-accent);
      }
      a[aria-current='page']::before {
        content: '';
        position: absolute;
        inset: 8px auto 8px 0;
        inline-size: 3px;
        border-radius: 0 2px 2px 0;
        background: var(--lab-accent);
      }
      a:focus-visible {
        outline-offset: -3px;
      }
      .bottom {
        margin-block-start: auto;
      }
      @media (min-width: 1100px) and (min-height: 560px) {
        a {
          flex-basis: 54px;
          gap: 4px;
        }
        .label {
          position: static;
          padding: 0;
          border: none;
          background: none;
          box-shadow: none;
          color: inherit;
          opacity: 1;
          font-size: 11px;
          line-height: 1;
        }
        .label kbd {
          position: absolute;
          inset: auto auto auto calc(100% + 4px);
          z-index: 10;
          opacity: 0;
          pointer-events: none;
        }
        a:hover .label kbd,
        a:focus-visible .label kbd {
          opacity: 1;
        }
      }
      @media (max-width: 720px) and (min-height: 481px) {
        nav {
          flex-direction: row;
          justify-content: space-around;
          border-inline-end: none;
          border-block-start: 1px solid var(--lab-line);
          padding-block: 0;
        }
        a {
          flex: 1;
          gap: 3px;
          block-size: 52px;
          min-block-size: 0;
        }
        .label {
          position: static;
          padding: 0;
          border: none;
          background: none;
          box-shadow: none;
          color: inherit;
          opacity: 1;
          font-size: 11px;
          line-height: 1;
        }
        .label kbd {
          display: none;
        }
        .bottom {
          margin-block-start: 0;
        }
        a[aria-current='page']::before {
          inset: 0 20% auto;
          inline-size: auto;
          block-size: 3px;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const { viewId } = this.app.navigation.route.value;
    const firstBottom = VIEWS.find(({ place }) => place === 'bottom');
    return html`<nav aria-label="Views">
      ${VIEWS.map((view) => this.#entry(view, view.id === viewId, view === firstBottom))}
    </nav>`;
  }

  #entry(view: ViewRow, isCurrent: boolean, isFirstBottom: boolean): TemplateResult {
    return html`<a
      href="#/${view.id}"
      class=${isFirstBottom ? 'bottom' : ''}
      aria-current=${isCurrent ? 'page' : 'false'}
    >
      <lab-icon name=${view.icon}></lab-icon>
      <span class="label">${view.title}<kbd aria-hidden="true">${showKeys(view.keys, IS_APPLE)}</kbd></span>
    </a>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-rail': LabRail;
  }
}
