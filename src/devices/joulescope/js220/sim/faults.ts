// What can go wrong with a simulated JS220, as options: each fault strikes at a sample (at 2 MHz, counted from
// power-up) or at random with a seed.

import type { Random } from '../../../sim/random.ts';
import type { UsbFaultOptions } from '../../../sim/usb/faults.ts';
import { FIRST_STREAM_PORT } from '../constants.ts';

/** Strikes a frame that begins at the sample or later: of `port`, or of any stream. */
export type Js220FrameFault =
  /** `count` frames never reach USB. */
  | { readonly kind: 'drop'; readonly atSample: number; readonly port?: number; readonly count: number }
  /** Once more behind itself, or its second half with the first half of the next one, before that. */
  | { readonly kind: 'duplicate' | 'overlap'; readonly atSample: number; readonly port?: number }
  /** A header that cannot be. */
  | { readonly kind: 'bad-port' | 'bad-length' | 'bad-bits'; readonly atSample: number; readonly port?: number }
  /** A cut (or, with 0, a zero-length) packet. */
  | { readonly kind: 'short'; readonly atSample: number; readonly port?: number; readonly lengthBytes: number };

/** Strikes the connection, whether something streams or not. */
export type Js220LinkFault =
  | { readonly kind: 'stall' | 'babble'; readonly atSample: number }
  /** The cable is pulled, and put back after `replugAfterMs` unless left out. */
  | { readonly kind: 'unplug'; readonly atSample: number; readonly replugAfterMs?: number };

export type Js220Fault = Js220FrameFault | Js220LinkFault;

export interface Js220FaultOptions extends UsbFaultOptions {
  readonly script?: readonly Js220Fault[];
  /** Each stream frame is lost with this probability, 0 to 1. */
  readonly dropProbability?: number;
  /** Messages that it never sends. `controlDelayMs` delays answers to publications too. */
  readonly mutedMessages?: readonly ('hello' | 'pong' | 'code')[];
  /** When it first asks for the time after connecting; stream frames that come earlier have no place in time. */
  readonly timeSyncDelayMs?: number;
  /** Number of its first frame; 0 in a real one. */
  readonly firstFrameId?: number;
}

/** Finds what happens to each frame and to the connection. */
export class FaultPlan {
  readonly #random: Random;
  #frameFaults: Js220FrameFault[] = [];
  #linkFaults: Js220LinkFault[] = [];
  dropProbability: number;
  /** Frames that were dropped so far, to compare with what the driver found. */
  droppedCount = 0;

  constructor(options: Js220FaultOptions, random: Random) {
    this.#random = random;
    this.dropProbability = options.dropProbability ?? 0;
    for (const fault of options.script ?? []) this.add(fault);
  }

  /** Also while the instrument runs. */
  add(fault: Js220Fault): void {
    if (isLinkFault(fault)) this.#linkFaults.push(fault);
    else this.#frameFaults.push(fault);
  }

  /** The fault of the connection that is due at a sample. Each strikes once. */
  ofLink(sample: number): Js220LinkFault | undefined {
    const index = this.#linkFaults.findIndex(({ atSample }) => atSample <= sample);
    return index < 0 ? undefined : this.#linkFaults.splice(index, 1)[0];
  }

  /** The fault of a frame that begins at `sample`. Each strikes once; a drop as often as it says. */
  ofFrame(port: number, sample: number): Js220FrameFault | undefined {
    const isStream = port >= FIRST_STREAM_PORT;
    const index = this.#frameFaults.findIndex(
      (fault) => fault.atSample <= sample && (fault.port === undefined ? isStream : fault.port === port),
    );
    const fault = this.#frameFaults[index];
    if (fault?.kind === 'drop' && fault.count > 1) this.#frameFaults[index] = { ...fault, count: fault.count - 1 };
    else if (fault) this.#frameFaults.splice(index, 1);
    const found = fault ?? (isStream && this.#isLost() ? { kind: 'drop', atSample: sample, count: 1 } : undefined);
    if (found?.kind === 'drop') this.droppedCount++;
    return found;
  }

  #isLost(): boolean {
    return this.dropProbability > 0 && this.#random.next() < this.dropProbability;
  }
}

function isLinkFault(fault: Js220Fault): fault is Js220LinkFault {
  return fault.kind === 'stall' || fault.kind === 'babble' || fault.kind === 'unplug';
}
