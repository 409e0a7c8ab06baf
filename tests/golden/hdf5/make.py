# Writes the files of this folder and what h5py reads from them. Run with h5py 3.7.0 and NumPy:  python3 make.py
import json

import h5py
import numpy as np

EXPECTED = {}


def note(file, path, values):
    """What the signal `path` must hold, as h5py reads it."""
    EXPECTED.setdefault(file, {})[path] = [v.item() for v in np.asarray(values)]


def text(number):
    return str(number) if isinstance(number, int) and abs(number) >= 2**53 else number


def types():
    name = 'types.h5'
    with h5py.File(name, 'w', libver='earliest') as f:
        f['big'] = np.array([-2, 300, 32767], dtype='>i2')
        f['half'] = np.array([0.5, -1.25, 65504, 6e-8], dtype='f2')
        f['flag'] = np.array([True, False, True])
        f['level'] = np.array([1, 2, 1], dtype=h5py.enum_dtype({'LOW': 1, 'HIGH': 2}, basetype='i2'))
        f['long'] = np.array([2**64 - 1, 2**63 + 1], dtype='u8')
        f['z'] = np.array([1 + 2j, 3 - 4j], dtype='c16')
        f['table'] = np.array(
            [(0, 1.5, b'ab', (1, 2)), (2, 2.5, b'c', (3, 4)), (4, -1, b'', (5, 6))],
            dtype=[('time', '<u2'), ('u', '>f8'), ('note', 'S2'), ('pair', '<i4', (2,))],
        )
        f['columns'] = np.arange(12.0).reshape(6, 2)
        f['rows'] = np.arange(12.0).reshape(2, 6) * 10
        f['cube'] = np.arange(24, dtype='i4').reshape(2, 4, 3)
        f['row'] = np.arange(5.0).reshape(1, 5)
        f['packed'] = np.array([1, -32768, 3], dtype='i2')
        f['packed'].attrs['scale_factor'] = 0.5
        f['packed'].attrs['add_offset'] = 10.0
        f['packed'].attrs['_FillValue'] = np.int16(-32768)
        f['single'] = 4.5
        f['single'].attrs['units'] = 'K'
        f['switch'] = np.array([2], dtype=h5py.enum_dtype({'OFF': 1, 'ON': 2}, basetype='u1'))
        f['names'] = np.array(['eins', 'zwei'], dtype=h5py.string_dtype())
        f.attrs['maker'] = 'us'
        for path in ['big', 'half', 'level', 'long', 'row']:
            note(name, path, f[path][()].ravel())
        note(name, 'flag', f['flag'][()].astype(int))
        note(name, 'z.real', f['z'][()].real)
        note(name, 'z.imag', f['z'][()].imag)
        note(name, 'table.u', f['table']['u'])
        for k in range(2):
            note(name, f'table.pair[{k}]', f['table']['pair'][:, k])
            note(name, f'columns[{k}]', f['columns'][:, k])
            note(name, f'rows[{k}]', f['rows'][k])
        for i in range(2):
            for k in range(3):
                note(name, f'cube[{i},{k}]', f['cube'][i, :, k])


def nxdata(parent, name, **attributes):
    group = parent.create_group(name)
    group.attrs['NX_class'] = 'NXdata'
    for key, value in attributes.items():
        group.attrs[key] = value
    return group


def numbers(group, name, values, **attributes):
    group[name] = np.asarray(values)
    for key, value in attributes.items():
        group[name].attrs[key] = value
    return group[name]


