"""Damages files in many ways and loads them: each gives an error of the package, or says what it said before.

    python -m tests.faults.mutations [N]

makes N damaged files of each kind (1,000 unless told otherwise), and prints for each kind how many were refused, how
many loaded, and what else happened: raw exceptions, or numbers that changed in silence.
"""

import json
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import optax

import jaxsnn as snn
from jaxsnn import io
from jaxsnn.errors import JaxsnnError
from tests.io.networks import altered, document

MATRIX = "%%MatrixMarket matrix coordinate real general\n% weights\n4 5 4\n1 2 0.5\n2 5 1.0\n4 1 -2.0\n3 3 1e-3\n"
OBJECTS = (None, True, -1, 2**31, 2**70, 1e999, float("nan"), "", "x", [], [1], {}, {"a": 1}, [[None]], 0.5)
DTYPES = (np.float32, np.float64, np.int32, np.int64, np.uint8, bool, np.complex64, ">f4", "U3", "S2")


def flipped(content, draw):
    """Return bytes that were cut off, or in which some were replaced, removed, doubled."""
    place, number = int(draw.integers(len(content))), int(draw.integers(1, 4))
    match draw.integers(5):
        case 0:
            return content[:place]
        case 1:
            return content[:place] + content[place + number :]
        case 2:
            return content[:place] + content[place : place + number] + content[place:]
        case 3:
            return content[:place] + draw.bytes(number) + content[place + number :]
    return content[:place] + bytes([content[place] ^ (1 << int(draw.integers(8)))]) + content[place + 1 :]


def odd(array, draw):
    """Return an array of another type or shape, or with values that may make no sense."""
    array = np.asarray(array)
    match draw.integers(6) if array.dtype.kind in "iufbc" else draw.integers(1, 4):
        case 0:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return array.astype(DTYPES[draw.integers(len(DTYPES))])
        case 1:
            return array.reshape(-1)[: int(draw.integers(array.size + 1))]
        case 2:
            return np.stack([array, array])
        case 3:
            return np.zeros((), array.dtype)
    changed = array.copy().reshape(-1)
    if changed.size and changed.dtype.kind in "iufb":
        limits = np.iinfo(changed.dtype) if changed.dtype.kind in "iu" else None
        worst = (
            [limits.min, limits.max, 0] if limits else [np.nan, np.inf, -np.inf] if array.dtype.kind == "f" else [True]
        )
        changed[draw.integers(changed.size)] = worst[draw.integers(len(worst))]
    return changed.reshape(array.shape)


def odd_header(header, draw):
    """Return a header in which something, at any depth, is something else or missing."""
    header = json.loads(json.dumps(header))
    inside = header
    while True:
        name = sorted(inside)[draw.integers(len(inside))]
        if isinstance(inside[name], dict) and inside[name] and draw.random() < 0.7:
            inside = inside[name]
            continue
        if draw.random() < 0.2:
            del inside[name]
        else:
            inside[name] = OBJECTS[draw.integers(len(OBJECTS))]
        return header


