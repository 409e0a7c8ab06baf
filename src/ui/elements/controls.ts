// The look of native controls, shared by every element that shows some.

import { css } from 'lit';

/** Buttons, inputs, selects, tables, dialogs and the focus ring. */
export const controlStyles = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  :focus-visible {
    outline: 2px solid var(--lab-focus);
    outline-offset: 1px;
  }
  button,
  input,
  select {
    block-size: var(--lab-control-height);
    font: inherit;
    color: var(--lab-text);
    border-radius: var(--lab-radius);
    border: 1px solid var(--lab-line-strong);
    background: var(--lab-ground-2);
    margin: 0;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    padding: 0 10px;
    white-space: nowrap;
    cursor: pointer;
    user-select: none;
    border-color: var(--lab-line);
    background: var(--lab-ground-3);
    transition: background var(--lab-duration) var(--lab-ease);
  }
  button:hover:not([aria-disabled='true']) {
    background: var(--lab-ground-hover);
  }
  button.primary {
    background: var(--lab-accent);
    border-color: var(--lab-accent);
    color: var(--lab-on-accent);
    font-weight: 600;
  }
  button.primary:hover:not([aria-disabled='true']) {
    background: color-mix(in srgb, var(--lab-accent) 86%, var(--lab-text));
  }
  button.quiet {
    background: transparent;
    border-color: transparent;
  }
  button.quiet:hover:not([aria-disabled='true']) {
    background: var(--lab-ground-hover);
  }
  button.icon {
    inline-size: var(--lab-control-height);
    padding: 0;
  }
  button[aria-disabled='true'] {
    color: var(--lab-text-faint);
    cursor: not-allowed;
  }
  button.primary[aria-disabled='true'] {
    background: var(--lab-ground-3);
    border-color: var(--lab-line);
    color: var(--lab-text-faint);
  }
  button[aria-pressed='true'] {
    background: var(--lab-accent-ground);
    border-color: var(--lab-accent);
  }
  input,
  select {
    padding: 0 8px;
    min-inline-size: 0;
  }
  input[aria-invalid='true'] {
    border-color: var(--lab-danger);
  }
  .number {
    font-family: var(--lab-font-mono);
    font-variant-numeric: tabular-nums;
  }
  .dim {
    color: var(--lab-text-dim);
  }
  .small {
    font-size: var(--lab-size-small);
  }
  .hidden-visually {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  h1,
  h2,
  h3,
  p {
    margin: 0;
  }
  h1 {
    font-size: var(--lab-size-title);
    font-weight: 600;
    line-height: 1.3;
  }
  h2 {
    font-size: var(--lab-size-large);
    font-weight: 600;
  }
  h2.minor,
  h3 {
    font-size: var(--lab-size-small);
    font-weight: 600;
    color: var(--lab-text-dim);
  }
  a {
    color: var(--lab-accent);
  }
  kbd {
    font: var(--lab-size-small) var(--lab-font-mono);
    padding: 1px 6px;
    border: 1px solid var(--lab-line);
    border-block-end-width: 2px;
    border-radius: var(--lab-radius);
    background: var(--lab-ground-2);
    white-space: nowrap;
  }
  table {
    border-collapse: collapse;
    inline-size: 100%;
  }
  th {
    text-align: start;
    font-size: var(--lab-size-small);
    font-weight: 600;
    color: var(--lab-text-dim);
    padding: 6px 12px 6px 0;
    border-block-end: 1px solid var(--lab-line);
    white-space: nowrap;
  }
  th.number {
    font-family: inherit;
  }
  td {
    padding: 4px 12px 4px 0;
    border-block-end: 1px solid var(--lab-line);
  }
  dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 4px 16px;
    margin: 0;
  }
  dt {
    color: var(--lab-text-dim);
  }
  dd {
    margin: 0;
    font-family: var(--lab-font-mono);
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  dialog {
    color: var(--lab-text);
    background: var(--lab-ground-2);
    border: 1px solid var(--lab-line);
    border-radius: var(--lab-radius-large);
    box-shadow: var(--lab-shadow);
    padding: var(--lab-space-4);
  }
  dialog::backdrop {
    background: var(--lab-backdrop);
  }
`;

/** An element that fills its place and stacks what is in it. */
export const columnStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    block-size: 100%;
    min-block-size: 0;
    min-inline-size: 0;
  }
`;
