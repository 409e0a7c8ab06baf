import axe from 'axe-core';
import { afterEach, describe, expect, it } from 'vitest';
import { LabError } from '../../src/base/errors.ts';
import type { Reading } from '../../src/model/reading.ts';
import { pageTheme, type ThemeName } from '../../src/ui/theme/theme.ts';
import { fakeReading, SIM_CHOICE, SIM_JS220_CHOICE } from '../support/fake-instruments.ts';
import { recordingEntry } from '../support/fake-recordings.ts';
import { control, type MountedApp, mountApp, settle, unmountApps } from '../support/mount-app.ts';
import { pulseEvents } from '../support/pulse-events.ts';

const READING = fakeReading({ currentA: 0.0123, voltageV: 3.3, powerW: 0.04, chargeC: 1.5, energyJ: 4.9 }, 61);

async function showExport({ app }: MountedApp): Promise<void> {
  await app.files.open([{ file: new File(['x'], 'a.jls') }]);
  await settle();
  await app.commands.execute('waveform.export');
}

const PARTS = Array.from({ length: 30 }, (_, i) => `entry/run ${i}/data`);

/** A table and a file of parts, of which something had to be guessed. */
const READINGS: Readonly<Record<string, Reading>> = {
  'table.csv': {
    form: 'csv',
    guesses: ['The unit of the times is not said: seconds.'],
    choice: { table: { separator: ',', decimal: '.', headLineCount: 1 }, time: 't' },
    columns: [
      { id: 't', name: 't', unit: 's', role: 'time' },
      { id: 'U', name: 'U', unit: 'V', role: 'signal' },
      { id: 'state', name: 'state', unit: '', role: 'text' },
    ],
    lines: [
      ['t', 'U', 'state'],
      ['0', '1.5', 'on'],
    ],
  },
  'scan.h5': {
    form: 'hdf5',
    guesses: [],
    choice: {},
    parts: PARTS.map((id, i) => ({ id, detail: '1000 numbers', isOpen: i < 2 })),
  },
};

async function openRead({ app, ports }: MountedApp, name: string): Promise<void> {
  const reading = READINGS[name];
  ports.files.next = { ...(reading && { reading }), metadata: { Model: 'MSO5074', setup: { range: '1 V' } } };
  await app.files.open([{ file: new File(['x'], name) }]);
  await settle();
}

async function compareThree(mounted: MountedApp): Promise<void> {
  mounted.app.layout.setPanel('file.inspector', { isOpen: true, sizePx: 384 });
  for (const name of ['a.jls', 'b.jls', 'c.jls']) await openRead(mounted, name);
  for (const name of ['a.jls', 'b.jls']) {
    const select = control('select', 'Compare with another file') as HTMLSelectElement;
    select.value = [...select.options].find(({ text }) => text === name)!.value;
    select.dispatchEvent(new Event('change'));
    await settle();
  }
  control('button', 'Show').click();
}

