// Everything that the keyboard (and the command palette, and the menu) can do in a waveform view.

import { strokeOf } from '../../../app/keys.ts';
import { finestStepS, type Lane, lanesOnScreen } from './lanes.ts';
import type { WaveformModel } from './model.ts';

/** What a command may use of the view it runs in. */
export interface CommandContext {
  readonly model: WaveformModel;
  readonly lanes: readonly Lane[];
  /** Time under the pointer, else in the middle. */
  readonly focusS: number;
  snap(timeS: number): number;
  /** Gives up a drag under way; true if there was one. */
  cancelGesture(): boolean;
  /** Asks the page to export the data; false where it cannot. */
  requestExport(): boolean;
}

export interface WaveformCommand {
  /** Dotted and stable: settings refer to it. */
  readonly id: string;
  readonly label: string;
  /** Strokes as in app/keys.ts, such as `Shift+Delete`; the first is shown in tooltips. */
  readonly keys: readonly string[];
  /** Returns false when it had nothing to do and the key may go elsewhere. */
  readonly run: (view: CommandContext) => boolean | undefined;
}

const KEY_ZOOM = 1.5;
const KEY_PAN = 0.1;
/** Parts of the span that a new pair of markers stands apart. */
const NEW_PAIR_SPAN = 0.25;

const done = (_: unknown): undefined => undefined;

function panBy(fraction: number): WaveformCommand['run'] {
  return ({ model }) => done(model.panTime(fraction * model.spanS, 'key-pan'));
}

function addPair(view: CommandContext): undefined {
  const { model, focusS } = view;
  const { startS, endS } = model.state.time;
  const { selection } = model.state;
  const halfS = ((endS - startS) * NEW_PAIR_SPAN) / 2;
  const first = selection?.startS ?? view.snap(Math.max(focusS - halfS, startS));
  const second = selection?.endS ?? view.snap(Math.min(focusS + halfS, endS));
  model.addMarker({ axis: 'time', first, second });
  model.select(undefined);
}

function zoomToMarkers({ model }: CommandContext): boolean {
  const marker =
    model.marker(model.state.selectedMarkerId) ?? model.state.markers.find(({ second }) => second !== undefined);
  if (!marker) return false;
  model.showMarker(marker.id);
  return true;
}

/** Escape, one thing after the other: a drag, the selection, the selected marker, the last zoom. */
function stepBack(view: CommandContext): boolean {
  const { model } = view;
  if (view.cancelGesture()) return true;
  if (model.state.selection) {
    model.select(undefined);
    return true;
  }
  if (model.state.selectedMarkerId !== undefined) {
    model.selectMarker(undefined);
    return true;
  }
  return model.goBack();
}

function nudge(direction: 1 | -1): WaveformCommand['run'] {
  return (view) => {
    const { model, lanes } = view;
    const marker = model.marker(model.state.selectedMarkerId);
    if (marker?.axis !== 'time') return false;
    const wanted =
      marker.first + Math.max(model.bounds.pixelS, finestStepS(lanesOnScreen(lanes, model.state.lanes))) * direction;
    const snapped = view.snap(wanted);
    // A stamped sample that the marker stands on would hold it.
    const { startS, endS } = model.bounds.extent;
    const isHeld = (snapped - marker.first) * direction <= 0;
    const first = isHeld ? Math.min(Math.max(wanted, startS), endS) : snapped;
    const moved = marker.second === undefined ? {} : { second: marker.second + (first - marker.first) };
    model.updateMarker(marker.id, { first, ...moved }, 'key-nudge');
    return true;
  };
}

const JUMPS: readonly WaveformCommand[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => ({
  id: `waveform.jump-${number}`,
  label: `Go to marker ${number}`,
  keys: [String(number)],
  run: ({ model }) => {
    const marker = model.state.markers[number - 1];
    if (!marker) return false;
    model.showMarker(marker.id);
    return true;
  },
}));

