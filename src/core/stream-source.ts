// How an instrument lets other threads follow its stream: recorders attach to the ring by themselves, so that
// no sample passes through the page.

import type { CoreSeed } from './core.ts';
import type { StreamRingDescriptor } from './stream-ring.ts';

/** Structured-cloneable. */
export interface StreamSource {
  readonly seed: CoreSeed;
  readonly ring: StreamRingDescriptor;
}

/**
 * What an instrument handle offers beside the port's interface. The ring stays the same as long as the handle is
 * open: stopping, starting and replugging continue it or `reset` it (with a new clock), they do not replace it.
 */
export interface HasStreamSource {
  readonly streamSource: StreamSource;
}

/** Whether a handle can be recorded. */
export function hasStreamSource(handle: object): handle is HasStreamSource {
  return 'streamSource' in handle && handle.streamSource !== undefined;
}
