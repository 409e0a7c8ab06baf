// The page's side of the simulated bench: its thread is started when the first of its instruments is connected, and stays,
// since what was set stays set. Page only.

import { transfer } from '../rpc.ts';
import { WorkerLink } from '../worker-link.ts';
import type { SimBenchApi } from './protocol.ts';

export class SimBench {
  #link: WorkerLink<SimBenchApi> | undefined;

  /** A stream of bytes to the instrument of this name. Rejects with `device/unsupported`. */
  async connect(name: string): Promise<MessagePort> {
    if (!this.#link || this.#link.isOver) {
      const link = new WorkerLink<SimBenchApi>(
        () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'simulated bench' }),
        'The simulated bench',
      );
      this.#link = link;
      void link.died.then(() => {
        if (this.#link === link) this.#link = undefined;
      });
    }
    const { port1, port2 } = new MessageChannel();
    await this.#link.call((remote) => remote.connect(name, transfer(port2, [port2])));
    return port1;
  }
}
