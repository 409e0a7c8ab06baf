// Signals of one instrument read together, sample for sample, whether they lie in one stream ring or in several of the
// same rate: an instrument's rings count from the same moment. What is read is checked to belong to one stream, so that
// samples from before a new start never stand beside those from after it.

import { LabError } from '../../base/errors.ts';
import { formatSiText } from '../../base/si.ts';
import { attachChannels } from '../../core/channel-set.ts';
import type { StreamRing } from '../../core/stream-ring.ts';
import type { ChannelState, StreamSignal } from '../../model/channel.ts';
import type { SourceInstrument } from './template.ts';

interface Place {
  readonly ring: StreamRing;
  /** Index of the signal in its ring. */
  readonly index: number;
  readonly signal: StreamSignal;
}

export class AlignedStreams {
  readonly #places: readonly Place[];
  readonly #rings: readonly StreamRing[];
  #generations: readonly number[];

  /** Throws `setup/invalid` for a name that no signal has, and for signals of different rates. */
  constructor({ label, channels }: SourceInstrument, names: readonly string[]) {
    const all = attachChannels(channels).rings.flatMap((ring) =>
      ring.signals.map((signal, index): Place => ({ ring, index, signal })),
    );
    this.#places = names.map((name) => {
      const place = all.find(({ signal }) => signal.name === name);
      if (place) return place;
      const known = all.map(({ signal }) => signal.name).join(', ');
      throw new LabError('setup/invalid', `${label} has no signal '${name}'. It has ${known || 'none'}.`);
    });
    requireOneRate(label, this.#places);
    this.#rings = [...new Set(this.#places.map(({ ring }) => ring))];
    this.#generations = this.#rings.map(({ generation }) => generation);
  }

  /** Oldest sample that all signals still have. */
  get startSample(): number {
    return Math.max(...this.#rings.map(({ startSample }) => startSample));
  }

  /** One past the newest sample that all signals have. */
  get endSample(): number {
    return Math.min(...this.#rings.map(({ endSample }) => endSample));
  }

  /** Whether more can come for all signals. Take it before looking for samples: what came until then is in the rings. */
  get state(): ChannelState {
    return this.#rings.map(({ state }) => state).find((state) => state !== 'live') ?? 'live';
  }

  /** Whether the streams began anew since the last call (or since the start): samples count from 0 again then. */
  hasRestarted(): boolean {
    const generations = this.#rings.map(({ generation }) => generation);
    const isNew = generations.some((generation, i) => generation !== this.#generations[i]);
    this.#generations = generations;
    return isNew;
  }

  /**
   * Fills `into` with the samples of signal `which` (its place among the names) from `start` on. False when they are not
   * in the ring any more, or belong to another stream than that of the last `hasRestarted`.
   */
  read(which: number, start: number, into: Float32Array<ArrayBuffer>): boolean {
    const { ring, index } = this.#places[which]!;
    try {
      ring.readSamples(index, start, start + into.length, into);
    } catch (error) {
      if (error instanceof LabError && error.code === 'format/range') return false;
      throw error;
    }
    return ring.generation === this.#generations[this.#rings.indexOf(ring)];
  }
}

function requireOneRate(label: string, places: readonly Place[]): void {
  const [first] = places;
  const other = places.find(({ signal }) => signal.sampleRateHz !== first?.signal.sampleRateHz);
  if (!first || !other) return;
  const named = [first, other].map(
    ({ signal }) => `${signal.name} (${formatSiText(signal.sampleRateHz, 'Hz', { significantDigits: 3 })})`,
  );
  throw new LabError(
    'setup/invalid',
    `The signals of an event need one sample rate, but ${label} has ${named.join(' and ')}. Take signals of one rate, or set the instrument so that they have.`,
  );
}
