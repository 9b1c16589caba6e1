"""Stimuli of one run: tables of inputs, in the place of those that the parameters hold."""

from collections.abc import Mapping
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..errors import ArgumentError, ShapeError, UnknownNameError, did_you_mean
from ..inputs import Source
from ..network import NetworkSpec
from ..step import NetworkParams
from ._preconditions import check_numbers


def with_stimuli(spec: NetworkSpec, params: NetworkParams, inputs: Mapping[str, Array]) -> NetworkParams:
    """Return the parameters with other tables of inputs.

    Args:
        spec: the network.
        params: of the network.
        inputs: tables by the name of their population, or by their own where it has several: `P.I_table`.

    Raises:
        UnknownNameError: no population has this name.
        ArgumentError: it follows no table.
        ShapeError: a table has
            another shape; that of a raster may have any number of steps.
    """
    populations = dict(params.populations)
    known = {p.name: p.source for p in spec.populations}
    for given, value in inputs.items():
        name, own = _population(str(given), known)
        if name not in known:
            raise UnknownNameError(f"`inputs`: the network has no population `{name}`.{did_you_mean(name, known)}")
        check_numbers(name, value)
        table = own or _table(name, known[name])
        old, new = populations[name][table], jnp.asarray(value)
        _check_shape(name, table, known[name], old.shape, new.shape)
        populations[name] = {**populations[name], table: new.astype(old.dtype)}
    return replace(params, populations=populations)


def _population(given: str, known: Mapping[str, Source | None]) -> tuple[str, str | None]:
    """Return the population, and the table where the name is that of one."""
    name, _, table = given.rpartition(".")
    source = known.get(name)
    found = source is not None and table in source.arrays and np.issubdtype(source.arrays[table].dtype, np.floating)
    return (name, table) if found else (given, None)


def _table(name: str, source: Source | None) -> str:
    """Return the name of the floating-point table of an input."""
    arrays = {} if source is None else source.arrays
    found = [table for table, x in arrays.items() if np.issubdtype(x.dtype, np.floating)]
    if len(found) != 1:
        message = f"population `{name}` follows no table of numbers"
        raise ArgumentError(f"`inputs`: {message}: a `SpikeRaster`, a `TimedArray` or `TimedPoissonPopulation` does")
    return found[0]


def _check_shape(name: str, table: str, source: Source | None, old: tuple[int, ...], new: tuple[int, ...]) -> None:
    alone = source is not None and len(source.arrays) == 1  # no schedule tells how many rows there are
    if new[1:] != old[1:] or not (alone or new == old) or len(new) != len(old):
        allowed = f"(steps, {', '.join(map(str, old[1:]))})" if alone else f"{old}"
        raise ShapeError(f"`inputs`: `{table}` of population `{name}` has the shape {allowed}, not {new}")
