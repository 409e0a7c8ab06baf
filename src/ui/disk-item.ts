// The status item that every view has: what recordings may still take.

import type { App } from '../app/app.ts';
import { formatRoughly } from '../base/duration.ts';
import { formatBytes } from '../base/si.ts';
import type { StatusItem } from './view-bars.ts';

/** Less than this much free disk is a warning. */
const LOW_DISK_BYTES = 1e9;

/** Reads signals: call it in a render. */
export function diskItem(app: App): StatusItem {
  const { usedBytes } = app.recordings.estimate.value;
  const { leftBytes, isInMemory } = app.recordings.room.value;
  // Only a recorder finds out.
  const isKnown = app.recordings.entries.value.length > 0;
  const bytesPerS = app.recordings.active.value.reduce(
    (sum, { durationS, sizeBytes }) => sum + (durationS > 0 ? sizeBytes / durationS : 0),
    0,
  );
  const left = leftBytes === undefined ? 'unknown' : formatBytes(leftBytes);
  return {
    id: 'disk',
    label: 'Disk left',
    value: left,
    isWarning: isInMemory || (leftBytes !== undefined && leftBytes < LOW_DISK_BYTES),
    isMinor: false,
    detail: [
      ['Used by this page', usedBytes === undefined ? 'unknown' : formatBytes(usedBytes)],
      ['Left for this page, at most', left],
      ['Recordings are kept', isInMemory ? 'in memory, until the window closes' : isKnown ? 'on the disk' : '—'],
      ['Recording writes', `${formatBytes(Math.round(bytesPerS))}/s`],
      ['Lasts for', bytesPerS > 0 && leftBytes !== undefined ? formatRoughly(leftBytes / bytesPerS) : '—'],
    ],
  };
}
