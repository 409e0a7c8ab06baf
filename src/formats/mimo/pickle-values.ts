// What a restricted pickle can hold.

import type { Dtype } from '../numpy/dtype.ts';

/** Python int → bigint, float → number. */
export type PickleValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleDtype
  | PickleDtypeClass;

export class PickleTuple {
  readonly items: readonly PickleValue[];
  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

export class PickleList {
  readonly items: PickleValue[] = [];
}

/** Keys are text, numbers or bytes in a tagged spelling, so that `1` and `'1'` differ. */
export class PickleDict {
  readonly entries = new Map<string, PickleValue>();
  get(key: string): PickleValue | undefined {
    return this.entries.get(`s${key}`);
  }
}

/** A numpy.dtype under construction; `dtype` follows the state once that is set. */
export class PickleDtype {
  readonly typeString: string;
  dtype: Dtype;
  constructor(typeString: string, dtype: Dtype) {
    this.typeString = typeString;
    this.dtype = dtype;
  }
}

/** The one global that may be named: numpy.dtype itself. */
export class PickleDtypeClass {
  readonly name = 'numpy.dtype';
}