/** Each state of the page that a user can meet. */
const STATES: Readonly<Record<string, (mounted: MountedApp) => unknown>> = {
  'live, nothing connected': () => undefined,
  'live, running': async ({ app, ports }) => {
    await app.instruments.connect(SIM_CHOICE, { start: true });
    ports.instruments.opened[0]?.report({ reading: READING });
  },
  'live, ready': ({ app }) => app.instruments.connect(SIM_CHOICE),
  'live, unplugged while recording': async ({ app, ports }) => {
    await app.instruments.connect(SIM_CHOICE, { start: true });
    await app.commands.execute('record.toggle');
    ports.instruments.opened[0]?.report({ state: 'lost', problem: 'The instrument was unplugged. Plug it in again.' });
  },
  'files, none': ({ app }) => app.navigation.show('files'),
  'files, some': async ({ app, ports }) => {
    ports.recordings.entries = [
      recordingEntry(),
      recordingEntry({ id: 'r2', state: 'interrupted' }),
      recordingEntry({ id: 'r3', state: 'failed', note: 'The disk was nearly full.' }),
    ];
    ports.recordings.changed();
    app.navigation.show('files');
  },
  'files, one open': ({ app }) => app.files.open([{ file: new File(['x'], 'a.jls') }]),
  'files, events': async ({ app, ports }) => {
    ports.files.events = pulseEvents();
    await app.files.open([{ file: new File(['x'], 'a.mimo') }]);
    await settle();
    control('button', 'Events').click();
  },
  'files, how one is read': (mounted) => openRead(mounted, 'table.csv'),
  'files, parts of one': (mounted) => openRead(mounted, 'scan.h5'),
  'files, facts of one': async (mounted) => {
    await openRead(mounted, 'a.jls');
    control('button', 'Facts').click();
  },
  'files, three over each other': compareThree,
  'export, choosing': async (mounted) => {
    await showExport(mounted);
    mounted.app.exports.choose({ format: 'csv' });
  },
  'export, running': async (mounted) => {
    await showExport(mounted);
    void mounted.app.exports.start();
    mounted.ports.exports.progress(0.4);
  },
  'export, done': async (mounted) => {
    await showExport(mounted);
    void mounted.app.exports.start();
    mounted.ports.exports.finish({ file: new File(['x'], 'a.csv'), notes: ['100 rows of 2 signals.'] });
  },
  'instruments, none': ({ app }) => app.navigation.show('instruments'),
  'instruments, one': async ({ app }) => {
    await app.instruments.connect(SIM_CHOICE);
    app.navigation.show('instruments');
  },
  settings: ({ app }) => app.navigation.show('settings'),
  help: ({ app }) => app.navigation.show('help'),
  palette: ({ app }) => app.commands.execute('palette.show'),
  'live, two on one axis, one failed': async ({ app, ports }) => {
    await app.instruments.connect(SIM_CHOICE, { start: true });
    await app.instruments.connect(SIM_JS220_CHOICE, { start: true });
    ports.instruments.opened[0]?.report({ reading: READING });
    ports.instruments.opened[1]?.report({ state: 'failed', problem: 'Its worker stopped. Open it again.' });
    app.bench.showAll();
  },
  'live, recording': async ({ app, ports }) => {
    await app.instruments.connect(SIM_CHOICE, { start: true });
    await app.commands.execute('record.toggle');
    const elsewhere = recordingEntry({ id: 'x', state: 'recording', isElsewhere: true, recorderLostSampleCount: 12 });
    ports.recordings.entries = [...ports.recordings.entries, elsewhere];
    ports.recordings.changed();
  },
  'record dialog': async ({ app }) => {
    await app.instruments.connect(SIM_CHOICE, { start: true });
    await app.commands.execute('record.choose');
  },
  'files, reader died': async ({ app, ports }) => {
    await app.files.open([{ file: new File(['x'], 'a.jls') }]);
    ports.files.killReader(new LabError('internal', 'The file reader stopped. Open the file again.'));
  },
  'connect list': ({ app }) => app.commands.execute('instrument.list'),
  messages: ({ app }) => {
    app.toasts.note('Saved');
    app.toasts.show({ kind: 'error', title: 'Not saved', detail: 'Try again.', action: { label: 'Again', run() {} } });
  },
};

afterEach(() => {
  unmountApps();
  pageTheme().choose('dark');
});

describe.each(['dark', 'light', 'high-contrast'] as const satisfies ThemeName[])('in the %s theme', (theme) => {
  it.each(Object.entries(STATES))('axe finds nothing: %s', async (_name, enter) => {
    pageTheme().choose(theme);
    const mounted = await mountApp();
    await enter(mounted);
    await settle();
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    expect(
      violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
      ),
    ).toEqual([]);
  });
});

it('axe finds nothing on a page that lacks features', async () => {
  await mountApp({
    isSecureContext: true,
    isCrossOriginIsolated: false,
    hasSharedMemory: false,
    hasWebUsb: false,
    hasWebSerial: false,
    hasPrivateFileSystem: false,
    hasFilePickers: false,
  });
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  expect(violations.map(({ id }) => id)).toEqual([]);
});
