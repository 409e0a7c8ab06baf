// What the bars show of a setup's run: its lamp, its losses and loads, and that it goes on while another view is open.

import { html, type TemplateResult } from 'lit';
import type { App } from '../../../app/app.ts';
import type { BufferFigures } from '../../../app/pipeline/figures.ts';
import { formatElapsed } from '../../../base/duration.ts';
import { formatCount, formatPercent, formatSiText } from '../../../base/si.ts';
import { diskItem } from '../../disk-item.ts';
import { type Activity, lamp, type StatusItem, type ViewBars } from '../../view-bars.ts';

/** Above this share of its time a worker may soon fall behind. */
const HIGH_LOAD = 0.8;

/** A source that loses more of its time than this loses many events. */
const HIGH_DEAD_PART = 0.5;

export const PIPELINE_BARS: ViewBars = { run: runLamp, statusItems: pipelineItems, activity };

/** The view's own bar has the controls. */
function runLamp({ pipelines }: App): TemplateResult {
  const run = pipelines.run.value;
  const isReady = pipelines.opened.value?.loaded.value.setup !== undefined;
  const hasFailed = run?.outcome.value.state === 'failed';
  const word = pipelines.isRunning
    ? run?.arePaused
      ? 'PAUSE'
      : 'RUN'
    : hasFailed
      ? 'FAIL'
      : isReady
        ? 'READY'
        : 'STOP';
  return html`<div class="run">${lamp(word)}</div>`;
}

function activity({ pipelines }: App): Activity | undefined {
  const run = pipelines.run.value;
  if (!run || !pipelines.isRunning) return undefined;
  const figure = formatElapsed(run.figures.value.activeS);
  return { icon: 'workflow', label: run.name, figure, title: 'The pipeline runs.' };
}

function pipelineItems(app: App): readonly StatusItem[] {
  const { buffers = [], workers = [] } = app.pipelines.run.value?.figures.value ?? {};
  const isOver = app.pipelines.run.value?.isOver.value ?? true;
  const roots = buffers.filter(({ isRoot }) => isRoot);
  const rateHz = isOver ? 0 : roots.reduce((sum, root) => sum + root.rateHz, 0);
  const deadPart = Math.max(0, ...roots.map(({ deadShare }) => deadShare).filter(Number.isFinite));
  const discardedCount = buffers.reduce((sum, { pausedCount }) => sum + pausedCount, 0);
  const lostCount = buffers.reduce((sum, buffer) => sum + buffer.lostCount, 0);
  const fill = ({ filledPart, inWorkPart }: BufferFigures) => filledPart + inWorkPart;
  const rate = (hz: number) => formatSiText(hz, 'Hz', { significantDigits: 3 });
  const load = Math.max(0, ...workers.map(({ processorShare }) => processorShare));
  return [
    {
      id: 'rate',
      label: 'Events',
      value: rate(rateHz),
      isWarning: false,
      isMinor: false,
      detail: buffers.map((buffer) => [buffer.name, rate(buffer.rateHz)] as const),
    },
    {
      id: 'dead-time',
      label: 'Dead time',
      value: formatPercent(deadPart),
      isWarning: deadPart > HIGH_DEAD_PART,
      isMinor: false,
      detail: roots.map(({ name, deadShare }) => [name, formatPercent(deadShare)] as const),
    },
    {
      id: 'lost',
      label: 'Lost',
      value: formatCount(lostCount),
      isWarning: lostCount > 0,
      isMinor: false,
      detail: buffers.map((buffer) => [buffer.name, formatCount(buffer.lostCount)] as const),
    },
    {
      id: 'discarded',
      label: 'Discarded',
      value: formatCount(discardedCount),
      isWarning: false,
      isMinor: true,
      detail: buffers.map((buffer) => [`${buffer.name}, while paused`, formatCount(buffer.pausedCount)] as const),
    },
    {
      id: 'fill',
      label: 'Fullest buffer',
      value: formatPercent(Math.max(0, ...buffers.map(fill))),
      isWarning: false,
      isMinor: true,
      detail: buffers.map(
        (buffer) => [buffer.name, `${formatPercent(fill(buffer))} of ${buffer.slotCount} slots`] as const,
      ),
    },
    diskItem(app),
    {
      id: 'load',
      label: 'Busiest worker',
      value: formatPercent(load),
      isWarning: load > HIGH_LOAD,
      isMinor: true,
      detail: workers.map(({ name, processorShare }) => [name, formatPercent(processorShare)] as const),
    },
  ];
}
