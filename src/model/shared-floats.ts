// Numbers that are handed from thread to thread without a copy: what is made of records has millions of them. Pure.

export function sharedFloats(length: number): Float32Array {
  return new Float32Array(sharedBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

export function sharedDoubles(values: Float64Array): Float64Array {
  const shared = new Float64Array(sharedBuffer(values.byteLength));
  shared.set(values);
  return shared;
}

/** Where the context has no shared memory it is a thread's own. */
function sharedBuffer(byteLength: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(byteLength) : new SharedArrayBuffer(byteLength);
}
