// Composition root: builds everything and wires it, nothing else.

import { effect } from '@preact/signals-core';
import { App } from './app/app.ts';
import { windowAddress } from './app/navigation.ts';
import { browserStore } from './app/persisted.ts';
import { detectPlatform } from './app/platform.ts';
import { recordingProblem, threadsProblem } from './app/platform-notices.ts';
import { historyLength, Settings } from './app/settings.ts';
import { unavailableInstruments, unavailableRecordings } from './app/unavailable-ports.ts';
import { offerUpdate } from './app/update-offer.ts';
import { systemClock } from './base/clock.ts';
import { LabError } from './base/errors.ts';
import { hasChannelSet } from './core/channel-set.ts';
import { loadCoreModule } from './core/load.ts';
import { onLaunchFiles } from './pwa/launch.ts';
import { localNetwork } from './pwa/local-network.ts';
import { type Isolation, registerServiceWorker } from './pwa/register.ts';
import { RecentFiles } from './storage/recent-files.ts';
import { usePaintThread } from './ui/plot/paint-thread.ts';
import './ui/shell/lab-app.ts';
import { pageTheme } from './ui/theme/theme.ts';
import { AnalysisClient } from './workers/analysis/client.ts';
import { InstrumentsClient } from './workers/device/client.ts';
import { ExportsClient } from './workers/export/client.ts';
import { PaintClient } from './workers/paint/client.ts';
import { type ConnectedSource, lazyRuns } from './workers/pipeline/client.ts';
import { FilesClient } from './workers/reader/client.ts';
import { RecordingsClient } from './workers/recorder/client.ts';
import { installRpc } from './workers/rpc.ts';

installRpc();
const platform = await detectPlatform();
const noThreads = threadsProblem(platform);
const noRecordings = recordingProblem(platform);
const storage = browserStore();
const settings = new Settings(storage);
effect(() => pageTheme().choose(settings.get('appearance.theme')));
usePaintThread(new PaintClient());

const isolation: Promise<Isolation> = import.meta.env.PROD
  ? registerServiceWorker(import.meta.url, (apply) => offerUpdate(app, apply))
  : Promise.resolve('isolated');
const coreModule = isolation.then(firstFrame).then(loadCoreModule);
coreModule.catch(() => undefined); // whoever needs it reports the failure
const files = new FilesClient(coreModule);
const app = new App({
  ports: {
    platform,
    bridge: localNetwork(),
    discovery: async () => (await import('./pwa/bridge-discovery.ts')).bridgeDiscovery,
    instruments: noThreads
      ? unavailableInstruments(noThreads)
      : new InstrumentsClient({
          coreModule,
          usb: navigator.usb,
          serial: navigator.serial,
          history: () => historyLength(settings),
        }),
    recordings: noRecordings ? unavailableRecordings(noRecordings) : new RecordingsClient(coreModule, systemClock),
    files,
    recentFiles: new RecentFiles(),
    exports: new ExportsClient(coreModule),
    differenceOf: async (...signals) => (await import('./formats/difference/difference.ts')).differenceOf(...signals),
    spectrumText: async (kind, info, counts) =>
      (await import('./formats/spectrum/write.ts')).spectrumFileText(kind, { info, counts }),
    traceAnalysis: new AnalysisClient(),
    captures: async () => new (await import('./storage/captures.ts')).StoredCaptures(),
    pipelines: {
      runs: lazyRuns(coreModule, connectedInstruments),
      exampleFiles: { read: fetchExample },
      computer: { memoryBytes: deviceMemoryBytes(), coreCount: navigator.hardwareConcurrency },
      unavailable: noThreads ?? noRecordings,
    },
  },
  settings,
  storage,
  session: browserStore('sessionStorage'),
  address: windowAddress(),
  clock: systemClock,
});

reportUnhandled();
effect(() => warnBeforeLeaving(app.mustStayOpen));
const outcome = await isolation;
if (outcome === 'framed') refuseFrame();
else if (outcome !== 'reloading') {
  document.querySelector('#start')?.remove();
  const element = document.createElement('lab-app');
  element.app = app;
  document.body.append(element);
  await app.begin();
  files.keepSpare();
  window.addEventListener('focus', () => void app.recordings.lookAgain());
  onLaunchFiles((handles) => void openLaunched(handles));
}

async function openLaunched(handles: readonly FileSystemFileHandle[]): Promise<void> {
  try {
    await app.openFiles(await Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle }))));
  } catch (error) {
    app.toasts.fail('The file was not opened', error);
  }
}

function refuseFrame(): void {
  const note = document.querySelector('#start');
  note?.setAttribute('role', 'alert');
  if (note) note.textContent = 'Pulsebench does not run within another page. Open it in a tab of its own.';
}

/** What nobody handled is a mistake of ours; the user hears of it. */
function reportUnhandled(): void {
  const title = 'Something went wrong';
  // An event without an error is a notice of the browser, such as a resize observer's.
  window.addEventListener('error', ({ error }) => error && app.toasts.fail(title, error));
  window.addEventListener('unhandledrejection', (event) => app.toasts.fail(title, event.reason));
}

/** The browser asks before it closes the page; only while something would be broken off. */
function warnBeforeLeaving(isNeeded: boolean): void {
  if (isNeeded) window.addEventListener('beforeunload', askToStay);
  else window.removeEventListener('beforeunload', askToStay);
}

function askToStay(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** The selected instrument first: it is what a setup's instrument source takes when it names none. */
function connectedInstruments(): readonly ConnectedSource[] {
  const { connected, selected } = app.instruments;
  const first = selected.value;
  return connected.value
    .toSorted((a, b) => Number(b === first) - Number(a === first))
    .flatMap(({ handle, label }) => {
      if (!hasChannelSet(handle)) return [];
      const { model, serialNumber } = handle.status.identity ?? handle.choice;
      return [{ label, model, serialNumber, channels: handle.channelSet, traces: handle.traces }];
    });
}

async function fetchExample(path: string): Promise<Blob> {
  const response = await fetch(`./examples/${path}`);
  if (response.ok) return response.blob();
  throw new LabError(
    'storage/unavailable',
    `${path} cannot be loaded (${response.status}). Check the network and try again.`,
  );
}

/** Chromium tells it, rounded to a power of two and at most 8 GiB; its type is not in every library. */
function deviceMemoryBytes(): number | undefined {
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return deviceMemory === undefined ? undefined : deviceMemory * 2 ** 30;
}

/** Heavy things wait until the page has been seen. */
function firstFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
