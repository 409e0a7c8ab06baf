// An instrument whose every answer carries the number of its question: `Q 17?` is answered by `<17>`, `B 17?` by a block
// that ends with it. It knows the event-enable register, `*IDN?`, `*OPC` and an error queue.

import type { Talker } from '../../src/devices/sim/scpi/talker.ts';
import { blockOf, bytesOf, textOf } from './usbtmc.ts';

export class NumberedTalker implements Talker {
  readonly identity = 'Pulsebench,Numbered,0,1';
  statusByte = 0;
  onAnswer: ((answer: Uint8Array<ArrayBuffer>) => void) | undefined;
  eventEnable = 0;
  /** Bits of the event register, taken by reading. */
  events = 0;
  errors: string[] = [];
  triggerCount = 0;
  /** All that was said to it. */
  readonly heard: string[] = [];

  tell(message: Uint8Array): void {
    const text = textOf(message);
    this.heard.push(text);
    const answers = text.split(';').flatMap((part) => this.#answer(part.trim()) ?? []);
    if (answers.length === 0) return;
    const joined = answers.flatMap((answer, index) => [...(index > 0 ? bytesOf(';') : []), ...answer]);
    this.onAnswer?.(Uint8Array.from(joined));
  }

  trigger(): void {
    this.triggerCount++;
  }

  clear(): void {}

  #answer(text: string): Uint8Array[] | undefined {
    const [, kind, number] = /^([QB]) (\d+)\?$/.exec(text) ?? [];
    if (kind === 'Q') return [bytesOf(`<${number}>`)];
    if (kind === 'B') return [blockOf(bytesOf(`\n\r\n;${'x\n'.repeat(Number(number) % 40)}<${number}>`))];
    const [, mask] = /^\*ESE (\d+)$/.exec(text) ?? [];
    if (mask !== undefined) this.eventEnable = Number(mask);
    switch (text) {
      case '*ESE?':
        return [bytesOf(String(this.eventEnable))];
      case '*IDN?':
        return [bytesOf(this.identity)];
      case '*ESR?': {
        const { events } = this;
        this.events = 0;
        return [bytesOf(String(events))];
      }
      case 'SYST:ERR?':
        return [bytesOf(this.errors.shift() ?? '0,"No error"')];
      default:
        return undefined;
    }
  }
}
