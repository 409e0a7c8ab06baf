// Instruments that announce themselves on the network, while somebody looks at the list.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { BridgeAccessQuestion } from './bridge-access.ts';
import type { DiscoveryPort, FoundInstruments } from './ports.ts';

/** `found` is undefined until the bridge has told something. */
export type DiscoveryState =
  | { readonly kind: 'off' }
  | { readonly kind: 'looking'; readonly found: FoundInstruments | undefined }
  | { readonly kind: 'failed'; readonly reason: string };

const OFF: DiscoveryState = { kind: 'off' };

export interface DiscoveryOptions {
  readonly port: () => Promise<DiscoveryPort>;
  readonly bridge: BridgeAccessQuestion;
}

export class Discovery {
  readonly #port: () => Promise<DiscoveryPort>;
  readonly #bridge: BridgeAccessQuestion;
  readonly #state = signal<DiscoveryState>(OFF);
  /** Ends the browsing that goes on. */
  #end: (() => void) | undefined;
  /** Those who look at it: two lists may be shown. */
  readonly #lookers = new Set<object>();

  constructor({ port, bridge }: DiscoveryOptions) {
    this.#port = port;
    this.#bridge = bridge;
  }

  get state(): ReadonlySignal<DiscoveryState> {
    return this.#state;
  }

  /**
   * Looks as long as `looker` has not left. Where the browser has to ask whether the page may reach the bridge, that is
   * explained first; a message says why not. Never rejects.
   */
  async look(looker: object): Promise<void> {
    this.#lookers.add(looker);
    if (this.#state.value.kind === 'looking') return;
    const isReachable = await this.#bridge.isSettled();
    const port = isReachable ? await this.#load() : undefined;
    if (!port || this.#end || this.#lookers.size === 0) return;
    this.#state.value = { kind: 'looking', found: undefined };
    this.#end = port.browse(
      (found) => {
        this.#state.value = { kind: 'looking', found };
      },
      (reason) => this.#stop({ kind: 'failed', reason }),
    );
  }

  leave(looker: object): void {
    this.#lookers.delete(looker);
    if (this.#lookers.size === 0) this.#stop(OFF);
  }

  async #load(): Promise<DiscoveryPort | undefined> {
    try {
      return await this.#port();
    } catch (error) {
      this.#stop({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  #stop(state: DiscoveryState): void {
    this.#end?.();
    this.#end = undefined;
    this.#state.value = state;
  }
}
