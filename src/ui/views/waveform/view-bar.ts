import { html, nothing, type TemplateResult } from 'lit';
import { formatCount } from '../../../base/si.ts';
import { axisTitle, isCounted, isSameAxis, TIME_AXIS } from '../../../model/axis.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import '../../elements/icon.ts';
import './exact-field.ts';
import type { IconName } from '../../elements/icon.ts';
import { waveformCommand } from './commands.ts';
import type { WaveformModel } from './model.ts';
import { TIME_MODES, type TimeMode, type TimeRange } from './state.ts';

const TIME_MODE_LABELS: Readonly<Record<Exclude<TimeMode, 'relative'>, string>> = {
  start: 'From start',
  local: 'Local time',
  utc: 'UTC',
  marker: 'From marker',
  end: 'To the end',
};

/** A smaller part of the data before 0 is jitter of its first sample, not what was kept before a trigger. */
const LEAST_BEFORE_TRIGGER = 0.01;

/** What the axis can count, in words. Zero of a capture is its trigger; of most data it is their start. */
export function axisChoices(axis: SignalAxis, { startS, endS }: TimeRange, isLive: boolean): readonly AxisChoice[] {
  const isTime = isSameAxis(axis, TIME_AXIS);
  const startsAtZero = isLive || startS === 0;
  const isCapture = -startS > LEAST_BEFORE_TRIGGER * (endS - startS) && endS > 0;
  const zero = startsAtZero ? 'From start' : isCapture ? 'From trigger (0)' : 'As in the file';
  return TIME_MODES.flatMap((mode): AxisChoice[] => {
    if (mode === 'relative') return [{ mode, label: isTime ? zero : axisTitle(axis) }];
    const needsTime = mode === 'local' || mode === 'utc';
    if ((needsTime && !isTime) || (mode === 'start' && startsAtZero)) return [];
    return [{ mode, label: TIME_MODE_LABELS[mode] }];
  });
}

interface AxisChoice {
  readonly mode: TimeMode;
  readonly label: string;
}

const NO_UTC = 'These data carry no UTC.';

export interface BarContext {
  readonly model: WaveformModel;
  readonly isLive: boolean;
  readonly hasUtc: boolean;
  readonly axis: SignalAxis;
  readonly extent: TimeRange;
  readonly lanes: { readonly shown: number; readonly all: number };
  /** Span on screen, as text. */
  readonly span: string;
  readonly isAnalysisOpen: boolean;
  readonly isSideOpen: boolean;
  run(id: string): void;
  toggleAnalysis(): void;
  showSignals(): void;
  toggleSide(): void;
  showExportMenu(event: Event): void;
}

/** The tool bar of the waveform view. */
export function viewBar(context: BarContext): TemplateResult {
  const { model, axis, lanes, isLive, run } = context;
  const isTime = isSameAxis(axis, TIME_AXIS);
  const { isFollowing, timeMode } = model.state;
  const onTimeMode = (event: Event) => model.setTimeMode((event.target as HTMLSelectElement).value as TimeMode);
  const follow = html`<button
      aria-pressed=${isFollowing}
      title="Pause or follow the newest data (Space)"
      aria-label=${isFollowing ? 'Pause view' : 'Follow'}
      @click=${() => run('waveform.pause')}
    >
      <lab-icon name=${isFollowing ? 'pause' : 'play'}></lab-icon><span class="word">${isFollowing ? 'Pause view' : 'Follow'}</span>
    </button>
    <hr />`;
  return html`<div class="bar" role="toolbar" aria-label="View">
    ${isLive ? follow : nothing}
    ${commandButton(context, 'waveform.view-back', 'arrow-left', model.canGoBack ? undefined : 'There is no earlier view.')}
    ${commandButton(context, 'waveform.view-forward', 'arrow-right', model.canGoForward ? undefined : 'There is no later view.')}
    ${commandButton(context, 'waveform.zoom-in', 'zoom-in')} ${commandButton(context, 'waveform.zoom-out', 'zoom-out')}
    ${commandButton(context, 'waveform.fit', 'maximize')} ${commandButton(context, 'waveform.fit-values', 'fit-values')}
    <hr />
    ${commandButton(context, 'waveform.marker-single', 'marker')}
    ${commandButton(context, 'waveform.marker-dual', 'marker-pair')}
    <hr />
    <select aria-label="Time axis" title=${isTime && !context.hasUtc ? `What the axis counts. ${NO_UTC}` : 'What the axis counts'} @change=${onTimeMode}>
      ${axisChoices(axis, context.extent, isLive).map(({ mode, label }) => {
        const isOff = (mode === 'local' || mode === 'utc') && !context.hasUtc;
        return html`<option value=${mode} .selected=${mode === timeMode} ?disabled=${isOff}>${label}</option>`;
      })}
    </select>
    <lab-exact-field
      class="span"
      label=${isCounted(axis) ? `Span of the view, ${axis.name}s` : 'Span of the view'}
      unit=${axis.unit}
      .value=${model.spanS}
      .shown=${context.span}
      @lab-value-changed=${({ detail }: CustomEvent<number>) => detail > 0 && model.zoomCentered(detail / model.spanS)}
    ></lab-exact-field>
    ${lanes.shown > 0 && lanes.shown < lanes.all ? hiddenLanes(context) : nothing}
    ${toggle('chart-column', 'Histogram and spectrum', context.isAnalysisOpen, () => context.toggleAnalysis())}
    <button title="Save or copy what is on screen" aria-label="Export…" aria-haspopup="menu" @click=${(event: Event) => context.showExportMenu(event)}>
      <lab-icon name="download"></lab-icon><span class="word">Export…</span>
    </button>
    ${toggle('panel-right', 'Side panel', context.isSideOpen, () => context.toggleSide())}
  </div>`;
}

/** Not all signals are drawn: how many, and the way to the others. */
function hiddenLanes({ lanes, showSignals }: BarContext): TemplateResult {
  const { shown, all } = lanes;
  return html`<button title="${all - shown} signals are not shown: choose them in the list of axes" @click=${showSignals}>
    ${formatCount(shown)} of ${formatCount(all)}<span class="word"> signals</span>
  </button>`;
}

function toggle(icon: IconName, label: string, isOn: boolean, onClick: () => void): TemplateResult {
  return html`<button class="quiet icon" aria-pressed=${isOn} title=${label} aria-label=${label} @click=${onClick}>
    <lab-icon name=${icon}></lab-icon>
  </button>`;
}

function commandButton({ run }: BarContext, id: string, icon: IconName, whyOff?: string): TemplateResult {
  const { label, keys } = waveformCommand(id);
  return html`<button
    class="quiet icon"
    title=${whyOff ?? `${label} (${keys[0]})`}
    aria-label=${label}
    aria-disabled=${whyOff !== undefined}
    @click=${() => run(id)}
  >
    <lab-icon name=${icon}></lab-icon>
  </button>`;
}
