// At most one job runs and only the newest of those that wait survives: what "reload the view while the
// user pans" needs.

/** Runs the newest job after the one under way; older waiting jobs are dropped. */
export class LatestOnly {
  #next: (() => Promise<void>) | undefined;
  #isRunning = false;

  /** Offers a job. Rejections are the job's own business: it must handle its errors. */
  offer(job: () => Promise<void>): void {
    this.#next = job;
    if (!this.#isRunning) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let job = this.#next; job; job = this.#next) {
        this.#next = undefined;
        await job();
      }
    } finally {
      this.#isRunning = false;
    }
  }
}
