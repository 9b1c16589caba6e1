"""A fit on disk: everything that its next step needs, in one `.npz` without pickle."""

import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .. import rng
from ..errors import FileFormatError
from ..files import read_npz, replaced
from ..simulation import available_bytes
from ._loop import Carry, Logs, Problem

HEADER, DIGEST, KIND, VERSION = "header", "digest", "jaxsnn fit", 2
ELSEWHERE = "Give `save_to` another name, or remove the file to start anew"
NAMED = ("free", "best_free", "peaks")  # fields of a carry that hold arrays by the name of a parameter
WORDS = {
    "trained": "it trains",
    "bounds": "its bounds are",
    "tied": "it ties",
    "optimizer": "the state of its optimizer is",
    "batches": "its batches are",
    "validate_every": "it validates every",
    "key": "its key is",
    "params": "the digest of its parameters is",
    "data": "the digest of its data is",
}


@dataclass(frozen=True)
class Checkpoint:
    """A place on disk for one fit.

    Args:
        path: of the file.
        identity: of the fit; see `identity_of`.
    """

    path: Path
    identity: dict[str, Any]

    def write(self, carry: Carry, logs: Logs) -> None:
        """Replace the file; what stood in it stays until all is written, whenever the process ends."""
        arrays = {name: as_numpy(x) for name, x in _entries(carry, logs).items()}
        header = {"format": KIND, "version": VERSION, DIGEST: digest(arrays), **self.identity}
        with replaced(self.path) as file:
            np.savez(file, **{HEADER: np.array(json.dumps(header)), **arrays})  # type: ignore[arg-type]

    def read(self, like: Carry) -> tuple[Carry, Logs] | None:
        """Return what was written, in the form of a carry; None if there is no file.

        Raises:
            FileFormatError: not a checkpoint, or that of another fit.
        """
        if not self.path.exists():
            return None
        entries = self._load()
        expected = self._check_identity(str(entries.pop(HEADER)))
        empty = Logs(*(np.zeros(0) for _ in fields(Logs)))
        template = _entries(like, empty)
        if set(template) != set(entries):
            raise FileFormatError(f"`{self.path}` is damaged: an array is missing. Remove it, and start anew")
        arrays = {
            name: self._convert(name, entries[name], x) for name, x in template.items() if not name.startswith("logs/")
        }
        logs = Logs(*(entries[f"logs/{f.name}"] for f in fields(Logs)))
        is_odd = any(x.ndim != 1 or x.dtype.kind != "f" or not x.dtype.isnative for x in vars(logs).values())
        if is_odd or expected != digest(entries):
            raise FileFormatError(f"`{self.path}` is damaged: its numbers are others than were written. {ELSEWHERE}")
        return jax.tree.unflatten(jax.tree.structure(like), [arrays[name] for name in _entries(like, None)]), logs

    def _load(self) -> dict[str, np.ndarray]:
        try:
            with self.path.open("rb") as file:
                entries = read_npz(file, HEADER, available_bytes())
        except Exception as error:
            message = f"`{self.path}` is no checkpoint of a fit, or damaged ({type(error).__name__}: {error})"
            raise FileFormatError(f"{message}. {ELSEWHERE}") from error
        if HEADER not in entries:
            raise FileFormatError(f"`{self.path}` is no checkpoint of a fit. {ELSEWHERE}")
        return entries

    def _check_identity(self, text: str) -> str | None:
        """Return the digest of its arrays that a file gives; raise if it is of another fit than this one."""
        try:
            header = json.loads(text)
            kind, version = header["format"], header["version"]
        except (ValueError, KeyError, TypeError, RecursionError):
            header, kind, version = {}, None, None
        if (kind, version) != (KIND, VERSION):
            raise FileFormatError(f"`{self.path}` is no checkpoint of a fit that this jaxsnn can read. {ELSEWHERE}")
        mine = json.loads(json.dumps(self.identity))
        for field, words in WORDS.items():
            if header.get(field) != mine[field]:
                raise FileFormatError(
                    f"`{self.path}` is of another fit: {words} {_short(header.get(field))}, here "
                    f"{_short(mine[field])}. {ELSEWHERE}"
                )
        return header.get(DIGEST)

    def _convert(self, name: str, stored: np.ndarray, x: Any) -> jax.Array:
        """Return an array of the file in the type of an array of the carry."""
        here = as_numpy(x)
        if (stored.dtype, stored.shape) != (here.dtype, here.shape):
            found, expected = (f"{a.dtype.name} {a.shape}" for a in (stored, here))
            raise FileFormatError(f"`{self.path}` is damaged: `{name}` is {found}, not {expected}. {ELSEWHERE}")
        return from_numpy(stored, x)


