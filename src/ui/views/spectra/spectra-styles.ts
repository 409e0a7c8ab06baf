import { css } from 'lit';

/** On top of the look of a spectrum. */
export const spectraStyles = css`
  :host {
    flex-direction: row;
    flex: 1;
    block-size: 100%;
  }
  .plot {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
  }
  lab-histogram {
    flex: 1;
    min-block-size: 0;
  }
  aside {
    inline-size: 340px;
  }
  .modes {
    flex-wrap: wrap;
  }
  .lines td,
  .lines th {
    padding: 1px 4px;
    text-align: start;
    vertical-align: top;
    font-size: var(--lab-size-small);
  }
  .lines .number {
    white-space: nowrap;
  }
  .lines button {
    padding-inline: 2px;
  }
  @media (max-width: 720px) {
    :host {
      flex-direction: column;
    }
    aside {
      inline-size: auto;
    }
  }
`;
