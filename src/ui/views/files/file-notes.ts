// What a reader noticed while it opened a file: as a list, and those notes without which the picture says something else.

import { css, html, nothing, type TemplateResult } from 'lit';
import type { Diagnostic } from '../../../model/signal-store.ts';
import '../../elements/icon.ts';

/** Codes of notes on how samples came to their places: their last part speaks of time, axis, rate or order. */
const PLACE_CODES = /\/[a-z0-9-]*(?:time|axis|rate|clock|zone|date|order)[a-z0-9-]*$/;

export const fileNotesStyles = css`
  .notes {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: 4px;
  }
  .notes li {
    display: flex;
    gap: var(--lab-space-2);
    overflow-wrap: anywhere;
  }
  .warning lab-icon {
    color: var(--lab-warn);
  }
  .error lab-icon {
    color: var(--lab-danger);
  }
  .depends {
    display: flex;
    gap: var(--lab-space-2);
    padding: 3px var(--lab-space-3);
    background: var(--lab-ground-1);
  }
  .depends.warning,
  .depends.error {
    background: var(--lab-warn-ground);
  }
`;

export function worstOf(diagnostics: readonly Diagnostic[]): Diagnostic['severity'] | undefined {
  return (['error', 'warning', 'info'] as const).find((severity) =>
    diagnostics.some((one) => one.severity === severity),
  );
}

export function severityIcon(severity: Diagnostic['severity']): TemplateResult {
  return html`<lab-icon name=${severity === 'info' ? 'info' : 'triangle-alert'}></lab-icon>`;
}

/** `after` are list items behind the notes. */
export function notesList(diagnostics: readonly Diagnostic[], after: unknown): TemplateResult {
  return html`<ul class="notes" aria-label="Notes about this file">
    ${diagnostics.map(
      ({ severity, message, offsetBytes }) => html`<li class=${severity}>
        ${severityIcon(severity)}
        <span>${message}${offsetBytes === undefined ? '' : ` (at byte ${offsetBytes})`}</span>
      </li>`,
    )}
    ${after}
  </ul>`;
}

/** Something is left out, or the place of the samples on their axis was decided: it stands with the picture. */
export function pictureNote(diagnostics: readonly Diagnostic[]): TemplateResult | typeof nothing {
  const shaping = diagnostics.filter(({ severity, code }) => severity !== 'info' || PLACE_CODES.test(code));
  const first = shaping.find(({ severity }) => severity === worstOf(shaping));
  if (!first) return nothing;
  const others = shaping.length - 1;
  const more = others === 0 ? '' : ` And ${others} more ${others === 1 ? 'note' : 'notes'} like it.`;
  return html`<p class="depends ${first.severity} small" role="note">
    ${severityIcon(first.severity)}
    <span>${first.message}${more}</span>
  </p>`;
}
