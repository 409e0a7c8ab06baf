// An event view's actions as commands of the page, so that they are in the palette and work wherever the focus is.

import type { App } from '../app/app.ts';
import { EVENT_COMMANDS, type EventSelection } from './views/events/commands.ts';

/** Registers them for the view on screen; the returned function removes them. */
export function registerEventCommands(app: App, view: () => EventSelection | null): () => void {
  return app.commands.register(
    ...EVENT_COMMANDS.map(({ id, label, keys, target }) => ({
      id,
      title: label,
      group: 'Events',
      keys,
      run: () => {
        const shown = view();
        if (shown) shown.show(target(shown));
        return shown !== null;
      },
    })),
  );
}
