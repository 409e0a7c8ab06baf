// What can be done with a pipeline: buttons, keys and the palette take it from here.

import type { App } from '../../../app/app.ts';
import type { Command } from '../../../app/commands.ts';
import { LabError } from '../../../base/errors.ts';
import { copyText } from '../../clipboard.ts';
import { chooseFiles } from '../../shell/file-chooser.ts';
import { chooseFolder } from '../../shell/folder-chooser.ts';

export interface PipelineActions {
  /** Asks before threads are killed. */
  confirmKill(): void | Promise<void>;
  /** Shows a link that could not be copied by itself. */
  showLink(link: string): void | Promise<void>;
}

export function pipelineCommands({ pipelines, toasts }: App, actions: PipelineActions): readonly Command[] {
  const notRunning = () => (pipelines.isRunning ? undefined : 'Nothing runs. Start the setup first.');
  const notOpen = () => (pipelines.opened.value ? undefined : 'No setup is open. Open an example or a folder.');
  const base = { group: 'Pipeline', keys: [] as readonly string[] };
  return [
    {
      ...base,
      id: 'pipeline.start',
      title: 'Start the setup',
      keys: ['Ctrl+Enter'],
      unavailable: () => {
        if (pipelines.unavailable !== undefined) return pipelines.unavailable;
        if (pipelines.isRunning) return 'A run is on. Shut it down first.';
        const loaded = pipelines.opened.value?.loaded.value;
        if (loaded?.diagnostics.some(({ severity }) => severity === 'error')) {
          return 'The setup has errors; they are marked in the editor.';
        }
        const missing = pipelines.opened.value?.missing.value ?? [];
        if (missing.length > 0) return `Files are missing: ${missing.join(', ')}.`;
        return notOpen();
      },
      run: () => pipelines.start(),
    },
    {
      ...base,
      id: 'pipeline.pause',
      title: 'Pause or resume the roots',
      hint: 'Sources go on; their events are counted and discarded until you resume. Events in buffers run through.',
      unavailable: notRunning,
      run: () => {
        const run = pipelines.run.value;
        if (run?.arePaused) run.resumeRoots();
        else run?.pauseRoots();
      },
    },
    {
      ...base,
      id: 'pipeline.shutdown-roots',
      title: 'Shut down the roots',
      hint: 'The normal end: no new events come in, those in buffers run through, files are completed. Nothing is lost.',
      unavailable: notRunning,
      run: () => pipelines.run.value?.shutdown('roots'),
    },
    {
      ...base,
      id: 'pipeline.shutdown-all',
      title: 'Shut down all buffers',
      hint: 'For a run that does not end after its roots: no buffer takes events any more. Those in buffers are still read; what workers make of them for another buffer is lost.',
      unavailable: notRunning,
      run: () => pipelines.run.value?.shutdown('all'),
    },
    {
      ...base,
      id: 'pipeline.kill',
      title: 'Kill the workers…',
      hint: 'Ends every thread at once. Events in buffers and lines not yet written are lost; it asks first.',
      unavailable: notRunning,
      run: () => actions.confirmKill(),
    },
    {
      ...base,
      id: 'pipeline.save',
      title: 'Save the run as a zip…',
      unavailable: () => {
        if (!pipelines.run.value) return 'There is no run to save yet.';
        return pipelines.isRunning ? 'The run is on; its files are complete when it has ended.' : undefined;
      },
      run: async () => {
        const run = pipelines.run.value;
        if (run) await pipelines.saveZip(run.name);
      },
    },
    {
      ...base,
      id: 'pipeline.share',
      title: 'Copy a link to the setup',
      unavailable: notOpen,
      run: async () => {
        const link = window.location.href.split('#')[0] + (await pipelines.linkFragment());
        try {
          await copyText(link);
          toasts.note('Link copied', `It holds the whole setup in ${link.length} characters; no server keeps it.`);
        } catch (error) {
          const isRefused = error instanceof DOMException || error instanceof LabError;
          if (!isRefused) throw error;
          await actions.showLink(link);
        }
      },
    },
    {
      ...base,
      id: 'pipeline.close',
      title: 'Close the setup',
      unavailable: () => (pipelines.isRunning ? 'A run is on. Shut it down first.' : notOpen()),
      run: () => pipelines.close(),
    },
    {
      ...base,
      id: 'pipeline.open-folder',
      title: 'Open the folder of a setup…',
      run: async () => {
        const files = await chooseFolder();
        if (files.size > 0) await pipelines.openFiles(files);
      },
    },
    {
      ...base,
      id: 'pipeline.open-files',
      title: 'Open a setup and its files…',
      run: async () => {
        const files = await chooseFiles();
        if (files.length > 0) await pipelines.openFiles(new Map(files.map(({ file }) => [file.name, file])));
      },
    },
  ];
}
