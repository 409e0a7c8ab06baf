// Whether the browser may clear our data by itself when the disk gets full. Page only.

/** Asks the browser to keep our data until the user deletes it. False when it refused, which is no error. */
export async function requestPersistence(): Promise<boolean> {
  return (await navigator.storage.persisted()) || (await navigator.storage.persist());
}
