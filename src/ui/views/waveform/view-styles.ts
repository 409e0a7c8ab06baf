import { css } from 'lit';

/** Layout of the waveform view: tool bar, plot, analysis below, side panel. */
export const viewStyles = css`
      :host {
        display: grid;
        grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr) auto auto;
        min-block-size: 160px;
        background: var(--lab-ground-0);
        color: var(--lab-text);
        font: var(--lab-size-body) var(--lab-font-ui);
      }
      .bar {
        grid-column: 1 / -1;
        display: flex;
        align-items: center;
        gap: 2px;
        padding: 3px 6px;
        border-block-end: 1px solid var(--lab-line);
        overflow-x: auto;
      }
      .bar hr {
        inline-size: 1px;
        block-size: 18px;
        border: none;
        margin: 0 4px;
        background: var(--lab-line);
        flex: none;
      }
      .bar button {
        flex: none;
      }
      .bar .span {
        margin-inline: auto 8px;
        flex: 0 1 116px;
        min-inline-size: 64px;
      }
      .bar select {
        flex: 0 1 124px;
        min-inline-size: 64px;
      }
      lab-waveform-plot {
        min-block-size: 120px;
      }
      lab-analysis-panel {
        grid-area: 3 / 1;
        block-size: 240px;
      }
      lab-splitter {
        grid-area: 2 / 2 / 4 / 3;
      }
      aside {
        grid-area: 2 / 3 / 4 / 4;
        inline-size: var(--side-size);
        min-block-size: 0;
        display: flex;
        flex-direction: column;
        background: var(--lab-ground-1);
      }
      .sheet {
        flex: 1;
        min-block-size: 0;
        overflow: auto;
        padding: var(--lab-space-2) var(--lab-space-3);
      }
      .sheet:focus-visible {
        outline-offset: -2px;
      }
      .sheet h2 {
        margin-block: var(--lab-space-3) 6px;
      }
      .sheet h2:first-child {
        margin-block-start: 4px;
      }
      .message,
      .note {
        position: absolute;
        inset: auto 0 12px;
        margin: 0 auto;
        inline-size: fit-content;
        max-inline-size: 80%;
        padding: 8px 12px;
        border-radius: var(--lab-radius);
        background: var(--lab-danger-ground);
      }
      .note {
        background: var(--lab-ground-3);
        box-shadow: var(--lab-shadow);
        pointer-events: none;
      }
      .place {
        grid-area: 2 / 1;
        position: relative;
        display: grid;
        min-inline-size: 0;
        min-block-size: 0;
      }
      /* Everything stays in reach: no words beside icons, two rows on a phone. */
      @media (max-width: 720px) {
        .bar {
          gap: 0;
        }
        .bar .word,
        .bar hr {
          display: none;
        }
        .bar button:has(.word) {
          padding-inline: 7px;
        }
        .bar select {
          flex-basis: 112px;
        }
        .bar .span {
          flex-basis: 92px;
          margin-inline-end: 2px;
        }
        aside {
          max-inline-size: 45vw;
        }
      }
      @media (max-width: 720px) and (min-height: 481px) {
        .bar {
          flex-wrap: wrap;
          overflow-x: visible;
        }
        aside {
          max-inline-size: none;
        }
        lab-splitter {
          display: none;
        }
        aside {
          grid-area: 4 / 1 / 5 / -1;
          inline-size: auto;
          block-size: 42vh;
          border-block-start: 1px solid var(--lab-line);
        }
      }
`;
