// The two ways in which a format touches bytes. Readers and writers know nothing else of the world, so the
// same code runs over OPFS, a dropped File, memory and a Node file.

/** Random read access. */
export interface RandomAccess {
  readonly sizeBytes: number;
  /** A read takes as long as this many bytes of a larger one. Left out where that is next to nothing. */
  readonly readCostBytes?: number;
  /**
   * Reads [offsetBytes, offsetBytes + lengthBytes). Resolves with exactly that many bytes, fewer only at the end
   * of the file. The caller owns the result and may keep it. `spare` is a result that the caller no longer needs: the
   * source may put the new one there.
   */
  read(offsetBytes: number, lengthBytes: number, spare?: Uint8Array): Promise<Uint8Array>;
  /** As `read`, at once: for libraries that do not wait. Left out where the thread or the source cannot do that. */
  readonly readNow?: ((offsetBytes: number, lengthBytes: number) => Uint8Array) | undefined;
}

/** A source that is read at once. */
export interface InstantAccess {
  readonly sizeBytes: number;
  readNow(offsetBytes: number, lengthBytes: number): Uint8Array;
}

/**
 * A file that grows. Synchronous, because an OPFS access handle, memory and a Node descriptor all are, and a
 * recorder must not interleave. Bytes may be views on shared memory.
 */
export interface AppendSink {
  readonly sizeBytes: number;
  append(bytes: Uint8Array): void;
  /** Overwrites bytes that were appended before. */
  patch(offsetBytes: number, bytes: Uint8Array): void;
  /** Makes everything so far survive a crash of the tab. */
  flush(): void;
  close(): void;
}
