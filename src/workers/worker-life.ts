// Whether a worker's thread still runs. The worker holds a lock of the browser (Web Locks) from its first message on
// (serve.ts), and the browser frees it when the thread is over, however it ended: `self.close()`, no memory, or
// `terminate()`, after which a busy thread runs on for up to 2 s. The page waits for the same lock. Page only.
//
// Who clears all data of the site takes the locks along: a page from before and threads from after have different ones (seen
// in Chromium 156). Then no thread's end is noticed, and `gone` comes when a terminated one has had its time.
//
// Where there are no Web Locks there is no shared memory either, since both need a secure context. Then nobody has to
// wait for the thread's end: `gone` comes with the worker's, and one that closes itself is not noticed.

import { uniqueId } from '../base/unique-id.ts';

/** A worker's first message: it takes messages from now on. */
export interface LifeMessage {
  /** Name of the lock that it holds; empty where there are no locks. */
  readonly lifeLock: string;
  /** Names of the locks that are held, as it sees them. */
  readonly seenLocks: readonly string[];
}

/** A worker that has not said a word by then counts as dead: its script hangs somewhere between here and the server. */
const START_LIMIT_MS = 60_000;

/** A busy thread runs on for at most this long after `terminate`. */
const TERMINATION_MS = 2000;

/** A lock that every thread sees which has the page's locks. */
const PAGE_LOCK = `pulsebench-page-${uniqueId()}`;
let isPageLockHeld = false;
if ('locks' in navigator) {
  void navigator.locks.request(PAGE_LOCK, () => {
    isPageLockHeld = true;
    return new Promise<never>(() => undefined);
  });
}

/** A script may fail to load once: WebKit loses one now and then while the service worker takes over. */
const START_COUNT = 2;

export class WorkerLife {
  /** Resolves with the worker when it takes messages; never when it ended before. */
  readonly started: Promise<Worker>;
  /** Resolves with the reason, as far as it is known, when the worker ended by itself; never after `terminate`. */
  readonly died: Promise<string>;
  /** Resolves when its thread is over and can touch nothing any more, whoever ended it. */
  readonly gone: Promise<void>;
  #worker: Worker;
  readonly #startLimit: ReturnType<typeof setTimeout>;
  /** Its thread sees the lock of the page, if it has the same locks. */
  readonly #seesPageLock = isPageLockHeld;
  #isEnded = false;
  #holdsLock = false;
  #hasForeignLocks = false;
  #tellStart: (worker: Worker) => void = () => undefined;
  #tellDeath: (why: string) => void = () => undefined;
  #tellGone: () => void = () => undefined;

  /** Owns each worker that `start` makes: a second one where the script of the first did not load. */
  constructor(start: () => Worker) {
    this.started = new Promise((resolve) => {
      this.#tellStart = resolve;
    });
    this.died = new Promise((resolve) => {
      this.#tellDeath = resolve;
    });
    this.gone = new Promise((resolve) => {
      this.#tellGone = resolve;
    });
    this.#startLimit = setTimeout(() => this.#die('its script did not load in time'), START_LIMIT_MS);
    this.#worker = this.#begin(start, START_COUNT - 1);
  }

  #begin(start: () => Worker, spareStarts: number): Worker {
    const worker = start();
    worker.addEventListener('message', this.#onMessage);
    worker.onerror = (event) => {
      event.preventDefault();
      // an error of the script has a message, one of loading it has none
      const didNotLoad = !event.message;
      if (didNotLoad && spareStarts > 0 && !this.#isEnded) this.#worker = this.#begin(start, spareStarts - 1);
      else this.#die(event.message || 'its script did not load');
    };
    worker.onmessageerror = () => this.#die('it sent a message that could not be read');
    return worker;
  }

  /** Ends the worker. A second call does nothing. */
  terminate(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#startLimit);
    this.#worker.terminate();
    if (this.#holdsLock) return;
    // One that has not begun was given nothing that it could still touch.
    if (this.#hasForeignLocks) setTimeout(this.#tellGone, TERMINATION_MS);
    else this.#tellGone();
  }

  readonly #onMessage = ({ data }: MessageEvent<LifeMessage | undefined>): void => {
    if (this.#isEnded || data?.lifeLock === undefined) return;
    clearTimeout(this.#startLimit);
    this.#worker.removeEventListener('message', this.#onMessage);
    this.#hasForeignLocks = this.#seesPageLock && data.lifeLock !== '' && !data.seenLocks.includes(PAGE_LOCK);
    if (data.lifeLock !== '' && !this.#hasForeignLocks) void this.#waitForEnd(data.lifeLock);
    this.#tellStart(this.#worker);
  };

  async #waitForEnd(lockName: string): Promise<void> {
    this.#holdsLock = true;
    await navigator.locks.request(lockName, () => undefined);
    this.#die('its thread ended');
    this.#tellGone();
  }

  #die(why: string): void {
    if (this.#isEnded) return;
    this.#tellDeath(why);
    this.terminate();
  }
}
