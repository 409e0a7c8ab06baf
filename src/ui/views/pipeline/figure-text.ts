// Figures of a run in words.

import type { BufferFigures } from '../../../app/pipeline/figures.ts';
import { formatCount, formatPercent, formatSiText } from '../../../base/si.ts';
import type { ThreadState } from '../../../pipeline/engine/engine.ts';

export const DEAD_TIME_WORDS =
  'Dead time: the part of the time in which the source waited for a free slot or copied, and so could take no event.';

export const THREAD_WORDS: Readonly<Record<ThreadState, string>> = {
  running: 'running',
  done: 'done',
  failed: 'failed',
  crashed: 'crashed',
  killed: 'killed',
};

export function rateText(rateHz: number): string {
  return formatSiText(rateHz, 'Hz', { significantDigits: 3 });
}

export function bufferTitle(buffer: BufferFigures): string {
  const state = buffer.isFlushed ? ' Its stream has ended.' : buffer.isPaused ? ' It is paused.' : '';
  return (
    `${buffer.name}: ${formatCount(buffer.eventCount)} events, ${rateText(buffer.rateHz)}.${state}\n` +
    `${formatPercent(buffer.filledPart)} of ${buffer.slotCount} slots filled, ${formatPercent(buffer.inWorkPart)} in work.\n` +
    `Dead time ${formatPercent(buffer.deadShare)}. ${DEAD_TIME_WORDS}`
  );
}

/** Cut in the middle: ends of long names tell more than their beginnings. */
export function shortName(name: string, maxChars: number): string {
  const head = Math.floor(maxChars / 3);
  return name.length <= maxChars ? name : `${name.slice(0, head)}…${name.slice(head + 1 - maxChars)}`;
}

/** `2 running, 1 done`. */
export function threadText(threads: readonly ThreadState[]): string {
  const states = ['running', 'done', 'failed', 'crashed', 'killed'] as const;
  return (
    states
      .map((state) => ({ state, count: threads.filter((other) => other === state).length }))
      .filter(({ count }) => count > 0)
      .map(({ state, count }) => `${count} ${THREAD_WORDS[state]}`)
      .join(', ') || 'no threads'
  );
}
