"""What bench/pipeline-functions.js has for Pulsebench: events as fast as they are taken, without any waiting."""

import numpy as np
from mimocorb2 import Importer


def burst(buffer_io):
    importer = Importer(buffer_io)
    data = np.zeros_like(importer.data_example)

    def events():
        for _ in range(buffer_io["count"]):
            yield data
        yield None

    importer(events)
