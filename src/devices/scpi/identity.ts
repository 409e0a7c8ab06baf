// Who an instrument is: the answer to `*IDN?` (IEEE 488.2, 10.14), and which dialect an oscilloscope speaks.

import { withoutLineEnd } from './text-error.ts';

export type ScopeDialect =
  | 'keysight'
  | 'lecroy'
  | 'redpitaya'
  | 'rigol-dho'
  | 'rigol-ds1000e'
  | 'rigol-ds1000z'
  | 'rohde-schwarz'
  | 'siglent-legacy'
  | 'siglent-new'
  | 'tektronix';

export interface InstrumentIdentity {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  /** Of an oscilloscope that is known. */
  readonly dialect: ScopeDialect | undefined;
}

/** The first row that fits tells the dialect; supplies, meters and generators of the same makers fit none. */
const DIALECTS: readonly (readonly [vendor: RegExp, model: RegExp, dialect: ScopeDialect])[] = [
  [/^(KEYSIGHT|AGILENT|HEWLETT)/i, /^(DSO|MSO|DSA|EDU ?X|UXR|MXR|EXR|HD\d|54[5-9]\d\d|548|P92)/i, 'keysight'],
  [/^RIGOL/i, /^DHO/i, 'rigol-dho'],
  [/^RIGOL/i, /^DS1\d{3}(E|D|C|CD|CA|B)$/i, 'rigol-ds1000e'],
  [/^RIGOL/i, /^(DS|MSO|MHO)\d/i, 'rigol-ds1000z'],
  [/^(TELEDYNE ?)?LECROY|^TELEDYNE/i, /^(?!T3)/i, 'lecroy'],
  [/SIGLENT/i, /^SDS(\d{3,4}X? ?(HD|Plus)|\d{4}X[ -]?(HD|Plus)|[567]\d{3})/i, 'siglent-new'],
  [/SIGLENT/i, /^SDS/i, 'siglent-legacy'],
  [/^TEKTRONIX/i, /^(TDS|DPO|MSO|MDO|TBS|TPS|LPD|DSA|CSA)/i, 'tektronix'],
  [/^RED ?PITAYA/i, /./, 'redpitaya'],
  [/^(ROHDE ?& ?SCHWARZ|HAMEG)/i, /^(RT[ABHMOPCE]|MXO|HMO|SCOPE)/i, 'rohde-schwarz'],
];

/** Fields that are not there are empty; further commas belong to the firmware. The echo of the question is left out. */
export function parseIdentity(text: string): InstrumentIdentity {
  const answer = withoutLineEnd(text).replace(/^\s*\*IDN\??\s+/i, '');
  const [vendor = '', model = '', serial = '', ...firmware] = answer.split(',').map((field) => field.trim());
  const dialect = DIALECTS.find(([ofVendor, ofModel]) => ofVendor.test(vendor) && ofModel.test(model))?.[2];
  return { vendor, model, serial, firmware: firmware.join(','), dialect };
}
