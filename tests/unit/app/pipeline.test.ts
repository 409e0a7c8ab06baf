import { beforeEach, describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../../src/app/pipeline/examples.ts';
import { LabError } from '../../../src/base/errors.ts';
import { parseSpectrumPage } from '../../../src/pipeline/functions/gamma-source.ts';
import { exampleBlobs } from '../../support/examples.ts';
import { type FakeApp, fakeApp } from '../../support/fake-app.ts';

let fake: FakeApp;

beforeEach(() => {
  fake = fakeApp();
  for (const [path, blob] of exampleBlobs()) fake.ports.pipelines.examples.set(path, blob);
});

const blob = (text: string) => new Blob([text]);
const titles = () => fake.app.toasts.list.value.map(({ title }) => title);

const SMALL = `
Buffers:
  In: {slot_count: 4, data_length: 1, data_dtype: {x: f4}}
Workers:
  source: {file: mine.py, function: make, sinks: [In]}
  end: {function: exporters.csv, sources: [In], config: limits.yaml}
`;

/** A source in place of SMALL's own. */
const PLAYER = 'function: data.clocked_importer, config: {filename: pulses.mimo, rate: 1}';

describe('examples', () => {
  it.each(EXAMPLES.map(({ id }) => id))('%s opens without a problem and is explained', async (id) => {
    await fake.app.pipelines.openExample(id);
    const opened = fake.app.pipelines.opened.value!;
    expect(opened.loaded.value.diagnostics).toEqual([]);
    expect(opened.loaded.value.setup!.rootBuffers).toHaveLength(1);
    expect(EXAMPLES.find((example) => example.id === id)!.guide.physics.length).toBeGreaterThan(100);
    expect(fake.app.navigation.route.value.viewId).toBe('pipeline');
  });

  it('the caesium spectrum has its line and its Compton edge where physics puts them', async () => {
    const page = exampleBlobs().get('gamma/spectra/Cs-137.html')!;
    const { energiesKev, counts } = parseSpectrumPage(await page.text());
    const above300 = energiesKev.findIndex((energy) => energy > 300);
    const top = counts.reduce((best, count, i) => (i >= above300 && count > counts[best]! ? i : best), above300);
    expect(Math.abs(energiesKev[top]! - 661.66)).toBeLessThan(6);
    // The edge is at E · 2a / (1 + 2a) with a = E / 511 keV, 477 keV: the shelf ends there.
    const at = (kev: number) => counts[energiesKev.findIndex((energy) => energy >= kev)]!;
    expect(at(560)).toBeLessThan(0.25 * at(440));
  });
});

describe('one click on an example', () => {
  it.each(EXAMPLES.map(({ id }) => id))('%s opens and starts it', async (id) => {
    await fake.app.pipelines.runExample(id);
    if (fake.app.pipelines.askedModules.value.length > 0) await fake.app.pipelines.agree();
    expect(fake.ports.pipelines.runs.started).toHaveLength(1);
    expect(fake.app.toasts.list.value).toEqual([]);
  });

  it('replays the newest recording of that name, and before there is one that of the program', async () => {
    const { runs } = fake.ports.pipelines;
    await fake.app.pipelines.runExample('mimo-replay');
    const shipped = runs.started[0]!.setupFiles.get('Recorded.mimo')!;
    // 600 events of 100 float32 and 24 bytes of metadata, behind a header.
    expect(shipped.size % 424).toBe((shipped.size - 600 * 424) % 424);
    expect(Math.floor(shipped.size / 424)).toBe(600);
    runs.started[0]!.end();
    await fake.clock.advance(10);
    runs.directories.set('run_2026-01-01_00-00-00', new Map([['Recorded.mimo', new File(['own'], 'Recorded.mimo')]]));
    await fake.app.pipelines.runExample('mimo-replay');
    expect(await runs.started[1]!.setupFiles.get('Recorded.mimo')!.text()).toBe('own');
  });

  it('only opens it where nothing can run', async () => {
    fake.ports.pipelines.unavailable = 'no threads here';
    await fake.app.pipelines.runExample('simple');
    expect(fake.app.pipelines.opened.value!.exampleId).toBe('simple');
    expect(fake.ports.pipelines.runs.started).toEqual([]);
  });
});

describe('a folder', () => {
  it('is opened at its setup, with paths as the setup writes them', async () => {
    await fake.app.pipelines.openFiles(
      new Map([
        ['lab/notes.yaml', blob('just: notes')],
        ['lab/run1/setup.yaml', blob(SMALL)],
        ['lab/run1/limits.yaml', blob('save_interval: 3')],
        ['lab/run1/mine.js', blob('export function make() {}')],
        ['lab/common.yaml', blob('a: 1')],
      ]),
    );
    const opened = fake.app.pipelines.opened.value!;
    expect(opened.setupPath.value).toBe('lab/run1/setup.yaml');
    expect([...opened.files.value.keys()].sort()).toEqual([
      '../common.yaml',
      '../notes.yaml',
      'limits.yaml',
      'mine.js',
      'setup.yaml',
    ]);
    // mine.js stands in for mine.py, which the setup names.
    expect(opened.loaded.value.diagnostics).toEqual([]);
  });

  it('finds a configuration that was moved, and says so', async () => {
    await fake.app.pipelines.openFiles(
      new Map([
        [
          'all/files/setup.yaml',
          blob(SMALL.replace('limits.yaml', '../muon/limits.yaml').replace('file: mine.py, function: make', PLAYER)),
        ],
        ['all/muon/configs/limits.yaml', blob('save_interval: 3')],
        ['all/gamma/limits.yaml', blob('save_interval: 4')],
      ]),
    );
    const opened = fake.app.pipelines.opened.value!;
    expect(opened.loaded.value.diagnostics.map(({ path }) => path)).toEqual(['Workers.source']);
    expect(opened.loaded.value.setup!.workers[1]!.config.get('save_interval')).toBe(3n);
    expect([...opened.moved.value]).toEqual([['../muon/limits.yaml', '../muon/configs/limits.yaml']]);
  });

  it('takes what the open setup lacks from a folder that is dropped later', async () => {
    const lacking = SMALL.replace('limits.yaml', '../muon/limits.yaml').replace(
      'file: mine.py, function: make',
      'function: data.clocked_importer, config: {filename: pulses.mimo, rate: 1}',
    );
    await fake.app.pipelines.openFiles(new Map([['files/setup.yaml', blob(lacking)]]));
    const opened = fake.app.pipelines.opened.value!;
    expect(opened.loaded.value.setup).toBeUndefined();
    await fake.app.pipelines.openFiles(
      new Map([
        ['muon/configs/limits.yaml', blob('save_interval: 3')],
        ['muon/setup.yaml', blob(SMALL)],
      ]),
    );
    expect(fake.app.pipelines.opened.value).toBe(opened);
    expect(opened.loaded.value.setup!.workers[1]!.config.get('save_interval')).toBe(3n);
    expect(opened.missing.value).toEqual(['pulses.mimo']);
    // What does not help is a folder of its own.
    await fake.app.pipelines.openFiles(new Map([['other/setup.yaml', blob('Buffers: {}\nWorkers: {}')]]));
    expect(fake.app.pipelines.opened.value!.name).toBe('other');
  });

  it('says which of its Python files are not read', async () => {
    const text = SMALL.replace('mine.py, function: make', './functions.py, function: simulate_osc').replace(
      ', config: limits.yaml',
      '',
    );
    await fake.app.pipelines.openFiles(
      new Map([
        ['a/setup.yaml', blob(text)],
        ['a/functions.py', blob('def simulate_osc(buffer_io): pass')],
      ]),
    );
    expect(fake.app.pipelines.opened.value!.unreadPython.value).toEqual(['./functions.py']);
  });

  it('opens the setup that needs no earlier run first', async () => {
    const reads = SMALL.replace('file: mine.py, function: make', PLAYER);
    await fake.app.pipelines.openFiles(
      new Map([
        ['a/read_setup.yaml', blob(reads)],
        ['a/write_setup.yaml', blob(SMALL)],
      ]),
    );
    expect(fake.app.pipelines.opened.value!.setupPaths).toEqual(['a/write_setup.yaml', 'a/read_setup.yaml']);
  });

  it('does not guess between two files of the same name', async () => {
    await fake.app.pipelines.openFiles(
      new Map([
        ['all/setup.yaml', blob(SMALL.replace('file: mine.py, function: make', PLAYER))],
        ['all/a/limits.yaml', blob('save_interval: 3')],
        ['all/b/limits.yaml', blob('save_interval: 4')],
      ]),
    );
    expect(fake.app.pipelines.opened.value!.loaded.value.setup).toBeUndefined();
  });

  it('without a setup says what is missing', async () => {
    await fake.app.pipelines.openFiles(new Map([['a.yaml', blob('x: 1')]]));
    expect(fake.app.pipelines.opened.value).toBeUndefined();
    expect(fake.app.toasts.list.value[0]!.detail).toContain('Buffers and Workers');
  });

  it('shows what the loader says about a file where that file is edited', async () => {
    await fake.app.pipelines.openFiles(
      new Map([
        ['setup.yaml', blob(SMALL.replace('file: mine.py, function: make', PLAYER))],
        ['limits.yaml', blob('a: [1')],
      ]),
    );
    const opened = fake.app.pipelines.opened.value!;
    const inSetup = opened.shownDiagnostics.value;
    await opened.show('limits.yaml');
    expect(inSetup.map(({ path }) => path)).toEqual(['Workers.end.config', 'Workers.source']);
    expect(opened.shownDiagnostics.value.length).toBeGreaterThan(0);
    expect(opened.shownDiagnostics.value.every(({ path }) => path.startsWith('limits.yaml:'))).toBe(true);
  });
});

describe('editing', () => {
  it('checks when the typing stops', async () => {
    await fake.app.pipelines.openExample('simple');
    const opened = fake.app.pipelines.opened.value!;
    opened.edit(opened.text.value.replace('sources: [Traces]', 'sources: [Trace]'));
    expect(opened.loaded.value.diagnostics).toEqual([]);
    await fake.clock.advance(400);
    await expect
      .poll(() => opened.loaded.value.diagnostics.map(({ path }) => path))
      .toEqual(['Workers.filter.sources.0']);
    expect(opened.loaded.value.setup).toBeUndefined();
  });
});

describe('drafts', () => {
  const edit = async () => {
    await fake.app.pipelines.openExample('simple');
    const opened = fake.app.pipelines.opened.value!;
    opened.edit(`# mine\n${opened.text.value}`);
    return opened;
  };

  it('are kept with every edit, and go when the text is the old one again', async () => {
    const opened = await edit();
    const again = fakeApp(undefined, { storage: fake.storage });
    const { list } = again.app.pipelines.drafts;
    expect(list.value.map(({ name, edits }) => [name, Object.keys(edits)])).toEqual([['First steps', ['setup.yaml']]]);
    for (const [path, file] of exampleBlobs()) again.ports.pipelines.examples.set(path, file);
    await again.app.pipelines.openDraft(list.value[0]!.id);
    expect(again.app.pipelines.opened.value!.text.value).toBe(opened.text.value);
    opened.edit(opened.text.value.replace('# mine\n', ''));
    expect(fake.app.pipelines.drafts.list.value).toEqual([]);
  });

  it('of two tabs are both kept', async () => {
    const other = fakeApp(undefined, { storage: fake.storage });
    await edit();
    for (const [path, file] of exampleBlobs()) other.ports.pipelines.examples.set(path, file);
    await other.clock.advance(1);
    await other.app.pipelines.openExample('muon');
    other.app.pipelines.opened.value!.edit('Buffers: {}');
    expect(other.app.pipelines.drafts.list.value.map(({ name }) => name)).toEqual([
      'Muon lifetime and spin',
      'First steps',
    ]);
  });

  it('that the browser has no room for are said', async () => {
    fake.storage.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    await edit();
    expect(titles()).toEqual(['The edits are not kept in this browser']);
  });
});

describe('a link', () => {
  it('brings the setup back, with the edited files and the example’s own', async () => {
    await fake.app.pipelines.openExample('muon');
    const opened = fake.app.pipelines.opened.value!;
    opened.edit(opened.text.value.replace('number_of_processes: 3', 'number_of_processes: 2'));
    await opened.show('muon_source.yaml');
    opened.edit(opened.text.value.replace('0.005', '0.02'));
    const fragment = await fake.app.pipelines.linkFragment();
    expect(fragment).toMatch(/^#\/pipeline\/setup-[\w-]+$/);

    const other = fakeApp();
    for (const [path, file] of exampleBlobs()) other.ports.pipelines.examples.set(path, file);
    await other.app.pipelines.openLink(fragment.split('/')[2]!);
    const setup = other.app.pipelines.opened.value!.loaded.value.setup!;
    const worker = (name: string) => setup.workers.find((candidate) => candidate.name === name)!;
    expect(worker('filter').processCount).toBe(2);
    expect(worker('detector').config.get('sleeptime')).toBe(0.02);
    expect(worker('filter').config.get('peak_minimal_prominence_initial')).toBe(90n);
  });

  it('says which data it leaves out', async () => {
    await fake.app.pipelines.openFiles(
      new Map([
        ['setup.yaml', blob(SMALL.replace('file: mine.py, function: make', PLAYER))],
        ['limits.yaml', blob('save_interval: 1')],
        ['events.mimo', blob('x'.repeat(1000))],
      ]),
    );
    await fake.app.pipelines.linkFragment();
    expect(fake.app.toasts.list.value[0]!.detail).toContain('events.mimo');
    expect(fake.app.toasts.list.value[0]!.detail).not.toContain('limits.yaml');
  });

  it.each(['setup-', 'setup-AAAA', 'setup-%%%', 'setup-q1bKS8xNVbJSKkksLkksSVWqBQA'])(
    'that is broken (%s) opens nothing',
    async (argument) => {
      await fake.app.pipelines.openLink(argument);
      expect(fake.app.pipelines.opened.value).toBeUndefined();
      expect(titles()).toEqual(['The link was not opened']);
    },
  );
});

describe('a run', () => {
  async function start() {
    await fake.app.pipelines.openExample('simple');
    await fake.app.pipelines.start();
    return { run: fake.app.pipelines.run.value!, engine: fake.ports.pipelines.runs.started[0]! };
  }

  it('has rates and dead time over the last second, from sums', async () => {
    const { run, engine } = await start();
    for (let i = 1; i <= 8; i++) {
      engine.advance(0.25, {
        eventCount: 100 * i,
        deadS: 0.005 * i,
        elapsedS: 0.25 * i,
        filledCount: 125,
        inWorkCount: 5,
        emptyCount: 370,
      });
      await fake.clock.advance(250);
    }
    const [buffer] = run.figures.value.buffers;
    expect(buffer!.rateHz).toBeCloseTo(400, 6);
    expect(buffer!.deadShare).toBeCloseTo(0.02, 9);
    expect([buffer!.filledPart, buffer!.inWorkPart, buffer!.emptyPart]).toEqual([0.25, 0.01, 0.74]);
    expect(run.history.value.map(({ activeS }) => activeS)).toEqual([0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]);
  });

  it('keeps the newest picture per display and the newest lines', async () => {
    const { run, engine } = await start();
    const counts = (value: number) => ({
      workerName: 'histogram',
      picture: {
        kind: 'histogram' as const,
        channel: 'h',
        edges: Float64Array.of(0, 1),
        counts: Float64Array.of(value),
      },
    });
    engine.publish(counts(1));
    engine.publish(counts(2));
    for (let i = 0; i < 2500; i++) engine.print('table', `line ${i}`);
    await fake.clock.advance(250);
    expect([...run.pictures.value.values()]).toEqual([counts(2)]);
    expect(run.logs.value.forgottenCount).toBe(500);
    expect(run.logs.value.lines.at(-1)!.text).toBe('line 2499');
  });

  it('is over when its threads have ended, and can then be saved or removed', async () => {
    const { run, engine } = await start();
    run.pauseRoots();
    expect(run.arePaused).toBe(true);
    run.resumeRoots();
    run.shutdown('roots');
    expect(engine.calls).toEqual(['pause roots', 'resume roots', 'shutdown roots']);
    engine.end();
    await fake.clock.advance(10);
    expect(fake.app.pipelines.isRunning).toBe(false);
    await fake.app.pipelines.saveZip(run.name);
    expect(fake.ports.pipelines.runs.saved).toEqual([run.name]);
    fake.app.pipelines.remove(run.name);
    expect(fake.app.pipelines.runNames).toEqual([]);
    await fake.clock.advance(10_000);
    expect(fake.ports.pipelines.runs.directories.size).toBe(0);
  });

  it('is copied to the picked folder when it has ended', async () => {
    const { copies } = fake.app.pipelines;
    const { runs } = fake.ports.pipelines;
    await copies.pick();
    const { run, engine } = await start();
    expect(fake.app.mustStayOpen).toBe(true);
    engine.end();
    await fake.clock.advance(10);
    expect(runs.copied).toEqual([run.name]);
    expect(copies.current.value).toBeUndefined();
    expect(fake.app.mustStayOpen).toBe(false);
    runs.copying = async () => {
      throw new LabError('storage/quota', 'The disk is full.');
    };
    await copies.copy(run.name);
    expect(titles().at(-1)).toBe(`${run.name} was not copied to physics-lab; it is safe in this browser`);
    copies.forget();
    await copies.copy(run.name);
    expect(runs.copied).toEqual([run.name]);
  });

  it('counts the columns of a table that a visualizer names, to its last line', async () => {
    const { run, engine } = await start();
    // The worker says what to count a while after the start.
    await fake.clock.advance(1000);
    const edges = new Map([['x', Float64Array.of(0, 1, 2)]]);
    engine.publish({ workerName: 'show', picture: { kind: 'table', path: 'T.csv', edges, intervalS: 1 } });
    engine.files.set('T.csv', new File(['counter,x\n0.0,0.5\n1.0,1.5\n2.0,0.'], 'T.csv'));
    const counts = () => {
      const shown = run.pictures.value.get('show: x');
      return shown?.picture.kind === 'histogram' ? [...shown.picture.counts] : [];
    };
    await fake.clock.advance(250);
    await fake.clock.advance(250);
    expect(counts()).toEqual([1, 1]);
    engine.files.set('T.csv', new File(['counter,x\n0.0,0.5\n1.0,1.5\n2.0,0.25\n3.0,2.0\n'], 'T.csv'));
    engine.end();
    await fake.clock.advance(10);
    expect(counts()).toEqual([2, 2]);
  });

  it('does not start a second one, nor a setup with errors', async () => {
    await start();
    await fake.app.pipelines.start();
    expect(fake.ports.pipelines.runs.started).toHaveLength(1);
    fake.ports.pipelines.runs.started[0]!.end();
    await fake.clock.advance(10);
    fake.app.pipelines.opened.value!.edit('Buffers: {}');
    await fake.app.pipelines.start();
    expect(fake.ports.pipelines.runs.started).toHaveLength(1);
    expect(titles()).toContain('The setup was not started');
  });
});

describe('code that a setup brings', () => {
  const files = () =>
    new Map([
      ['setup.yaml', blob(SMALL.replace('mine.py', 'mine.js').replace(', config: limits.yaml', ''))],
      ['mine.js', blob('export function make() {}')],
    ]);

  it('runs only after its source was shown and agreed to', async () => {
    await fake.app.pipelines.openFiles(files());
    await fake.app.pipelines.start();
    expect(fake.ports.pipelines.runs.started).toEqual([]);
    expect(fake.app.pipelines.askedModules.value).toEqual([{ path: 'mine.js', source: 'export function make() {}' }]);
    fake.app.pipelines.decline();
    expect(fake.ports.pipelines.runs.started).toEqual([]);
    await fake.app.pipelines.start();
    await fake.app.pipelines.agree();
    expect(fake.ports.pipelines.runs.started).toHaveLength(1);
  });

  it('asks again when the source has changed', async () => {
    await fake.app.pipelines.openFiles(files());
    await fake.app.pipelines.start();
    await fake.app.pipelines.agree();
    fake.ports.pipelines.runs.started[0]!.end();
    await fake.clock.advance(10);
    await fake.app.pipelines.openFiles(files().set('mine.js', blob('export function make() { return 1; }')));
    await fake.app.pipelines.start();
    expect(fake.ports.pipelines.runs.started).toHaveLength(1);
    expect(fake.app.pipelines.askedModules.value).toHaveLength(1);
  });
});

describe('a file that the setup plays back', () => {
  it('is offered from the newest run that has it', async () => {
    const { runs } = fake.ports.pipelines;
    runs.directories.set('run_2026-01-01_00-00-00', new Map([['Recorded.mimo', new File(['old'], 'Recorded.mimo')]]));
    runs.directories.set('run_2026-01-01_00-00-09', new Map([['Recorded.mimo', new File(['new'], 'Recorded.mimo')]]));
    runs.directories.set('run_2026-01-01_00-00-10', new Map([['Other.mimo', new File(['x'], 'Other.mimo')]]));
    const replay = exampleBlobs().get('mimo-file/replay.yaml')!;
    await fake.app.pipelines.openFiles(new Map([['mine/replay.yaml', replay]]));
    const opened = fake.app.pipelines.opened.value!;
    expect(opened.missing.value).toEqual(['Recorded.mimo']);
    const [offer] = fake.app.pipelines.offers.value;
    expect(offer!.runName).toBe('run_2026-01-01_00-00-09');
    await fake.app.pipelines.takeFile(offer!);
    expect(opened.missing.value).toEqual([]);
    await fake.app.pipelines.start();
    expect(await runs.started[0]!.setupFiles.get('Recorded.mimo')!.text()).toBe('new');
  });
});
