// Errors on their way between threads.

import { expect, test } from 'vitest';
import { toError } from '../../../src/base/errors.ts';
import { storageError } from '../../../src/storage/io-errors.ts';
import { decodeError, encodeError } from '../../../src/workers/rpc.ts';

/** As Chromium throws it (156). */
const full = () => Object.assign(new Error('no room'), { name: 'QuotaExceededError' });

test.each([full(), toError(full()), storageError(full(), 'Writing')])(
  'the error of a full disk arrives: %s',
  (error) => {
    expect(decodeError(structuredClone(encodeError(error)))).toMatchObject({
      code: 'storage/quota',
      cause: { name: 'QuotaExceededError', message: 'no room' },
    });
  },
);
