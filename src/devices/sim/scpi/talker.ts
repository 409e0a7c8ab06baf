// A simulated instrument that is spoken to in messages. It knows no link: a simulated USBTMC device, a stream of bytes or
// the bridge's server of simulators stands in front of it, and lets answers be late, short or lost.

export interface Talker {
  /** What it says of itself, as `*IDN?` answers. */
  readonly identity: string;
  /** Its status byte of IEEE 488.2; whether an answer waits (bit 4) is the link's to say. */
  readonly statusByte: number;
  /** What ends its lines in both directions, exactly, on links that have lines; a line feed when left out. */
  readonly lineEnd?: '\r\n' | undefined;
  /** Takes one whole message without what ended it; answers come through `onAnswer`, at once or later. */
  tell(message: Uint8Array): void;
  /** One whole answer, without a line end. */
  onAnswer: ((answer: Uint8Array<ArrayBuffer>) => void) | undefined;
  /** Group trigger, as `*TRG`. */
  trigger(): void;
  /** Device clear: what it was about to do or say is forgotten, its settings stay. */
  clear(): void;
}
