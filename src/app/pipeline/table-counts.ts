// Histograms of the columns of a table that a run is still writing: reads what the file has grown by, line by line.
// The rule of counting is numpy.histogram's for a list of edges: a bin holds its left edge, the last one both.

/** Read at once at most, so that the page stays smooth; what is left follows at the next look. */
const MAX_READ_BYTES = 1_000_000;
const NEWLINE = 10;

export interface ColumnCounts {
  readonly channel: string;
  readonly edges: Float64Array;
  readonly counts: Float64Array;
}

export class TableCounts {
  readonly #file: () => Promise<File | undefined>;
  readonly #columns: readonly ColumnCounts[];
  /** Place of each column in a line; `undefined` until the header is read. */
  #places: readonly number[] | undefined;
  #readBytes = 0;

  /** `edges` by column, increasing; `file` gives the table as it is now, `undefined` while there is none. */
  constructor(file: () => Promise<File | undefined>, edges: ReadonlyMap<string, Float64Array>) {
    this.#file = file;
    this.#columns = [...edges].map(([channel, own]) => ({
      channel,
      edges: own,
      counts: new Float64Array(Math.max(0, own.length - 1)),
    }));
  }

  /** The counts so far, copied. */
  get columns(): readonly ColumnCounts[] {
    return this.#columns.map((column) => ({ ...column, counts: column.counts.slice() }));
  }

  /** Counts lines that have come since; true when there are more to read at once. */
  async update(): Promise<boolean> {
    const file = await this.#file();
    if (!file) return false;
    const block = file.slice(this.#readBytes, this.#readBytes + MAX_READ_BYTES);
    const bytes = new Uint8Array(await block.arrayBuffer());
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end === 0) return false;
    this.#readBytes += end;
    const lines = new TextDecoder().decode(bytes.subarray(0, end - 1)).split('\n');
    if (!this.#places) {
      const names = headerNames(lines.shift()!);
      this.#places = this.#columns.map(({ channel }) => names.indexOf(channel));
    }
    for (const line of lines) this.#count(line.split(','), this.#places);
    return this.#readBytes < file.size && bytes.length === MAX_READ_BYTES;
  }

  #count(cells: readonly string[], places: readonly number[]): void {
    for (const [i, { edges, counts }] of this.#columns.entries()) {
      const cell = cells[places[i]!];
      const bin = cell ? binOf(Number(cell), edges) : -1;
      if (bin >= 0) counts[bin]!++;
    }
  }
}

/** −1 for values outside, and for what is no number. */
function binOf(value: number, edges: Float64Array): number {
  const last = edges.length - 1;
  if (last < 1 || !(value >= edges[0]! && value <= edges[last]!)) return -1;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value >= edges[middle]!) low = middle;
    else high = middle;
  }
  return low;
}

/** Names of a CSV header, quoted ones too. */
function headerNames(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
