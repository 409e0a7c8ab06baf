// A waveform view's actions as commands of the page, so that they are in the palette and work wherever the focus is.

import type { App } from '../app/app.ts';
import { WAVEFORM_COMMANDS } from './views/waveform/commands.ts';
import type { LabWaveformView } from './views/waveform/waveform-view.ts';

/** Registers them for the view on screen; the returned function removes them. */
export function registerWaveformCommands(app: App, view: () => LabWaveformView | null): () => void {
  return app.commands.register(
    ...WAVEFORM_COMMANDS.map(({ id, label, keys, run }) => ({
      id,
      title: label,
      group: 'Waveform',
      keys,
      run: () => {
        const shown = view();
        return shown ? run(shown) : false;
      },
    })),
  );
}
