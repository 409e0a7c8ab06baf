// The text that goes into a bug report.

import type { Platform } from '../../../app/ports.ts';
import { streamSignals } from '../../../model/channel.ts';
import type { InstrumentChoice, InstrumentStatus } from '../../../model/instrument.ts';

/** Plain lines of `name: value`; numbers without grouping, so that they can be compared. */
export function diagnosticsText(choice: InstrumentChoice, status: InstrumentStatus, platform: Platform): string {
  const { identity, health } = status;
  const rows: readonly (readonly [string, unknown])[] = [
    ['instrument', choice.id],
    ['model', identity?.model ?? choice.model],
    ['serial', identity?.serialNumber ?? ''],
    ['firmware', identity?.firmware ?? ''],
    ['state', status.state],
    ['problem', status.problem ?? ''],
    ...Object.entries(health),
    ...streamSignals(status.channels).map(({ id, sampleRateHz }) => [`signal ${id}`, `${sampleRateHz} Hz`] as const),
    ...Object.entries(status.values).map(([id, value]) => [`setting ${id}`, value] as const),
    ...Object.entries(platform),
    ['browser', navigator.userAgent],
    ['time', new Date().toISOString()],
  ];
  return rows.map(([name, value]) => `${name}: ${value}`).join('\n');
}