def nexus():
    with h5py.File('nexus.h5', 'w', libver='earliest') as f:
        f.attrs['default'] = 'scan'
        entry = f.create_group('scan')
        entry.attrs['NX_class'] = 'NXentry'
        entry['start_time'] = '2024-03-05T10:11:12+01:00'
        entry['title'] = 'a scan'
        even = nxdata(entry, 'even', signal='counts', axes='energy')
        numbers(even, 'counts', np.arange(5), units='counts')
        numbers(even, 'energy', 7000 + 2.5 * np.arange(5), units='eV')
        milli = nxdata(entry, 'milli', signal='u', axes=['time'])
        numbers(milli, 'u', np.arange(4.0), units='mVolt')
        numbers(milli, 'time', np.array([10, 15, 20, 25], dtype='i4'), units='ms')
        uneven = nxdata(entry, 'uneven', signal='y', axes=['pressure'])
        numbers(uneven, 'y', np.arange(4.0))
        numbers(uneven, 'pressure', [1, 2, 4, 8.0], units='mbar')
        loop = nxdata(entry, 'loop', signal='m', axes=['field'])
        numbers(loop, 'm', np.arange(5.0), units='A/m')
        numbers(loop, 'field', [0, 1, 2, 1, 0.0], units='T')
        falling = nxdata(entry, 'falling', signal='r', axes=['temperature'])
        numbers(falling, 'r', [10, 20, 30, 40.0], units='ohm')
        numbers(falling, 'temperature', [300, 290, 280, 270.0], units='K')
        edges = nxdata(entry, 'edges', signal='hits', axes=['tof'])
        numbers(edges, 'hits', [3, 4, 5], units='counts')
        numbers(edges, 'tof', [0, 10, 20, 30.0], units='microseconds')
        old = nxdata(entry, 'old')
        numbers(old, 'intensity', np.arange(6.0), signal='1')
        numbers(old, 'angle', 10 + 0.5 * np.arange(6), axis='1', units='degree')
        numbers(old, 'steps', np.arange(6) * 7, axis=1, primary=2)
        old['angle'].attrs['primary'] = 1
        named = nxdata(entry, 'named')
        numbers(named, 'i', np.arange(3.0), signal=1, axes='x:y')
        numbers(named, 'x', [1, 2, 3.0], units='mm')
        image = nxdata(entry, 'image', signal='map', axes=['y', 'time'], time_indices=1, y_indices=0)
        numbers(image, 'map', np.arange(12.0).reshape(4, 3))
        numbers(image, 'y', [0, 1, 2, 3.0], units='mm')
        numbers(image, 'time', [0, 0.5, 1.0], units='s')
        log = entry.create_group('log')
        log.attrs['NX_class'] = 'NXlog'
        numbers(log, 'value', np.arange(3.0), units='K')
        numbers(log, 'time', [0, 1, 5.0], units='s', start='2024-03-05T10:11:22+01:00')
        detector = entry.create_group('detector')
        detector['same'] = even['counts']


def scales():
    with h5py.File('scales.h5', 'w', libver='earliest') as f:
        numbers(f, 'f', 100.0 * np.arange(4), units='Hz').make_scale('frequency')
        numbers(f, 'power', np.arange(8.0).reshape(2, 4), units='W')
        f['power'].dims[1].attach_scale(f['f'])
        clock = f.create_group('clock')
        numbers(clock, 'timestamp', 1_700_000_000_000_000_000 + 250_000_000 * np.arange(4))
        numbers(clock, 'v', np.arange(4.0))
        inner = f.create_group('outer')
        numbers(inner, 'time', np.arange(3) / 8, unit='s')
        numbers(inner.create_group('inner'), 'a', np.arange(3.0))
        since = f.create_group('since')
        numbers(since, 'time', [0, 1, 2.0], units='minutes since 2020-01-01 00:00:00')
        numbers(since, 'b', np.arange(3.0))
        numbers(f.create_group('dt'), 'c', np.arange(3.0), dt=0.002, t0=-0.5)
        rate = f.create_group('rate')
        rate.attrs['sampling_rate_kHz'] = 4
        numbers(rate, 'd', np.arange(3.0))
        fs = f.create_group('fs')
        fs['Fs'] = 50.0
        numbers(fs, 'e', np.arange(3.0))
        nothing = f.create_group('nothing')
        numbers(nothing, 'g', np.arange(5.0))


def user_blocks():
    for size in (512, 8192):
        name = f'user-block-{size}.h5'
        with h5py.File(name, 'w', libver='earliest', userblock_size=size) as f:
            f['a'] = np.arange(3.0)
        with open(name, 'r+b') as f:
            f.write(b'what the user likes')


