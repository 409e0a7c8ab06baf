// The families of oscilloscopes, a row each; the first that knows a unit speaks to it.

import type { ScopeDialect, ScopeIdentity } from './dialect.ts';
import { KEYSIGHT } from './dialects/keysight.ts';
import { LECROY } from './dialects/lecroy.ts';
import { RED_PITAYA } from './dialects/red-pitaya.ts';
import { RIGOL } from './dialects/rigol.ts';
import { RIGOL_DS1000E } from './dialects/rigol-ds1000e.ts';
import { ROHDE_SCHWARZ } from './dialects/rohde-schwarz.ts';
import { SIGLENT, SIGLENT_LEGACY } from './dialects/siglent.ts';
import { TEKTRONIX, TEKTRONIX_TDS } from './dialects/tektronix.ts';

export const SCOPE_DIALECTS: readonly ScopeDialect[] = [
  RIGOL_DS1000E,
  RIGOL,
  KEYSIGHT,
  SIGLENT_LEGACY,
  SIGLENT,
  TEKTRONIX_TDS,
  TEKTRONIX,
  LECROY,
  ROHDE_SCHWARZ,
  RED_PITAYA,
];

/** `undefined` for an instrument that is no scope of these families. */
export function dialectOf(identity: ScopeIdentity): ScopeDialect | undefined {
  return SCOPE_DIALECTS.find((dialect) => dialect.isOf(identity));
}
