// Instruments: what can be connected, what is, and what it says of itself.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import { HoldableStore } from '../model/holdable-store.ts';
import type { InstrumentChoice, InstrumentIdentity, InstrumentKind, InstrumentStatus } from '../model/instrument.ts';
import type { Parameter, ParameterValue } from '../model/parameter.ts';
import type { PublicationPlan } from '../model/publication.ts';
import { firstSequence, type Sequence } from '../model/sequence.ts';
import type { SignalStore } from '../model/signal-store.ts';
import type { BridgeAccessQuestion } from './bridge-access.ts';
import type { KeyValueStore } from './persisted.ts';
import type { DescribedInstrument, HeldData, InstrumentHandle, InstrumentsPort } from './ports.ts';
import { RememberedSettings } from './remembered-settings.ts';
import type { Toasts } from './toasts.ts';

/** The colours of devices are the trace colours, in turn. */
const COLOR_COUNT = 8;

/** A view that is held, or is about to be. */
interface Hold {
  readonly view: HoldableStore;
  data: HeldData | undefined;
  isLent: boolean;
}

/** An open instrument with its status as a signal. */
export class ConnectedInstrument {
  readonly handle: InstrumentHandle;
  /** 1…8: the trace colour that marks this device everywhere. */
  readonly colorNumber: number;
  /** Live data; another store when the instrument publishes other channels. */
  readonly store: ReadonlySignal<SignalStore> = computed(() => {
    // The handle tells of a new one with its status.
    void this.#status.value;
    return this.handle.store;
  });
  /** What views show of it: the live data, or what they held when it was paused. */
  readonly view: ReadonlySignal<HoldableStore> = computed(() => new HoldableStore(this.store.value));
  #hold: Hold | undefined;
  #unit: InstrumentIdentity | undefined;
  readonly #status: Signal<InstrumentStatus>;
  readonly #pending = signal<Readonly<Record<string, ParameterValue>>>({});
  readonly #unsubscribe: () => void;

