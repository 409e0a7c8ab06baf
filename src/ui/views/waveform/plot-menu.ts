// What the right-click menu offers at a point of the plot.

import type { PointerInput } from '../../plot/zones.ts';
import type { MenuItem } from './context-menu.ts';
import { laneAt, type Scene, timeScale, valueScale } from './geometry.ts';
import type { LaneBox } from './layout.ts';
import type { WaveformModel } from './model.ts';

/** A new pair of horizontal markers stands this part of the axis apart. */
const PAIR_PART = 0.25;

export interface PlotMenuContext {
  readonly model: WaveformModel;
  readonly scene: Scene;
  readonly at: PointerInput;
  snap(timeS: number): number;
  /** The item of a waveform command. */
  command(id: string): MenuItem;
  /** A note was added: its text wants to be typed. */
  onNote(): void;
}

export function plotMenu(context: PlotMenuContext): MenuItem[] {
  const { model, scene, at, command } = context;
  const timeS = context.snap(timeScale(scene).fromPx(at.x));
  const box = laneAt(scene.layout, at.y);
  return [
    { label: 'Add a marker here', keys: 'S', run: () => void model.addMarker({ axis: 'time', first: timeS }) },
    command('waveform.marker-dual'),
    ...(box ? laneItems(context, box, timeS) : []),
    { ...command('waveform.fit'), startsGroup: true },
    command('waveform.zoom-markers'),
    command('waveform.view-back'),
    command('waveform.marker-clear'),
  ];
}

function laneItems({ model, scene, at, onNote }: PlotMenuContext, box: LaneBox, timeS: number): MenuItem[] {
  const { lane } = box;
  const range = scene.ranges.get(lane.id);
  if (!range) return [];
  const isLog = model.state.lanes[lane.id]?.isLog === true;
  const value = valueScale(box, range, isLog).fromPx(at.y);
  const marker = { axis: 'value', laneId: lane.id, first: value } as const;
  const second = value + (range.max - range.min) * PAIR_PART;
  const items: MenuItem[] = [
    { label: 'Add a horizontal marker here', run: () => void model.addMarker(marker) },
    { label: 'Add a pair of horizontal markers', run: () => void model.addMarker({ ...marker, second }) },
    {
      label: 'Add a note here',
      run: () => {
        model.addNote({ laneId: lane.id, timeS, value, text: 'Note' });
        onNote();
      },
    },
    { label: `Fit ${lane.name}`, startsGroup: true, run: () => model.setLane(lane.id, { range: undefined }) },
    { label: `Hide ${lane.name}`, run: () => model.setLane(lane.id, { isHidden: true }) },
  ];
  if (lane.isDigital) return items;
  return [...items, { label: 'Logarithmic', isChecked: isLog, run: () => model.setLane(lane.id, { isLog: !isLog }) }];
}
