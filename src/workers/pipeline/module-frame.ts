/// <reference path="../../base/script-text.d.ts" />
// The walls round a user's module: a frame with an opaque origin and a policy of its own, and in it the worker that runs
// the module. It has no network, no storage, no device, no page to look at and no memory to share; removing the frame
// ends it, and all that it started. Page only: a worker cannot make a frame.

import insideText from '../../pipeline/sandbox/inside.ts?script-text';
import { FRAME_POLICY, FRAME_SCRIPT } from './frame-script.ts';

/** A frame that left so many questions in a row without an answer is dead: its process has ended. */
const MAX_SILENT_COUNT = 5;
const PING_INTERVAL_MS = 1000;
const MEMORY_GONE = 'the browser ended its process, as it does when there is no memory';
/** WebKitGTK 2.50 refuses workers of blob URLs in frames with an opaque origin, once the page is isolated. */
const NO_WORKER = 'this browser starts no thread in the box of a module; Chromium and Firefox do';

export class ModuleFrame {
  /** Resolves with the reason when the frame died by itself; never after `remove`. */
  readonly died: Promise<string>;
  readonly #frame = document.createElement('iframe');
  readonly #pings: ReturnType<typeof setInterval>;
  #silentCount = 0;
  #tellDeath: (why: string) => void = () => undefined;

  /** `port` is the module's end of the way to its pipeline thread. */
  constructor(moduleText: string, port: MessagePort) {
    this.died = new Promise((resolve) => {
      this.#tellDeath = resolve;
    });
    const frame = this.#frame;
    frame.hidden = true;
    frame.title = 'A module of the setup';
    frame.sandbox.add('allow-scripts');
    frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${FRAME_POLICY}"><script>${FRAME_SCRIPT}</script>`;
    // The opaque origin has no name to address; the window is the one that this frame made.
    const send = (message: unknown, ports: MessagePort[] = []) => frame.contentWindow?.postMessage(message, '*', ports);
    frame.addEventListener('load', () => send({ insideText, moduleText }, [port]), { once: true });
    window.addEventListener('message', this.#onMessage);
    document.body.append(frame);
    this.#pings = setInterval(() => {
      if (++this.#silentCount > MAX_SILENT_COUNT) this.#die(MEMORY_GONE);
      else send('ping');
    }, PING_INTERVAL_MS);
  }

  /** Ends the module's threads, whatever they do. A second call does nothing. */
  remove(): void {
    clearInterval(this.#pings);
    window.removeEventListener('message', this.#onMessage);
    this.#frame.remove();
  }

  readonly #onMessage = ({ source, data }: MessageEvent<unknown>): void => {
    if (source !== this.#frame.contentWindow) return;
    this.#silentCount = 0;
    if (data === 'refused') this.#die(NO_WORKER);
  };

  #die(why: string): void {
    this.remove();
    this.#tellDeath(why);
  }
}
