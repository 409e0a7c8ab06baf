// What can go wrong, as options of the simulated JS110: each fault strikes at a packet number (counted from the start
// of the stream, so packet n begins at sample 126·n) or at random with a seed.

import type { Random } from '../../../sim/random.ts';
import type { UsbFaultOptions } from '../../../sim/usb/faults.ts';

export type Js110Fault =
  /** `count` packets never reach USB. */
  | { readonly kind: 'drop'; readonly atPacket: number; readonly count: number }
  | { readonly kind: 'bad-type' | 'bad-status' | 'bad-length' | 'bad-toggle'; readonly atPacket: number }
  /** The packet's bytes, header included, are random. */
  | { readonly kind: 'garbage'; readonly atPacket: number }
  /** A short (or, with 0, a zero-length) packet. */
  | { readonly kind: 'short'; readonly atPacket: number; readonly lengthBytes: number }
  | { readonly kind: 'stall' | 'babble'; readonly atPacket: number }
  /** The cable is pulled, and put back after `replugAfterMs` unless left out. */
  | { readonly kind: 'unplug'; readonly atPacket: number; readonly replugAfterMs?: number };

export interface Js110FaultOptions extends UsbFaultOptions {
  readonly script?: readonly Js110Fault[];
  /** Each packet is lost with this probability, 0 to 1. */
  readonly dropProbability?: number;
}

/** Finds what happens to each packet. Packet numbers must ascend. */
export class FaultPlan {
  readonly #random: Random;
  #script: Js110Fault[];
  dropProbability: number;
  /** Packets that were dropped so far, to compare with what the driver found. */
  droppedCount = 0;
  #dropEnd = 0;

  constructor(options: Js110FaultOptions, random: Random) {
    this.#random = random;
    this.#script = [...(options.script ?? [])].sort((a, b) => a.atPacket - b.atPacket);
    this.dropProbability = options.dropProbability ?? 0;
  }

  /** Adds a fault while the instrument runs. */
  add(fault: Js110Fault): void {
    this.#script = [...this.#script, fault].sort((a, b) => a.atPacket - b.atPacket);
  }

  /** The fault of packet `packetNumber`, if any. Each scripted fault strikes once. */
  at(packetNumber: number): Js110Fault | undefined {
    const next = this.#script[0];
    if (next && next.atPacket <= packetNumber) {
      this.#script.shift();
      if (next.kind !== 'drop') return next;
      this.#dropEnd = packetNumber + next.count;
    }
    const isDropped =
      packetNumber < this.#dropEnd || (this.dropProbability > 0 && this.#random.next() < this.dropProbability);
    if (isDropped) this.droppedCount++;
    return isDropped ? { kind: 'drop', atPacket: packetNumber, count: 1 } : undefined;
  }

  /** A new stream counts from 0 again. */
  restart(): void {
    this.#dropEnd = 0;
  }
}
