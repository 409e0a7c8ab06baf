// Annotations on their way between threads: columns cross at once, a hundred thousand objects would not.

import type { Annotation } from './signal-store.ts';

const KINDS: readonly Annotation['kind'][] = ['user', 'text', 'vertical-marker', 'horizontal-marker'];
const STORAGES: readonly Annotation['storage'][] = ['binary', 'string', 'json'];

/** One entry per annotation; `signals`, `kinds` and `storages` are places in the lists of these. */
export interface AnnotationColumns {
  readonly signalIds: readonly string[];
  readonly signals: Uint32Array<ArrayBuffer>;
  readonly kinds: Uint8Array<ArrayBuffer>;
  readonly storages: Uint8Array<ArrayBuffer>;
  readonly groupIds: Int32Array<ArrayBuffer>;
  readonly timestamps: BigInt64Array<ArrayBuffer>;
  readonly ys: Float64Array<ArrayBuffer>;
  readonly data: readonly Annotation['data'][];
}

export function toColumns(annotations: readonly Annotation[]): AnnotationColumns {
  const { length } = annotations;
  const places = new Map<string, number>();
  const columns = {
    signals: new Uint32Array(length),
    kinds: new Uint8Array(length),
    storages: new Uint8Array(length),
    groupIds: new Int32Array(length),
    timestamps: new BigInt64Array(length),
    ys: new Float64Array(length),
    data: new Array<Annotation['data']>(length),
  };
  for (let i = 0; i < length; i++) {
    const { signalId, kind, storage, groupId, timestamp, y, data } = annotations[i]!;
    let place = places.get(signalId);
    if (place === undefined) {
      place = places.size;
      places.set(signalId, place);
    }
    columns.signals[i] = place;
    columns.kinds[i] = KINDS.indexOf(kind);
    columns.storages[i] = STORAGES.indexOf(storage);
    columns.groupIds[i] = groupId;
    columns.timestamps[i] = timestamp;
    columns.ys[i] = y;
    columns.data[i] = data;
  }
  return { signalIds: [...places.keys()], ...columns };
}

export function fromColumns(columns: AnnotationColumns): Annotation[] {
  const { signalIds, signals, kinds, storages, groupIds, timestamps, ys, data } = columns;
  return data.map((each, i) => ({
    signalId: signalIds[signals[i]!]!,
    kind: KINDS[kinds[i]!]!,
    timestamp: timestamps[i]!,
    storage: STORAGES[storages[i]!]!,
    groupId: groupIds[i]!,
    y: ys[i]!,
    data: each,
  }));
}
