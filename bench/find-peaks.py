"""Times scipy.signal.find_peaks on the signals of find-peaks.bench.mjs. Usage: find-peaks.py FOLDER; the folder holds
cases.json and the raw float64 or int16 signals; writes one JSON object: version, and per case seconds and peak count."""

import json
import statistics
import sys
import time

import numpy
import scipy
from scipy.signal import find_peaks

folder = sys.argv[1]
with open(f"{folder}/cases.json") as file:
    cases = json.load(file)
results = {}
for case in cases:
    x = numpy.fromfile(f"{folder}/{case['signal']}", dtype=case["dtype"])
    times = []
    for _ in range(case["repeats"]):
        start = time.perf_counter()
        for _ in range(case["calls"]):
            peaks, _properties = find_peaks(x, **case["args"])
        times.append((time.perf_counter() - start) / case["calls"])
    results[case["name"]] = {"seconds": statistics.median(times), "peakCount": len(peaks)}
print(json.dumps({"version": scipy.__version__, "results": results}))
