// Lines as an instrument takes them that wants CR LF and nothing else: a line feed alone is a byte of the line.

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

export class CrLfLines {
  readonly #onLine: (line: Uint8Array) => void;
  #line: number[] = [];

  constructor(onLine: (line: Uint8Array) => void) {
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.#line.push(byte);
      if (byte !== LINE_FEED || this.#line.at(-2) !== CARRIAGE_RETURN) continue;
      const line = Uint8Array.from(this.#line.slice(0, -2));
      this.#line = [];
      this.#onLine(line);
    }
  }

  /** Forgets what is not whole. */
  reset(): void {
    this.#line = [];
  }
}
