# Arrays and columns whose times, Unix times, dates, running numbers or other axes are to be found, each kind of axis in
# several formats. python3 make.py writes the files and expected.json: what NumPy, pandas, SciPy, h5py and DuckDB read back.

import json

import duckdb
import h5py
import numpy as np
import pandas as pd
import scipy.io

COUNT = 20
VALUES = np.round(np.sin(np.arange(COUNT) / 3) * 5, 3)
INDEX = np.arange(COUNT)
# 2026-03-04T05:06:07.25Z, every 20 ms
START_NS = 1_772_600_767_250_000_000
STAMP_NS = START_NS + 20_000_000 * INDEX
STAMP_MS = STAMP_NS // 1_000_000
STAMP_S = STAMP_NS / 1e9
expected = {}


def tell(name, columns, times=None, unit=1):
    """times: seconds or None; `unit` in seconds of the times as they are"""
    told = {'values': {key: [float(value) for value in column] for key, column in columns.items()}}
    if times is not None:
        offsets = (np.asarray(times) - np.asarray(times)[0]) * unit
        told['offsetsS'] = [None if np.isnan(offset) else float(offset) for offset in offsets]
    expected[name] = told


def dates(column):
    """seconds since 1970 of the first one, as pandas has it"""
    return pd.Timestamp(column[0]).isoformat()


def npz(name, signals, times=None, unit=1, **arrays):
    np.savez(f'{name}.npz', **arrays)
    back = np.load(f'{name}.npz')
    tell(f'{name}.npz', {key: back[key] for key in signals}, None if times is None else back[times].astype('int64') if back[times].dtype.kind == 'M' else back[times], unit)


