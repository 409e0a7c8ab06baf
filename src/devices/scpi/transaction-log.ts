// What was said to an instrument and what it answered, byte for byte with times: bounded, and saved as lines of JSON.

import type { Clock } from '../../base/clock.ts';

export type LogEntry = { readonly atMs: number } & (
  | { readonly kind: 'sent' | 'received'; readonly bytes: Uint8Array }
  | { readonly kind: 'note'; readonly text: string }
);

/** What an entry takes beside its bytes, roughly. */
const ENTRY_BYTES = 64;
const DEFAULT_BYTES = 4 * 2 ** 20;
const FORMAT = 'pulsebench-transactions';
const VERSION = 1;

export class TransactionLog {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #startMs: number;
  readonly #startUnixMs: number;
  #entries: LogEntry[] = [];
  #first = 0;
  #bytes = 0;
  /** Entries that had to go, the oldest first. */
  droppedCount = 0;

  /** Keeps the newest entries that fit into `maxBytes`, 4 MiB when left out; one that does not fit at all is dropped. */
  constructor(clock: Clock, maxBytes = DEFAULT_BYTES) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
    this.#startMs = clock.nowMs();
    this.#startUnixMs = clock.unixMs();
  }

  get entries(): readonly LogEntry[] {
    return this.#entries.slice(this.#first);
  }

  sent(bytes: Uint8Array): void {
    this.#add({ atMs: this.#nowMs, kind: 'sent', bytes: bytes.slice() });
  }

  received(bytes: Uint8Array): void {
    this.#add({ atMs: this.#nowMs, kind: 'received', bytes: bytes.slice() });
  }

  /** What happened beside the messages: a clear, a time limit. */
  note(text: string): void {
    this.#add({ atMs: this.#nowMs, kind: 'note', text });
  }

  /** The log as a file of text. */
  save(): string {
    const head = { format: FORMAT, version: VERSION, startUnixMs: this.#startUnixMs, dropped: this.droppedCount };
    return [head, ...this.entries.map(toLine)].map((line) => `${JSON.stringify(line)}\n`).join('');
  }

  get #nowMs(): number {
    return this.#clock.nowMs() - this.#startMs;
  }

  #add(entry: LogEntry): void {
    this.#entries.push(entry);
    this.#bytes += sizeOf(entry);
    while (this.#bytes > this.#maxBytes) {
      this.#bytes -= sizeOf(this.#entries[this.#first]!);
      this.#first++;
      this.droppedCount++;
    }
    // Now and then, so that it costs nothing per entry.
    if (this.#first > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }
}

/** Reads what `save` wrote; `undefined` for a text that is none. */
export function parseTransactions(text: string): readonly LogEntry[] | undefined {
  try {
    const [head, ...lines] = text.split('\n').filter((line) => line !== '');
    const { format, version } = JSON.parse(head ?? '{}') as { format?: unknown; version?: unknown };
    if (format !== FORMAT || version !== VERSION) return undefined;
    return lines.map((line) => fromLine(JSON.parse(line) as SavedEntry));
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof TypeError) return undefined;
    throw thrown;
  }
}

/** Text where all bytes are printable ASCII, hexadecimal digits otherwise. */
interface SavedEntry {
  readonly ms: number;
  readonly kind: LogEntry['kind'];
  readonly text?: string;
  readonly hex?: string;
}

function toLine(entry: LogEntry): SavedEntry {
  const ms = Math.round(entry.atMs * 1000) / 1000;
  if (entry.kind === 'note') return { ms, kind: entry.kind, text: entry.text };
  if (entry.bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) {
    return { ms, kind: entry.kind, text: new TextDecoder().decode(entry.bytes) };
  }
  const hex = Array.from(entry.bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { ms, kind: entry.kind, hex };
}

function fromLine({ ms, kind, text, hex }: SavedEntry): LogEntry {
  if (kind === 'note') return { atMs: ms, kind, text: text ?? '' };
  if (kind !== 'sent' && kind !== 'received') throw new TypeError('no entry');
  const bytes =
    hex === undefined
      ? new TextEncoder().encode(text)
      : Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  return { atMs: ms, kind, bytes };
}

function sizeOf(entry: LogEntry): number {
  return ENTRY_BYTES + (entry.kind === 'note' ? entry.text.length : entry.bytes.length);
}
