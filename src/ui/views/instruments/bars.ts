// What the bars show of the instruments that are shown: whether they run, their rate, losses and loads.

import { html, nothing, type TemplateResult } from 'lit';
import type { App } from '../../../app/app.ts';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { formatBytes, formatCount, formatPercent, formatSiText } from '../../../base/si.ts';
import { streamSignals } from '../../../model/channel.ts';
import type { StreamHealth } from '../../../model/instrument.ts';
import type { SignalInfo } from '../../../model/signal-store.ts';
import { endTimeOf, startTimeOf, streamsOrAll, toldTimeOf } from '../../../model/timing.ts';
import '../../command-button.ts';
import { diskItem } from '../../disk-item.ts';
import { lamp, type RunWord, type StatusItem, type ViewBars } from '../../view-bars.ts';
import { isRunning, stateWord } from './state-words.ts';

/** Above this share of its time a worker may soon fall behind. */
const HIGH_LOAD = 0.8;

/** For every view that is about instruments or about nothing that runs. */
export const INSTRUMENT_BARS: ViewBars = { run, statusItems: instrumentItems };

/** One control for all that are shown. */
function run(app: App): TemplateResult {
  const { bench } = app;
  const isStreaming = bench.streaming.length > 0;
  return html`<div class="run" role="group" aria-label="Run">
    ${lamp(runWord(bench.shown.value))}
    ${
      bench.shown.value.length > 0 && bench.able('streams').length === 0
        ? nothing
        : html`<lab-command-button
            .app=${app}
            command="stream.toggle"
            label=${isStreaming ? 'Stop' : 'Start'}
            name=${isStreaming ? 'Stop acquisition' : 'Start acquisition'}
            icon=${isStreaming ? 'square' : 'play'}
            look="quiet"
            collapses
          ></lab-command-button>`
    }
  </div>`;
}

function runWord(shown: readonly ConnectedInstrument[]): RunWord {
  const states = shown.map(({ status }) => status.value.state);
  if (states.includes('failed')) return 'FAIL';
  if (shown.some(({ status }) => isRunning(status.value))) return 'RUN';
  return states.includes('idle') ? 'READY' : 'STOP';
}

function instrumentItems(app: App): readonly StatusItem[] {
  const shown = app.bench.shown.value;
  return [
    ...problemItems(shown),
    ...rateItems(shown),
    lostItem(app, shown),
    ...historyItems(shown.filter(({ store }) => store.value.signals().length > 0)),
    diskItem(app),
    loadItem(shown),
  ];
}

/** Instruments that are gone or failed, each by its name. */
function problemItems(shown: readonly ConnectedInstrument[]): readonly StatusItem[] {
  return shown.flatMap(({ choice, label, status }) => {
    const { state, problem } = status.value;
    if (state !== 'failed' && state !== 'lost') return [];
    const item = { id: `problem ${choice.id}`, label, value: stateWord(status.value), isWarning: true, isMinor: false };
    return [{ ...item, detail: [['What happened', problem ?? item.value]] as const }];
  });
}

/** None where nothing that is shown has a stream: values and records come as they come. */
function rateItems(shown: readonly ConnectedInstrument[]): readonly StatusItem[] {
  const hasStream = shown.some(({ status }) => streamSignals(status.value.channels).length > 0);
  return shown.length > 0 && !hasStream ? [] : [rateItem(shown)];
}

function rateItem(shown: readonly ConnectedInstrument[]): StatusItem {
  const running = shown.filter(({ status }) => status.value.state === 'streaming');
  const fastest = running.map(({ status }) =>
    Math.max(0, ...streamSignals(status.value.channels).map(({ sampleRateHz }) => sampleRateHz)),
  );
  const receivedCount = shown.reduce((sum, { status }) => sum + status.value.health.receivedSampleCount, 0);
  return {
    id: 'rate',
    label: 'Rate',
    value: ratesText(fastest),
    isWarning: false,
    isMinor: false,
    detail: [
      ['Samples received', formatCount(receivedCount)],
      ...shown.flatMap((instrument) => rateRows(instrument, shown.length > 1)),
    ],
  };
}

/** `2 × 2.00 MS/s + 1.00 MS/s` of the fastest rates of three instruments. */
function ratesText(ratesHz: readonly number[]): string {
  const texts = [...ratesHz]
    .sort((a, b) => b - a)
    .map((rateHz) => formatSiText(rateHz, 'S/s', { significantDigits: 3 }));
  const parts = [...new Set(texts)].map((text) => {
    const count = texts.filter((other) => other === text).length;
    return count > 1 ? `${count} × ${text}` : text;
  });
  return parts.length > 0 ? parts.join(' + ') : formatSiText(0, 'S/s', { significantDigits: 3 });
}

