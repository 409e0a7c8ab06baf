// The page's only requestAnimationFrame loop. It runs while somebody listens, and skips what is not on screen.

import { toError } from '../../base/errors.ts';

interface FrameClient {
  readonly element: Element;
  readonly draw: (nowMs: number) => void;
  isOnScreen: boolean;
}

/** Calls each client once per frame while its element is on screen, in the order in which they came. */
export class FrameClock {
  #clients: FrameClient[] = [];
  #request = 0;
  readonly #observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      for (const client of this.#clients) if (client.element === entry.target) client.isOnScreen = entry.isIntersecting;
    }
  });

  /** Adds a client; the returned function removes it. `nowMs` is the frame's time stamp. */
  add(element: Element, draw: (nowMs: number) => void): () => void {
    const client: FrameClient = { element, draw, isOnScreen: false };
    this.#clients = [...this.#clients, client];
    this.#observer.observe(element);
    if (this.#request === 0) this.#request = requestAnimationFrame(this.#onFrame);
    return () => {
      this.#clients = this.#clients.filter((other) => other !== client);
      if (!this.#clients.some((other) => other.element === element)) this.#observer.unobserve(element);
    };
  }

  readonly #onFrame = (nowMs: number): void => {
    for (const client of this.#clients) {
      if (!client.isOnScreen) continue;
      try {
        client.draw(nowMs);
      } catch (error) {
        reportError(toError(error)); // one broken view must not stop the others
      }
    }
    this.#request = this.#clients.length > 0 ? requestAnimationFrame(this.#onFrame) : 0;
  };
}

let page: FrameClock | undefined;

/** The page's clock; made on first use. */
export function frameClock(): FrameClock {
  page ??= new FrameClock();
  return page;
}
