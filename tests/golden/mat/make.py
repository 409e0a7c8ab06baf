# Writes the files of this folder and what SciPy reads from them. Run with SciPy 1.10.1 and NumPy:  python3 make.py
import json

import numpy as np
import scipy.io
import scipy.sparse


def flat(value, name, out):
    """Arrays of numbers by the names that they have in MATLAB."""
    if value.dtype.names:
        for field in value.dtype.names:
            flat(value[field].item(), f'{name}.{field}', out)
    elif value.dtype == object:
        for index, item in enumerate(value.ravel(order='F')):
            flat(item, f'{name}{{{index + 1}}}', out)
    elif value.size > 1 and value.dtype.kind in 'iufcb':
        for part in ('real', 'imag') if value.dtype.kind == 'c' else ('',):
            rows = np.atleast_2d(getattr(value, part) if part else value)
            rows = rows if rows.shape[0] <= rows.shape[1] else rows.T
            for index, row in enumerate(rows):
                label = f'[{index}]' if len(rows) > 1 else ''
                key = f'{name}.{part}{label}' if part else name + label
                values = row.astype(int) if row.dtype == bool else row
                out[key] = [str(v) if abs(v) >= 2**53 else v for v in (x.item() for x in values)]
    elif value.dtype.kind in 'US':
        out[name] = '\n'.join(str(v).rstrip() for v in np.atleast_1d(value)) if value.size else 'empty'
    elif value.size == 0:
        out[name] = 'empty'
    else:
        out[name] = value.item()


WORKSPACE = {
    't': np.arange(6) / 4,
    'y': np.array([[1.5], [-2], [3], [0], [5], [6]]),
    'm': np.arange(18.0).reshape(6, 3),
    'z': np.array([[1 + 2j, 3 - 4j]]),
    'long': np.array([[2**62 + 1, -5, 7]], dtype='i8'),
    'bytes': np.array([[1, 2, 255]], dtype='u1'),
    'single': np.array([[0.5, 0.25]], dtype='f4'),
    'on': np.array([[True, False, True]]),
    'note': 'Größe µΩ',
    'lines': np.array(['ab', 'cde']),
    'nothing': np.zeros((0, 0)),
    'gain': 2.5,
    's': {'fs': 50.0, 'u': np.array([[1.0, 2.0, 3.0]]), 'inner': {'w': np.array([[4, 5]], dtype='i2')}},
    'c': np.array([np.array([[8.0, 9.0]]), 'text'], dtype=object),
    'sp': scipy.sparse.csc_matrix(np.array([[0, 1.5, 0, 0], [2, 0, 0, -3]])),
}
PICO = {
    'Tstart': -0.001,
    'Tinterval': 2e-6,
    'Length': 5,
    'A': np.array([[0.1], [0.2], [0.3], [0.4], [0.5]], dtype='f4'),
    'B': np.array([[1], [2], [3], [4], [5]], dtype='f4'),
}
LEVEL4 = {
    'time_ms': np.arange(4.0) * 5,
    'v': np.array([[1, 2, 3, 4]], dtype='i2'),
    'w': np.array([[1 + 1j, 2, 3, 4]]),
    'note': 'four',
    'sp': scipy.sparse.csc_matrix(np.array([[0, 1.5], [2, 0], [0, 7]])),
}

expected = {}
for name, content, options in (
    ('packed', WORKSPACE, {'do_compression': True}),
    ('plain', WORKSPACE, {}),
    ('pico', PICO, {}),
    ('level4', LEVEL4, {'format': '4'}),
):
    scipy.io.savemat(f'{name}.mat', content, **options)
    out = {}
    for key, value in scipy.io.loadmat(f'{name}.mat').items():
        if not key.startswith('__'):
            flat(np.asarray(value.todense()) if scipy.sparse.issparse(value) else value, key, out)
    expected[name] = out
with open('expected.json', 'w') as f:
    json.dump(expected, f, indent=1)
    f.write('\n')
