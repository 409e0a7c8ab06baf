// An instrument's memory as it was when its export began: what each ring held then, and how far it has been overwritten
// since.

import { LabError } from '../../base/errors.ts';
import type { AttachedChannels } from '../../core/channel-set.ts';
import { LiveStore } from '../../core/live-store.ts';
import type { StreamClock, StreamRing } from '../../core/stream-ring.ts';
import type { SignalStore } from '../../model/signal-store.ts';

/** A running instrument overwrites the oldest samples first: this much of a full memory is left out from the start. */
const HEAD_ROOM_S = 0.25;
/** As many samples fill whole bytes at any width. */
export const ALIGN_SAMPLES = 8;
/** Part of the memory that is given up when the instrument has caught up with the export. */
const AHEAD_PART = 1 / 8;

/** What one ring held when it was opened, and how far it has been overwritten since. */
export class RingWindow {
  readonly ring: StreamRing;
  readonly sampleRateHz: number;
  readonly clock: StreamClock | undefined;
  readonly startSample: number;
  readonly endSample: number;
  readonly #generation: number;
  #lostEnd = 0;

  constructor(ring: StreamRing) {
    this.ring = ring;
    this.#generation = ring.generation;
    this.clock = ring.clock;
    this.sampleRateHz = ring.signals[0]?.sampleRateHz ?? 1;
    this.endSample = ring.endSample;
    const isMoving = ring.state === 'live' && ring.startSample > 0;
    const headRoom = isMoving ? Math.ceil(HEAD_ROOM_S * this.sampleRateHz) : 0;
    this.startSample = Math.min(ring.startSample + headRoom, this.endSample);
  }

  get isEmpty(): boolean {
    return this.startSample === this.endSample;
  }

  /** Everything before this sample counts as overwritten. */
  get lostEnd(): number {
    return this.#lostEnd;
  }

  /** What was just copied from sample `from` on may have been overwritten while it was. */
  noticeLosses(from: number): void {
    const { ring } = this;
    if (ring.generation !== this.#generation) {
      throw new LabError(
        'run/state',
        'The instrument was started anew while its data were exported, which emptied its memory. Nothing was saved; export again.',
      );
    }
    const { startSample, endSample, capacitySamples } = ring;
    if (startSample <= from) return;
    // go on well ahead of the oldest sample, so that the next blocks are not lost as well
    const ahead = Math.min(startSample + Math.floor(capacitySamples * AHEAD_PART), endSample);
    this.#lostEnd = Math.ceil(ahead / ALIGN_SAMPLES) * ALIGN_SAMPLES;
  }
}

/** The signals of one instrument as far as its windows reach; later samples are not seen. */
export function windowStore(
  channels: Pick<AttachedChannels, 'rings' | 'values'>,
  windows: readonly RingWindow[],
  source: string,
): SignalStore {
  const { originUtc } = new LiveStore(channels, source);
  const live = new LiveStore(channels, source, originUtc);
  const windowOf = (id: string) => windows.find(({ ring }) => ring.signals.some((signal) => signal.id === id));
  const signals = live.signals().map((signal) => {
    const window = windowOf(signal.id);
    if (!window) return signal;
    if (window.isEmpty) return { ...signal, startSample: window.startSample, endSample: window.startSample };
    // signals of one rate begin and end together, so that they fit one table
    const beside = windows.filter(({ sampleRateHz, isEmpty }) => sampleRateHz === window.sampleRateHz && !isEmpty);
    const endSample = Math.min(...beside.map((other) => other.endSample));
    const startSample = Math.min(endSample, Math.max(...beside.map((other) => other.startSample)));
    return { ...signal, startSample, endSample };
  });
  return {
    originUtc,
    stamped: live.stamped,
    signals: () => signals,
    samples: (signalId, start, end) => live.samples(signalId, start, end),
    summary: (request) => live.summary(request),
    statistics: (signalId, start, end) => live.statistics(signalId, start, end),
    annotations: async () => [],
  };
}
