import { describe, expect, it, vi } from 'vitest';
import type { App } from '../../../src/app/app.ts';
import { Settings } from '../../../src/app/settings.ts';
import { LabError } from '../../../src/base/errors.ts';
import type { SignalStore } from '../../../src/model/signal-store.ts';
import { fakeApp, MemoryStore } from '../../support/fake-app.ts';
import { REAL_CHOICE, SIM_CHOICE } from '../../support/fake-instruments.ts';
import { FULL_PLATFORM } from '../../support/fake-ports.ts';
import { recordingEntry } from '../../support/fake-recordings.ts';
import { SineStore } from '../../support/sine-store.ts';

describe('instruments', () => {
  it('connects, starts and follows the status', async () => {
    const { app, ports } = fakeApp();
    await app.begin();
    expect(app.instruments.choices.value).toEqual([REAL_CHOICE, SIM_CHOICE]);
    const instrument = await app.instruments.connect(SIM_CHOICE, { start: true });
    expect(app.instruments.selected.value).toBe(instrument);
    expect(instrument?.status.value.state).toBe('streaming');
    expect(instrument?.label).toBe('JS110 001636');
    ports.instruments.opened[0]?.report({ state: 'lost', problem: 'Unplugged.' });
    expect(instrument?.status.value.problem).toBe('Unplugged.');
  });

  it('opens a unit once, gives each device its own colour, and closes', async () => {
    const { app, ports } = fakeApp();
    const [a, b] = [await app.instruments.connect(SIM_CHOICE), await app.instruments.connect(REAL_CHOICE)];
    expect(await app.instruments.connect(SIM_CHOICE)).toBe(a);
    expect(ports.instruments.opened).toHaveLength(2);
    expect([a?.colorNumber, b?.colorNumber]).toEqual([1, 2]);
    if (a) await app.instruments.disconnect(a);
    expect(ports.instruments.opened[0]?.calls).toEqual(['close']);
    expect(app.instruments.connected.value).toEqual([b]);
    expect((await app.instruments.connect(SIM_CHOICE))?.colorNumber).toBe(1);
  });

  it('tells what to do when an instrument is refused', async () => {
    const { app, ports } = fakeApp();
    ports.instruments.refusal = new LabError(
      'device/in-use',
      'Another program holds it. Close that program and connect again.',
    );
    expect(await app.instruments.connect(REAL_CHOICE)).toBeUndefined();
    expect(app.toasts.list.value).toMatchObject([
      {
        kind: 'error',
        title: 'JS110 001636 was not connected',
        detail: 'Another program holds it. Close that program and connect again.',
      },
    ]);
    expect(app.instruments.opening.value).toEqual([]);
  });
});

describe('all outputs off', () => {
  const ALL_OFF = {
    id: 'all-off',
    kind: 'action',
    isAllOff: true,
    group: 'Outputs',
    label: 'All off',
    help: '',
  } as const;

  it('goes to every instrument with outputs at once, and names the one that was not told', async () => {
    const { app, ports } = fakeApp();
    const choices = [0, 1, 2].map((number) => ({ ...SIM_CHOICE, id: `sim-scpi:${number}` }));
    for (const choice of choices) await app.instruments.connect(choice);
    const [supply, meter, generator] = ports.instruments.opened;
    const identityOf = (model: string) => ({ vendor: '', model, serialNumber: '7', firmware: '' });
    supply!.report({ parameters: [ALL_OFF], identity: identityOf('DP832') });
    generator!.report({ parameters: [ALL_OFF], identity: identityOf('DG1062Z') });
    let answer: (() => void) | undefined;
    supply!.set = async (id) => {
      supply!.calls.push(`set ${id}`);
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
    };
    generator!.set = () => Promise.reject(new LabError('device/lost', 'It is gone.'));
    const done = app.commands.execute('outputs.off');
    expect([supply!.calls, meter!.calls]).toEqual([['set all-off'], []]);
    await vi.waitFor(() =>
      expect(app.toasts.list.value).toMatchObject([
        { kind: 'error', title: 'Outputs of DG1062Z 7 may still be on', detail: 'It is gone.' },
      ]),
    );
    answer!();
    await done;
    expect(app.toasts.list.value.at(-1)).toMatchObject({ kind: 'success', detail: 'DP832 7' });
  });

  it('has its key over an open dialog, which others have not', async () => {
    const { app, ports } = fakeApp();
    const press = (key: string) =>
      app.commands.pressUrgent({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false });
    await app.instruments.connect(SIM_CHOICE);
    ports.instruments.opened[0]!.report({ parameters: [ALL_OFF] });
    expect([press('F1'), press('F8')]).toEqual([false, true]);
    expect(ports.instruments.opened[0]!.calls).toEqual(['set all-off true']);
  });

  it('says so where there is nothing to switch off', async () => {
    const { app } = fakeApp();
    await app.commands.execute('outputs.off');
    expect(app.toasts.list.value).toMatchObject([{ detail: 'No instrument with an output is connected.' }]);
  });
});

