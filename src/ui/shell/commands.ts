// Commands that need the page: views, the palette, the file chooser.

import type { App } from '../../app/app.ts';
import type { Command } from '../../app/commands.ts';
import { recordingProblem } from '../../app/platform-notices.ts';
import { LabError } from '../../base/errors.ts';
import { chooseFiles } from './file-chooser.ts';
import { VIEWS } from './views.ts';

export interface ShellActions {
  showPalette(): void | Promise<void>;
  showConnect(): void;
  showRecord(): void | Promise<void>;
}

export function shellCommands(app: App, actions: ShellActions): readonly Command[] {
  return [
    {
      id: 'palette.show',
      title: 'Show all commands',
      group: 'View',
      keys: ['Ctrl+Shift+P', 'Ctrl+K'],
      run: () => actions.showPalette(),
    },
    {
      id: 'instrument.list',
      title: 'Connect an instrument…',
      group: 'Acquisition',
      keys: ['C'],
      run: () => actions.showConnect(),
    },
    {
      id: 'record.choose',
      title: 'Record…',
      group: 'Acquisition',
      keys: ['Shift+R'],
      hint: 'Choose instruments, signals and duration',
      unavailable: () => {
        const hasInstrument = app.instruments.connected.value.length > 0;
        return (
          recordingProblem(app.platform) ??
          (hasInstrument ? undefined : 'No instrument is connected. Connect one first.')
        );
      },
      run: () => actions.showRecord(),
    },
    {
      id: 'file.open',
      title: 'Open a file…',
      group: 'Files',
      keys: ['Ctrl+O'],
      run: async () => {
        const files = await chooseFiles();
        if (files.length > 0) await app.openFiles(files);
      },
    },
    {
      id: 'instrument.configuration',
      title: 'Open a configuration of OsziTrace…',
      group: 'Acquisition',
      keys: [],
      run: async () => {
        const files = await chooseFiles();
        if (files.length === 0) return;
        if (await app.connectFiles(new Map(files.map(({ file }) => [file.name, file])))) return;
        throw new LabError(
          'setup/invalid',
          'No line of these files has a name that begins with OSZI_. Choose the configuration, with its init-talk file if it names one.',
        );
      },
    },
    {
      id: 'file.open-numbers',
      title: 'Open a file of bare numbers…',
      group: 'Files',
      keys: [],
      run: async () => {
        const [file] = await chooseFiles();
        if (file) app.files.askNumbers(file);
      },
    },
    ...VIEWS.filter(({ id }) => id !== 'help').map((view) => ({
      id: `view.${view.id}`,
      title: `Go to ${view.title}`,
      group: 'View',
      keys: [view.keys],
      run: () => app.navigation.show(view.id),
    })),
  ];
}
