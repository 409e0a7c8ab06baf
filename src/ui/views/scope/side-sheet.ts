// The side panel of the scope view: measurements, spectra, mask, captures and all settings.

import { html, type TemplateResult } from 'lit';
import type { App } from '../../../app/app.ts';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import type { ParameterValue } from '../../../model/parameter.ts';
import '../../elements/parameter-panel.ts';
import type { ParameterChange } from '../../elements/parameter-panel.ts';
import './capture-panel.ts';
import type { CaptureShelf } from './capture-shelf.ts';
import type { MaskGuard } from './mask-guard.ts';
import './mask-panel.ts';
import type { MeasuredChannels } from './measured-channels.ts';
import './measurement-panel.ts';
import type { ShownRecord } from './screen.ts';
import './spectrum-panel.ts';

export const SIDE_TABS = [
  ['measure', 'Measure'],
  ['spectrum', 'Spectrum'],
  ['mask', 'Mask'],
  ['captures', 'Captures'],
  ['settings', 'All settings'],
] as const;
export type SideTab = (typeof SIDE_TABS)[number][0];

interface SideContext {
  readonly app: App;
  readonly scope: ConnectedInstrument;
  readonly record: ShownRecord | undefined;
  readonly hiddenIds: readonly string[];
  readonly measured: MeasuredChannels;
  /** Changes with the figures. */
  readonly version: number;
  readonly mask: MaskGuard;
  readonly shelf: CaptureShelf;
  /** Not one channel against another. */
  readonly isOverTime: boolean;
  /** Records that are still there. */
  readonly recordCount: number;
  exportAll(): void;
  set(id: string, value: ParameterValue): void;
  resetStatistics(): void;
}

/** What the side panel shows under a tab. */
export function sideSheet(tab: SideTab, context: SideContext): TemplateResult {
  const { app, scope, record, hiddenIds, measured, version, mask, shelf } = context;
  switch (tab) {
    case 'measure':
      return html`<lab-scope-measurements
          .signals=${record?.signals ?? []}
          .channels=${measured.channels}
          .version=${version}
          @lab-reset-requested=${() => context.resetStatistics()}
        ></lab-scope-measurements>`;
    case 'spectrum':
      return html`<lab-scope-spectrum
          .analysis=${app.traceAnalysis}
          .record=${record}
          .hiddenIds=${hiddenIds}
        ></lab-scope-spectrum>`;
    case 'mask':
      return html`<lab-scope-mask
          .guard=${mask}
          .shelf=${shelf}
          .record=${record}
          .isOverTime=${context.isOverTime}
        ></lab-scope-mask>`;
    case 'captures':
      return html`<lab-scope-captures
          .shelf=${shelf}
          .recordCount=${context.recordCount}
          @lab-save-all-requested=${() => context.exportAll()}
        ></lab-scope-captures>`;
    case 'settings': {
      const { parameters, values } = scope.status.value;
      return html`<lab-parameter-panel
          heading-level="2"
          .parameters=${parameters}
          .values=${values}
          .pending=${scope.pending.value}
          @lab-parameter-changed=${({ detail }: CustomEvent<ParameterChange>) => context.set(detail.id, detail.value)}
        ></lab-parameter-panel>`;
    }
  }
}