describe('files that describe an instrument', () => {
  const configuration = new File(['OSZI_DIALOGUE=agilent'], 'oszi.env');
  const data = new File(['x'], 'a.csv');
  const connection = { kind: 'tcp', host: '10.0.0.7', port: 5025 } as const;
  const choice = { ...REAL_CHOICE, label: 'LAB:scope', connection };

  function described() {
    const fake = fakeApp();
    fake.ports.instruments.described = { choice, files: new Set([configuration]), talkCount: 2 };
    return fake;
  }

  it.each([
    ['files', (app: App) => app.openFiles([{ file: configuration }, { file: data }])],
    [
      'a folder',
      (app: App) =>
        app.openTree(
          new Map([
            ['lab/oszi.env', configuration],
            ['lab/a.csv', data],
          ]),
          [configuration, data],
        ),
    ],
  ])('%s: asks before it connects, and opens the others as ever', async (_what, open) => {
    const { app, ports } = described();
    await open(app);
    expect(ports.instruments.opened).toEqual([]);
    expect(app.files.opened.value.map(({ source }) => source.name)).toEqual(['a.csv']);
    const question = app.toasts.list.value.find(({ action }) => action?.label === 'Connect');
    expect(question?.title).toBe('Configuration of an oscilloscope: LAB:scope at 10.0.0.7:5025');
    expect(question?.detail).toContain('2 lines');
    question?.action?.run();
    await vi.waitFor(() => expect(app.navigation.route.value.viewId).toBe('scope'));
    expect(ports.instruments.opened.map((instrument) => instrument.choice)).toEqual([choice]);
  });

  it('connects at once where a configuration was to be opened', async () => {
    const { app, ports } = described();
    expect(await app.connectFiles(new Map([['oszi.env', configuration]]))).toBe(true);
    expect(ports.instruments.opened).toHaveLength(1);
  });
});

