// What the user says of a file where its content does not say it, or says it so that it can be read in two ways. Plain
// data: it is kept with the open file and for files of the same form.

/** What a file of bare numbers holds: nothing in it says so. */
export interface RawChoice {
  /** NumPy's name of one number, such as `float32` or `>i2`. */
  readonly dtypeName: string;
  /** Numbers per moment: 1 for a single signal, more when channels are interleaved. */
  readonly channelCount: number;
  readonly sampleRateHz: number;
  /** Bytes to leave out at the start. */
  readonly skipBytes: number;
}

export type ColumnRole = 'time' | 'signal' | 'bits' | 'text' | 'left-out';

/** What a column of a table is taken as. What is left out stays as the file has it. */
export interface ColumnChoice {
  readonly role?: ColumnRole;
  readonly name?: string;
  readonly unit?: string;
  /** Values are multiplied by it. */
  readonly scale?: number;
}

/** How the text of a table is written. What is left out is found by looking. */
export interface TableChoice {
  readonly separator?: ',' | ';' | '\t' | '|' | ' ';
  readonly decimal?: '.' | ',';
  /** Lines before the first row of values. */
  readonly headLineCount?: number;
  /** In dates like 03/04/2026 the day comes first. */
  readonly isDayFirst?: boolean;
  /** By position of the column, from 0. */
  readonly columns?: Readonly<Record<number, ColumnChoice>>;
}

export interface ReadChoice {
  /** Read it as bare numbers, whatever it seems to be. */
  readonly raw?: RawChoice;
  /** Name of the column, array or dataset that holds the times; `null`: none does. */
  readonly time?: string | null;
  /** Unit of those times, such as `ms`. */
  readonly timeUnit?: string;
  /** Samples per second where no times are; > 0. */
  readonly rateHz?: number;
  /** Time of the first sample in seconds of the file's axis. */
  readonly startS?: number;
  readonly table?: TableChoice;
  /** Ids of the parts (files of an archive, datasets) to open; the reader's own choice when left out. */
  readonly parts?: readonly string[];
}

/** The choice without all but which parts are open: that is no matter of how they are read. */
export function partsOf({ parts }: ReadChoice): ReadChoice {
  return parts ? { parts } : {};
}

/**
 * The choice when `parts` are opened in place of those it was made for: columns by their position and the lines above them
 * were those of other parts.
 */
export function withParts({ table, ...choice }: ReadChoice, parts: readonly string[]): ReadChoice {
  const { columns: _, headLineCount: __, ...form } = table ?? {};
  return { ...choice, ...(Object.keys(form).length > 0 && { table: form }), parts };
}

/** Nothing is said of how the file is read. */
export function isEmptyChoice({ parts: _, ...how }: ReadChoice): boolean {
  return Object.keys(how).length === 0;
}
