"""What foreign Python software reads from the simulated instruments. Answers are JSON on standard output.

ask PORT MESSAGE...        each message to one instrument by PyVISA, answers of those with a question mark
values PORT SETUP QUERY TYPE ORDER   PyVISA's binary values of a query, after a setup; TYPE as of struct, ORDER < or >
sigrok FILE                the samples of the first analog channel in a file of sigrok
"""
import json
import struct
import sys
import zipfile


def instrument(port):
    import pyvisa

    resource = pyvisa.ResourceManager("@py").open_resource(f"TCPIP::127.0.0.1::{port}::SOCKET")
    resource.read_termination = "\n"
    resource.write_termination = "\n"
    resource.timeout = 20000
    return resource


def ask(port, *messages):
    resource = instrument(port)
    answers = []
    for message in messages:
        if "?" in message:
            answers.append(resource.query(message))
        else:
            resource.write(message)
    return answers


def values(port, setup, query, datatype, order):
    resource = instrument(port)
    resource.write(setup)
    return resource.query_binary_values(query, datatype=datatype, is_big_endian=order == ">", expect_termination=True)


def sigrok(path):
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("analog-1-1-")]
        names.sort(key=lambda name: int(name.rsplit("-", 1)[1]))
        data = b"".join(archive.read(name) for name in names)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


command, *arguments = sys.argv[1:]
print(json.dumps({"ask": ask, "values": values, "sigrok": sigrok}[command](*arguments)))
