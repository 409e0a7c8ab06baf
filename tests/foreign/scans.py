"""Reads files of scans with h5py, for Debian's Python, and prints JSON.

scans.py version: of h5py and its HDF5.
scans.py tree FILE: every object by its path, links apart, in the words of tests/golden/scans/nexus_example.json; attributes;
links; texts and numbers; and what is plotted first.
scans.py follow FILE ENTRY TRIES: opens the file so often, and prints how many points of diode there were each time."""

import json
import sys
import time

import h5py


def plain(value):
    if isinstance(value, bytes):
        return value.decode()
    return value.tolist() if hasattr(value, "tolist") else value


def tree_of(path: str) -> dict:
    tree, attributes, links, values = {}, {}, {}, {}

    def walk(group, prefix):
        for name in group:
            link = group.get(name, getlink=True)
            if not isinstance(link, h5py.HardLink):
                links[prefix + name] = link.path
                continue
            item = group[name]
            attributes[prefix + name] = {key: plain(value) for key, value in item.attrs.items()}
            if isinstance(item, h5py.Group):
                tree[prefix + name] = {"class": plain(item.attrs["NX_class"])}
                walk(item, f"{prefix}{name}/")
            else:
                tree[prefix + name] = {"shape": list(item.shape), "type": str(item.dtype)}
                values[prefix + name] = plain(item[()])

    with h5py.File(path) as file:
        attributes["/"] = {key: plain(value) for key, value in file.attrs.items()}
        walk(file, "")
        # as a viewer goes to what it shows first
        plot = file
        while "default" in plot.attrs:
            plot = plot[plot.attrs["default"]]
        axes = [plot[name][()].tolist() for name in plot.attrs["axes"]]
        shown = {"path": plot.name, "signal": plot[plot.attrs["signal"]][()].tolist(), "axes": axes}
    return {"tree": tree, "attributes": attributes, "links": links, "values": values, "shown": shown}


def follow(path: str, entry: str, tries: int) -> list:
    counts = []
    for _ in range(tries):
        with h5py.File(path) as file:
            columns = file[f"{entry}/measurement"]
            lengths = {len(column[()]) for column in columns.values()}
            # all columns of a file are equally long at any time
            assert len(lengths) == 1, lengths
            counts.append(lengths.pop())
        time.sleep(0.01)
    return counts


if __name__ == "__main__":
    if sys.argv[1] == "version":
        print(f"h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}")
    elif sys.argv[1] == "tree":
        print(json.dumps(tree_of(sys.argv[2])))
    else:
        print(json.dumps(follow(sys.argv[2], sys.argv[3], int(sys.argv[4]))))
