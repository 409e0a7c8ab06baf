// Front panels that this program knows, a row each; the first that fits an identity is taken.

import type { PanelDialect, PanelIdentity } from './dialect.ts';
import { KEYSIGHT_33500_ONE, KEYSIGHT_33500_TWO, RIGOL_DG800, RIGOL_DG1000Z } from './dialects/generators.ts';
import { KEYSIGHT_34460 } from './dialects/keysight-34460.ts';
import { KEYSIGHT_E36311A, KEYSIGHT_E36312A, KEYSIGHT_E36313A } from './dialects/keysight-e36300.ts';
import { RIGOL_DP811, RIGOL_DP831, RIGOL_DP832 } from './dialects/rigol-dp800.ts';

export const PANEL_DIALECTS: readonly PanelDialect[] = [
  RIGOL_DP832,
  RIGOL_DP831,
  RIGOL_DP811,
  KEYSIGHT_E36311A,
  KEYSIGHT_E36312A,
  KEYSIGHT_E36313A,
  KEYSIGHT_34460,
  RIGOL_DG1000Z,
  RIGOL_DG800,
  KEYSIGHT_33500_TWO,
  KEYSIGHT_33500_ONE,
];

/** `undefined` for an instrument that has no table. */
export function panelOf({ vendor, model }: PanelIdentity): PanelDialect | undefined {
  return PANEL_DIALECTS.find((dialect) => dialect.vendor.test(vendor) && dialect.model.test(model));
}
