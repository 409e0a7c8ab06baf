// What item tables reduce with: one codec and one place for packed columns per workspace, however many tables there are
// on it. Whoever uses them does so without waiting in between.

import { Codec, CRC32 } from '../../core/codec.ts';
import type { Workspace } from '../../core/workspace.ts';

export interface ItemCore {
  readonly codec: Codec;
  /** Address of room for as many bytes as `codec` takes. */
  readonly packed: number;
}

interface Shared {
  core: ItemCore;
  roomBytes: number;
  readonly users: Set<object>;
}

const SHARED = new WeakMap<Workspace, Shared>();

/** The core with room for `roomBytes`; it may be another one with each call. `user` holds it until `releaseItemCore`. */
export function itemCore(workspace: Workspace, roomBytes: number, user: object): ItemCore {
  const shared = SHARED.get(workspace);
  if (shared && shared.roomBytes >= roomBytes) {
    shared.users.add(user);
    return shared.core;
  }
  shared?.core.codec[Symbol.dispose]();
  SHARED.delete(workspace);
  const codec = new Codec(workspace, CRC32, roomBytes);
  const core = { codec, packed: codec.reserve('packed column', roomBytes).address };
  SHARED.set(workspace, { core, roomBytes, users: (shared?.users ?? new Set()).add(user) });
  return core;
}

/** The memory goes back when nobody holds it any more. */
export function releaseItemCore(workspace: Workspace, user: object): void {
  const shared = SHARED.get(workspace);
  if (!shared?.users.delete(user) || shared.users.size > 0) return;
  shared.core.codec[Symbol.dispose]();
  SHARED.delete(workspace);
}
