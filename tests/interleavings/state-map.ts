// A map from states to numbers, for more states than one Map of JavaScript takes (2^24 entries).

const SHARD_COUNT = 64;

export class StateMap {
  readonly #shards = Array.from({ length: SHARD_COUNT }, () => new Map<number, number>());

  get size(): number {
    return this.#shards.reduce((sum, { size }) => sum + size, 0);
  }

  get(state: number): number | undefined {
    return this.#shardOf(state).get(state);
  }

  set(state: number, value: number): void {
    this.#shardOf(state).set(state, value);
  }

  *keys(): Iterable<number> {
    for (const shard of this.#shards) yield* shard.keys();
  }

  #shardOf(state: number): Map<number, number> {
    return this.#shards[state % SHARD_COUNT]!;
  }
}
