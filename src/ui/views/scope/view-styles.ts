import { css } from 'lit';

/** The frame of the scope view: a bar, the screen with its settings, a panel beside it or below. */
export const viewStyles = css`
  .bar {
    display: flex;
    flex: none;
    align-items: center;
    gap: var(--lab-space-1) var(--lab-space-2);
    padding: 5px 10px;
    background: var(--lab-ground-1);
    border-block-end: 1px solid var(--lab-line);
  }
  .bar .space {
    flex: 1;
  }
  .tools {
    display: flex;
    flex: none;
    align-items: center;
    gap: var(--lab-space-2);
  }
  .bar button,
  .bar select {
    flex: none;
  }
  h1 {
    flex: 0 1 auto;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: var(--lab-size-body);
  }
  .modes {
    display: flex;
  }
  .modes button {
    min-inline-size: 60px;
    border-radius: 0;
    margin-inline-start: -1px;
    font-weight: 600;
  }
  .modes button:first-child {
    border-start-start-radius: var(--lab-radius);
    border-end-start-radius: var(--lab-radius);
  }
  .modes button:last-child {
    border-start-end-radius: var(--lab-radius);
    border-end-end-radius: var(--lab-radius);
  }
  .modes button[aria-pressed='true'] {
    --mode: var(--lab-text-dim);
    position: relative;
    color: var(--mode);
    border-color: var(--mode);
    background: color-mix(in srgb, var(--mode) 14%, var(--lab-ground-1));
  }
  .modes .run[aria-pressed='true'] {
    --mode: var(--lab-ok);
  }
  .modes .single[aria-pressed='true'] {
    --mode: var(--lab-warn);
  }
  .state {
    display: inline-flex;
    align-items: center;
    gap: 7px;
    flex: none;
    min-inline-size: 150px;
    color: var(--state);
    --state: var(--lab-text-dim);
  }
  .count {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .state::before {
    content: '';
    inline-size: 8px;
    block-size: 8px;
    border-radius: 50%;
    background: currentColor;
  }
  .state.stopped::before {
    border-radius: 1px;
  }
  .state.running {
    --state: var(--lab-ok);
  }
  .state.waiting {
    --state: var(--lab-warn);
  }
  .state.lost {
    --state: var(--lab-danger);
  }
  .notice {
    display: flex;
    flex: none;
    gap: 8px;
    padding: 5px 12px;
    font-size: var(--lab-size-small);
    background: var(--lab-warn-ground);
    border-block-end: 1px solid var(--lab-line);
  }
  .notice lab-icon {
    color: var(--lab-warn);
  }
  .notice.problem {
    background: var(--lab-danger-ground);
  }
  .notice.problem lab-icon {
    color: var(--lab-danger);
  }
  .work {
    display: flex;
    flex: 1;
    min-block-size: 0;
  }
  .screen {
    position: relative;
    display: flex;
    flex: 1;
    flex-direction: column;
    min-inline-size: 0;
  }
  lab-scope-plot {
    flex: 1;
    min-block-size: 180px;
  }
  .call {
    position: absolute;
    inset: 0 0 25%;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--lab-space-3);
    text-align: center;
    pointer-events: none;
  }
  .call button {
    pointer-events: auto;
  }
  aside {
    display: flex;
    flex: none;
    flex-direction: column;
    inline-size: var(--side-size);
    max-inline-size: 50%;
    min-block-size: 0;
    background: var(--lab-ground-1);
  }
  .sheet {
    flex: 1;
    min-block-size: 0;
    overflow: auto;
    padding: var(--lab-space-2) var(--lab-space-3);
  }
  @media (max-width: 1100px) {
    .bar {
      flex-wrap: wrap;
    }
    .count {
      flex: 1 0 auto;
    }
    .bar .space {
      display: none;
    }
  }
  @media (max-width: 720px) {
    .work {
      flex-direction: column;
      overflow: auto;
    }
    .screen {
      flex: none;
      min-block-size: 70%;
    }
    lab-scope-plot {
      min-block-size: 260px;
    }
    lab-splitter {
      display: none;
    }
    aside {
      flex: none;
      inline-size: auto;
      max-inline-size: none;
      border-block-start: 1px solid var(--lab-line);
    }
    .count {
      flex: 1 0 100%;
      order: 1;
    }
  }
`;
