// Status registers of IEEE 488.2 (11.2, 11.5) and the error queue of SCPI-99 (volume 2, 21.8).

/** Bits of the event status register. */
const OPERATION_COMPLETE = 1;
const QUERY_ERROR = 4;
const DEVICE_ERROR = 8;
const EXECUTION_ERROR = 16;
const COMMAND_ERROR = 32;
const POWER_ON = 128;

/** Bits of the status byte. */
const ERROR_AVAILABLE = 4;
const EVENT_SUMMARY = 32;
const MASTER_SUMMARY = 64;

const QUEUE_OVERFLOW = -350;

/** SCPI-99 volume 2, 21.8.9 to 21.8.12. */
const TEXTS: Readonly<Record<number, string>> = {
  [-100]: 'Command error',
  [-102]: 'Syntax error',
  [-104]: 'Data type error',
  [-108]: 'Parameter not allowed',
  [-109]: 'Missing parameter',
  [-113]: 'Undefined header',
  [-114]: 'Header suffix out of range',
  [-131]: 'Invalid suffix',
  [-200]: 'Execution error',
  [-211]: 'Trigger ignored',
  [-213]: 'Init ignored',
  [-221]: 'Settings conflict',
  [-222]: 'Data out of range',
  [-224]: 'Illegal parameter value',
  [-230]: 'Data corrupt or stale',
  [-350]: 'Queue overflow',
  [-410]: 'Query INTERRUPTED',
  [-420]: 'Query UNTERMINATED',
};

/** Thrown by the handler of a command; goes into the queue. */
export class ScpiError extends Error {
  readonly code: number;

  constructor(code: number) {
    super(TEXTS[code] ?? 'Device-specific error');
    this.name = 'ScpiError';
    this.code = code;
  }
}

export class StatusModel {
  readonly #capacity: number;
  readonly #errors: number[] = [];
  #events = POWER_ON;
  eventEnable = 0;
  serviceEnable = 0;

  /** @param capacity errors that fit; the last place tells of an overflow */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Without what the link adds when an answer waits (bit 4). */
  get statusByte(): number {
    let bits = this.#errors.length > 0 ? ERROR_AVAILABLE : 0;
    if ((this.#events & this.eventEnable) !== 0) bits |= EVENT_SUMMARY;
    return (bits & this.serviceEnable) !== 0 ? bits | MASTER_SUMMARY : bits;
  }

  operationComplete(): void {
    this.#events |= OPERATION_COMPLETE;
  }

  add(code: number): void {
    this.#events |= eventBit(code);
    if (this.#errors.length < this.#capacity) this.#errors.push(code);
    else this.#errors[this.#capacity - 1] = QUEUE_OVERFLOW;
  }

  /** Oldest error with its text, which is taken out; code 0 when there is none. */
  takeError(): { readonly code: number; readonly text: string } {
    const code = this.#errors.shift() ?? 0;
    return { code, text: code === 0 ? 'No error' : new ScpiError(code).message };
  }

  takeEvents(): number {
    const events = this.#events;
    this.#events = 0;
    return events;
  }

  /** `*CLS`. */
  clear(): void {
    this.#events = 0;
    this.#errors.length = 0;
  }
}

function eventBit(code: number): number {
  if (code <= -400) return QUERY_ERROR;
  if (code <= -300 || code > 0) return DEVICE_ERROR;
  if (code <= -200) return EXECUTION_ERROR;
  return COMMAND_ERROR;
}
