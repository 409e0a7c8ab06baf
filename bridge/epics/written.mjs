// What a client writes: the values, or why they are none, and how the log shows them.
import { ECA } from './codes.mjs';
import { convertForWriting } from './convert.mjs';
import { decodeDbr, layoutOf } from './dbr.mjs';

/** Of codes, for the log. */
export const REFUSALS = {
  [ECA.NOWTACCESS]: 'refused: it may not be written',
  [ECA.BADTYPE]: 'refused: no type for writing',
  [ECA.BADCOUNT]: 'refused: too many values, or fewer than said',
  [ECA.PUTFAIL]: 'refused: no value for it',
};

/** The written values in the variable's own type, or the code of the refusal. */
export function writtenValues({ dataType, dataCount, payload }, pv) {
  if (layoutOf(dataType)?.form !== 'PLAIN') return ECA.BADTYPE;
  if (dataCount < 1 || dataCount > pv.maxCount) return ECA.BADCOUNT;
  try {
    const { values, base } = decodeDbr(dataType, dataCount, payload);
    return convertForWriting(values, base, pv.type, pv.meta) ?? ECA.PUTFAIL;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return ECA.BADCOUNT;
  }
}

/** What was written, for the log: as text, since anybody may have written it. */
export function shortText(values) {
  if (typeof values === 'number') return 'something';
  return values.length === 1 ? JSON.stringify(values[0]) : `${values.length} values`;
}