/** A row for each rate: the signals that have it. */
function rateRows({ label, status }: ConnectedInstrument, isNamed: boolean): readonly (readonly [string, string])[] {
  const signals = streamSignals(status.value.channels);
  return [...new Set(signals.map(({ sampleRateHz }) => sampleRateHz))].map((rateHz) => {
    const names = signals.flatMap(({ name, sampleRateHz }) => (sampleRateHz === rateHz ? [name] : [])).join(', ');
    return [isNamed ? `${label}: ${names}` : names, formatSiText(rateHz, 'S/s', { significantDigits: 4 })] as const;
  });
}

function lostItem(app: App, shown: readonly ConnectedInstrument[]): StatusItem {
  const recordings = app.shownRecordings;
  const missingCount = recordings.reduce((sum, { missingSampleCount }) => sum + missingSampleCount, 0);
  const recorderLostCount = recordings.reduce((sum, entry) => sum + entry.recorderLostSampleCount, 0);
  const total = (count: (health: StreamHealth) => number) =>
    shown.reduce((sum, { status }) => sum + count(status.value.health), 0);
  const lostCount = total(({ missingSampleCount }) => missingSampleCount);
  const lossy = shown.filter(({ status }) => status.value.health.missingSampleCount > 0);
  const each = shown.map(
    ({ label, status }) => [`lost by ${label}`, formatCount(status.value.health.missingSampleCount)] as const,
  );
  return {
    id: 'lost',
    label: 'Lost',
    value: formatCount(lostCount) + (recorderLostCount > 0 ? ` + ${formatCount(recorderLostCount)}` : ''),
    of: shown.length > 1 ? whose(lossy) : '',
    isWarning: lostCount + recorderLostCount > 0,
    isMinor: false,
    detail: [
      ['Samples lost', formatCount(lostCount)],
      ...(shown.length > 1 ? each : []),
      ['Gaps', formatCount(total(({ gapCount }) => gapCount))],
      ['Packets refused', formatCount(total(({ badPacketCount }) => badPacketCount))],
      ['Frames dropped by the instrument', formatCount(total(({ deviceDropCount }) => deviceDropCount))],
      ['Missing in the recording', formatCount(missingCount)],
      ['Lost by the recorder', formatCount(recorderLostCount)],
    ],
  };
}

function whose(lossy: readonly ConnectedInstrument[]): string {
  return lossy.length > 1 ? `${lossy.length} instruments` : (lossy[0]?.label ?? '');
}

/** How full the one is that is the least full, and which one that is unless all are as full. Of scopes alone there is none. */
function historyItems(shown: readonly ConnectedInstrument[]): readonly StatusItem[] {
  const held = shown.map(({ label, handle: { history }, store }) => {
    const signals = streamsOrAll(store.value.signals());
    const longest = (startOf: (signal: SignalInfo) => number) =>
      Math.max(0, ...signals.map((signal) => endTimeOf(signal) - startOf(signal)));
    const part = Math.min(1, longest(startTimeOf) / history.samplesS);
    return { label, history, samplesS: longest(startTimeOf), toldS: longest(toldTimeOf), part };
  });
  const [least] = [...held].sort((a, b) => a.part - b.part);
  if (!least) return [];
  const isAlike = held.every(({ part }) => formatPercent(part) === formatPercent(least.part));
  const seconds = (s: number) => formatSiText(s, 's', { significantDigits: 3, prefix: '' });
  const item: StatusItem = {
    id: 'history',
    label: 'History',
    value: formatPercent(least.part),
    of: isAlike ? '' : least.label,
    isWarning: false,
    isMinor: true,
    detail: held.flatMap(({ label, history, samplesS, toldS }) => [
      [
        `${label}, every sample`,
        `${seconds(samplesS)} of ${seconds(history.samplesS)}, in ${formatBytes(history.samplesBytes)}`,
      ] as const,
      [
        `${label}, overview`,
        `${seconds(toldS)} of ${seconds(history.overviewS)}, in ${formatBytes(history.overviewBytes)}`,
      ] as const,
    ]),
  };
  return [item];
}

function loadItem(shown: readonly ConnectedInstrument[]): StatusItem {
  const load = Math.max(0, ...shown.map(({ status }) => status.value.workerLoad));
  return {
    id: 'load',
    label: 'Worker load',
    value: formatPercent(load),
    isWarning: load > HIGH_LOAD,
    isMinor: true,
    detail: shown.map(({ label, status }) => [label, formatPercent(status.value.workerLoad)] as const),
  };
}
