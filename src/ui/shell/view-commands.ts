// What can be done in views, as commands of the page: in the palette, in the help and on their keys whichever view is open. One
// that finds nothing on the screen to act on leaves its key to others. Loaded after the page has shown.

import type { App } from '../../app/app.ts';
import type { Command } from '../../app/commands.ts';
import { EVENT_COMMANDS } from '../views/events/commands.ts';
import { type PipelineActions, pipelineCommands } from '../views/pipeline/commands.ts';
import { SCOPE_COMMANDS } from '../views/scope/commands.ts';
import { WAVEFORM_COMMANDS } from '../views/waveform/commands.ts';

export interface ShownViews {
  /** The first element of that name on the screen, within components too. */
  find<Name extends keyof HTMLElementTagNameMap>(name: Name): HTMLElementTagNameMap[Name] | undefined;
  readonly pipeline: PipelineActions;
}

export function viewCommands(app: App, shown: ShownViews): readonly Command[] {
  const waveform = WAVEFORM_COMMANDS.map(({ id, label, keys, run }) => ({
    id,
    title: label,
    group: 'Waveform',
    keys,
    run: () => {
      const view = shown.find('lab-waveform-view');
      return view ? run(view) : false;
    },
  }));
  const events = EVENT_COMMANDS.map(({ id, label, keys, target }) => ({
    id,
    title: label,
    group: 'Events',
    keys,
    run: () => {
      const view = shown.find('lab-event-view');
      if (view) view.show(target(view));
      return view !== undefined;
    },
  }));
  const scope = SCOPE_COMMANDS.map(({ id, label, keys, run }) => ({
    id,
    title: label,
    group: 'Scope',
    keys,
    run: () => {
      const view = shown.find('lab-scope-view');
      return view ? run(view) : false;
    },
  }));
  return [...waveform, ...events, ...scope, ...pipelineCommands(app, shown.pipeline)];
}

/** The first element of that name below `root`, within components too. */
export function findWithin<Name extends keyof HTMLElementTagNameMap>(
  root: ParentNode,
  name: Name,
): HTMLElementTagNameMap[Name] | undefined {
  const found = root.querySelector(name);
  if (found) return found;
  for (const element of root.querySelectorAll('*')) {
    const inside = element.shadowRoot && findWithin(element.shadowRoot, name);
    if (inside) return inside;
  }
  return undefined;
}
