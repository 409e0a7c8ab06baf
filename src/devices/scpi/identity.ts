// Who an instrument is: the answer to `*IDN?` (IEEE 488.2, 10.14).

import { withoutLineEnd } from './text-error.ts';

export interface InstrumentIdentity {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
}

/** Fields that are not there are empty; further commas belong to the firmware. The echo of the question is left out. */
export function parseIdentity(text: string): InstrumentIdentity {
  const answer = withoutLineEnd(text).replace(/^\s*\*IDN\??\s+/i, '');
  const [vendor = '', model = '', serial = '', ...firmware] = answer.split(',').map((field) => field.trim());
  return { vendor, model, serial, firmware: firmware.join(',') };
}
