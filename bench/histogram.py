"""Times numpy.histogram with an explicit edge array, as mimoCoRB2 calls it. Usage: histogram.py FILE (raw int16);
writes one JSON object: version and seconds."""

import json
import statistics
import sys
import time

import numpy

values = numpy.fromfile(sys.argv[1], dtype="int16")
edges = numpy.linspace(0, 4095, 4096)
times = []
for _ in range(5):
    start = time.perf_counter()
    numpy.histogram(values, bins=edges)
    times.append(time.perf_counter() - start)
print(json.dumps({"version": numpy.__version__, "seconds": statistics.median(times)}))
