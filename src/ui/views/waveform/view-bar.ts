import { html, nothing, type TemplateResult } from 'lit';
import '../../elements/icon.ts';
import './exact-field.ts';
import type { IconName } from '../../elements/icon.ts';
import { waveformCommand } from './commands.ts';
import type { WaveformModel } from './model.ts';
import { TIME_MODES, type TimeMode } from './state.ts';

const TIME_MODE_LABELS: Readonly<Record<TimeMode, string>> = {
  relative: 'From start',
  local: 'Local time',
  utc: 'UTC',
  marker: 'From marker',
  end: 'To the end',
};

export interface BarContext {
  readonly model: WaveformModel;
  readonly isLive: boolean;
  readonly hasUtc: boolean;
  /** Span on screen, as text. */
  readonly span: string;
  readonly isAnalysisOpen: boolean;
  readonly isSideOpen: boolean;
  run(id: string): void;
  toggleAnalysis(): void;
  toggleSide(): void;
  showExportMenu(event: Event): void;
}

/** The tool bar of the waveform view. */
export function viewBar(context: BarContext): TemplateResult {
  const { model, isLive, run } = context;
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
    <select aria-label="Time axis" title=${context.hasUtc ? 'What the time axis counts' : 'What the time axis counts. These data carry no UTC.'} @change=${onTimeMode}>
      ${TIME_MODES.map((mode) => {
        const isOff = (mode === 'local' || mode === 'utc') && !context.hasUtc;
        return html`<option value=${mode} .selected=${mode === timeMode} ?disabled=${isOff}>${TIME_MODE_LABELS[mode]}</option>`;
      })}
    </select>
    <lab-exact-field
      class="span"
      label="Span of the view"
      unit="s"
      .value=${model.spanS}
      .shown=${context.span}
      @lab-value-changed=${({ detail }: CustomEvent<number>) => detail > 0 && model.zoomCentered(detail / model.spanS)}
    ></lab-exact-field>
    ${toggle('chart-column', 'Histogram and spectrum', context.isAnalysisOpen, () => context.toggleAnalysis())}
    <button title="Save or copy what is on screen" aria-label="Export…" aria-haspopup="menu" @click=${(event: Event) => context.showExportMenu(event)}>
      <lab-icon name="download"></lab-icon><span class="word">Export…</span>
    </button>
    ${toggle('panel-right', 'Side panel', context.isSideOpen, () => context.toggleSide())}
  </div>`;
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
