// Locks of the browser for things that one thread of one tab has at a time. The browser frees a lock when its thread dies,
// however it dies. Any thread.

/** Takes the lock and returns its release, or `undefined` when somebody else holds it. */
export function takeLock(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const held = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) {
        resolve(undefined);
        return undefined;
      }
      return new Promise<void>((release) => resolve(release));
    });
    held.catch(reject);
  });
}
