// How records are shown: how many stay, the mean of how many is drawn, and one channel against another.

import { html, nothing, type TemplateResult } from 'lit';
import { formatCount } from '../../../base/si.ts';
import type { TraceSignal } from '../../../model/channel.ts';

export interface XyChoice {
  readonly xId: string;
  readonly yId: string;
}

export interface DisplayChoices {
  /** Records that stay on the screen; 0: none. */
  readonly persistence: number;
  /** Records whose mean is shown; 1: each as it comes. */
  readonly meanOf: number;
  /** `undefined`: all over time. */
  readonly xy: XyChoice | undefined;
}

export const USUAL_DISPLAY: DisplayChoices = { persistence: 0, meanOf: 1, xy: undefined };

const PERSISTENCES = [0, 10, 100, 1000, 10_000] as const;
const MEANS = [1, 4, 16, 64, 256, 1024] as const;

export function displaySection(
  choices: DisplayChoices,
  signals: readonly TraceSignal[],
  change: (to: Partial<DisplayChoices>) => void,
): TemplateResult {
  return html`<section role="group" aria-label="Display">
    <h2>Display</h2>
    ${field({
      label: 'Persistence',
      title: 'Records that stay on the screen: the more of them went through a pixel, the brighter it is',
      options: PERSISTENCES.map((count) => [String(count), count === 0 ? 'None' : formatCount(count)]),
      value: String(choices.persistence),
      set: (value) => change({ persistence: Number(value) }),
    })}
    ${field({
      label: 'Mean of',
      title: 'The mean of the last records is drawn and measured; other settings begin anew',
      options: MEANS.map((count) => [String(count), count === 1 ? '1 record' : formatCount(count)]),
      value: String(choices.meanOf),
      set: (value) => change({ meanOf: Number(value) }),
    })}
    ${signals.length > 1 ? axes(choices.xy, signals, change) : nothing}
  </section>`;
}

function axes(
  xy: XyChoice | undefined,
  signals: readonly TraceSignal[],
  change: (to: Partial<DisplayChoices>) => void,
): TemplateResult {
  const pairs = signals.flatMap((x) => signals.flatMap((y) => (x === y ? [] : [{ x, y }])));
  return field({
    label: 'Axes',
    title: 'All channels over time, or one against another',
    options: [['', 'Over time'], ...pairs.map(({ x, y }) => [`${x.id} ${y.id}`, `${y.name} over ${x.name}`] as const)],
    value: xy ? `${xy.xId} ${xy.yId}` : '',
    set: (value) => {
      const pair = pairs.find(({ x, y }) => `${x.id} ${y.id}` === value);
      change({ xy: pair && { xId: pair.x.id, yId: pair.y.id } });
    },
  });
}

function field({
  label,
  title,
  options,
  value,
  set,
}: {
  readonly label: string;
  readonly title: string;
  readonly options: readonly (readonly [string, string])[];
  readonly value: string;
  readonly set: (value: string) => void;
}): TemplateResult {
  return html`<label class="choice" title=${title}
    >${label}
    <select aria-label=${label} @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}>
      ${options.map(([id, words]) => html`<option value=${id} .selected=${id === value}>${words}</option>`)}
    </select>
  </label>`;
}
