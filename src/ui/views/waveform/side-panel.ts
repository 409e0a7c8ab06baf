import { html, nothing, type TemplateResult } from 'lit';
import { formatCount } from '../../../base/si.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import '../../elements/icon.ts';
import '../../elements/splitter.ts';
import '../../elements/tab-list.ts';
import './axes-panel.ts';
import './compare-panel.ts';
import './compared-figures.ts';
import type { Comparison } from './comparison.ts';
import type { Scene } from './geometry.ts';
import type { Lane } from './lanes.ts';
import './marker-panel.ts';
import { SHORT_LIST } from './long-list.ts';
import type { MeasuredMarker } from './marker-text.ts';
import type { WaveformModel } from './model.ts';
import './notes-panel.ts';
import type { Marker, TimeRange } from './state.ts';

/** Takes the figures of three signals beside each other, and a scrollbar of the panel and of a long list. */
export const SIDE_PANEL_PX = 384;

/** The panel beside the plot. */
export interface SidePanel {
  readonly isOpen: boolean;
  readonly sizePx: number;
}

export interface SideContext {
  readonly side: SidePanel;
  /** Title of what the view's owner put into the slot; empty when there is nothing. */
  readonly slotTitle: string;
  readonly areMarkersShown: boolean;
  readonly model: WaveformModel;
  readonly axis: SignalAxis;
  readonly lanes: readonly Lane[];
  readonly scene: Scene | undefined;
  readonly comparison: Comparison;
  /** What the figures of compared files are of. */
  readonly span: { readonly name: string; readonly span: TimeRange };
  readonly label: string;
  measure(markers: readonly Marker[]): MeasuredMarker[];
  /** The same without figures. */
  positions(markers: readonly Marker[]): MeasuredMarker[];
  resize(sizePx: number): void;
  showMarkers(areShown: boolean): void;
  copy(markers: MeasuredMarker[]): void;
}

/** Markers, notes and axes of the waveform view, and what its owner adds, in one panel. */
export function sidePanel(context: SideContext): TemplateResult {
  const { side, slotTitle, areMarkersShown } = context;
  const tabs = [
    ['slot', slotTitle],
    ['markers', 'Markers and axes'],
  ] as const;
  return html`<lab-splitter
      label="Width of the side panel"
      .sizePx=${side.sizePx}
      .minPx=${240}
      .maxPx=${640}
      @lab-split-changed=${(event: CustomEvent<{ sizePx: number }>) => context.resize(event.detail.sizePx)}
    ></lab-splitter>
    <aside .style=${`--side-size: ${side.sizePx}px`} aria-label="Side panel">
      ${
        slotTitle === ''
          ? nothing
          : html`<lab-tab-list
              label="Side panel"
              .tabs=${tabs}
              selected=${areMarkersShown ? 'markers' : 'slot'}
              @lab-tab-selected=${(event: CustomEvent<string>) => context.showMarkers(event.detail === 'markers')}
            ></lab-tab-list>`
      }
      <div class="sheet" tabindex="0" aria-label=${areMarkersShown ? 'Markers and axes' : slotTitle} role="group">
        ${areMarkersShown ? markerSheet(context) : html`<slot name="side"></slot>`}
      </div>
    </aside>`;
}

function markerSheet(context: SideContext): TemplateResult {
  const { model, axis, lanes, scene, comparison, measure, copy } = context;
  const { markers, selectedMarkerId } = model.state;
  return html`${comparison.files.length > 0 ? compareSheet(context) : nothing}
    <h2 class="minor">Markers</h2>
    <lab-marker-panel
      .model=${model}
      .lanes=${lanes}
      .markers=${markers}
      .selectedId=${selectedMarkerId}
      .measure=${(shown: readonly Marker[]) => measure(shown)}
      @lab-copy-requested=${(event: CustomEvent<MeasuredMarker[]>) => copy(event.detail)}
    ></lab-marker-panel>
    ${markers.length > 1 ? copyAll(context, markers) : nothing}
    <h2 class="minor">Notes</h2>
    <lab-notes-panel .model=${model} .state=${model.state} .axis=${axis}></lab-notes-panel>
    <h2 class="minor">Axes</h2>
    <lab-axes-panel .model=${model} .axis=${axis} .lanes=${lanes} .scene=${scene}></lab-axes-panel>`;
}

function compareSheet({ model, axis, lanes, scene, comparison, span, label }: SideContext): TemplateResult {
  return html`<h2 class="minor">Compared</h2>
    <lab-compare-panel
      .model=${model}
      .state=${model.state}
      .axis=${axis}
      .comparison=${comparison}
      .files=${comparison.files}
      .differences=${comparison.differences}
    ></lab-compare-panel>
    <h2 class="minor">Figures</h2>
    <lab-compared-figures
      .lanes=${lanes}
      .states=${model.state.lanes}
      .axis=${axis}
      .spanName=${span.name}
      .span=${span.span}
      .legend=${scene?.legend ?? []}
      .label=${label}
    ></lab-compared-figures>`;
}

/** Figures of a long list would have to be measured first: its positions are there. */
function copyAll({ measure, positions, copy }: SideContext, markers: readonly Marker[]): TemplateResult {
  const isShort = markers.length <= SHORT_LIST;
  const words = isShort ? 'Copy all markers' : `Copy the positions of ${formatCount(markers.length)} markers`;
  return html`<button @click=${() => copy(isShort ? measure(markers) : positions(markers))}>
    <lab-icon name="copy"></lab-icon>${words}
  </button>`;
}
