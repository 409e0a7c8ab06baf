// Composition root: builds everything and wires it, nothing else.

import { effect } from '@preact/signals-core';
import { App } from './app/app.ts';
import { windowAddress } from './app/navigation.ts';
import { browserStore } from './app/persisted.ts';
import { detectPlatform } from './app/platform.ts';
import type { RecentFilesPort } from './app/ports.ts';
import { Settings } from './app/settings.ts';
import { unavailableInstruments, unavailableRecordings } from './app/unavailable-ports.ts';
import { systemClock } from './base/clock.ts';
import { loadCoreModule } from './core/load.ts';
import { onLaunchFiles } from './pwa/launch.ts';
import { registerServiceWorker } from './pwa/register.ts';
import { openDatabase } from './storage/database.ts';
import { RecentFiles } from './storage/recent-files.ts';
import './ui/shell/lab-app.ts';
import { pageTheme } from './ui/theme/theme.ts';
import { FilesClient } from './workers/reader/client.ts';
import { Recordings } from './workers/recorder/recordings.ts';
import { installRpc } from './workers/rpc.ts';

const NOT_ISOLATED = 'This page is not isolated, which live data need. Files can be opened. Reload the page once.';

const NO_FILE_SYSTEM = 'This browser has no private file system to record into. Files can be opened.';

installRpc();
const platform = detectPlatform();
const storage = browserStore();
const settings = new Settings(storage);
effect(() => pageTheme().choose(settings.get('appearance.theme')));

const coreModule = firstFrame().then(loadCoreModule);
coreModule.catch(() => undefined); // whoever needs it reports the failure
const app = new App({
  ports: {
    platform,
    instruments: unavailableInstruments(NOT_ISOLATED),
    recordings: platform.hasPrivateFileSystem
      ? new Recordings(coreModule, systemClock)
      : unavailableRecordings(NO_FILE_SYSTEM),
    files: new FilesClient(coreModule),
    recentFiles: recentFiles(),
  },
  settings,
  storage,
  address: windowAddress(),
  clock: systemClock,
});

const isolation = import.meta.env.PROD ? await registerServiceWorker(offerUpdate) : 'isolated';
if (isolation !== 'reloading') {
  const element = document.createElement('lab-app');
  element.app = app;
  document.body.append(element);
  await app.begin();
  onLaunchFiles((handles) => void openLaunched(handles));
}

async function openLaunched(handles: readonly FileSystemFileHandle[]): Promise<void> {
  try {
    await app.files.open(await Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle }))));
  } catch (error) {
    app.toasts.fail('The file was not opened', error);
  }
}

function offerUpdate(apply: () => void): void {
  app.toasts.show({
    kind: 'info',
    title: 'A new version is ready',
    detail: 'It is loaded when you reload; recordings are kept.',
    action: { label: 'Reload', run: apply },
  });
}

/** Heavy things wait until the page has been seen. */
function firstFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

function recentFiles(): RecentFilesPort {
  let opened: Promise<RecentFiles> | undefined;
  const open = () => {
    opened ??= openDatabase().then((database) => new RecentFiles(database));
    return opened;
  };
  return {
    list: async () => (await open()).list(),
    remember: async (handle, nowUnixMs) => (await open()).remember(handle, nowUnixMs),
    open: async (id) => (await open()).open(id),
    forget: async (id) => (await open()).forget(id),
  };
}
