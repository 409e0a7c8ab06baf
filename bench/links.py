"""Questions a second of PyVISA with pyvisa-py: links.py PORT COUNT."""
import sys
import time

import pyvisa

port, count = sys.argv[1:]
resource = pyvisa.ResourceManager("@py").open_resource(f"TCPIP::127.0.0.1::{port}::SOCKET")
resource.read_termination = "\n"
resource.write_termination = "\n"
start = time.perf_counter()
for _ in range(int(count)):
    resource.query("*IDN?")
print(int(count) / (time.perf_counter() - start))
