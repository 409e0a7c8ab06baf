// A restricted reader of Python pickles: enough for the header of a .mimo file and nothing more. It can build
// numbers, texts, bytes, tuples, lists, dicts and numpy data types; every other instruction is refused. It
// calls nothing, and allocates nothing from a length that the file merely claims.
//
// Opcodes: docs.python.org/3/library/pickletools.html and PEP 307, PEP 3154, PEP 574.

import { FormatError } from '../../base/errors.ts';
import { dtypeFromState, dtypeFromTypeString } from './dtype-state.ts';
import {
  PickleDict,
  PickleDtype,
  PickleDtypeClass,
  PickleList,
  PickleTuple,
  type PickleValue,
} from './pickle-values.ts';

/** Open marks at one time; real headers have three. */
const MAX_MARKS = 64;
/** Bytes of an integer; a header needs eight. */
const MAX_LONG_BYTES = 64;

export interface PickleResult {
  readonly value: PickleValue;
  /** Offset of the first byte after STOP. */
  readonly endOffset: number;
}

/**
 * Reads the pickle at the start of `bytes`. `fileBytes` is the size of the whole file, against which claimed
 * frame lengths are checked. Rejects with `format/damaged` or `format/unsupported` at the offending byte.
 */
export function readPickle(bytes: Uint8Array, fileBytes: number): PickleResult {
  return new PickleMachine(bytes, fileBytes).run();
}

