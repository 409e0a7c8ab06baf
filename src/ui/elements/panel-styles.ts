import { css } from 'lit';

/** The look of a display: a line of controls over a plot. */
export const panelStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto minmax(116px, 1fr) auto;
    position: relative;
    min-inline-size: 0;
    background: var(--lab-ground-1);
    border: 1px solid var(--lab-line);
    border-radius: var(--lab-radius);
    overflow: hidden;
  }
  header {
    display: flex;
    align-items: center;
    gap: 2px 4px;
    padding: 2px 6px;
    overflow-x: auto;
    scrollbar-width: none;
  }
  header > * {
    flex: none;
  }
  header h2 {
    font-size: var(--lab-size-body);
    margin-inline-end: 4px;
  }
  .space {
    flex: 1 0 0;
  }
  header select,
  .small-button {
    --lab-control-height: var(--lab-control-small);
    padding-inline: 4px;
  }
  .corner {
    position: absolute;
    inset-block-start: calc(var(--lab-control-small) + 12px);
    inset-inline-end: 18px;
    color: var(--lab-text-dim);
    pointer-events: none;
  }
`;