def identity_of(problem: Problem, params: Any, data: Any, key: Any, dtype: Any) -> dict[str, Any]:
    """Return what makes two fits the same one, as JSON would hold it, so that no checkpoint is taken for another's.

    Constants of the optimizer and the loss itself are functions, which cannot be compared.
    """
    free = problem.space.start(params)
    state = jax.tree_util.tree_flatten_with_path(jax.eval_shape(problem.optimizer.init, free))[0]
    groups, batches = problem.space.groups, problem.batches
    return {
        "trained": {name: f"{x.dtype.name} {x.shape}" for name, x in free.items()} | {"loss": jnp.dtype(dtype).name},
        "bounds": {g.names[0]: [g.map.low, g.map.high] for g in groups},
        "tied": [list(g.names) for g in groups if len(g.names) > 1],
        "optimizer": [f"{jax.tree_util.keystr(path)} {x.dtype} {x.shape}" for path, x in state],
        "batches": None if batches is None else [batches.samples, batches.size],
        "validate_every": None if problem.validate is None else problem.validate_every,
        "key": np.ravel(as_numpy(rng.key(key))).tolist(),
        "params": digest(params),
        "data": digest(data),
    }


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 200 else f"{text[:200]}..."


def _entries(carry: Carry, logs: Logs | None) -> dict[str, Any]:
    """Return the arrays by their names in the file, those of the carry in the order of its leaves."""
    entries = {}
    for field in fields(Carry):
        value = getattr(carry, field.name)
        if field.name in NAMED:
            entries |= {f"{field.name}/{name}": value[name] for name in sorted(value)}
        else:
            leaves = jax.tree.leaves(value)
            entries |= {f"{field.name}/{i}": x for i, x in enumerate(leaves)}
    return entries if logs is None else entries | {f"logs/{f.name}": getattr(logs, f.name) for f in fields(Logs)}


def as_numpy(x: Any) -> np.ndarray:
    """Return an array that a file can hold: keys as their numbers, types that NumPy lacks (bfloat16) as their bits."""
    if jnp.issubdtype(jnp.result_type(x), jax.dtypes.prng_key):
        return np.asarray(jax.random.key_data(x))
    array = np.asarray(x)
    return array.view(f"u{array.dtype.itemsize}") if array.dtype.kind == "V" else array


def from_numpy(stored: np.ndarray, x: Any) -> jax.Array:
    """Return what `as_numpy` made an array of, in the type of x."""
    if jnp.issubdtype(x.dtype, jax.dtypes.prng_key):
        return jax.random.wrap_key_data(jnp.asarray(stored), impl=jax.random.key_impl(x))
    return jnp.asarray(stored.view(x.dtype) if np.dtype(x.dtype).kind == "V" else stored)


def digest(tree: Any) -> str:
    """Return a hexadecimal number that tells two pytrees of arrays apart."""
    found = hashlib.sha256()
    for path, x in jax.tree_util.tree_flatten_with_path(tree)[0]:
        array = np.ascontiguousarray(as_numpy(x))
        found.update(f"{jax.tree_util.keystr(path)} {array.dtype} {array.shape}".encode())
        found.update(array.tobytes())
    return found.hexdigest()[:16]
