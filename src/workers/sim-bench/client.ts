// The page's side of the simulated bench: its thread is started when the first of its instruments is connected, and stays,
// since what was set stays set. Page only.

import type { LabError } from '../../base/errors.ts';
import { transfer } from '../rpc.ts';
import { WorkerLink } from '../worker-link.ts';
import type { SimBenchApi } from './protocol.ts';

export interface BenchConnection {
  /** A stream of bytes to the instrument. */
  readonly port: MessagePort;
  /** Resolves with the reason when the bench's thread died: nobody answers at the port any more. */
  readonly died: Promise<LabError>;
}

export class SimBench {
  #link: WorkerLink<SimBenchApi> | undefined;

  /** To the instrument of this name. Rejects with `device/unsupported`. */
  async connect(name: string): Promise<BenchConnection> {
    if (!this.#link || this.#link.isOver) {
      this.#link = new WorkerLink<SimBenchApi>(
        () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'simulated bench' }),
        'The simulated bench',
      );
    }
    const { died } = this.#link;
    const { port1, port2 } = new MessageChannel();
    await this.#link.call((remote) => remote.connect(name, transfer(port2, [port2])));
    return { port: port1, died };
  }
}
