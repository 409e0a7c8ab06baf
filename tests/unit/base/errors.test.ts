// Raw texts of engines and systems, as they are thrown, and what the person at the screen reads instead.

import { expect, test } from 'vitest';
import { LabError, toError } from '../../../src/base/errors.ts';

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}

const endless = (): number => endless() + 1;
/** (module (memory 1) (func (export "f") (drop (i32.load (i32.const -4))))), assembled by hand from the specification. */
const OUT_OF_BOUNDS = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 4, 1, 0x60, 0, 0],
  ...[3, 2, 1, 0],
  ...[5, 3, 1, 0, 1],
  ...[7, 5, 1, 1, 0x66, 0, 0],
  ...[10, 10, 1, 8, 0, 0x41, 0x7c, 0x28, 2, 0, 0x1a, 0x0b],
]);
const trap = () => (new WebAssembly.Instance(new WebAssembly.Module(OUT_OF_BOUNDS)).exports['f'] as () => void)();
const system = (code: string, what: string) => () => {
  throw Object.assign(new Error(`${code}: ${what}, write`), { code });
};

test.each([
  ['a full stack', endless, 'internal', 'nested too deeply'],
  ['an array that is too long', () => new Float64Array(2 ** 40), 'wasm/memory', 'not enough memory'],
  ['a trap of the core', trap, 'wasm/trap', 'a mistake of its own'],
  ['a full disk', system('ENOSPC', 'no space left on device'), 'storage/quota', 'no room left on the disk'],
  ['a full quota', system('EDQUOT', 'disk quota exceeded'), 'storage/quota', 'no room left on the disk'],
  ['a disk for reading', system('EROFS', 'read-only file system'), 'storage/denied', 'does not permit'],
  ['a disk that is gone', system('EIO', 'i/o error'), 'storage/io', 'does not answer'],
])('%s is said in words, and what it was is kept', (_what, action, code, words) => {
  const thrown = thrownBy(action);
  const error = toError(thrown);
  expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(error.cause).toBe(thrown);
  expect(error.message).not.toMatch(/RangeError|E[A-Z]{2,}|out of bounds|call stack/);
});

test('what has words already stays as it is', () => {
  const own = new LabError('format/damaged', 'The file says that it is out of memory.');
  expect(toError(own)).toBe(own);
  const other = new TypeError('x is not a function');
  expect(toError(other)).toBe(other);
});
