// The views, one row each. A row makes the rail entry, the command, its keys and the route; the view's code is
// fetched when it is first shown.

import { html, type TemplateResult } from 'lit';
import type { App } from '../../app/app.ts';
import type { IconName } from '../elements/icon.ts';
import type { ViewBars } from '../view-bars.ts';
import { INSTRUMENT_BARS } from '../views/instruments/bars.ts';
import { PIPELINE_BARS } from '../views/pipeline/bars.ts';

export interface ViewRow {
  /** Also the route: `#/live`. */
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  readonly keys: string;
  /** `bottom` entries stand at the end of the rail. */
  readonly place: 'top' | 'bottom';
  /** What the top bar and the status bar show while it is open. */
  readonly bars: ViewBars;
  load(): Promise<unknown>;
  render(app: App): TemplateResult;
}

export const VIEWS: readonly ViewRow[] = [
  {
    id: 'live',
    title: 'Live',
    icon: 'activity',
    keys: 'G L',
    place: 'top',
    bars: INSTRUMENT_BARS,
    load: () => import('../views/live/live-view.ts'),
    render: (app) => html`<lab-live-view .app=${app}></lab-live-view>`,
  },
  {
    id: 'scope',
    title: 'Scope',
    icon: 'square-activity',
    keys: 'G O',
    place: 'top',
    bars: INSTRUMENT_BARS,
    load: () => import('../views/scope/scope-view.ts'),
    render: (app) => html`<lab-scope-view .app=${app}></lab-scope-view>`,
  },
  {
    id: 'spectra',
    title: 'Spectra',
    icon: 'chart-column',
    keys: 'G M',
    place: 'top',
    bars: INSTRUMENT_BARS,
    load: () => import('../views/spectra/spectra-view.ts'),
    render: (app) => html`<lab-spectra-view .app=${app}></lab-spectra-view>`,
  },
  {
    id: 'pipeline',
    title: 'Pipeline',
    icon: 'workflow',
    keys: 'G P',
    place: 'top',
    bars: PIPELINE_BARS,
    load: () => import('../views/pipeline/pipeline-view.ts'),
    render: (app) => html`<lab-pipeline-view .app=${app}></lab-pipeline-view>`,
  },
  {
    id: 'files',
    title: 'Files',
    icon: 'folder',
    keys: 'G F',
    place: 'top',
    bars: INSTRUMENT_BARS,
    load: () => import('../views/files/files-view.ts'),
    render: (app) => html`<lab-files-view .app=${app}></lab-files-view>`,
  },
  {
    id: 'instruments',
    title: 'Instruments',
    icon: 'gauge',
    keys: 'G I',
    place: 'top',
    bars: INSTRUMENT_BARS,
    load: () => import('../views/instruments/instruments-view.ts'),
    render: (app) => html`<lab-instruments-view .app=${app}></lab-instruments-view>`,
  },
  {
    id: 'settings',
    title: 'Settings',
    icon: 'settings',
    keys: 'G S',
    place: 'bottom',
    bars: INSTRUMENT_BARS,
    load: () => import('../views/settings/settings-view.ts'),
    render: (app) => html`<lab-settings-view .app=${app}></lab-settings-view>`,
  },
  {
    id: 'help',
    title: 'Help',
    icon: 'circle-help',
    keys: 'G H',
    place: 'bottom',
    bars: INSTRUMENT_BARS,
    load: () => import('../views/help/help-view.ts'),
    render: (app) => html`<lab-help-view .app=${app}></lab-help-view>`,
  },
];

/** The row of the view that is open; `undefined` for an address that is none. Reads the route: call it in a render. */
export function openView(app: App): ViewRow | undefined {
  const { viewId } = app.navigation.route.value;
  return VIEWS.find(({ id }) => id === viewId);
}
