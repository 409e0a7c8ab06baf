// What the page asks the thread of the simulated bench. All simulated instruments that are spoken to in text stand on one
// bench and are wired to each other, whichever of them are connected: so they live in one thread, beside the device workers.

export interface SimBenchApi {
  /** Connects `port` to the instrument of this name, as a stream of bytes. Rejects with `device/unsupported`. */
  connect(name: string, port: MessagePort): Promise<void>;
}