describe('recordings', () => {
  async function streaming() {
    const fake = fakeApp();
    await fake.app.begin();
    await fake.app.instruments.connect(SIM_CHOICE, { start: true });
    return fake;
  }

  it('starts and stops with one command, and a limit below a minute holds', async () => {
    const { app, ports } = await streaming();
    expect(app.settings.set('record.limit-minutes', 0.05)).toBe(true);
    await app.commands.execute('record.toggle');
    expect(ports.recordings.startOptions).toEqual({
      sources: [{ instrument: ports.instruments.opened[0] }],
      durationS: 3,
    });
    expect(app.recordings.active.value).toMatchObject([{ state: 'recording' }]);
    expect(app.mustStayOpen).toBe(true);
    await app.commands.execute('record.toggle');
    expect(app.recordings.active.value).toEqual([]);
    expect(app.recordings.entries.value).toMatchObject([{ state: 'finished' }]);
    expect(app.toasts.list.value).toMatchObject([{ kind: 'success', title: 'Recording finished' }]);
    expect(app.mustStayOpen).toBe(false);
  });

  it('makes several recordings at once; the command acts on that of the selected instrument', async () => {
    const { app, ports } = await streaming();
    const [a] = app.instruments.connected.value;
    const b = await app.instruments.connect(REAL_CHOICE, { start: true });
    if (!a || !b) throw new Error('not connected');
    await app.recordings.start([{ instrument: a, signalIds: ['current'] }, { instrument: b }], 0.5);
    expect(ports.recordings.startOptions).toEqual({
      sources: [{ instrument: a.handle, signalIds: ['current'] }, { instrument: b.handle }],
      durationS: 0.5,
    });
    app.instruments.select(b.choice.id);
    await app.recordings.start([{ instrument: b }]);
    expect(app.recordings.active.value.map(({ id }) => id)).toEqual(['r2', 'r1']);
    expect([app.recordings.activeOf(a)?.id, app.recordings.activeOf(b)?.id]).toEqual(['r1', 'r2']);
    await app.commands.execute('record.toggle');
    expect(app.recordings.active.value.map(({ id }) => id)).toEqual(['r1']);
    expect(app.recordings.activeOf(b)?.id).toBe('r1');
  });

  it('shows what another tab records, which is not stopped or told here', async () => {
    const { app, ports } = await streaming();
    ports.recordings.entries = [recordingEntry({ id: 'x', state: 'recording', isElsewhere: true, endedBy: undefined })];
    await app.recordings.refresh();
    expect(app.recordings.active.value).toMatchObject([{ id: 'x', isElsewhere: true }]);
    expect(app.mustStayOpen).toBe(false);
    await app.commands.execute('record.toggle');
    expect(app.recordings.active.value.map(({ id }) => id)).toEqual(['r2', 'x']);
    await ports.recordings.end('x');
    await app.recordings.refresh();
    expect(app.toasts.list.value).toEqual([]);
  });

  const ends = [
    { endedBy: 'duration', note: undefined, kind: 'success', title: 'Recording finished' },
    { endedBy: 'room', note: 'Stopped: no room.', kind: 'warning', title: 'A recording ended by itself' },
    { endedBy: 'source', note: 'JS110-1 was closed.', kind: 'warning', title: 'A recording ended by itself' },
  ] as const;
  it.each(ends)('tells of an end by $endedBy where the user is, with one click to the file', async (end) => {
    const { app, ports } = await streaming();
    await app.commands.execute('record.toggle');
    await ports.recordings.end('r1', { endedBy: end.endedBy, note: end.note });
    await vi.waitUntil(() => app.toasts.list.value.length > 0);
    const [toast, ...others] = app.toasts.list.value;
    expect(others).toEqual([]);
    expect(toast).toMatchObject({ kind: end.kind, title: end.title });
    // it stays until it is seen
    expect(toast).not.toHaveProperty('durationMs');
    expect(toast?.detail).toContain(end.note ?? '.jls');
    toast?.action?.run();
    await vi.waitUntil(() => app.files.opened.value.length === 1);
  });

  it('offers to repair what a dead recorder left, at once', async () => {
    const { app, ports } = await streaming();
    await app.commands.execute('record.toggle');
    await ports.recordings.end('r1', { state: 'interrupted', endedBy: 'error', note: 'It was cut off.' });
    await vi.waitUntil(() => app.toasts.list.value.length > 0);
    const [toast] = app.toasts.list.value;
    expect(toast).toMatchObject({ kind: 'error', action: { label: 'Repair' } });
    expect(toast?.detail).toContain('It was cut off.');
    toast?.action?.run();
    await vi.waitUntil(() => app.recordings.entries.value[0]?.state === 'finished');
  });

  it('tells at the end that the recorder was too slow', async () => {
    const { app, ports } = await streaming();
    await app.commands.execute('record.toggle');
    await ports.recordings.end('r1', { endedBy: 'duration', recorderLostSampleCount: 1200 });
    await vi.waitUntil(() => app.toasts.list.value.length > 0);
    const [toast] = app.toasts.list.value;
    expect(toast).toMatchObject({ kind: 'warning', title: 'Recording finished' });
    expect(toast?.detail).toContain('too slow for 1\u202f200 samples');
  });

  it('says when an instrument of a recording ended and the others go on', async () => {
    const { app, ports } = await streaming();
    await app.commands.execute('record.toggle');
    await ports.recordings.end('r1', { state: 'recording', note: 'JS110-1 was closed at 0:12.' });
    await vi.waitUntil(() => app.toasts.list.value.length > 0);
    expect(app.toasts.list.value).toMatchObject([{ kind: 'warning', detail: 'JS110-1 was closed at 0:12.' }]);
  });

  it('says why it cannot record', async () => {
    const { app } = fakeApp();
    expect(app.commands.get('record.toggle')?.unavailable?.()).toMatch(/No instrument is connected/);
    await app.instruments.connect(SIM_CHOICE);
    expect(app.commands.get('record.toggle')?.unavailable?.()).toMatch(/not running/);
    const bare = fakeApp({ ...FULL_PLATFORM, hasPrivateFileSystem: false });
    await bare.app.instruments.connect(SIM_CHOICE, { start: true });
    expect(bare.app.commands.get('record.toggle')?.unavailable?.()).toMatch(/private file system/);
  });

  it('shows a refusal and stays ready', async () => {
    const { app, ports } = await streaming();
    ports.recordings.refusal = new LabError('storage/quota', 'The disk is full. Delete recordings in Files.');
    await app.commands.execute('record.toggle');
    expect(app.toasts.list.value).toMatchObject([
      { kind: 'error', detail: 'The disk is full. Delete recordings in Files.' },
    ]);
    expect(app.recordings.isStarting.value).toBe(false);
  });

  it('offers what a crash left, and repairs it', async () => {
    const { app, ports } = fakeApp();
    ports.recordings.entries = [recordingEntry({ state: 'interrupted' })];
    await app.begin();
    const [toast] = app.toasts.list.value;
    expect(toast?.title).toBe('A recording was interrupted');
    toast?.action?.run();
    expect(app.navigation.route.value).toEqual({ viewId: 'files', argument: '' });
    await app.recordings.repair(app.recordings.entries.value[0] ?? recordingEntry());
    expect(app.recordings.entries.value).toMatchObject([{ state: 'finished' }]);
  });

  it('deletes only when the time to take it back is over', async () => {
    const { app, ports, clock } = fakeApp();
    ports.recordings.entries = [recordingEntry(), recordingEntry({ id: 'r2', fileName: 'b.jls' })];
    await app.begin();
    const [first, second] = app.recordings.entries.value;
    app.recordings.remove(first ?? recordingEntry());
    expect(app.recordings.entries.value).toEqual([second]);
    await clock.advance(7000);
    app.toasts.list.value[0]?.action?.run();
    await clock.advance(10_000);
    expect(app.recordings.entries.value).toHaveLength(2);
    app.recordings.remove(second ?? recordingEntry());
    await clock.advance(9000);
    expect(ports.recordings.entries.map(({ id }) => id)).toEqual(['r1']);
  });

  it('renames, and takes it back', async () => {
    const { app, ports } = fakeApp();
    ports.recordings.entries = [recordingEntry()];
    await app.begin();
    await app.recordings.rename(recordingEntry(), 'boot.jls');
    expect(app.recordings.entries.value[0]?.fileName).toBe('boot.jls');
    await app.commands.execute('edit.undo');
    expect(app.recordings.entries.value[0]?.fileName).toBe('2026-01-02_030405.jls');
    await app.commands.execute('edit.redo');
    expect(app.recordings.entries.value[0]?.fileName).toBe('boot.jls');
  });

  it('shows progress while saving, and cancels without an error', async () => {
    const { app, ports } = fakeApp();
    ports.recordings.entries = [recordingEntry({ sizeBytes: 1000 })];
    await app.begin();
    const saving = app.recordings.saveAs(recordingEntry());
    expect(app.recordings.copies.value).toMatchObject([{ id: 'r1', progress: { doneBytes: 500, totalBytes: 1000 } }]);
    app.recordings.copies.value[0]?.cancel();
    await saving;
    expect(app.recordings.copies.value).toEqual([]);
    expect(app.toasts.list.value).toEqual([]);
  });

  it('writes markers and notes into the copy, with progress and cancel', async () => {
    const { app, ports } = fakeApp();
    ports.recordings.entries = [recordingEntry({ sizeBytes: 1000 })];
    await app.begin();
    const note = { kind: 'text', timestamp: 10n, storage: 'string', groupId: 0, y: Number.NaN, data: 'here' } as const;
    const marks = async (store: SignalStore) => [{ ...note, signalId: store.signals()[0]!.id }];
    const begin = async () => {
      const saving = app.recordings.saveAs(recordingEntry({ sizeBytes: 1000 }), marks);
      const jobCount = ports.exports.jobs.length + 1;
      await vi.waitUntil(() => ports.exports.jobs.length === jobCount);
      return { saving, job: ports.exports.jobs.at(-1)! };
    };
    const { saving, job } = await begin();
    const all = new SineStore(1).signals().map(({ id }) => id);
    expect(job).toMatchObject({ format: 'jls', fileName: '2026-01-02_030405.jls', signalIds: all });
    expect(job.span).toBeUndefined();
    expect(job.annotations).toEqual([{ ...note, signalId: all[0] }]);
    expect(ports.files.closedNames).toEqual(['2026-01-02_030405.jls']);
    ports.exports.progress(0.25);
    expect(app.recordings.copies.value).toMatchObject([{ progress: { doneBytes: 250, totalBytes: 1000 } }]);
    ports.exports.finish({ file: new File(['x'], 'out.jls'), notes: [] });
    await saving;
    expect(app.toasts.list.value.map(({ title }) => title)).toEqual(['2026-01-02_030405.jls saved']);

    const again = await begin();
    app.recordings.copies.value[0]?.cancel();
    await again.saving;
    expect(app.recordings.copies.value).toEqual([]);
    expect(app.toasts.list.value).toHaveLength(1);
  });
});

