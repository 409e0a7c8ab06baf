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
  const signalIds = [...new Set(annotations.map(({ signalId }) => signalId))];
  const places = new Map(signalIds.map((signalId, place) => [signalId, place]));
  return {
    signalIds,
    signals: Uint32Array.from(annotations, ({ signalId }) => places.get(signalId)!),
    kinds: Uint8Array.from(annotations, ({ kind }) => KINDS.indexOf(kind)),
    storages: Uint8Array.from(annotations, ({ storage }) => STORAGES.indexOf(storage)),
    groupIds: Int32Array.from(annotations, ({ groupId }) => groupId),
    timestamps: BigInt64Array.from(annotations, ({ timestamp }) => timestamp),
    ys: Float64Array.from(annotations, ({ y }) => y),
    data: annotations.map(({ data }) => data),
  };
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