  constructor(handle: InstrumentHandle, colorNumber: number) {
    this.handle = handle;
    this.colorNumber = colorNumber;
    this.#status = signal(handle.status);
    this.#unit = handle.status.identity;
    this.#unsubscribe = handle.onStatus((status) => {
      this.#status.value = status;
      this.#unit = status.identity ?? this.#unit;
    });
  }

  get status(): ReadonlySignal<InstrumentStatus> {
    return this.#status;
  }

  /** The last one that has told what it is; it stays when opening it again fails. */
  get unit(): InstrumentIdentity | undefined {
    return this.#unit;
  }

  /** Settings that are on their way to the instrument: what the user wishes, by parameter. */
  get pending(): ReadonlySignal<Readonly<Record<string, ParameterValue>>> {
    return this.#pending;
  }

  get choice(): InstrumentChoice {
    return this.handle.choice;
  }

  /** Such as `JS110 001636`; the choice's label until the unit has told its number. */
  get label(): string {
    const identity = this.#status.value.identity;
    return identity ? `${identity.model} ${identity.serialNumber}`.trim() : this.choice.label;
  }

  /** Its view stays as it is now until it is released. A second call does nothing. Rejects as `InstrumentHandle.hold`. */
  async hold(): Promise<void> {
    const view = this.view.value;
    if (this.#hold?.view === view) return;
    this.release();
    const hold: Hold = { view, data: undefined, isLent: false };
    this.#hold = hold;
    try {
      const data = await this.handle.hold();
      if (this.#hold !== hold) {
        data.free();
        return;
      }
      hold.data = data;
      view.hold(data.store);
    } catch (error) {
      if (this.#hold === hold) this.#hold = undefined;
      throw error;
    }
  }

  /** Its view shows the live data again. */
  release(): void {
    const hold = this.#hold;
    this.#hold = undefined;
    hold?.view.release();
    if (!hold?.isLent) hold?.data?.free();
  }

  /** What its view holds, for somebody who may read it for longer than it is held; `undefined` where it shows live data. */
  lendHeld(): HeldData | undefined {
    if (this.#hold?.data) this.#hold.isLent = true;
    return this.#hold?.data;
  }

  /** Rejects when the instrument refuses; then it has what it had. */
  async set(parameterId: string, value: ParameterValue): Promise<void> {
    this.#pending.value = { ...this.#pending.value, [parameterId]: value };
    try {
      await this.handle.set(parameterId, value);
    } finally {
      const { [parameterId]: _, ...others } = this.#pending.value;
      this.#pending.value = others;
    }
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.release();
    await this.handle.close();
  }
}

export interface InstrumentsOptions {
  readonly port: InstrumentsPort;
  readonly bridge: BridgeAccessQuestion;
  readonly toasts: Toasts;
  readonly storage: KeyValueStore;
}

export class Instruments {
  readonly #port: InstrumentsPort;
  readonly #bridge: BridgeAccessQuestion;
  readonly #toasts: Toasts;
  readonly #remembered: RememberedSettings;
  readonly #choices = signal<readonly InstrumentChoice[]>([]);
  readonly #connected = signal<readonly ConnectedInstrument[]>([]);
  readonly #opening = signal<readonly string[]>([]);
  readonly #selectedId = signal('');

  /** The one that views show and that commands act on. */
  readonly selected: ReadonlySignal<ConnectedInstrument | undefined> = computed(
    () => this.#connected.value.find(({ choice }) => choice.id === this.#selectedId.value) ?? this.#connected.value[0],
  );

  constructor({ port, bridge, toasts, storage }: InstrumentsOptions) {
    this.#port = port;
    this.#bridge = bridge;
    this.#toasts = toasts;
    this.#remembered = new RememberedSettings(storage);
    port.onChoicesChanged(() => void this.refresh());
  }

  /** What can be connected at all. */
  get kinds(): readonly InstrumentKind[] {
    return this.#port.kinds;
  }

  get choices(): ReadonlySignal<readonly InstrumentChoice[]> {
    return this.#choices;
  }

  get connected(): ReadonlySignal<readonly ConnectedInstrument[]> {
    return this.#connected;
  }

  /** Ids of choices that are being opened. */
  get opening(): ReadonlySignal<readonly string[]> {
    return this.#opening;
  }

  select(choiceId: string): void {
    this.#selectedId.value = choiceId;
  }

  async refresh(): Promise<void> {
    try {
      this.#choices.value = await this.#port.choices();
    } catch (error) {
      this.#toasts.fail('The list of instruments could not be read', error);
    }
  }

  /** Opens the browser's chooser and connects what the user picked. */
  async request(): Promise<void> {
    try {
      const choice = await this.#port.requestDevice();
      if (choice) await this.connect(choice);
    } catch (error) {
      this.#toasts.fail('No instrument was connected', error);
    }
  }

  /** Opens the browser's chooser of serial ports and connects what is at the one that the user picked. */
  async requestSerialPort(baudRate: number): Promise<ConnectedInstrument | undefined> {
    try {
      const choice = await this.#port.requestSerialPort(baudRate);
      return choice && (await this.connect(choice));
    } catch (error) {
      this.#toasts.fail('No instrument was connected', error);
      return undefined;
    }
  }

  /** Connects what is at an address on the network. `undefined` after a failure (a toast says why). */
  async connectAddress(address: string): Promise<ConnectedInstrument | undefined> {
    try {
      return await this.connect(this.#port.choiceOfAddress(address));
    } catch (error) {
      this.#toasts.fail('No instrument was connected', error);
      return undefined;
    }
  }

  /** Connects process variables by their names. `undefined` after a failure (a toast says why). */
  async connectVariables(names: string): Promise<ConnectedInstrument | undefined> {
    try {
      return await this.connect(this.#port.choiceOfVariables(names));
    } catch (error) {
      this.#toasts.fail('No instrument was connected', error);
      return undefined;
    }
  }

  /** The entry of what was found at an address, by the name that it gives. Throws `setup/invalid`. */
  choiceOfFound(name: string, address: string): InstrumentChoice {
    return { ...this.#port.choiceOfAddress(address), label: name };
  }

  /**
   * Connects the instrument that one of the files describes, anew where it is connected already. False where none does;
   * a toast says what went wrong.
   */
  async connectFiles(files: ReadonlyMap<string, Blob>): Promise<boolean> {
    try {
      const described = await this.#port.describedBy(files);
      if (!described) return false;
      await this.connectAnew(described.choice);
    } catch (error) {
      this.#toasts.fail('No instrument was connected', error);
    }
    return true;
  }

  /** What one of the files describes, without connecting it; `undefined` where none does, or after a failure (a toast says why). */
  async describedBy(files: ReadonlyMap<string, Blob>): Promise<DescribedInstrument | undefined> {
    try {
      return await this.#port.describedBy(files);
    } catch (error) {
      this.#toasts.fail('The configuration of an oscilloscope was not read', error);
      return undefined;
    }
  }

  /** As `connect`; closes first what is connected of it, so that another configuration of it counts. */
  async connectAnew(choice: InstrumentChoice): Promise<void> {
    const open = this.#connected.value.find((instrument) => instrument.choice.id === choice.id);
    if (open) await this.disconnect(open);
    await this.connect(choice);
  }

  /** Opens the instrument, starts it when asked to, and selects it. `undefined` after a failure (a toast says why). */
  async connect(
    choice: InstrumentChoice,
    options: { start: boolean } = { start: false },
  ): Promise<ConnectedInstrument | undefined> {
    const open = this.#connected.value.find((instrument) => instrument.choice.id === choice.id);
    if (open) {
      this.select(choice.id);
      if (options.start) await this.start(open);
      else if (open.status.value.state === 'failed') await this.reopen(open);
      return open;
    }
    if (choice.connection?.kind === 'tcp' && !(await this.#bridge.isSettled())) return undefined;
    if (this.#opening.value.includes(choice.id)) return undefined;
    this.#opening.value = [...this.#opening.value, choice.id];
    try {
      const instrument = new ConnectedInstrument(await this.#port.open(choice), this.#freeColor());
      await this.#setRemembered(instrument);
      this.#connected.value = [...this.#connected.value, instrument];
      this.select(choice.id);
      if (options.start) await this.start(instrument);
      return instrument;
    } catch (error) {
      this.#toasts.fail(`${choice.label} was not connected`, error);
      return undefined;
    } finally {
      this.#opening.value = this.#opening.value.filter((id) => id !== choice.id);
    }
  }

  async disconnect(instrument: ConnectedInstrument): Promise<void> {
    this.#connected.value = this.#connected.value.filter((other) => other !== instrument);
    await this.#attempt(`${instrument.label} was not closed cleanly`, () => instrument.close());
    await this.refresh();
  }

  /** Opens a failed instrument again, in its place. */
  reopen(instrument: ConnectedInstrument): Promise<void> {
    return this.#attempt(`${instrument.label} was not opened again`, async () => {
      const { unit } = instrument;
      await instrument.handle.reopen(unit && { identity: unit, values: this.#remembered.of(unit) });
      // what it did not take is said; another unit has its own
      await this.#setRemembered(instrument);
    });
  }

  /** Starts its streams; a failed instrument is opened again first. */
  start(instrument: ConnectedInstrument): Promise<void> {
    return this.#attempt(`${instrument.label} did not start`, async () => instrument.handle.streams?.start());
  }

  stop(instrument: ConnectedInstrument): Promise<void> {
    return this.#attempt(`${instrument.label} did not stop`, async () => instrument.handle.streams?.stop());
  }

  set(instrument: ConnectedInstrument, parameterId: string, value: ParameterValue): Promise<void> {
    const parameter = instrument.status.value.parameters.find(({ id }) => id === parameterId);
    return this.#attempt(`${parameter?.label ?? parameterId} was not changed`, async () => {
      await instrument.set(parameterId, value);
      const { identity } = instrument.status.value;
      if (parameter?.isRemembered && identity) this.#remembered.keep(identity, parameterId, value);
    });
  }

  /** Serves it to the laboratory as process variables, or no more. */
  publish(instrument: ConnectedInstrument, plan: PublicationPlan | undefined): Promise<void> {
    return this.#attempt(`What is published of ${instrument.label} was not changed`, () =>
      instrument.handle.publish(plan),
    );
  }

  /** Those with outputs that can all be switched off at once. */
  get withOutputs(): readonly ConnectedInstrument[] {
    return this.#connected.value.filter((instrument) => allOffOf(instrument) !== undefined);
  }

  /** Switches every output of every instrument off, none waiting for another. A toast names each that was not told. */
  async outputsOff(): Promise<void> {
    const told = await Promise.all(
      this.withOutputs.map(async (instrument) => {
        try {
          await instrument.set(allOffOf(instrument)!.id, true);
          return [instrument.label];
        } catch (error) {
          this.#toasts.fail(`Outputs of ${instrument.label} may still be on`, error);
          return [];
        }
      }),
    );
    if (told.flat().length > 0) this.#toasts.note('Outputs switched off', told.flat().join(', '));
  }

  /** The one that was kept for the unit, or one to begin with. */
  sequenceOf({ unit, status }: ConnectedInstrument): Sequence {
    const { parameters, values } = status.value;
    return (unit && this.#remembered.sequenceOf(unit)) ?? firstSequence(parameters, values);
  }

  /** For the unit, in this browser. */
  keepSequence({ unit }: ConnectedInstrument, sequence: Sequence): void {
    if (unit) this.#remembered.keepSequence(unit, sequence);
  }

  /** What is set stays. */
  stopSequence(instrument: ConnectedInstrument): Promise<void> {
    return this.#attempt(`The sequence of ${instrument.label} was not stopped`, async () =>
      instrument.handle.sequence?.stop(),
    );
  }

  /** What belongs to the unit, before anything else can be set. One that does not know it any more goes on without. */
  async #setRemembered(instrument: ConnectedInstrument): Promise<void> {
    const { identity, parameters, values } = instrument.handle.status;
    if (!identity) return;
    const remembered = this.#remembered.of(identity);
    for (const { id, label, isRemembered } of parameters) {
      const value = remembered[id];
      if (!isRemembered || value === undefined || value === values[id]) continue;
      await this.#attempt(`${label} of ${instrument.label} was not set again`, () => instrument.set(id, value));
    }
  }

  /** What its view shows stays there until it is released. */
  hold(instrument: ConnectedInstrument): Promise<void> {
    return this.#attempt(`What is shown of ${instrument.label} stays only as long as its history`, () =>
      instrument.hold(),
    );
  }

  resetTotals(instrument: ConnectedInstrument): Promise<void> {
    return this.#attempt('The totals were not reset', async () => instrument.handle.totals?.reset());
  }

  async #attempt(failure: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#toasts.fail(failure, error);
    }
  }

  #freeColor(): number {
    const used = new Set(this.#connected.value.map(({ colorNumber }) => colorNumber));
    for (let number = 1; number <= COLOR_COUNT; number++) if (!used.has(number)) return number;
    return (this.#connected.value.length % COLOR_COUNT) + 1;
  }
}

function allOffOf({ status }: ConnectedInstrument): Parameter | undefined {
  return status.value.parameters.find((parameter) => parameter.kind === 'action' && parameter.isAllOff);
}
