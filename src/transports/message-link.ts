// What carries whole messages to an instrument and whole answers back: USBTMC has borders of its own, a stream of bytes
// (serial port, TCP) gets them from line ends and block headers. The session above asks one question at a time.

export interface ExchangeLimits {
  /** Silence after which an answer counts as missing; bytes that arrive begin the time anew. */
  readonly timeoutMs: number;
  /** Ends the exchange within a second; it rejects with `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the answer so far. */
  readonly onProgress?: ((receivedBytes: number) => void) | undefined;
  /** A message that goes out whatever has come before, or is under way. */
  readonly isAtOnce?: boolean | undefined;
  /** An answer longer than this is refused before room is made for it. */
  readonly maxAnswerBytes?: number | undefined;
}

export interface MessageLink {
  /** Where it leads, for messages to people: `TCP 192.168.1.5:5555`, `USB 1AB1:04CE DS1ZA123`. */
  readonly label: string;
  /** Called once when the other side has gone; all that is under way rejects with `device/lost`. */
  onLost: ((error: Error) => void) | undefined;
  /** One whole message; the link adds what ends it. Rejects with `device/…`. */
  send(message: Uint8Array, limits: ExchangeLimits): Promise<void>;
  /**
   * The next whole answer as the instrument sent it, without what the link adds (a line end, padding): text, or text
   * with blocks in it. Rejects with `device/timeout`, `device/lost`, `device/protocol` or `cancelled`.
   */
  receive(limits: ExchangeLimits): Promise<Uint8Array>;
  /**
   * Forgets what is under way on both sides. After it has resolved, no answer to an earlier message is ever received:
   * after every exchange that failed.
   */
  clear(): Promise<void>;
  /** Status byte of IEEE 488.2, where the link can ask for it beside the messages. */
  readStatusByte?(limits: ExchangeLimits): Promise<number>;
  /** Group trigger, where the link has one. */
  trigger?(limits: ExchangeLimits): Promise<void>;
  /** Settles within 2 s. */
  close(): Promise<void>;
}
