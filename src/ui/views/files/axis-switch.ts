// Which axis of a file is looked at, where its signals lie on more than one.

import { css, html, nothing, type TemplateResult } from 'lit';
import { axesOf, axisOf, axisTitle, isSameAxis } from '../../../model/axis.ts';
import type { SignalAxis, SignalInfo } from '../../../model/signal-store.ts';

export const axisSwitchStyles = css`
  .axes {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px var(--lab-space-2);
    padding: 3px 12px;
    background: var(--lab-ground-1);
    border-block-end: 1px solid var(--lab-line);
  }
  .axes button {
    --lab-control-height: var(--lab-control-small);
  }
`;

/** Says, too, what is not drawn; nothing where all signals share one axis. */
export function axisSwitch(
  signals: readonly SignalInfo[],
  shown: SignalAxis,
  onChoose: (axis: SignalAxis) => void,
): TemplateResult | typeof nothing {
  const axes = axesOf(signals);
  if (axes.length <= 1) return nothing;
  const hidden = signals.filter((signal) => !isSameAxis(axisOf(signal), shown));
  return html`<div class="axes small" role="group" aria-label="Axis to look at">
    <span class="dim">Along</span>
    ${axes.map(
      (axis) => html`<button aria-pressed=${isSameAxis(axis, shown)} @click=${() => onChoose(axis)}>
        ${axisTitle(axis)}
      </button>`,
    )}
    <span class="dim" role="status">Not drawn here: ${namesOf(hidden)}.</span>
  </div>`;
}

/** Names that are told one by one. */
const MOST_NAMES = 4;

function namesOf(signals: readonly SignalInfo[]): string {
  const names = signals.slice(0, MOST_NAMES).map((signal) => `${signal.name} (along ${axisOf(signal).name})`);
  const rest = signals.length - names.length;
  return [...names, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}
