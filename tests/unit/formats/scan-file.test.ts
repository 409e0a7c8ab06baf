// A file of scans, read by the reader of this program and compared with the tree of a file of the same layout that h5py wrote.

import { expect, test } from 'vitest';
import { loadHdf5, temporaryName } from '../../../src/formats/hdf5/library.ts';
import { ScanFile, type ScanFileChannel, type ScanFileEntry } from '../../../src/formats/hdf5/scan-file.ts';
import { goldenJson } from '../../support/golden.ts';
import { lookInto, scanEntries } from '../../support/scan-entries.ts';

const START = '2024-05-01T10:01:00.125+02:00';
const END = '2024-05-01T10:01:04.500+02:00';

const TIMES: readonly ScanFileChannel[] = [
  { name: 'elapsed_time', unit: 's', kind: 'positioner' },
  { name: 'epoch', unit: 's', kind: 'positioner' },
];
const DIODE: ScanFileChannel = { name: 'diode', unit: '', kind: 'detector' };
const place = (name: string, position: number) => ({ name, unit: 'mm', position });

const ASCAN: ScanFileEntry = {
  title: 'ascan robz 0 1 10 0.1',
  startTime: START,
  channels: [{ name: 'robz', unit: 'mm', kind: 'positioner' }, ...TIMES, DIODE],
  places: [place('robz', 0), place('roby', 2.5)],
  plotAxes: [0],
  pointCount: 11,
};
const LOOPSCAN: ScanFileEntry = { ...ASCAN, title: 'loopscan 5 0.1', channels: [...TIMES, DIODE], pointCount: 5 };

interface Node {
  readonly class?: string;
  readonly shape?: readonly number[];
  readonly type?: string;
}

/** Every object of the file by its path, without links, in the words of the golden tree. */
async function treeOf(bytes: Uint8Array): Promise<Record<string, Node>> {
  const { Group, Dataset } = await loadHdf5();
  return lookInto(bytes, (file) => {
    const tree: Record<string, Node> = {};
    const walk = (group: InstanceType<typeof Group>, prefix: string) => {
      for (const name of group.keys()) {
        const path = prefix + name;
        if (file.get_link(path) !== null) continue;
        const item = group.get(name);
        if (item instanceof Group) {
          tree[path] = { class: String(item.get_attribute('NX_class', true)) };
          walk(item, `${path}/`);
        } else if (item instanceof Dataset) {
          tree[path] = { shape: item.shape ?? [], type: item.dtype === '<d' ? 'float64' : 'object' };
        }
      }
    };
    walk(file, '');
    return tree;
  });
}

async function writeGolden(): Promise<ScanFile> {
  const file = await ScanFile.create('data.h5', START);
  for (const entry of [ASCAN, LOOPSCAN, ASCAN]) {
    file.begin(entry);
    for (let point = 0; point < entry.pointCount; point++) file.append(entry.channels.map((_, i) => point + i / 10));
    file.finish(END, [place('robz', 1), place('roby', 2.5)]);
  }
  return file;
}

test('groups, classes, shapes and types are those of the golden file, and a plot beside them', async () => {
  const { tree } = goldenJson<{ tree: Record<string, Node> }>('scans/nexus_example.json');
  const file = await writeGolden();
  const found = await treeOf(file.bytes());
  const plots = ['1.1/plot', '2.1/plot', '3.1/plot'];
  expect(plots.map((path) => found[path])).toEqual(plots.map(() => ({ class: 'NXdata' })));
  for (const path of plots) delete found[path];
  expect(found).toEqual(tree);
  file.close();
});

test('links lead to the data, also of axes that were scanned', async () => {
  const file = await writeGolden();
  const links = await lookInto(file.bytes(), (root) =>
    [
      '1.1/measurement/robz',
      '1.1/measurement/diode',
      '2.1/measurement/epoch',
      '3.1/instrument/positioners/robz',
      '1.1/plot/robz',
      '1.1/plot/diode',
    ].map((path) => root.get_link(path)),
  );
  expect(links).toEqual([
    '/1.1/instrument/robz/value',
    '/1.1/instrument/diode/data',
    '/2.1/instrument/epoch/value',
    '/3.1/instrument/robz/value',
    '/1.1/instrument/robz/value',
    '/1.1/instrument/diode/data',
  ]);
  file.close();
});

test('a file is whole at every point, and goes on after it was opened again', async () => {
  const first = await ScanFile.create('data.h5', START);
  expect(first.begin(ASCAN)).toBe('1.1');
  first.append([0.5, 0, 1, 7]);
  const cut = first.bytes().slice();
  first.append([0.6, 0, 1, 8]);
  first.close();

  const second = await ScanFile.open(cut, 'data.h5');
  expect(second.lastNumber).toBe(1);
  expect(second.begin(LOOPSCAN)).toBe('2.1');
  second.append([0, 1, 9]);
  const entries = await scanEntries(second.bytes());
  expect(entries['1.1']).toMatchObject({ hasEnded: false, columns: { robz: [0.5], diode: [7] } });
  expect(entries['2.1']!.columns).toEqual({ elapsed_time: [0], epoch: [1], diode: [9] });
  expect(await lookInto(second.bytes(), (root) => root.get_attribute('default', true))).toBe('2.1');
  second.close();
});

test('the number after the last is taken, not the number of entries', async () => {
  const { File, files } = await loadHdf5();
  const path = temporaryName();
  const made = new File(path, 'w');
  for (const name of ['9.1', '9.2', '12.1', 'notes']) made.create_group(name);
  made.close();
  const file = await ScanFile.open(files.readFile(path), 'data.h5');
  expect(file.begin(LOOPSCAN)).toBe('13.1');
  file.close();
});

test('two channels of one name both stay, and none takes the name of a collection', async () => {
  const file = await ScanFile.create('data.h5', START);
  file.begin({ ...ASCAN, channels: [...TIMES, DIODE, DIODE, { ...DIODE, name: 'positioners' }] });
  file.append([0, 1, 2, 3, 4]);
  const { columns } = (await scanEntries(file.bytes()))['1.1']!;
  expect(columns).toMatchObject({ diode: [2], 'diode (2)': [3], 'positioners (2)': [4] });
  file.close();
});

test('what is no HDF5 is refused by name', async () => {
  const text = new TextEncoder().encode('robz,diode\n');
  await expect(ScanFile.open(text, '/scans/data.h5')).rejects.toThrow(/^\/scans\/data\.h5 is no whole HDF5 file/);
});
