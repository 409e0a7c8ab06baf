// The thread that paints for the page, as far as there is one. main.ts hands it in; without one the page paints itself.

import type { Recording } from './recording.ts';

export interface PaintThread {
  /** It takes canvases. It may not yet, or never again. */
  readonly isReady: boolean;
  /** Called when `isReady` changes, and starts the thread; the result unsubscribes. */
  onChange(listener: () => void): () => void;
  /**
   * Paints on `canvas` from now on, while it is ready. `onPainted` is called after each recording, with its data: they may
   * be used again.
   */
  adopt(canvas: OffscreenCanvas, onPainted: (data: Float64Array<ArrayBuffer>) => void): PaintedCanvas;
}

/** A canvas that the thread has. */
export interface PaintedCanvas {
  /** Gives the data of the recording away. Not before the one before is painted. */
  paint(recording: Recording): void;
  /** Lets the thread forget it. */
  release(): void;
}

let page: PaintThread | undefined;

/** What paints for this page. */
export function paintThread(): PaintThread | undefined {
  return page;
}

/** From now on `thread` paints for this page; pictures that are on screen already do not notice. */
export function usePaintThread(thread: PaintThread | undefined): void {
  page = thread;
}
