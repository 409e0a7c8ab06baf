"""Runs a setup of mimoCoRB2 without its interfaces and prints the events per second of its first buffer, from the first
event to the end of all processes. Usage: mimocorb2.py CHECKOUT SETUP_FOLDER TARGET_FOLDER < SETUP_YAML
"""

import contextlib
import sys
import time

import yaml


def main(checkout, setup_folder, target_folder):
    sys.path.insert(0, checkout)
    from mimocorb2.control import Control

    setup = yaml.safe_load(sys.stdin)
    setup["target_directory"] = target_folder
    with contextlib.redirect_stdout(sys.stderr):
        control = Control(setup, setup_folder, mode="")
        buffer = next(iter(control.buffers.values()))
        control.start_workers()
        processes = [process for worker in control.workers.values() for process in worker.processes]
        while buffer.event_count.value == 0:
            time.sleep(0.001)
        before, start = buffer.event_count.value, time.perf_counter()
        for process in processes:
            process.join()
        seconds = time.perf_counter() - start
    print((buffer.event_count.value - before) / seconds)


if __name__ == "__main__":
    main(*sys.argv[1:4])
