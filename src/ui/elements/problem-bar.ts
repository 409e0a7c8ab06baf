// A line across a view about something that no longer works, with the ways out as buttons, or that works but should be
// known.

import { css, html, nothing, type TemplateResult } from 'lit';
import './icon.ts';

/** For the element that shows a `problemBar`, together with the styles of controls. */
export const problemBarStyles = css`
  .problem-bar {
    flex: none;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--lab-space-2) var(--lab-space-3);
    padding: 6px 12px;
    background: var(--lab-danger-ground);
    border-block: 1px solid var(--lab-danger);
  }
  .problem-bar.notice {
    background: var(--lab-warn-ground);
    border-color: var(--lab-warn);
  }
  .problem-bar.notice lab-icon {
    color: var(--lab-warn);
  }
  .problem-bar p {
    flex: 1 1 260px;
  }
  .problem-bar lab-icon {
    flex: none;
    color: var(--lab-danger);
  }
`;

/** `what` is a few words, `why` the sentences of the error. */
export function problemBar(what: string, why: string, actions: unknown): TemplateResult {
  return html`<div class="problem-bar" role="alert">
    <lab-icon name="triangle-alert"></lab-icon>
    <p><strong>${what}.</strong> ${why}</p>
    ${actions}
  </div>`;
}

/** Everything goes on. */
export function noticeBar(what: string, why: string, actions: unknown = nothing): TemplateResult {
  return html`<div class="problem-bar notice" role="status">
    <lab-icon name="triangle-alert"></lab-icon>
    <p><strong>${what}.</strong> ${why}</p>
    ${actions}
  </div>`;
}
