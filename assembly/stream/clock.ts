// Where the samples of a stream ring lie in time. The writer fills the copy that is not valid and then says that it is,
// so readers never wait for a writer, wherever it stops: they look again only when it has published another clock.

import { atomic } from "../atomics";
import {
  STREAM_CLOCK_BYTES,
  STREAM_CLOCK_RATE,
  STREAM_CLOCK_SAMPLE,
  STREAM_CLOCK_SEQUENCE,
  STREAM_CLOCK_UTC,
  STREAM_CLOCKS,
} from "../layout";

@inline function copyAt(ring: usize, sequence: u32): usize {
  return ring + STREAM_CLOCKS + <usize>(sequence & 1) * STREAM_CLOCK_BYTES;
}

/** Publishes that sample `sample` was taken at `utc` (ticks) and the true rate from there on. Writer only. 0 Hz: unknown. */
export function streamSetClock(ring: usize, rateHz: f64, sample: i64, utc: i64): void {
  const sequence = atomic.load<u32>(ring + STREAM_CLOCK_SEQUENCE) + 1;
  const copy = copyAt(ring, sequence);
  atomic.store<i64>(copy + STREAM_CLOCK_RATE, reinterpret<i64>(rateHz));
  atomic.store<i64>(copy + STREAM_CLOCK_SAMPLE, sample);
  atomic.store<i64>(copy + STREAM_CLOCK_UTC, utc);
  atomic.store<u32>(ring + STREAM_CLOCK_SEQUENCE, sequence);
}

/** The clock, whole, into STREAM_CLOCK_BYTES at `into`, which are the caller's. Any thread. */
export function streamClock(ring: usize, into: usize): void {
  while (true) {
    const sequence = atomic.load<u32>(ring + STREAM_CLOCK_SEQUENCE);
    const copy = copyAt(ring, sequence);
    store<i64>(into + STREAM_CLOCK_RATE, atomic.load<i64>(copy + STREAM_CLOCK_RATE));
    store<i64>(into + STREAM_CLOCK_SAMPLE, atomic.load<i64>(copy + STREAM_CLOCK_SAMPLE));
    store<i64>(into + STREAM_CLOCK_UTC, atomic.load<i64>(copy + STREAM_CLOCK_UTC));
    // The writer comes to this copy again only after it has published the other one.
    if (sequence == atomic.load<u32>(ring + STREAM_CLOCK_SEQUENCE)) return;
  }
}
