// What the live view shows and what commands act on: the selected instrument, or all that are connected on one axis.

import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Clock } from '../base/clock.ts';
import type { Capability } from '../model/instrument.ts';
import { JoinedStore, type PlacedStore } from '../model/joined-store.ts';
import type { SignalStore } from '../model/signal-store.ts';
import { BenchAxis } from './bench-axis.ts';
import type { ConnectedInstrument, Instruments } from './instruments.ts';
import type { Navigation } from './navigation.ts';
import type { ExportSource } from './ports.ts';
import { canRecord } from './recordable.ts';

const VIEW = 'live';
/** Argument of the live view's address that means all instruments. */
const ALL = 'all';

/** Live data as one picture. */
export interface BenchPicture {
  /** Another object when instruments come or go, or change what they publish. */
  readonly store: SignalStore;
  /** 1…8 by `SignalInfo.source`: the colours of the instruments. Empty: one instrument, whose signals differ. */
  readonly sourceColors: Readonly<Record<string, number>>;
}

export interface BenchOptions {
  readonly instruments: Instruments;
  readonly navigation: Navigation;
  readonly clock: Clock;
}

export class Bench {
  readonly #instruments: Instruments;
  readonly #navigation: Navigation;
  readonly #clock: Clock;
  readonly #views = new WeakMap<object, unknown>();
  #axis: BenchAxis;
  #parts: readonly PlacedStore[] = [];
  #picture: BenchPicture | undefined;

  /** All are shown; never with fewer than two. */
  readonly isAllShown: ReadonlySignal<boolean> = computed(() => {
    const { viewId, argument } = this.#navigation.route.value;
    return viewId === VIEW && argument === ALL && this.#instruments.connected.value.length > 1;
  });

  /** Those that are shown and that commands act on. */
  readonly shown: ReadonlySignal<readonly ConnectedInstrument[]> = computed(() => {
    const { connected, selected } = this.#instruments;
    if (this.isAllShown.value) return connected.value;
    return selected.value ? [selected.value] : [];
  });

  /** What the waveform view shows; `undefined` while nothing is connected. */
  readonly picture: ReadonlySignal<BenchPicture | undefined> = computed(() => {
    const [selected] = this.shown.value;
    if (!this.isAllShown.value) return selected && { store: selected.view.value, sourceColors: {} };
    return this.#onOneAxis(this.shown.value);
  });

  constructor({ instruments, navigation, clock }: BenchOptions) {
    this.#instruments = instruments;
    this.#navigation = navigation;
    this.#clock = clock;
    this.#axis = new BenchAxis(clock);
    instruments.connected.subscribe((connected) => {
      // The next ones are another bench, with a time of its own.
      if (connected.length === 0) this.#axis = new BenchAxis(this.#clock);
    });
  }

  /** Those of the shown ones that can do it. */
  able(capability: Capability): readonly ConnectedInstrument[] {
    return this.shown.value.filter(({ status }) => status.value.capabilities.includes(capability));
  }

  get streaming(): readonly ConnectedInstrument[] {
    return this.shown.value.filter(({ status }) => status.value.state === 'streaming');
  }

  /** Those of the shown ones of which there is something to record. */
  get recordable(): readonly ConnectedInstrument[] {
    return this.shown.value.filter(({ status }) => canRecord(status.value));
  }

  get failed(): readonly ConnectedInstrument[] {
    return this.shown.value.filter(({ status }) => status.value.state === 'failed');
  }

  show(instrument: ConnectedInstrument): void {
    this.#instruments.select(instrument.choice.id);
    this.#navigation.show(VIEW);
  }

  showAll(): void {
    this.#navigation.show(VIEW, ALL);
  }

  /** What is shown, for an export: each instrument where its signals lie in the picture. */
  get exportSource(): ExportSource {
    const instruments = this.shown.value.map((shown) => {
      const { prefix, offsetS } = this.#placed(shown);
      const place = this.isAllShown.value ? { prefix, offsetS: offsetS() } : { prefix: '', offsetS: 0 };
      return { instrument: shown.handle, held: shown.lendHeld(), ...place };
    });
    return { kind: 'instruments', instruments };
  }

  /** The picture runs with the live data, or stays as it is for as long as that is wished. */
  setFollowing(isFollowing: boolean): void {
    for (const instrument of this.shown.value) {
      if (isFollowing) instrument.release();
      else void this.#instruments.hold(instrument);
    }
  }

  /** Stands for the data that are looked at, as long as their instruments stay connected. */
  get viewKey(): object {
    return this.isAllShown.value ? this.#axis : (this.shown.value[0] ?? this);
  }

  /** Where the user was in these data. */
  savedView(viewKey: object): unknown {
    return this.#views.get(viewKey);
  }

  saveView(viewKey: object, view: unknown): void {
    this.#views.set(viewKey, view);
  }

  #onOneAxis(shown: readonly ConnectedInstrument[]): BenchPicture {
    const parts = shown.map((instrument) => this.#placed(instrument));
    const isSame =
      parts.length === this.#parts.length &&
      parts.every(({ source, store }, i) => source === this.#parts[i]?.source && store === this.#parts[i]?.store);
    if (this.#picture && isSame) return this.#picture;
    const axis = this.#axis;
    this.#parts = parts;
    this.#picture = {
      store: new JoinedStore(parts, () => axis.originUtc),
      sourceColors: Object.fromEntries(shown.map(({ label, colorNumber }) => [label, colorNumber])),
    };
    return this.#picture;
  }

  #placed({ choice, label, view: { value: store } }: ConnectedInstrument): PlacedStore {
    const axis = this.#axis;
    return { prefix: `${choice.id}/`, source: label, store, offsetS: () => axis.offsetOf(store) };
  }
}