def matlab():
    name = 'matlab.h5'
    with h5py.File(name, 'w', libver='earliest', userblock_size=512) as f:
        def put(path, values, kind='double', **attributes):
            # MATLAB's dimensions are those of HDF5 from last to first
            dataset = f.create_dataset(path, data=np.asarray(values).T)
            dataset.attrs['MATLAB_class'] = np.bytes_(kind)
            for key, value in attributes.items():
                dataset.attrs[key] = value
            return dataset

        put('t', [[0, 0.25, 0.5, 0.75]])
        put('y', [[1.0], [2.0], [3.0], [4.0]])
        put('m', np.arange(8.0).reshape(4, 2))
        put('on', np.array([[1, 0, 1, 1]], dtype='u1'), 'logical', MATLAB_int_decode=np.int32(1))
        put('note', np.array([[ord(c) for c in 'abc'], [ord(c) for c in 'de ']], dtype='u2'), 'char')
        put('none', np.array([0, 0], dtype='u8'), MATLAB_empty=np.uint8(1))
        put('gain', [[2.5]])
        s = f.create_group('s')
        s.attrs['MATLAB_class'] = np.bytes_('struct')
        put('s/w', [[5.0, 6.0, 7.0]])
        put('#refs#/a', [[8.0, 9.0]])
        put('#refs#/b', np.array([[ord('x')]], dtype='u2'), 'char')
        cells = f.create_dataset('c', (2, 1), dtype=h5py.ref_dtype)
        cells[0, 0] = f['#refs#/a'].ref
        cells[1, 0] = f['#refs#/b'].ref
        cells.attrs['MATLAB_class'] = np.bytes_('cell')
    with open(name, 'r+b') as f:
        f.write(b'MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Mon Mar  4 10:00:00 2024 HDF5 schema 1.00 .'.ljust(124))
        f.write(bytes([0, 2]) + b'IM')


def many():
    with h5py.File('many.h5', 'w', libver='earliest') as f:
        f.attrs['default'] = 'entry'
        entry = f.create_group('entry')
        entry.attrs['NX_class'] = 'NXentry'
        entry.attrs['default'] = 'plot'
        for k in range(40):
            f[f'all/d{k:02}'] = np.arange(3.0) + k
        plot = nxdata(entry, 'plot', signal='s')
        plot['s'] = f['all/d07']


def links():
    with h5py.File('links.h5', 'w', libver='earliest') as f:
        f['a'] = np.arange(10.0)
        f['again'] = f['a']
        f['soft'] = h5py.SoftLink('/a')
        f['lost'] = h5py.SoftLink('/nowhere')
        f['outside'] = h5py.ExternalLink('other.h5', '/x')
        f['itself'] = f['/']
        f.create_dataset('lzf', data=np.arange(100.0), compression='lzf')
        f.create_dataset('gzip', data=np.arange(100.0), compression='gzip', shuffle=True, fletcher32=True)
        f['any'] = np.array([np.arange(2), np.arange(3)], dtype=h5py.vlen_dtype('i4'))
    with h5py.File('virtual.h5', 'w', libver='latest') as f:
        f['a'] = np.arange(10.0)
        for path, source in (('away', 'missing.h5'), ('here', '.')):
            layout = h5py.VirtualLayout(shape=(10,), dtype='f8')
            layout[:] = h5py.VirtualSource(source, 'a', shape=(10,))
            f.create_virtual_dataset(path, layout, fillvalue=-1)


def detectors():
    with h5py.File('detectors.h5', 'w', libver='earliest') as f:
        scan = f.create_group('scan')
        scan.attrs['NX_class'] = 'NXentry'
        scan.attrs['default'] = 'plot'
        for name, data, unit in (
            ('motor', np.linspace(0, 1, 21), 'mm'),
            ('elapsed_time', np.arange(21) * 0.5, 's'),
            ('epoch', 1.7e9 + np.arange(21) * 0.5, 's'),
            ('camera', np.zeros((21, 12, 10), dtype='u2'), None),
        ):
            group = scan.create_group('instrument/' + name)
            group.attrs['NX_class'] = 'NXdetector'
            group['data'] = data
            if unit:
                group['data'].attrs['units'] = unit
            scan['measurement/' + name] = h5py.SoftLink(group['data'].name)
        single = scan.create_group('instrument/single')
        single.attrs['NX_class'] = 'NXdetector'
        single['data'] = np.zeros((64, 80), dtype='u1')
        plot = nxdata(scan, 'plot', signal='diode', axes='motor')
        plot['diode'] = np.arange(21) ** 2.0
        plot['motor'] = h5py.SoftLink('/scan/instrument/motor/data')
        # 1 is the fastest dimension here, as programs have it that count as Fortran does
        muons = scan.create_group('histogram')
        muons.attrs['NX_class'] = 'NXdata'
        muons['counts'] = np.arange(150, dtype='i4').reshape(3, 50)
        muons['counts'].attrs['signal'] = 1
        muons['raw_time'] = (np.arange(50) + 0.5) * 0.25
        muons['raw_time'].attrs['units'] = 'microseconds'
        muons['raw_time'].attrs['axis'] = 1
        # waveforms of digitizers are no images
        scan['waves/samples'] = np.arange(5 * 4 * 100.0).reshape(5, 4, 100)
        flight = nxdata(scan, 'flight', signal='hits', axes=['y', 'x', 'tof'])
        flight['hits'] = np.arange(16 * 16 * 20, dtype='i2').reshape(16, 16, 20)
        flight['tof'] = np.arange(21.0)
        flight['tof'].attrs['units'] = 'us'
        scan['log/time'] = np.array([f'2024-03-04T10:00:{i / 4:06.3f}' for i in range(40)], dtype='S23')
        scan['log/level'] = np.arange(40.0)