export const WAVEFORM_COMMANDS: readonly WaveformCommand[] = [
  {
    id: 'waveform.pause',
    label: 'Pause or follow the newest data',
    keys: ['Space'],
    run: ({ model }) => (model.bounds.isLive ? done(model.setFollowing(!model.state.isFollowing)) : false),
  },
  { id: 'waveform.pan-left', label: 'Pan left', keys: ['ArrowLeft'], run: panBy(-KEY_PAN) },
  { id: 'waveform.pan-right', label: 'Pan right', keys: ['ArrowRight'], run: panBy(KEY_PAN) },
  { id: 'waveform.page-left', label: 'One screen left', keys: ['PageUp'], run: panBy(-1) },
  { id: 'waveform.page-right', label: 'One screen right', keys: ['PageDown'], run: panBy(1) },
  {
    id: 'waveform.go-start',
    label: 'Go to the start',
    keys: ['Home'],
    run: ({ model }) => done(model.panTime(Number.MIN_SAFE_INTEGER)),
  },
  {
    id: 'waveform.go-end',
    label: 'Go to the end',
    keys: ['End'],
    run: ({ model }) => done(model.bounds.isLive ? model.setFollowing(true) : model.panTime(Number.MAX_SAFE_INTEGER)),
  },
  {
    id: 'waveform.zoom-in',
    label: 'Zoom in',
    keys: ['Plus', '=', 'ArrowUp'],
    run: ({ model }) => done(model.zoomCentered(1 / KEY_ZOOM, 'key-zoom')),
  },
  {
    id: 'waveform.zoom-out',
    label: 'Zoom out',
    keys: ['-', 'ArrowDown'],
    run: ({ model }) => done(model.zoomCentered(KEY_ZOOM, 'key-zoom')),
  },
  { id: 'waveform.fit', label: 'Show everything', keys: ['0', '*'], run: ({ model }) => done(model.fitTime()) },
  { id: 'waveform.fit-values', label: 'Fit all value axes', keys: ['F'], run: ({ model }) => done(model.fitLanes()) },
  {
    id: 'waveform.marker-single',
    label: 'Add a marker',
    keys: ['S'],
    run: ({ model, focusS }) => done(model.addMarker({ axis: 'time', first: focusS })),
  },
  { id: 'waveform.marker-dual', label: 'Add a pair of markers', keys: ['D'], run: addPair },
  { id: 'waveform.marker-left', label: 'Move the selected marker left', keys: ['Alt+ArrowLeft'], run: nudge(-1) },
  { id: 'waveform.marker-right', label: 'Move the selected marker right', keys: ['Alt+ArrowRight'], run: nudge(1) },
  { id: 'waveform.zoom-markers', label: 'Zoom to the markers', keys: ['Z'], run: zoomToMarkers },
  {
    id: 'waveform.marker-delete',
    label: 'Delete the selected marker',
    keys: ['Delete', 'Backspace'],
    run: ({ model }) =>
      model.state.selectedMarkerId === undefined ? false : done(model.removeMarker(model.state.selectedMarkerId)),
  },
  {
    id: 'waveform.marker-clear',
    label: 'Delete all markers',
    keys: ['Shift+Delete'],
    run: ({ model }) => done(model.clearMarkers()),
  },
  { id: 'waveform.view-back', label: 'Previous view', keys: ['['], run: ({ model }) => model.goBack() },
  { id: 'waveform.view-forward', label: 'Next view', keys: [']'], run: ({ model }) => model.goForward() },
  { id: 'waveform.undo', label: 'Undo', keys: ['Ctrl+Z'], run: ({ model }) => model.undo() },
  { id: 'waveform.redo', label: 'Redo', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], run: ({ model }) => model.redo() },
  { id: 'waveform.escape', label: 'Cancel, clear the selection, then step back', keys: ['Escape'], run: stepBack },
  ...JUMPS,
  { id: 'waveform.export', label: 'Export…', keys: ['E'], run: (view) => view.requestExport() },
];

const BY_STROKE = new Map(WAVEFORM_COMMANDS.flatMap((command) => command.keys.map((key) => [key, command] as const)));

/** The command of a key press; none for keys of the browser, such as Ctrl and plus. */
export function commandFor(event: KeyboardEvent): WaveformCommand | undefined {
  const stroke = strokeOf(event);
  return stroke === undefined ? undefined : BY_STROKE.get(stroke);
}

/** By id; an unknown id is a bug. */
export function waveformCommand(id: string): WaveformCommand {
  const command = WAVEFORM_COMMANDS.find((candidate) => candidate.id === id);
  if (!command) throw new Error(`internal error: no command ${id}`);
  return command;
}