def numpy_files():
    npz('stamp', ['v'], 'stamp', 1e-9, v=VALUES, stamp=STAMP_NS)
    npz('seconds', ['v'], 'recorded', 1, v=VALUES, recorded=STAMP_S)
    npz('index', ['v'], index=INDEX, v=VALUES)
    npz('index_and_time', ['v'], 't_ms', 1e-3, index=INDEX, t_ms=20 * INDEX, v=VALUES)
    npz('frequency', ['level'], 'frequency', 1, frequency=1e9 + 1e6 * INDEX, level=VALUES)
    npz('two_times', ['v'], 'time_s', 1, start_time=INDEX * 1.0, time_s=INDEX * 0.5, v=VALUES)
    npz('dates', ['v'], 'when', 1e-2, when=(START_NS // 10_000_000 + 2 * INDEX).astype('datetime64[10ms]'), v=VALUES)
    pairs = np.column_stack([0.02 * INDEX - 0.1, VALUES])
    np.save('pairs.npy', pairs)
    back = np.load('pairs.npy')
    tell('pairs.npy', {'channel[1]': back[:, 1]}, back[:, 0])
    records = np.zeros(COUNT, [('sample', 'i4'), ('stamp', 'i8'), ('v', 'f4')])
    records['sample'], records['stamp'], records['v'] = INDEX, STAMP_MS, VALUES
    np.save('records.npy', records)
    back = np.load('records.npy')
    tell('records.npy', {'v': back['v']}, back['stamp'], 1e-3)


def parquet(name, signals, select, times=None, unit=1, rows=COUNT):
    duckdb.sql(f"copy (select {select} from range({rows}) r(i)) to '{name}.parquet' (format parquet)")
    back = duckdb.sql(f"select * from '{name}.parquet'").df()
    place = None
    if times is not None:
        place = duckdb.sql(f"select {times} as at from '{name}.parquet'").df()['at']
    tell(f'{name}.parquet', {key: back[key] for key in signals}, place, unit)


def parquet_files():
    duckdb.sql("set timezone = 'UTC'")
    ns = f'({START_NS} + 20000000 * i)::BIGINT'
    moment = f'make_timestamp_ns({ns})'
    parquet('zoned', ['v'], f"({moment}::TIMESTAMP::TIMESTAMPTZ) as ts, i * 1.5 as v", 'epoch_ns(ts)', 1e-9)
    parquet('unzoned', ['v'], f"{moment} as ts, i * 1.5 as v", 'epoch_ns(ts)', 1e-9)
    parquet('stamp', ['v'], f"i * 1.5 as v, {ns} // 1000000 as stamp", 'stamp', 1e-3)
    parquet('seconds', ['v'], f"i * 1.5 as v, {ns} / 1e9 as recorded", 'recorded')
    parquet('missing', ['v'], f"case when i = 7 then null else {moment} end as ts, i * 1.5 as v", 'epoch_ns(ts)', 1e-9)
    parquet('index', ['v'], 'i as "index", i * 1.5 as v')
    parquet('one_row', ['v'], 'i * 0.5 as t, 4.25::DOUBLE as v', rows=1)
    parquet('one_moment', ['v'], f"{moment} as ts, 4.25::DOUBLE as v", rows=1)
    parquet('elapsed', ['v'], 'i * 20 as elapsed_ms, i as "#", i * 1.5 as v', 'elapsed_ms', 1e-3)
    frame = pd.DataFrame({'v': VALUES}, index=pd.Index(INDEX[::-1][::-1] + 5))
    frame.to_parquet('pandas.parquet', index=True)
    tell('pandas.parquet', {'v': pd.read_parquet('pandas.parquet')['v']})


def hdf5_files():
    with h5py.File('groups.h5', 'w') as f:
        f['stamped/stamp'], f['stamped/v'] = STAMP_MS, VALUES
        f['numbered/index'], f['numbered/v'] = INDEX, VALUES
        f['both/n'], f['both/time_ms'], f['both/v'] = INDEX, 20 * INDEX, VALUES
        f['twice/t'], f['twice/time'], f['twice/v'] = 0.02 * INDEX, 0.5 * INDEX, VALUES
        lost = np.where(INDEX < 9, INDEX, INDEX + 1)
        f['lost/seconds'], f['lost/v'] = lost, VALUES
    # as pandas' HDFStore lays a table out: an index of Unix times and blocks of values
    table = np.zeros(COUNT, [('index', 'i8'), ('values_block_0', 'f8', (2,))])
    table['index'], table['values_block_0'][:, 0], table['values_block_0'][:, 1] = STAMP_NS, VALUES, -VALUES
    with h5py.File('table.h5', 'w') as f:
        f['run/table'] = table
    with h5py.File('groups.h5') as f:
        tell('groups.h5', {f'{group}/v': f[group]['v'][()] for group in f})
    with h5py.File('table.h5') as f:
        back = f['run/table'][()]
        tell('table.h5', {f'run/table.values_block_0[{k}]': back['values_block_0'][:, k] for k in (0, 1)}, back['index'], 1e-9)


def mat_files():
    scipy.io.savemat('stamp.mat', {'stamp': STAMP_S, 'v': VALUES})
    back = scipy.io.loadmat('stamp.mat', squeeze_me=True)
    tell('stamp.mat', {'v': back['v']}, back['stamp'])
    scipy.io.savemat('index.mat', {'index': INDEX.astype('f8'), 'v': VALUES})
    tell('index.mat', {'v': scipy.io.loadmat('index.mat', squeeze_me=True)['v']})


def numbered_files():
    """Running numbers beside nothing but times, and in a struct beside whose struct the times are."""
    np.savez('times_and_index.npz', t=np.arange(8) * 0.5, index=np.arange(8))
    scipy.io.savemat('times_and_index.mat', {'t': np.arange(8) * 0.5, 'index': np.arange(8.0)})
    scipy.io.savemat('outer.mat', {'time': np.arange(8) * 0.25, 's': {'index': np.arange(8.0), 'v': np.arange(8) * 2.0}})


numpy_files()
parquet_files()
hdf5_files()
mat_files()
numbered_files()
with open('expected.json', 'w') as out:
    json.dump(expected, out, indent=1)
    out.write('\n')
