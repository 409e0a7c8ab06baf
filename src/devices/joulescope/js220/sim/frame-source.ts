// What makes the frames of one port: it takes blocks of samples until a frame is complete.

import type { SampleBlock } from './block.ts';

export interface FrameSource {
  readonly port: number;
  /** Id of the first sample of the present frame. */
  readonly startId: number;
  /** Id behind the last sample that the present frame takes. */
  readonly dueId: number;
  /** Takes what `block` has up to `untilId`, which is not behind `dueId`. */
  take(block: SampleBlock, untilId: number): void;
  /** The present frame's payload, valid until the next call; the next frame begins at `dueId`. */
  finish(): Uint8Array<ArrayBuffer>;
}

/** Hands `block` to all `sources` and their complete frames to `emit`, in order of their ends, then of ports. */
export function takeBlock(
  sources: readonly FrameSource[],
  block: SampleBlock,
  emit: (port: number, payload: Uint8Array<ArrayBuffer>, startId: number) => void,
): void {
  const end = block.firstId + block.idCount;
  for (;;) {
    let next: FrameSource | undefined;
    for (const source of sources) {
      if (source.dueId <= end && (next === undefined || source.dueId < next.dueId)) next = source;
    }
    if (!next) break;
    next.take(block, next.dueId);
    const { port, startId } = next;
    emit(port, next.finish(), startId);
  }
  for (const source of sources) source.take(block, end);
}