class PickleMachine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #fileBytes: number;
  #offset = 0;
  #opcodeOffset = 0;
  #stack: PickleValue[] = [];
  readonly #marked: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(bytes: Uint8Array, fileBytes: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fileBytes = fileBytes;
  }

  run(): PickleResult {
    for (;;) {
      this.#opcodeOffset = this.#offset;
      const opcode = this.#u8();
      if (opcode === 0x2e) {
        const value = this.#pop();
        if (this.#stack.length > 0 || this.#marked.length > 0) this.#damaged('values are left over at its end');
        return { value, endOffset: this.#offset };
      }
      this.#step(opcode);
    }
  }

  #step(opcode: number): void {
    switch (opcode) {
      case 0x80: // PROTO
        if (this.#u8() > 5) this.#unsupported('it uses a pickle protocol above 5');
        return;
      case 0x95: {
        // FRAME: only a hint, but one beyond the file is a lie
        const length = this.#u64();
        if (length > BigInt(this.#fileBytes - this.#offset)) this.#damaged('a frame is longer than the file');
        return;
      }
      case 0x28: // MARK
        if (this.#marked.length >= MAX_MARKS) this.#damaged('it is nested too deeply');
        this.#marked.push(this.#stack);
        this.#stack = [];
        return;
      case 0x30: // POP
        this.#pop();
        return;
      case 0x7d: // EMPTY_DICT
        this.#push(new PickleDict());
        return;
      case 0x64: // DICT
        this.#push(this.#fill(new PickleDict(), this.#popMark()));
        return;
      case 0x73: {
        // SETITEM
        const value = this.#pop();
        const key = this.#pop();
        this.#fill(this.#topDict(), [key, value]);
        return;
      }
      case 0x75: {
        // SETITEMS
        const items = this.#popMark();
        this.#fill(this.#topDict(), items);
        return;
      }
      case 0x29: // EMPTY_TUPLE
        this.#push(new PickleTuple([]));
        return;
      case 0x74: // TUPLE
        this.#push(new PickleTuple(this.#popMark()));
        return;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.#push(new PickleTuple(this.#popMany(opcode - 0x84)));
        return;
      case 0x5d: // EMPTY_LIST
        this.#push(new PickleList());
        return;
      case 0x6c: {
        // LIST
        const list = new PickleList();
        appendAll(list, this.#popMark());
        this.#push(list);
        return;
      }
      case 0x61: {
        // APPEND
        const value = this.#pop();
        this.#topList().items.push(value);
        return;
      }
      case 0x65: {
        // APPENDS
        const values = this.#popMark();
        appendAll(this.#topList(), values);
        return;
      }
      default:
        if (!this.#constant(opcode) && !this.#memoOrType(opcode)) {
          this.#unsupported(
            `it holds the pickle instruction 0x${opcode.toString(16).padStart(2, '0')}, which is not allowed here`,
          );
        }
    }
  }

  /** Opcodes that push a literal. */
  #constant(opcode: number): boolean {
    switch (opcode) {
      case 0x4e: // NONE
        this.#push(null);
        return true;
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        this.#push(opcode === 0x88);
        return true;
      case 0x4b: // BININT1
        this.#push(BigInt(this.#u8()));
        return true;
      case 0x4d: // BININT2
        this.#push(BigInt(this.#view.getUint16(this.#take(2), true)));
        return true;
      case 0x4a: // BININT
        this.#push(BigInt(this.#view.getInt32(this.#take(4), true)));
        return true;
      case 0x8a: // LONG1
        this.#push(this.#long(this.#u8()));
        return true;
      case 0x8b: {
        // LONG4
        const length = this.#view.getInt32(this.#take(4), true);
        if (length < 0) this.#damaged('a number has a negative length');
        this.#push(this.#long(length));
        return true;
      }
      case 0x47: // BINFLOAT, big-endian
        this.#push(this.#view.getFloat64(this.#take(8), false));
        return true;
      case 0x49: // INT, text; 00 and 01 are booleans
      case 0x4c: // LONG, text with a trailing L
        this.#push(this.#textInteger(opcode === 0x49));
        return true;
      case 0x46: // FLOAT, text
        this.#push(Number(this.#line()));
        return true;
      case 0x8c: // SHORT_BINUNICODE
        this.#push(this.#utf8(this.#u8()));
        return true;
      case 0x58: // BINUNICODE
        this.#push(this.#utf8(this.#u32()));
        return true;
      case 0x8d: // BINUNICODE8
        this.#push(this.#utf8(this.#length8()));
        return true;
      case 0x56: // UNICODE, text with backslash escapes
        this.#push(unescapeUnicode(this.#line()));
        return true;
      case 0x43: // SHORT_BINBYTES
        this.#push(this.#raw(this.#u8()));
        return true;
      case 0x42: // BINBYTES
        this.#push(this.#raw(this.#u32()));
        return true;
      case 0x8e: // BINBYTES8
        this.#push(this.#raw(this.#length8()));
        return true;
      case 0x55: // SHORT_BINSTRING: Python 2 str, read as Latin-1
        this.#push(latin1(this.#raw(this.#u8())));
        return true;
      case 0x54: // BINSTRING
        this.#push(latin1(this.#raw(this.#u32())));
        return true;
      default:
        return false;
    }
  }

  /** The memo, and the instructions that make a numpy.dtype. */
  #memoOrType(opcode: number): boolean {
    switch (opcode) {
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return true;
      case 0x71: // BINPUT
        this.#memo.set(this.#u8(), this.#top());
        return true;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#u32(), this.#top());
        return true;
      case 0x70: // PUT, text
        this.#memo.set(Number(this.#line()), this.#top());
        return true;
      case 0x68: // BINGET
        this.#get(this.#u8());
        return true;
      case 0x6a: // LONG_BINGET
        this.#get(this.#u32());
        return true;
      case 0x67: // GET, text
        this.#get(Number(this.#line()));
        return true;
      case 0x63: {
        // GLOBAL, text
        const module = this.#line();
        this.#global(module, this.#line());
        return true;
      }
      case 0x93: {
        // STACK_GLOBAL
        const name = this.#pop();
        this.#global(this.#pop(), name);
        return true;
      }
      case 0x52: // REDUCE
        this.#reduce();
        return true;
      case 0x62: // BUILD
        this.#build();
        return true;
      default:
        return false;
    }
  }

  #global(module: PickleValue, name: PickleValue): void {
    if (module !== 'numpy' || name !== 'dtype') {
      this.#unsupported('it asks for a Python object other than numpy.dtype, which would run foreign code');
    }
    this.#push(new PickleDtypeClass());
  }

  #reduce(): void {
    const args = this.#pop();
    const callable = this.#pop();
    if (!(callable instanceof PickleDtypeClass) || !(args instanceof PickleTuple) || args.items.length !== 3) {
      this.#unsupported('it calls something other than numpy.dtype');
    }
    const [typeString, isAligned, isCopy] = args.items;
    const isExpected =
      typeof typeString === 'string' && (isAligned === false || isAligned === 0n) && (isCopy === true || isCopy === 1n);
    if (!isExpected) this.#unsupported('it calls numpy.dtype in an unknown way');
    this.#push(new PickleDtype(typeString, dtypeFromTypeString(typeString, this.#opcodeOffset)));
  }

  #build(): void {
    const state = this.#pop();
    const target = this.#top();
    if (!(target instanceof PickleDtype)) this.#unsupported('it sets the state of something other than a data type');
    target.dtype = dtypeFromState(target, state, this.#opcodeOffset);
  }

  #get(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) this.#damaged(`it refers to the value ${index}, which was not stored`);
    this.#push(value);
  }

  #fill(dict: PickleDict, items: readonly PickleValue[]): PickleDict {
    if (items.length % 2 !== 0) this.#damaged('a dict has a key without a value');
    for (let index = 0; index < items.length; index += 2) dict.entries.set(this.#key(items[index]!), items[index + 1]!);
    return dict;
  }

  #key(key: PickleValue): string {
    if (typeof key === 'string') return `s${key}`;
    if (key === null || typeof key !== 'object') return `n${String(key)}`;
    if (key instanceof Uint8Array) return `b${latin1(key)}`;
    return this.#unsupported('a dict has a key that is neither text nor a number');
  }

  #topDict(): PickleDict {
    const top = this.#top();
    return top instanceof PickleDict ? top : this.#damaged('it sets an item of something that is no dict');
  }

  #topList(): PickleList {
    const top = this.#top();
    return top instanceof PickleList ? top : this.#damaged('it appends to something that is no list');
  }

  #push(value: PickleValue): void {
    this.#stack.push(value);
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    return value === undefined ? this.#damaged('its stack is empty') : value;
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    return value === undefined ? this.#damaged('its stack is empty') : value;
  }

  #popMany(count: number): PickleValue[] {
    if (this.#stack.length < count) this.#damaged('its stack is empty');
    return this.#stack.splice(this.#stack.length - count, count);
  }

  #popMark(): PickleValue[] {
    const items = this.#stack;
    const outer = this.#marked.pop();
    if (!outer) return this.#damaged('a mark is missing');
    this.#stack = outer;
    return items;
  }

  /** Claims `length` bytes and returns where they start. */
  #take(length: number): number {
    const start = this.#offset;
    if (length > this.#bytes.length - start) this.#damaged('it ends in the middle of a value');
    this.#offset = start + length;
    return start;
  }

  #u8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  #u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  #u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  #length8(): number {
    const length = this.#u64();
    return length > BigInt(this.#bytes.length) ? this.#damaged('a text is longer than the file') : Number(length);
  }

  #raw(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.slice(start, start + length);
  }

  #utf8(length: number): string {
    const start = this.#take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        this.#bytes.slice(start, start + length),
      );
    } catch (cause) {
      throw new FormatError('format/damaged', message('a text is not UTF-8'), start, { cause });
    }
  }

  /** Two's complement, little-endian, any length. */
  #long(length: number): bigint {
    if (length > MAX_LONG_BYTES) this.#unsupported('a number is too long');
    const start = this.#take(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(this.#bytes[start + index]!);
    return BigInt.asIntN(length * 8, value);
  }

  #line(): string {
    const start = this.#offset;
    const end = this.#bytes.indexOf(0x0a, start);
    if (end < 0) return this.#damaged('it ends in the middle of a line');
    this.#offset = end + 1;
    return latin1(this.#bytes.subarray(start, end));
  }

  #textInteger(mayBeBoolean: boolean): bigint | boolean {
    const line = this.#line();
    if (mayBeBoolean && (line === '00' || line === '01')) return line === '01';
    if (!/^-?\d{1,40}L?$/.test(line)) this.#damaged('a number is not a number');
    return BigInt(line.replace('L', ''));
  }

  #damaged(reason: string): never {
    throw new FormatError('format/damaged', message(reason), this.#opcodeOffset);
  }

  #unsupported(reason: string): never {
    throw new FormatError('format/unsupported', message(reason), this.#opcodeOffset);
  }
}

function appendAll(list: PickleList, values: readonly PickleValue[]): void {
  for (const value of values) list.items.push(value);
}

function message(reason: string): string {
  return `The header of this .mimo file cannot be used: ${reason}. Nothing of it was executed.`;
}

function latin1(bytes: Uint8Array): string {
  let result = '';
  for (const byte of bytes) result += String.fromCharCode(byte);
  return result;
}

/** Python's raw-unicode-escape: only \uXXXX and \UXXXXXXXX are escapes. */
function unescapeUnicode(line: string): string {
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
    const point = Number.parseInt(short ?? long ?? '', 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
