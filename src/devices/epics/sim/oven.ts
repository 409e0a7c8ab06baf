// A simulated laboratory behind the bridge's door, in the place of the WebSocket: an oven, whose heater can be written. It
// answers what bridge/epics/README.md says a bridge answers.

import type { Clock } from '../../../base/clock.ts';
import { LabError } from '../../../base/errors.ts';
import { utcFromUnixMs, utcToUnixNs } from '../../../base/time.ts';
import type { FrameListener, FrameSocket } from '../../../transports/frame-socket.ts';
import {
  decodeFrame,
  encodeFrame,
  type FrameMessage,
  type FrameValue,
  numbersOf,
  type VariableData,
  type VariableType,
} from '../frame.ts';

const HEATER = 'OVEN:heater';
const TEMPERATURE = 'OVEN:temperature';
const PROFILE = 'OVEN:profile:signal';

export const OVEN_NAMES: readonly string[] = [TEMPERATURE, HEATER, 'OVEN:door', 'OVEN:recipe', PROFILE];

const ROOM_C = 20;
const MOST_W = 100;
/** At the end, per watt. */
const C_PER_W = 1.5;
const SLOWNESS_S = 30;
const WARM_C = 100;
const STEP_MS = 100;
const PROFILE_POINTS = 200;
const PROFILE_STEP_S = 0.005;

interface OvenVariable {
  readonly type: VariableType;
  readonly maxCount: number;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly isWritable: boolean;
}

const scalar = (type: VariableType, meta: OvenVariable['meta'] = {}, isWritable = false): OvenVariable => ({
  type,
  maxCount: 1,
  meta,
  isWritable,
});

const VARIABLES: Readonly<Record<string, OvenVariable>> = {
  [TEMPERATURE]: scalar('DOUBLE', { unit: '°C', precision: 2 }),
  [HEATER]: scalar('DOUBLE', { unit: 'W', precision: 1, control: [0, MOST_W] }, true),
  'OVEN:door': scalar('ENUM', { choices: ['Closed', 'Open'] }),
  'OVEN:recipe': scalar('STRING'),
  'OVEN:profile:xoffset': scalar('DOUBLE', { unit: 's' }),
  'OVEN:profile:xdelta': scalar('DOUBLE', { unit: 's' }),
  [PROFILE]: { type: 'DOUBLE', maxCount: PROFILE_POINTS, meta: { unit: '°C' }, isWritable: false },
};

export class Oven implements FrameSocket {
  readonly unsentBytes = 0;
  readonly #clock: Clock;
  readonly #ids = new Map<string, number>();
  #listener: FrameListener | undefined;
  #heaterW = 20;
  #temperatureC = ROOM_C;
  #cancel: () => void;
  #stepCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#cancel = clock.after(STEP_MS, () => this.#step());
  }

  listen(listener: FrameListener): void {
    this.#listener = listener;
  }

  send(frame: string | Uint8Array<ArrayBuffer>): void {
    const message = decodeFrame(typeof frame === 'string' ? frame : frame.buffer);
    // as over a wire: never within the call
    this.#clock.after(0, () => this.#take(message));
  }

  close(): void {
    this.#listener = undefined;
    this.#cancel();
  }

  /** The bridge is ended. */
  lose(): void {
    const listener = this.#listener;
    this.close();
    listener?.onClosed(new LabError('device/lost', 'The simulated bridge was ended.'));
  }

  #take({ op, ...fields }: FrameMessage): void {
    if (op === 'subscribe') this.#subscribe(Number(fields['id']), String(fields['name']));
    if (op === 'write') this.#write(Number(fields['id']), Number(fields['put']), fields.values?.[0]?.data?.[0]);
  }

  #subscribe(id: number, name: string): void {
    const variable = VARIABLES[name];
    // who is not there says nothing
    if (!variable) return;
    this.#ids.set(name, id);
    this.#say({ op: 'connected', id, from: 'simulated', ...variable });
    this.#tell([name]);
  }

  #write(id: number, put: number, value: number | string | undefined): void {
    if (this.#ids.get(HEATER) !== id) {
      this.#say({ op: 'written', put, reason: 'It cannot be written.' });
      return;
    }
    this.#heaterW = Math.min(MOST_W, Math.max(0, Number(value)));
    this.#say({ op: 'written', put });
    this.#tell([HEATER]);
  }

  #step(): void {
    const targetC = ROOM_C + C_PER_W * this.#heaterW;
    this.#temperatureC += ((targetC - this.#temperatureC) * STEP_MS) / 1000 / SLOWNESS_S;
    this.#tell([TEMPERATURE]);
    if (++this.#stepCount % 10 === 0) this.#tell(['OVEN:profile:xoffset', 'OVEN:profile:xdelta', PROFILE]);
    this.#cancel = this.#clock.after(STEP_MS, () => this.#step());
  }

  #tell(names: readonly string[]): void {
    const utcNs = String(utcToUnixNs(utcFromUnixMs(this.#clock.unixMs())));
    for (const name of names) {
      const id = this.#ids.get(name);
      if (id === undefined) continue;
      const { type } = VARIABLES[name]!;
      const isWarm = name === TEMPERATURE && this.#temperatureC > WARM_C;
      // HIGH, MINOR
      const alarm = isWarm ? { status: 4, severity: 1 } : { status: 0, severity: 0 };
      const value: FrameValue = { id, type, data: this.#dataOf(name, type), utcNs, ...alarm };
      this.#say({ op: 'value', values: [value] });
    }
  }

  #dataOf(name: string, type: VariableType): VariableData {
    if (type === 'STRING') return ['Bake'];
    return numbersOf(type, this.#numbersOf(name));
  }

  #numbersOf(name: string): readonly number[] {
    switch (name) {
      case TEMPERATURE:
        return [this.#temperatureC];
      case HEATER:
        return [this.#heaterW];
      case 'OVEN:profile:xdelta':
        return [PROFILE_STEP_S];
      case PROFILE:
        return Array.from(
          { length: PROFILE_POINTS },
          (_, point) => this.#temperatureC + Math.sin((2 * Math.PI * point) / PROFILE_POINTS),
        );
      default:
        return [0];
    }
  }

  #say(message: FrameMessage): void {
    const frame = encodeFrame(message);
    this.#listener?.onFrame(typeof frame === 'string' ? frame : frame.buffer);
  }
}
