// What a view shows in the bars around it. Each row of shell/views.ts names its own; the bars know no view.

import { css, html, type TemplateResult } from 'lit';
import type { App } from '../app/app.ts';
import type { IconName } from './elements/icon.ts';

/** All are called in a render: they read signals. */
export interface ViewBars {
  /** In the top bar: whether things run, and how that is changed. */
  run(app: App): TemplateResult;
  /** In the status bar: how the data fare. Zero is shown as zero. */
  statusItems(app: App): readonly StatusItem[];
  /** In the top bar while another view is open: what goes on in this one. */
  activity?(app: App): Activity | undefined;
}

export interface StatusItem {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Whose the value is, where several things have one and it is not that of all; empty where that is clear. */
  readonly of?: string;
  readonly isWarning: boolean;
  /** Name and value of what the detail shows. */
  readonly detail: readonly (readonly [string, string])[];
  /** Left out on narrow screens. */
  readonly isMinor: boolean;
}

export interface Activity {
  readonly icon: IconName;
  readonly label: string;
  /** Number beside it, such as the time elapsed. */
  readonly figure: string;
  /** What goes on, as a sentence. */
  readonly title: string;
}

export type RunWord = 'RUN' | 'PAUSE' | 'READY' | 'STOP' | 'FAIL';

const RUN_COLORS: Readonly<Record<RunWord, string>> = {
  RUN: 'var(--lab-ok)',
  PAUSE: 'var(--lab-warn)',
  READY: 'var(--lab-accent)',
  STOP: 'var(--lab-text-dim)',
  FAIL: 'var(--lab-danger)',
};

/** The lamp of a run control. */
export function lamp(word: RunWord): TemplateResult {
  return html`<span class="lamp ${word.toLowerCase()}" role="status" .style=${`--run-color: ${RUN_COLORS[word]}`}>${word}</span>`;
}

/** For the element that shows a `run` template: a group `.run` with a lamp and what follows it. */
export const runStyles = css`
  .run {
    display: flex;
    align-items: stretch;
    flex: none;
    border: 1px solid var(--lab-line);
    border-radius: var(--lab-radius);
    overflow: clip;
  }
  .run:focus-within {
    overflow: visible;
  }
  .lamp {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 7px;
    inline-size: 84px;
    min-block-size: calc(var(--lab-control-height) - 2px);
    font-weight: 700;
    font-size: var(--lab-size-small);
    letter-spacing: 0.08em;
    color: var(--run-color);
    background: var(--lab-ground-0);
  }
  .lamp::before {
    content: '';
    inline-size: 9px;
    block-size: 9px;
    border-radius: 50%;
    background: currentColor;
  }
  .lamp.stop::before,
  .lamp.fail::before {
    border-radius: 1px;
  }
  .run lab-command-button {
    min-inline-size: 76px;
  }
  @media (max-width: 720px) {
    .lamp {
      inline-size: 34px;
      font-size: 0;
    }
    .run lab-command-button {
      min-inline-size: 0;
    }
  }
`;
