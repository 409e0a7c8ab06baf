// What the laboratory is given of an instrument: process variables, served through the bridge (docs/epics.md).

/** What the user decides. */
export interface PublicationPlan {
  /** First part of every name, such as `OSZI`; with or without a colon at its end. */
  readonly prefix: string;
  /** Second part, such as `scope`. */
  readonly name: string;
  /** Ids of the variables that others may write; of a new plan none. */
  readonly writableIds: readonly string[];
}

/** One variable that is served. */
export interface PublishedVariable {
  /** Its name without prefix and name of the instrument, such as `ch1:signal`. Stable. */
  readonly id: string;
  /** Whole name. */
  readonly name: string;
  /** What it is, for people. */
  readonly label: string;
  /** The user may let others write it. */
  readonly canBeWritable: boolean;
  /** Why the bridge does not serve it. */
  readonly refusal: string | undefined;
}

/** One attempt to write. */
export interface PublishedWrite {
  /** Counts from 1. */
  readonly number: number;
  readonly unixMs: number;
  readonly name: string;
  readonly value: string;
  /** Who, and from which address, as the client says it. */
  readonly from: string;
  /** Why it was not done. */
  readonly refusal: string | undefined;
}

export interface Publication {
  readonly plan: PublicationPlan;
  /** `away`: the bridge is looked for again. */
  readonly state: 'opening' | 'served' | 'away';
  /** Why it is `away`. */
  readonly problem: string | undefined;
  readonly variables: readonly PublishedVariable[];
  /** The newest last; the last 100. */
  readonly writes: readonly PublishedWrite[];
  /** Traces that the bridge was too slow for. */
  readonly passedOverCount: number;
}
