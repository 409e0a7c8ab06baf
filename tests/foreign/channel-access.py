"""What pyepics, over libca of EPICS Base, reads and writes. Each command prints one line of JSON.

    read NAME…      value, type, count, rights, time stamp, alarm, unit and limits
    sum NAME        count, first, last and sum of an array
    text NAME       the value as the server's text
    put NAME VALUE  waits for the completion; the value before and after
    monitor NAME N  a line "ready", then the updates after the first value: value, time, severity, status
    follow NAME LAST [NAME LAST]…
                    a line "ready", then the numbers that each variable (of an array: its first element) has shown from 1 on,
                    until it shows LAST
"""

import json
import sys
import time

import epics

TIMEOUT_S = 10


def pv(name, **options):
    variable = epics.PV(name, form="ctrl", **options)
    if not variable.wait_for_connection(TIMEOUT_S):
        sys.exit(f"{name} is not found")
    return variable


def described(name):
    variable = pv(name)
    value = variable.get(timeout=TIMEOUT_S)
    stamped = epics.PV(name, form="time")
    stamped.wait_for_connection(TIMEOUT_S)
    stamped.get(timeout=TIMEOUT_S)
    return {
        "value": value.tolist() if hasattr(value, "tolist") else value,
        "type": epics.ca.dbr.Name(epics.ca.field_type(variable.chid)),
        "count": variable.nelm,
        "canWrite": variable.write_access,
        "time": stamped.timestamp,
        "status": variable.status,
        "severity": variable.severity,
        "unit": variable.units,
        "precision": variable.precision,
        "display": [variable.lower_disp_limit, variable.upper_disp_limit],
        "alarm": [variable.lower_alarm_limit, variable.upper_alarm_limit],
        "choices": variable.enum_strs,
    }


def summed(name):
    value = pv(name, auto_monitor=False).get(timeout=TIMEOUT_S)
    return {"count": len(value), "first": value[0], "last": value[-1], "sum": float(value.sum())}


def put(name, text):
    variable = pv(name)
    before = variable.get(timeout=TIMEOUT_S)
    done = variable.put(int(text), wait=True, timeout=TIMEOUT_S)
    epics.ca.poll()
    after = variable.get(timeout=TIMEOUT_S, use_monitor=False)
    return {"before": before, "done": done, "after": after}


def monitored(name, count):
    updates = []

    def changed(value=None, timestamp=None, severity=None, status=None, **_):
        shown = value.tolist() if hasattr(value, "tolist") else value
        updates.append({"value": shown, "time": timestamp, "severity": severity, "status": status})

    variable = epics.PV(name, form="time", auto_monitor=epics.dbr.DBE_VALUE | epics.dbr.DBE_ALARM, callback=changed)
    if not variable.wait_for_connection(TIMEOUT_S):
        sys.exit(f"{name} is not found")
    end = time.monotonic() + TIMEOUT_S
    while not updates and time.monotonic() < end:
        epics.ca.poll(0.01)
    updates.clear()
    print("ready", flush=True)
    while len(updates) < count and time.monotonic() < end:
        epics.ca.poll(0.01)
    return updates


def followed(pairs):
    shown = {name: [] for name, _ in pairs}

    def changed(pvname=None, value=None, **_):
        shown[pvname].append(float(value[0] if hasattr(value, "__len__") else value))

    variables = [epics.PV(name, form="time", auto_monitor=epics.dbr.DBE_VALUE, callback=changed) for name, _ in pairs]
    if not all(variable.wait_for_connection(TIMEOUT_S) for variable in variables):
        sys.exit("not all variables are found")
    while not all(shown.values()):
        epics.ca.poll(0.01)
    print("ready", flush=True)
    while any(shown[name][-1] < last for name, last in pairs):
        epics.ca.poll(0.01)
    return {name: [number for number in numbers if number >= 1] for name, numbers in shown.items()}


command, *arguments = sys.argv[1:]
if command == "version":
    print(f"pyepics {epics.__version__} over {epics.ca.find_libca()}")
elif command == "read":
    print(json.dumps([described(name) for name in arguments]))
elif command == "sum":
    print(json.dumps(summed(arguments[0])))
elif command == "text":
    print(json.dumps(epics.caget(arguments[0], as_string=True, timeout=TIMEOUT_S)))
elif command == "put":
    print(json.dumps(put(*arguments)))
elif command == "monitor":
    print(json.dumps(monitored(arguments[0], int(arguments[1]))))
elif command == "follow":
    print(json.dumps(followed([(name, float(last)) for name, last in zip(arguments[::2], arguments[1::2])])))
