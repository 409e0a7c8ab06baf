// The thread that paints the page's pictures. One for the page, started when the first of them asks for it; when it has
// died the page paints until it is loaded again. Page only.

import { Emitter } from '../../base/emitter.ts';
import { LabError } from '../../base/errors.ts';
import type { PaintedCanvas, PaintThread } from '../../ui/plot/paint-thread.ts';
import { WorkerLife } from '../worker-life.ts';
import type { PaintedMessage, PaintMessage } from './protocol.ts';

type OnPainted = (data: Float64Array<ArrayBuffer>) => void;

export class PaintClient implements PaintThread {
  readonly #changed = new Emitter<void>();
  readonly #canvases = new Map<number, OnPainted>();
  #nextId = 0;
  #life: WorkerLife | undefined;
  #worker: Worker | undefined;

  get isReady(): boolean {
    return this.#worker !== undefined;
  }

  onChange(listener: () => void): () => void {
    if (!this.#life && 'transferControlToOffscreen' in HTMLCanvasElement.prototype) void this.#start();
    return this.#changed.on(listener);
  }

  adopt(canvas: OffscreenCanvas, onPainted: OnPainted): PaintedCanvas {
    const id = this.#nextId++;
    this.#canvases.set(id, onPainted);
    this.#post({ kind: 'adopt', id, canvas }, [canvas]);
    return {
      paint: (recording) => this.#post({ kind: 'paint', id, recording }, [recording.data.buffer]),
      release: () => {
        this.#canvases.delete(id);
        this.#post({ kind: 'release', id });
      },
    };
  }

  async #start(): Promise<void> {
    this.#life = new WorkerLife(
      () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'paint' }),
    );
    void this.#life.died.then((why) => this.#end(why));
    const worker = await this.#life.started;
    worker.addEventListener('message', ({ data }: MessageEvent<PaintedMessage>) =>
      this.#canvases.get(data.painted)?.(data.data),
    );
    this.#worker = worker;
    this.#changed.emit();
  }

  #end(why: string): void {
    this.#worker = undefined;
    this.#canvases.clear();
    this.#changed.emit();
    // Nothing is lost, but nobody should have to find out why the page is slower than it was.
    reportError(new LabError('internal', `The painter of the plots stopped: ${why}. The page paints them itself now.`));
  }

  #post(message: PaintMessage, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }
}