def neighbours():
    # the dataset beside lies where the main file has one of its own: addresses of two files may be equal
    with h5py.File('beside.h5', 'w', libver='earliest') as f:
        f['x'] = 100 + np.arange(10.0)
        f['g/y'] = np.arange(4.0)
    with h5py.File('beside-main.h5', 'w', libver='latest') as f:
        f['a'] = np.arange(10.0)
        f['link'] = h5py.ExternalLink('beside.h5', '/x')
        f['group'] = h5py.ExternalLink('beside.h5', '/g')
        layout = h5py.VirtualLayout(shape=(10,), dtype='f8')
        layout[:] = h5py.VirtualSource('beside.h5', 'x', shape=(10,))
        f.create_virtual_dataset('virtual', layout, fillvalue=-1)


def numbered():
    index = np.arange(8)
    with h5py.File('numbered.h5', 'w', libver='earliest') as f:
        table = np.zeros(8, dtype=[('index', 'i4'), ('u', 'f8')])
        table['index'], table['u'] = index, index * 1.5
        f['beside/table'], f['beside/t'] = table, index * 0.5
        f['alone/table'] = table
        f['outer/time'] = index * 0.25
        f['outer/inner/index'], f['outer/inner/v'] = index, index * 2.0
        f['other/when'] = 10 + index * 0.2
        f['bare/t'], f['bare/index'] = index * 0.5, index
        times = np.zeros(8, dtype=[('t', 'f8'), ('index', 'i4')])
        times['t'], times['index'] = index * 0.5, index
        f['times'] = times


def texts():
    def group(name, times, **others):
        f[name + '/level'] = np.arange(8.0)
        f.create_dataset(name + '/timestamp', data=times)
        for other, values in others.items():
            f[f'{name}/{other}'] = values
        return f[name]

    def fixed(times):
        return np.array(times, dtype='S')

    with h5py.File('texts.h5', 'w', libver='earliest') as f:
        seconds = fixed([f'2024-03-04T10:00:{i // 4:02d}' for i in range(8)])
        group('coarse', seconds, t=np.arange(8) * 0.25)
        group('coarse_alone', seconds)
        same = fixed(['2024-03-04T10:00:00'] * 8)
        group('same', same).attrs['fs'] = 50.0
        group('same_beside', same, t=np.arange(8) * 0.25)
        group('nano', fixed([f'2024-03-04T10:00:00.{1 + 4 * i:09d}' for i in range(8)]))
        zoned = [f'2024-03-04T10:00:{i:02d}.5+01:00' for i in range(8)]
        group('zoned', np.array(zoned, dtype=h5py.string_dtype()))
        group('no_day', fixed(['2024-02-31T10:00:00'] * 4 + ['2024-03-01T10:00:00'] * 4))
    with h5py.File('texts-packed.h5', 'w', libver='earliest') as f:
        f['plain/v'] = np.arange(8.0)
        f['packed/level'] = np.arange(40.0)
        times = fixed([f'2024-03-04T10:00:{i / 4:06.3f}' for i in range(40)])
        f.create_dataset('packed/time', data=times, chunks=(40,), compression=4)


for write in (neighbours, types, nexus, scales, user_blocks, matlab, many, links, detectors, numbered, texts):
    write()
with open('expected.json', 'w') as f:
    json.dump({n: {p: [text(v) for v in vs] for p, vs in s.items()} for n, s in EXPECTED.items()}, f, indent=1)
    f.write('\n')
