// A picture on the screen. The paint thread paints it while there is one; before that has started, after it has died, and
// where browsers let no thread have a canvas, the page does. A canvas that a thread was given never comes back: whenever
// the picture changes hands it gets a new one.

import { CanvasSurface } from './canvas-surface.ts';
import { type PaintThread, paintThread } from './paint-thread.ts';
import { RecordingSurface } from './recording-surface.ts';
import type { Surface } from './surface.ts';

/** So many frames after a thread has painted its first picture it is on the screen for sure. */
const FRAMES_TO_SCREEN = 2;

/** A canvas and who paints on it. */
interface Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly surface: Surface;
  readonly isOfThread: boolean;
  /** What was drawn last is not painted yet. */
  readonly isBusy: boolean;
  /** What was drawn is to be seen. */
  show(): void;
  release(): void;
}

/** Page only. */
export class ScreenPicture {
  readonly #holder: HTMLElement;
  readonly #onDue: () => void;
  readonly #thread = paintThread();
  readonly #stopListening: (() => void) | undefined;
  #sheet: Sheet | undefined;
  #isAwaited = false;

  /** Its canvas is the child of `holder`. `onDue` is called when it has to be drawn, and could not be or changes hands. */
  constructor(holder: HTMLElement, onDue: () => void) {
    this.#holder = holder;
    this.#onDue = onDue;
    this.#stopListening = this.#thread?.onChange(onDue);
  }

  /**
   * Lets `draw` draw a picture of so many device pixels; what the layers of a surface hold is only there as long as it is
   * the same. False while the last drawing is not painted yet: `onDue` is called when it is.
   */
  draw(width: number, height: number, draw: (surface: Surface) => void): boolean {
    const thread = this.#thread?.isReady ? this.#thread : undefined;
    if (!this.#sheet || this.#sheet.isOfThread !== (thread !== undefined)) {
      this.#sheet?.release();
      this.#sheet = thread ? this.#sheetOfThread(thread) : this.#sheetOfPage();
    }
    const sheet = this.#sheet;
    this.#isAwaited = sheet.isBusy;
    if (sheet.isBusy) return false;
    try {
      sheet.surface.resize(width, height);
      draw(sheet.surface);
    } finally {
      sheet.show();
    }
    return true;
  }

  /** Takes it off the screen, for good. */
  dispose(): void {
    this.#stopListening?.();
    this.#sheet?.release();
    this.#sheet = undefined;
    this.#holder.replaceChildren();
  }

  #sheetOfPage(): Sheet {
    const canvas = document.createElement('canvas');
    this.#holder.replaceChildren(canvas);
    return {
      canvas,
      surface: new CanvasSurface(canvas.getContext('2d')!),
      isOfThread: false,
      isBusy: false,
      show: () => undefined,
      release: () => undefined,
    };
  }

  #sheetOfThread(thread: PaintThread): Sheet {
    const canvas = document.createElement('canvas');
    this.#holder.append(canvas);
    const surface = new RecordingSurface();
    let isBusy = false;
    let isFirst = true;
    const painted = thread.adopt(canvas.transferControlToOffscreen(), (data) => {
      surface.giveBack(data);
      isBusy = false;
      if (isFirst) void this.#replaceBy(canvas);
      isFirst = false;
      if (this.#isAwaited) this.#onDue();
    });
    return {
      canvas,
      surface,
      isOfThread: true,
      get isBusy() {
        return isBusy;
      },
      show: () => {
        isBusy = true;
        painted.paint(surface.take());
      },
      release: () => painted.release(),
    };
  }

  /** The canvas that was there before is seen through the new one until there is something on that. */
  async #replaceBy(canvas: HTMLCanvasElement): Promise<void> {
    for (let i = 0; i < FRAMES_TO_SCREEN; i++) await new Promise(requestAnimationFrame);
    if (this.#sheet?.canvas === canvas) this.#holder.replaceChildren(canvas);
  }
}
