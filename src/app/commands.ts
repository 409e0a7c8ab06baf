// Everything a user can do, in one table: keys, the palette, tooltips and the help page come from it.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { isSingleKey, type KeyPress, strokeOf } from './keys.ts';

export interface Command {
  /** Dotted and stable, such as `record.toggle`. */
  readonly id: string;
  /** A verb, as on a button. */
  readonly title: string;
  readonly group: string;
  readonly keys: readonly string[];
  /** What it means and what it costs, where the title does not say. */
  readonly hint?: string;
  /** Its keys hold over an open dialog, too. */
  readonly isUrgent?: boolean;
  /** False when it had nothing to do and the key may go to another command. */
  run(): boolean | undefined | void | Promise<void>;
  /** Why it cannot run now, as a sentence; `undefined` when it can. */
  unavailable?(): string | undefined;
}

/** A second stroke must come within this time. */
const SEQUENCE_MS = 1200;

export interface CommandsOptions {
  readonly clock: Clock;
  /** Called with whatever a command throws. */
  readonly onFailure: (command: Command, thrown: unknown) => void;
  /** Called when a command was asked for that cannot run now. */
  readonly onUnavailable: (command: Command, reason: string) => void;
  readonly areSingleKeysOn: () => boolean;
}

export class Commands {
  readonly #options: CommandsOptions;
  readonly #all = signal<readonly Command[]>([]);
  #pending: { readonly stroke: string; readonly untilMs: number } | undefined;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** Every command, in the order of registration. */
  get all(): ReadonlySignal<readonly Command[]> {
    return this.#all;
  }

  /**
   * Adds commands; the returned function removes them. Ids are unique; a key may have several commands, of which
   * the latest that can run gets it (a view's own before the program's).
   */
  register(...commands: readonly Command[]): () => void {
    for (const command of commands) {
      assert(!this.get(command.id), `two commands are called ${command.id}`);
      this.#all.value = [...this.#all.value, command];
    }
    return () => {
      this.#all.value = this.#all.value.filter((command) => !commands.includes(command));
    };
  }

  get(id: string): Command | undefined {
    return this.#all.value.find((command) => command.id === id);
  }

  /** Runs a command by id. Failures and refusals go to the options' callbacks. */
  async execute(id: string): Promise<void> {
    const command = this.get(id);
    if (!command) throw new Error(`internal error: no command ${id}`);
    const reason = command.unavailable?.();
    if (reason !== undefined) {
      this.#options.onUnavailable(command, reason);
      return;
    }
    if ((await this.#run(command)) === false) {
      this.#options.onUnavailable(command, 'There is nothing on the screen that it could act on.');
    }
  }

  /**
   * Offers a key press. True when it belongs to a command, which then runs. `isTyping` tells that the focus is
   * where letters are text.
   */
  press(event: KeyPress, isTyping: boolean): boolean {
    const stroke = strokeOf(event);
    const pending = this.#pending;
    if (stroke === undefined) return false;
    this.#pending = undefined;
    if (isSingleKey(stroke) && (isTyping || !this.#options.areSingleKeysOn())) return false;
    const nowMs = this.#options.clock.nowMs();
    if (pending && nowMs < pending.untilMs && this.#runKeys(`${pending.stroke} ${stroke}`)) return true;
    if (this.#runKeys(stroke)) return true;
    if (this.#all.value.some((other) => other.keys.some((k) => k.startsWith(`${stroke} `)))) {
      this.#pending = { stroke, untilMs: nowMs + SEQUENCE_MS };
      return true;
    }
    return false;
  }

  /** As `press`, over an open dialog: only for what cannot wait until that is closed. */
  pressUrgent(event: KeyPress): boolean {
    const stroke = strokeOf(event);
    return stroke !== undefined && this.#runKeys(stroke, (command) => command.isUrgent === true);
  }

  #runKeys(keys: string, isOffered: (command: Command) => boolean = () => true): boolean {
    const candidates = this.#all.value.filter((command) => command.keys.includes(keys) && isOffered(command)).reverse();
    for (const command of candidates) {
      if (command.unavailable?.() === undefined && this.#run(command) !== false) return true;
    }
    const [first] = candidates;
    const reason = first?.unavailable?.();
    if (first && reason !== undefined) this.#options.onUnavailable(first, reason);
    return first !== undefined && reason !== undefined;
  }

  #run(command: Command): boolean | Promise<void> {
    const fail = (thrown: unknown) => this.#options.onFailure(command, thrown);
    try {
      const result = command.run();
      return result instanceof Promise ? result.catch(fail) : result !== false;
    } catch (error) {
      fail(error);
      return true;
    }
  }
}
