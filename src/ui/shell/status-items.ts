// What the status bar says, as plain data. Zero is shown as zero.

import type { App } from '../../app/app.ts';
import type { BufferFigures } from '../../app/pipeline/figures.ts';
import { formatRoughly } from '../../base/duration.ts';
import { formatBytes, formatCount, formatSiText } from '../../base/si.ts';
import { streamSignals } from '../../model/channel.ts';
import { endTimeOf, startTimeOf } from '../../model/timing.ts';

export interface StatusItem {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly isWarning: boolean;
  /** Name and value of what the detail shows. */
  readonly detail: readonly (readonly [string, string])[];
  /** Left out on narrow screens. */
  readonly isMinor: boolean;
}

/** Less than this much free disk is a warning. */
const LOW_DISK_BYTES = 1e9;

/** Above this share of its time a worker may soon fall behind. */
const HIGH_LOAD = 0.8;

/** A source that loses more of its time than this loses many events. */
const HIGH_DEAD_PART = 0.5;

/** What the view on screen is about: a pipeline's run or the instrument. Reads signals: call it in a render. */
export function statusItems(app: App): readonly StatusItem[] {
  return app.navigation.route.value.viewId === 'pipeline' ? pipelineItems(app) : instrumentItems(app);
}

function pipelineItems(app: App): readonly StatusItem[] {
  const { buffers = [], workers = [] } = app.pipelines.run.value?.figures.value ?? {};
  const isOver = app.pipelines.run.value?.isOver.value ?? true;
  const roots = buffers.filter(({ isRoot }) => isRoot);
  const rateHz = isOver ? 0 : roots.reduce((sum, root) => sum + root.rateHz, 0);
  const deadPart = Math.max(0, ...roots.map(({ deadtime }) => deadtime).filter(Number.isFinite));
  const discardedCount = buffers.reduce((sum, { pausedCount }) => sum + pausedCount, 0);
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
      value: percent(deadPart),
      isWarning: deadPart > HIGH_DEAD_PART,
      isMinor: false,
      detail: roots.map(({ name, deadtime }) => [name, Number.isFinite(deadtime) ? percent(deadtime) : '—'] as const),
    },
    {
      id: 'lost',
      label: 'Discarded',
      value: formatCount(discardedCount),
      isWarning: false,
      isMinor: true,
      detail: buffers.map((buffer) => [`${buffer.name}, while paused`, formatCount(buffer.pausedCount)] as const),
    },
    {
      id: 'fill',
      label: 'Fullest buffer',
      value: percent(Math.max(0, ...buffers.map(fill))),
      isWarning: false,
      isMinor: true,
      detail: buffers.map((buffer) => [buffer.name, `${percent(fill(buffer))} of ${buffer.slotCount} slots`] as const),
    },
    diskItem(app),
    {
      id: 'load',
      label: 'Busiest worker',
      value: percent(load),
      isWarning: load > HIGH_LOAD,
      isMinor: true,
      detail: workers.map(({ name, processorShare }) => [name, percent(processorShare)] as const),
    },
  ];
}

function instrumentItems(app: App): readonly StatusItem[] {
  const instrument = app.instruments.selected.value;
  const status = instrument?.status.value;
  const health = status?.health;
  const recording = app.recordings.active.value;
  const signals = streamSignals(status?.channels ?? []);
  const rateHz = status?.state === 'streaming' ? Math.max(0, ...signals.map(({ sampleRateHz }) => sampleRateHz)) : 0;
  const heldS = Math.max(
    0,
    ...(instrument?.handle.store.signals() ?? []).map((signal) => endTimeOf(signal) - startTimeOf(signal)),
  );
  const load = status?.workerLoad ?? 0;
  const lostCount = health?.missingSampleCount ?? 0;
  return [
    {
      id: 'rate',
      label: 'Rate',
      value: formatSiText(rateHz, 'S/s', { significantDigits: 3 }),
      isWarning: false,
      isMinor: false,
      detail: [
        ['Samples received', formatCount(health?.receivedSampleCount ?? 0)],
        ...signals.map(
          (signal) => [signal.name, formatSiText(signal.sampleRateHz, 'S/s', { significantDigits: 4 })] as const,
        ),
      ],
    },
    {
      id: 'lost',
      label: 'Lost',
      value: formatCount(lostCount),
      isWarning: lostCount > 0,
      isMinor: false,
      detail: [
        ['Samples lost', formatCount(lostCount)],
        ['Gaps', formatCount(health?.gapCount ?? 0)],
        ['Packets refused', formatCount(health?.badPacketCount ?? 0)],
        ['Frames dropped by the instrument', formatCount(health?.deviceDropCount ?? 0)],
        ['Lost in the recording', formatCount(recording?.missingSampleCount ?? 0)],
      ],
    },
    {
      id: 'history',
      label: 'History',
      value: percent(Math.min(1, heldS / app.historyS)),
      isWarning: false,
      isMinor: true,
      detail: [
        ['Held in memory', formatSiText(heldS, 's', { significantDigits: 3, prefix: '' })],
        ['Room for', `${app.historyS} s`],
      ],
    },
    diskItem(app),
    {
      id: 'load',
      label: 'Worker load',
      value: percent(load),
      isWarning: load > HIGH_LOAD,
      isMinor: true,
      detail: [
        ['Share of its time spent on samples', percent(load)],
        ['Idle', percent(1 - load)],
      ],
    },
  ];
}

function diskItem(app: App): StatusItem {
  const recording = app.recordings.active.value;
  const { usedBytes, quotaBytes } = app.recordings.estimate.value;
  const freeBytes = Math.max(0, quotaBytes - usedBytes);
  const bytesPerS = recording && recording.durationS > 0 ? recording.sizeBytes / recording.durationS : 0;
  return {
    id: 'disk',
    label: 'Disk left',
    value: formatBytes(freeBytes),
    isWarning: quotaBytes > 0 && freeBytes < LOW_DISK_BYTES,
    isMinor: false,
    detail: [
      ['Used by this page', formatBytes(usedBytes)],
      ['Left for this page', formatBytes(freeBytes)],
      ['Recording writes', `${formatBytes(Math.round(bytesPerS))}/s`],
      ['Lasts for', bytesPerS > 0 ? formatRoughly(freeBytes / bytesPerS) : '—'],
    ],
  };
}

function percent(share: number): string {
  return `${Math.round(100 * share)}\u202f%`;
}
