"""Reads files as programs do that nobody here wrote, and prints their columns: JSON, 64-bit integers as text.

tables.py FILE; by the file's ending pandas (.csv), NumPy (.npy), h5py (.h5), SciPy (.mat), DuckDB and pyarrow (.parquet).
tables.py versions: the versions of these programs."""

import json
import sys

import duckdb
import h5py
import numpy
import pandas
import pyarrow.parquet
import scipy.io


def columns_of(path: str) -> dict:
    ending = path.rsplit(".", 1)[1]
    if ending == "csv":
        return dict(pandas.read_csv(path, float_precision="round_trip").items())
    if ending == "npy":
        array = numpy.load(path)
        return {name: array[name] for name in array.dtype.names} if array.dtype.names else {"value": array}
    if ending == "mat":
        found = scipy.io.loadmat(path)
        return {name: value.ravel() for name, value in found.items() if hasattr(value, "dtype") and value.dtype.kind in "iuf"}
    if ending == "h5":
        found = {}

        def take(name, item):
            if isinstance(item, h5py.Dataset) and item.dtype.kind in "iuf" and item.ndim == 1:
                found[name] = item[()]

        with h5py.File(path) as file:
            file.visititems(take)
        return found
    table = pyarrow.parquet.read_table(path)
    relation = duckdb.sql(f"from '{path}'")
    rows = relation.fetchnumpy()
    for name in table.column_names:
        # the two must agree
        assert len(table[name]) == len(rows[name])
    return {name: rows[name] for name in relation.columns}


def plain(values) -> list:
    array = numpy.asarray(values)
    if array.dtype.kind == "M":
        array = array.astype("datetime64[ns]").astype("int64")
    if array.dtype.itemsize == 8 and array.dtype.kind in "iu":
        return [str(value) for value in array.tolist()]
    return [None if value != value else value for value in array.astype("float64").tolist()]


if __name__ == "__main__":
    modules = (duckdb, h5py, numpy, pandas, pyarrow, scipy)
    if sys.argv[1] == "versions":
        print(", ".join(f"{module.__name__} {module.__version__}" for module in modules))
    else:
        print(json.dumps({name: plain(values) for name, values in columns_of(sys.argv[1]).items()}))
