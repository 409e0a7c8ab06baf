"""The rival's part of the Parquet benchmark: makes a file, reads it with figures of its columns, writes it again."""

import json
import os
import sys
import time

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 8_000_000


def make(path: str, array: str) -> None:
    rng = np.random.default_rng(1)
    current = rng.normal(1e-3, 1e-4, ROWS).astype("f4")
    voltage = rng.normal(3.3, 1e-2, ROWS).astype("f4")
    ticks = np.arange(ROWS, dtype="i8") * 500
    table = pa.table({"time_ns": ticks, "current": current, "voltage": voltage})
    pq.write_table(table, path, use_dictionary=False)
    fields = np.zeros(ROWS, dtype=[("current", "<f4"), ("voltage", "<f4")])
    fields["current"], fields["voltage"] = current, voltage
    np.save(array, fields)


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def measure(path: str, written: str) -> dict:
    duckdb.sql("set threads to 1")
    query = "select " + ", ".join(
        f"count({c}), avg({c}), stddev_samp({c}), min({c}), max({c})" for c in ("time_ns", "current", "voltage")
    )
    read_s, row = timed(lambda: duckdb.sql(f"{query} from '{path}'").fetchone())
    table = pq.read_table(path)

    def write():
        pq.write_table(table, written, use_dictionary=False)
        with open(written, "rb+") as file:
            os.fsync(file.fileno())

    write_s, _ = timed(write)
    return {
        "readS": read_s,
        "writeS": write_s,
        "count": row[5],
        "mean": row[6],
        "rows": ROWS,
        "duckdb": duckdb.__version__,
        "pyarrow": pa.__version__,
    }


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], sys.argv[3])
    else:
        print(json.dumps(measure(sys.argv[2], sys.argv[3])))
