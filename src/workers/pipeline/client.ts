// Runs whose code is fetched when the first setup runs.

import type { RunsPort } from '../../pipeline/ports.ts';
import type { ConnectedSource } from './record-feeds.ts';

export type { ConnectedSource };

export function lazyRuns(
  coreModule: Promise<WebAssembly.Module>,
  instruments: () => readonly ConnectedSource[],
): RunsPort {
  let loaded: Promise<RunsPort> | undefined;
  const load = () => {
    loaded ??= import('./runs.ts').then(({ Runs }) => new Runs(coreModule, instruments));
    return loaded;
  };
  return {
    start: async (setup, files) => (await load()).start(setup, files),
    list: async () => (await load()).list(),
    files: async (name) => (await load()).files(name),
    saveZip: async (name) => (await load()).saveZip(name),
    canPickFolder: 'showDirectoryPicker' in globalThis,
    pickFolder: async () => (await load()).pickFolder(),
    remove: async (name) => (await load()).remove(name),
  };
}
