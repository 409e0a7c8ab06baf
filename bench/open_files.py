"""What Python does in the benchmark of opening files. Usage: open_files.py hdf5 FILE writes one; open_files.py csv FILE
reads a table with pandas' C engine and the figures of its signals, and writes one JSON object."""

import json
import sys
import time

ROWS = 18_750_000


def make_hdf5(path):
    import h5py
    import numpy

    times = numpy.arange(ROWS) / 1e6
    noise = numpy.random.default_rng(1).normal(0, 1e-4, ROWS)
    with h5py.File(path, "w") as file:
        for name, unit, values in (("current", "A", noise + 1e-3), ("voltage", "V", 3.3 + numpy.sin(times) + noise)):
            dataset = file.create_dataset(name, data=values)
            dataset.attrs["units"] = unit
            dataset.attrs["sampling_rate"] = 1e6


def read_csv(path):
    import pandas

    start = time.perf_counter()
    columns = pandas.read_csv(path, engine="c").iloc[:, 1:]
    figures = columns.mean(), columns.std(), columns.min(), columns.max()
    seconds = time.perf_counter() - start
    return {"version": pandas.__version__, "seconds": seconds, "count": len(columns), "mean": float(figures[0].iloc[0])}


if sys.argv[1] == "hdf5":
    make_hdf5(sys.argv[2])
else:
    print(json.dumps(read_csv(sys.argv[2])))