class Campaign:
    """Networks and files to be damaged.

    Args:
        folder: for files.
        describe: functions of `tests.io.networks`.
        borrow: returns a network of one of them, which has run a little.
    """

    def __init__(self, folder, describe, borrow):
        self.folder, self.nets = Path(folder), [borrow(d) for d in describe]
        for i, net in enumerate(self.nets):
            for end in (".npz", ".mat"):
                net.save(self.folder / f"{i}{end}")
        self.found = Counter()

    def kinds(self):
        """Return what damages a file and loads it, by name."""
        names = ("bytes_npz", "bytes_mat", "values", "headers", "connectivity", "market", "json", "fits", "exports")
        return {name: getattr(self, name) for name in names}

    def run(self, kind, number, seed=0):
        """Damage and load so many files; return how it ended, counted."""
        draw, act, found = np.random.default_rng([seed, len(kind)]), self.kinds()[kind], Counter()
        for _ in range(number):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found[self._ending(act, draw)] += 1
        return found

    def _ending(self, act, draw):
        try:
            return act(draw)
        except JaxsnnError:
            return "refused"
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            return f"raw: {type(error).__name__}: {str(error)[:120]}"

    def _some(self, draw):
        i = int(draw.integers(len(self.nets)))
        return i, self.nets[i]

    def _load(self, net, path, expected=None):
        """Load a file; return whether it was refused, without a trace, or what it left."""
        core, before = net._core, net._core.mark()
        first = document(net)
        try:
            net.load(path)
        except JaxsnnError:
            return "refused" if _same(document(net), first) else "refused, but something has changed"
        else:
            after = document(net)
            net.simulate(2.0)
            return "loaded" if expected is None or _same(after, expected) else "changed in silence"
        finally:
            core.return_to(before)

    def bytes_npz(self, draw, end=".npz"):
        i, net = self._some(draw)
        path = self.folder / f"bad{end}"
        path.write_bytes(flipped((self.folder / f"{i}{end}").read_bytes(), draw))
        return self._load(net, path, document(net))

    def bytes_mat(self, draw):
        return self.bytes_npz(draw, ".mat")

    def values(self, draw):
        _, net = self._some(draw)
        arrays = document(net).arrays
        name = sorted(arrays)[draw.integers(len(arrays))]
        changes = {"drop": (name,)} if draw.random() < 0.1 else {"arrays": {name: odd(arrays[name], draw)}}
        altered(net, self.folder / "bad.npz", **changes)
        return self._load(net, self.folder / "bad.npz")

    def headers(self, draw):
        _, net = self._some(draw)
        header, now = odd_header(document(net).header, draw), document(net)
        io.write(self.folder / "bad.npz", io.Document(header, now.arrays))
        return self._load(net, self.folder / "bad.npz")

    def connectivity(self, draw):
        _, net = self._some(draw)
        proj = next(q for q in net.projections() if type(q) is snn.Projection)
        path, bad = self.folder / "synapses.npz", self.folder / "bad.npz"
        proj.save_connectivity(path)
        if draw.random() < 0.5:
            bad.write_bytes(flipped(path.read_bytes(), draw))
        else:
            found = io.read(path)
            name = sorted(found.arrays)[draw.integers(len(found.arrays))]
            io.write(bad, io.Document(found.header, {**found.arrays, name: odd(found.arrays[name], draw)}))
        new = snn.Network(seed=1)
        sides = [new.create(net.population(side.name).size, snn.Izhikevich) for side in (proj.pre, proj.post)]
        new.connect(*sides, "exc").from_file(bad)
        return "loaded"

    def market(self, draw):
        path, text = self.folder / "bad.mtx", MATRIX.encode()
        path.write_bytes(flipped(text, draw))
        found = io.read_matrix_market(path)
        return "loaded" if np.isfinite(found.data).all() else "changed in silence"

    def json(self, draw):
        _, net = self._some(draw)
        path = self.folder / "bad.json"
        net.save_parameters(path)
        if draw.random() < 0.5:
            path.write_bytes(flipped(path.read_bytes(), draw))
        else:
            path.write_text(json.dumps(odd_header(json.loads(path.read_text()), draw)))
        before = net._core.mark()
        try:
            net.load_parameters(path)
        finally:
            net._core.return_to(before)
        return "loaded"

    def fits(self, draw):
        path, bad = self.folder / "fit.npz", self.folder / "bad-fit.npz"
        run = lambda file, steps: snn.fit(_bowl, {"a": 0.0, "b": jnp.zeros(2)}, OPTIMIZER, steps, save_to=file, chunk=4)  # noqa: E731
        if not path.exists():
            run(path, 4)
        if draw.random() < 0.5:
            bad.write_bytes(flipped(path.read_bytes(), draw))
        else:
            with np.load(path) as data:
                entries = dict(data)
            name = sorted(entries)[draw.integers(len(entries))]
            np.savez(bad, **{**entries, name: odd(entries[name], draw)})
        result = run(bad, 8)
        return "loaded" if result.steps == 8 else "changed in silence"

    def exports(self, draw):
        net = self.nets[0]
        arrays = [dict(x) for x in self._exported(net)[:2]]
        side = arrays[draw.integers(2)]
        name = sorted(side)[draw.integers(len(side))]
        if draw.random() < 0.2:
            del side[name]
        else:
            side[name] = odd(side[name], draw)
        self._exported(net)[2].restored(*arrays)
        return "loaded"

    def _exported(self, net):
        if not hasattr(self, "_made"):
            made = snn.export(net.compile(), net.params, net.state, 1.0)
            self._made = made.params, made.state, made
        return self._made


OPTIMIZER = optax.adam(0.1)


def _bowl(params):
    return (params["a"] - 1.0) ** 2 + (params["b"] ** 2).sum()


def _same(a, b):
    keys = a.arrays.keys() == b.arrays.keys()
    return keys and all(np.array_equal(x, b.arrays[k], equal_nan=x.dtype.kind == "f") for k, x in a.arrays.items())


if __name__ == "__main__":
    from tests.io import networks
    from tests.io.conftest import shared

    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    chosen = sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(folder, networks.ALL, lambda d: shared(d, 1))
        for kind in chosen or campaign.kinds():
            print(kind, dict(campaign.run(kind, number)), flush=True)
