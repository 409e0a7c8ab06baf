import { css } from 'lit';

/** A line of small fields. */
export const fieldStyles = css`
  .fields {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
  }
  .fields input,
  .fields select {
    --lab-control-height: var(--lab-control-small);
  }
  .fields input {
    inline-size: 76px;
  }
  .fields input.unit {
    inline-size: 52px;
  }
  label {
    display: inline-flex;
    gap: 4px;
    align-items: center;
  }
`;

/** The picture, and what is told below it. */
export const histogramStyles = [
  fieldStyles,
  css`
    :host {
      grid-template-rows: auto minmax(116px, 1fr) fit-content(45%);
      border: none;
      border-radius: 0;
    }
    lab-plot-canvas {
      cursor: crosshair;
      touch-action: none;
    }
    footer {
      min-block-size: 0;
      overflow: auto;
      padding: 4px 8px;
      border-block-start: 1px solid var(--lab-line);
      font-size: var(--lab-size-small);
    }
    td,
    th {
      padding-block: 1px;
      text-align: end;
      white-space: nowrap;
    }
    .peaks tbody tr {
      cursor: pointer;
    }
    .peaks tbody tr:hover {
      background: var(--lab-ground-hover);
    }
  `,
];