describe('files', () => {
  it('opens, shows, closes, and undoes the closing', async () => {
    const { app, ports, address } = fakeApp();
    await app.files.open([{ file: new File(['x'], 'a.jls') }, { file: new File(['y'], 'b.jls') }]);
    expect(app.files.opened.value.map(({ content }) => content.name)).toEqual(['a.jls', 'b.jls']);
    expect(address.hash).toBe('#/files/2');
    const [, b] = app.files.opened.value;
    if (b) app.files.close(b);
    expect(ports.files.closedNames).toEqual(['b.jls']);
    expect(app.navigation.route.value).toEqual({ viewId: 'files', argument: '' });
    await app.commands.execute('edit.undo');
    expect(app.navigation.route.value).toEqual({ viewId: 'files', argument: '2' });
  });

  it('remembers files that can be found again, and opens and forgets them', async () => {
    const { app, ports } = fakeApp();
    const handle = { name: 'a.jls' } as FileSystemFileHandle;
    await app.files.open([{ file: new File(['x'], 'a.jls'), handle }, { file: new File(['y'], 'b.jls') }]);
    expect(app.files.recent.value.map(({ name }) => name)).toEqual(['a.jls']);
    const [recent] = ports.recentFiles.rows;
    if (recent) await app.files.openRecent(recent);
    expect(app.files.opened.value.map(({ content }) => content.name)).toEqual(['a.jls', 'b.jls', 'a.jls']);
    if (recent) await app.files.forgetRecent(recent);
    expect(app.files.recent.value).toEqual([]);
  });

  it('opens markers and notes with their recording, in one drop or after it', async () => {
    const { app, ports } = fakeApp();
    const file = (name: string) => ({ file: new File(['x'], name) });
    await app.files.open([file('run.anno.jls'), file('run.jls'), file('other.anno.jls')]);
    expect(ports.files.openedNames).toEqual([['run.jls', 'run.anno.jls'], ['other.anno.jls']]);
    await app.files.open([file('run.anno-2.jls')]);
    expect(ports.files.openedNames.at(-1)).toEqual(['run.jls', 'run.anno.jls', 'run.anno-2.jls']);
    expect(ports.files.closedNames).toEqual(['run.jls']);
    expect(app.files.opened.value.map(({ content }) => content.name)).toEqual(['run.jls', 'other.anno.jls']);
  });

  it('names the file that could not be opened', async () => {
    const { app, ports } = fakeApp();
    ports.files.refusal = new LabError('format/unknown', 'This is not a format that Pulsebench knows.');
    await app.files.open([{ file: new File(['x'], 'photo.png') }]);
    expect(app.toasts.list.value).toMatchObject([{ kind: 'error', title: 'photo.png was not opened' }]);
    expect(app.files.openings.list.value).toEqual([]);
  });

  it('takes a picked or launched YAML file for a setup', async () => {
    const { app, ports } = fakeApp();
    await app.openFiles([{ file: new File(['x'], 'a.jls') }]);
    await app.openFiles([{ file: new File(['Buffers: {}\nWorkers: {}\n'], 'lab.yaml') }]);
    expect(ports.files.openedNames).toEqual([['a.jls']]);
    expect([app.navigation.route.value.viewId, app.pipelines.opened.value?.name]).toEqual(['pipeline', 'lab.yaml']);
  });

  it('opens the measurements of a folder, and tells of all others at once', async () => {
    const { app, ports } = fakeApp();
    ports.files.unreadable = /\.(?:txt|png)$/;
    const names = ['a.csv', 'notes.txt', 'b.npz', 'photo.png'];
    await app.files.openFolder(names.map((name) => new File(['x'], name)));
    expect(ports.files.openedNames).toEqual([['a.csv'], ['b.npz']]);
    expect(app.navigation.route.value.viewId).toBe('files');
    expect(app.toasts.list.value).toMatchObject([
      {
        kind: 'warning',
        title: '2 of 4 files were not opened',
        detail: expect.stringMatching(/^notes\.txt: .* photo\.png: /),
      },
    ]);
  });

  it('names a few files of a folder that did not open, and how many more there are', async () => {
    const { app, ports } = fakeApp();
    ports.files.unreadable = /\.txt$/;
    await app.files.openFolder([1, 2, 3, 4, 5].map((n) => new File(['x'], `${n}.txt`)));
    const [{ title, detail = '' } = { title: '' }] = app.toasts.list.value;
    expect(title).toBe('5 of 5 files were not opened');
    expect(detail).toMatch(/^1\.txt: .* 2\.txt: .* 3\.txt: .* So were 2 more, such as 4\.txt\.$/);
  });

  it('says nothing when all of a folder opened, and stops before there are too many', async () => {
    const { app, ports } = fakeApp();
    await app.files.openFolder([new File(['x'], 'a.csv')]);
    expect(app.toasts.list.value).toEqual([]);
    await app.files.openFolder(Array.from({ length: 80 }, (_, index) => new File(['x'], `${index}.csv`)));
    expect(ports.files.openedNames).toHaveLength(51);
    expect(app.toasts.list.value).toMatchObject([
      { title: '30 of 80 files were not opened', detail: '30 more were not tried: drop fewer at once.' },
    ]);
  });

  it('takes a folder without a setup for measurements', async () => {
    const { app } = fakeApp();
    const openData = vi.fn(() => Promise.resolve());
    await app.pipelines.openFiles(new Map([['run/a.csv', new File(['x'], 'a.csv')]]), openData);
    expect([openData.mock.calls.length, app.toasts.list.value]).toEqual([1, []]);
    const setup = new File(['Buffers: {}\nWorkers: {}\n'], 'lab.yaml');
    await app.pipelines.openFiles(new Map([['run/lab.yaml', setup]]), openData);
    expect([openData.mock.calls.length, app.pipelines.opened.value?.name]).toEqual([1, 'run']);
  });

  it('asks what an unknown file holds, and reads it as that, here and in an export', async () => {
    const { app, ports } = fakeApp();
    ports.files.refusal = new LabError('format/unknown', 'This is not a format that Pulsebench knows.');
    const file = new File(['numbers'], 'adc.bin');
    await app.files.open([{ file }]);
    app.toasts.list.value[0]?.action?.run();
    expect(app.files.numbers.value).toEqual({ file });
    const raw = { dtypeName: '<i2', channelCount: 2, sampleRateHz: 50, skipBytes: 0 };
    await app.files.open([{ file, choice: { raw } }]);
    expect(app.files.opened.value.map(({ choice, content }) => [choice.raw, content.format])).toEqual([
      [raw, 'Raw numbers'],
    ]);
    await app.files.open([{ file: new File([], 'nothing.bin') }]);
    expect(app.toasts.list.value.at(-1)?.action).toBeUndefined();
  });

  it('opens what was open when the tab is loaded again', async () => {
    const first = fakeApp();
    const handle = { name: 'picked.jls' } as FileSystemFileHandle;
    const raw = { dtypeName: '<f4', channelCount: 1, sampleRateHz: 1, skipBytes: 0 };
    await first.app.files.open([
      { file: new File(['x'], 'dropped.jls') },
      { file: new File(['x'], 'run.jls'), place: { kind: 'recording', id: 'r1' } },
      { file: new File(['x'], 'picked.jls'), handle, choice: { raw } },
      { file: new File(['x'], 'gone.jls'), place: { kind: 'recording', id: 'r7' } },
    ]);
    const again = fakeApp(undefined, { session: first.session });
    again.ports.recordings.entries = [recordingEntry({ fileName: 'renamed.jls' })];
    again.ports.recentFiles.rows = first.ports.recentFiles.rows;
    again.address.type('#/files/3');
    await again.app.begin();
    const { opened } = again.app.files;
    expect(opened.value.map(({ key, choice, content }) => [key, choice.raw, content.name])).toEqual([
      ['2', undefined, 'renamed.jls'],
      ['3', raw, 'picked.jls'],
    ]);
    expect(again.app.navigation.route.value).toEqual({ viewId: 'files', argument: '3' });
    await again.app.files.open([{ file: new File(['x'], 'next.jls') }]);
    expect(opened.value.at(-1)?.key).toBe('5');
  });
});

