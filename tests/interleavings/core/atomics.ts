// Takes the place of assembly/atomics.ts in the test build: each operation is a step at which the scheduler may turn to
// another thread. A wait that finds its value sleeps in the scheduler, a notify wakes there.

import { atomic as instruction } from "builtins";

@external("scheduler", "step") declare function step(kind: i32, address: usize): void;
@external("scheduler", "sleep") declare function sleep(address: usize): void;
@external("scheduler", "wake") declare function wake(address: usize): void;

/** Added to the kind of a step before which no thread dies (see assembly/atomics.ts). */
const UNBROKEN: i32 = 16;

const LOAD: i32 = 0;
const STORE: i32 = 1;
const ADD: i32 = 2;
const SUB: i32 = 3;
const AND: i32 = 4;
const OR: i32 = 5;
const COMPARE_EXCHANGE: i32 = 6;
const WAIT: i32 = 7;
const NOTIFY: i32 = 8;
const DATA: i32 = 9;

export function dataStep(): void {
  step(DATA | UNBROKEN, 0);
}

export function storeHint(address: usize, value: u32): void {
  step(STORE | UNBROKEN, address);
  instruction.store<u32>(address, value);
}

export function wait(word: usize, expected: u32, _timeoutMs: f64): void {
  step(WAIT, word);
  if (instruction.load<u32>(word) == expected) sleep(word);
}

/** Time is nothing here: who lies down for a while is who is not chosen. */
export function nap(_word: usize, _timeMs: f64): void {}

export namespace atomic {
  export function load<T>(address: usize): T {
    step(LOAD, address);
    return instruction.load<T>(address);
  }
  export function store<T>(address: usize, value: T): void {
    step(STORE, address);
    instruction.store<T>(address, value);
  }
  export function add<T>(address: usize, value: T): T {
    step(ADD, address);
    return instruction.add<T>(address, value);
  }
  export function sub<T>(address: usize, value: T): T {
    step(SUB, address);
    return instruction.sub<T>(address, value);
  }
  export function and<T>(address: usize, value: T): T {
    step(AND, address);
    return instruction.and<T>(address, value);
  }
  export function or<T>(address: usize, value: T): T {
    step(OR, address);
    return instruction.or<T>(address, value);
  }
  export function cmpxchg<T>(address: usize, expected: T, value: T): T {
    step(COMPARE_EXCHANGE, address);
    return instruction.cmpxchg<T>(address, expected, value);
  }
  export function notify(address: usize, _count: i32): i32 {
    step(NOTIFY, address);
    wake(address);
    return 0;
  }
}

export namespace unbroken {
  export function store<T>(address: usize, value: T): void {
    step(STORE | UNBROKEN, address);
    instruction.store<T>(address, value);
  }
  export function add<T>(address: usize, value: T): T {
    step(ADD | UNBROKEN, address);
    return instruction.add<T>(address, value);
  }
  export function sub<T>(address: usize, value: T): T {
    step(SUB | UNBROKEN, address);
    return instruction.sub<T>(address, value);
  }
  export function cmpxchg<T>(address: usize, expected: T, value: T): T {
    step(COMPARE_EXCHANGE | UNBROKEN, address);
    return instruction.cmpxchg<T>(address, expected, value);
  }
}
