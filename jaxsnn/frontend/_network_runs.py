"""Calls on several networks: those that are alike and stand at their beginning are one batch, each other runs alone.

A call gets a replica of its network. The networks themselves stay as they are, as if each call ran in a process of its
own; run one after the other in place, they do not.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import jax
import numpy as np

from .. import rng
from ..step import Path, find
from ._alike import are_alike, differences
from ._construct import seed_of
from ._core import Core
from ._network_arrays import NetworkArrays
from ._replicas import Call, Compilable, Options, Start, Watch, occupied, replica_of, reported, run_together

Values = dict[Path, np.ndarray]


def run_networks(networks: Sequence[Compilable], calls: Sequence[Call], options: Options) -> list[Any]:
    """Run one call on each of several networks; for the arguments, results and errors see `run_replicas`."""
    with reported(len(networks), options) as (outcome, watch):
        for indices in _batches(networks):
            some, theirs = [networks[i] for i in indices], [calls[i] for i in indices]
            results, errors = _run_batch(some, theirs, options, watch)
            for k, i in enumerate(indices):
                outcome.results[i] = results[k]
                outcome.errors |= {i: errors[k]} if k in errors else {}
    return outcome.results


def run_in_place(networks: Sequence[Compilable], calls: Sequence[Call], options: Options) -> list[Any]:
    """Run one call on each of several networks, one after the other; afterwards they are where their calls ended."""
    with reported(len(networks), options) as (outcome, watch):
        for i, network in enumerate(networks):
            network.compile()
            try:
                outcome.results[i] = calls[i](network)
            except Exception as error:  # noqa: BLE001 - reported with the index, after the others have finished
                outcome.errors[i] = error
            watch(1)
    return outcome.results


def _batches(networks: Sequence[Compilable]) -> list[list[int]]:
    """Return the indices of networks that run together, in the order of the first of each batch."""
    batches: list[list[int]] = []
    for i, network in enumerate(networks):
        core = network._core
        fits = (b for b in batches if stands_at_beginning(core) and _fit(networks[b[0]]._core, core))
        batch = next(fits, None)
        if batch is None:
            batches.append([i])
        else:
            batch.append(i)
    return batches


def _fit(first: Core, core: Core) -> bool:
    """Tell whether a network can run in the batch of another one."""
    ready = first.options == core.options and stands_at_beginning(first)
    return ready and are_alike(first.draft.spec(), core.draft.spec())


def stands_at_beginning(core: Core) -> bool:
    """Tell whether a network has done nothing yet, but for values that were assigned and fit any of its kind."""
    own = core.own_arrays
    if core._arrays is None:
        return core.original is None
    if own is None or own.written is None:
        return False
    paths = [path for path in own.written if path[0] in ("projections", "connectivity")]
    if not paths:
        return True
    params, state = jax.eval_shape(own.simulation.init_raw, own.provenance.seed, own.simulation.declared)
    return all(find(params, state, path).shape == own.read(path).shape for path in paths)


def _run_batch(
    networks: Sequence[Compilable], calls: Sequence[Call], options: Options, watch: Watch
) -> tuple[list[Any], dict[int, Exception]]:
    """Run calls on networks that fit each other."""
    cores = [network._core for network in networks]
    if not stands_at_beginning(cores[0]):
        return _run_alone(networks[0], calls[0], watch)
    simulation = networks[0].compile()
    seeds = rng.raw_of_seeds([seed_of(core) for core in cores])
    shared, own = differences([core.draft.spec() for core in cores])
    start = Start(simulation, seeds, shared, own, seeds)
    assigned = [_after_assignments(core, call) for core, call in zip(cores, calls, strict=True)]
    return run_together(networks, assigned, start, options, watch)


def _after_assignments(core: Core, call: Call) -> Call:
    """Return a call before which its replica gets what was assigned to its network since this was compiled."""
    own = core.own_arrays
    if own is None or not own.written:
        return call
    values: Values = {path: own.read(path) for path in own.written}
    assignments, schedules = own.provenance.assignments, own.provenance.schedules

    def with_values(network: Any) -> Any:
        arrays = network._core.arrays
        for path, value in values.items():
            arrays.write(path, value)
        arrays.provenance = replace(arrays.provenance, assignments=assignments, schedules=schedules)
        return call(network)

    return with_values


def _run_alone(network: Any, call: Call, watch: Watch) -> tuple[list[Any], dict[int, Exception]]:
    """Run a call on a network from where it stands."""
    core: Core = network._core
    own = core.arrays
    forked = replica_of(network, own.fork() if isinstance(own, NetworkArrays) else own)
    forked._core.recordings = deepcopy(core.recordings)
    try:
        with occupied([core]):
            result = call(forked)
    except Exception as error:  # noqa: BLE001 - reported with the index, after the others have finished
        return [None], {0: error}
    watch(1)
    return [result], {}