describe('the route', () => {
  it('reads addresses and ignores strange ones', () => {
    const { app, address } = fakeApp();
    expect(app.navigation.route.value.viewId).toBe('live');
    address.type('#/files/a%20b');
    expect(app.navigation.route.value).toEqual({ viewId: 'files', argument: 'a b' });
    address.type('#/files/%E0%A4%A');
    expect(app.navigation.route.value).toEqual({ viewId: 'files', argument: '' });
    address.type('#<script>');
    expect(app.navigation.route.value.viewId).toBe('live');
  });
});

describe('settings', () => {
  it('come back, and bad values are refused or replaced by the default', () => {
    const store = new MemoryStore();
    const settings = new Settings(store);
    expect(settings.set('appearance.theme', 'light')).toBe(true);
    expect(settings.set('appearance.theme', 'pink')).toBe(false);
    expect(settings.set('record.limit-minutes', -1)).toBe(false);
    expect(settings.set('no.such', 1)).toBe(false);
    expect(new Settings(store).get('appearance.theme')).toBe('light');
    store.setItem('pulsebench.settings', JSON.stringify({ version: 1, values: { 'appearance.theme': 'pink' } }));
    expect(new Settings(store).get('appearance.theme')).toBe('system');
    for (const broken of ['', '{', '{"version":2,"values":{}}', 'null']) {
      store.setItem('pulsebench.settings', broken);
      expect(new Settings(store).get('keys.single')).toBe(true);
    }
  });

  it('go back to the defaults', () => {
    const settings = new Settings(new MemoryStore());
    settings.set('meter.digits', '4');
    settings.reset();
    expect(settings.get('meter.digits')).toBe('6');
  });
});

describe('layout', () => {
  it('remembers panels', () => {
    const { app, storage } = fakeApp();
    const initial = { isOpen: true, sizePx: 300 };
    expect(app.layout.panel('live.inspector', initial)).toEqual(initial);
    app.layout.setPanel('live.inspector', { isOpen: false, sizePx: 280 });
    expect(app.layout.panel('live.inspector', initial)).toEqual({ isOpen: false, sizePx: 280 });
    expect(storage.getItem('pulsebench.layout')).toContain('280');
  });
});

describe('toasts', () => {
  it('go away by themselves when they ask for nothing, and do not pile up', async () => {
    const { app, clock } = fakeApp();
    app.toasts.note('Saved');
    app.toasts.note('Saved');
    expect(app.toasts.list.value).toHaveLength(1);
    await clock.advance(6001);
    expect(app.toasts.list.value).toEqual([]);
    for (let i = 0; i < 9; i++) app.toasts.show({ kind: 'info', title: `${i}` });
    expect(app.toasts.list.value.map(({ title }) => title)).toEqual(['4', '5', '6', '7', '8']);
  });

  it('are silent about what the user cancelled', () => {
    const { app } = fakeApp();
    app.toasts.fail('x', new LabError('cancelled', 'x'));
    app.toasts.fail('x', new DOMException('x', 'AbortError'));
    expect(app.toasts.list.value).toEqual([]);
  });
});
