"""`fingerprint`: one number for a network at one moment, by which two of them are found to be the same, to the bit."""

from dataclasses import fields, replace
from functools import partial
from typing import Any

import jax
import numpy as np

from ..compiler import CompiledNetwork
from ..connectivity import SynapseTable
from ..editing import at_synapses
from ..network import description_digest
from ..propagation import Spikes
from ..results import digest, versions
from ..results import fingerprint as told_fingerprint
from ..step import LastEvents, NetworkParams, NetworkState, Owner, state_fields, storage_of
from ._preconditions import check_moment, check_simulation
from ._simulation import Simulation

ELSEWHERE = ("constants", "connectivity", "tapes")  # fields of the state that are told in another way, or are empty


def fingerprint(simulation: Simulation, params: NetworkParams, state: NetworkState) -> str:
    """Return the fingerprint of a network at one moment, a SHA-256 of 64 hexadecimal digits.

    It covers the description (equations, sizes, declared values, connectors, monitors), the seed `state.key`, the
    precision, the generator of random numbers, the platform, the versions of jaxsnn, JAX, jaxlib and NumPy, and all
    numbers of this moment: the step, parameters, variables, who is connected to whom, spikes on their way. It is the
    same for the same bits of these, however they came about: in one call or several, by a replica alone or among
    others, on any number of threads, or after a file was loaded.

    It does not cover what monitors hold, places of the storage that no synapse uses, the order of synapses there, and
    distances of spikes to their threshold, which only gradients read. Functions of your own count by their name. Bits
    of floating-point numbers differ between machines, and so does the fingerprint.

    Args:
        simulation: the compiled network.
        params, state: from `init` or a run, of one network; not for use inside `jit` or `vmap`.

    Returns:
        The fingerprint; `Network.fingerprint` returns the same for the arrays of a network.

    Raises:
        ArgumentError: no simulation, or no parameters and state.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> P = net.create(10, snn.Izhikevich(noise=5.0), name="P")
        >>> sim = net.compile()
        >>> params, state = sim.init(1)
        >>> after, _ = sim.run(params, state, 50.0)
        >>> net.simulate(50.0)
        >>> net.fingerprint() == fingerprint(sim, params, after) != fingerprint(sim, params, state)
        True
    """
    check_simulation(simulation, "simulation", Simulation)
    check_moment(params, state)
    return fingerprint_of(simulation.compiled, params, state)


def fingerprint_of(compiled: CompiledNetwork, params: NetworkParams, state: NetworkState) -> str:
    """Return the fingerprint of a compiled network and its arrays."""
    return _of(compiled, _arrays(compiled, params, state))


def fingerprint_of_batch(compiled: CompiledNetwork, params: NetworkParams, state: NetworkState) -> str:
    """Return the fingerprint of arrays of several replicas, as they are stored."""
    return _of(compiled, _named((params, state)))


def _of(compiled: CompiledNetwork, arrays: dict[str, np.ndarray]) -> str:
    told = {
        "description": description_digest(compiled.spec),
        "generator": compiled.generator.name,
        "precision": compiled.dtype.name,
        "platform": compiled.platform,
        "arrays": digest(arrays),
    } | versions()
    return told_fingerprint(told)


def _arrays(compiled: CompiledNetwork, params: NetworkParams, state: NetworkState) -> dict[str, np.ndarray]:
    """Return all numbers of a moment by name, those of synapses in the order of their neurons."""
    plans = {p.name: p for p in compiled.plans.values() if p.spec.kind.has_synapses}
    tables = {name: plan.form.table(storage_of(plan, state)) for name, plan in plans.items()}
    # What synapses to come begin with stands at places where there are none yet.
    lasting = {name: table for name, table in tables.items() if not plans[name].model.is_structural}
    constants = replace(state.constants, connectivity={q: x for q, x in _storages(state).items() if q not in tables})
    parts = {
        "params": _ordered(params, lasting),
        "constants": _ordered(constants, lasting),
        "state": {name: x for name, x in _ordered(state, tables).items() if name not in ELSEWHERE},
        "synapses": {name: _pairs(table) for name, table in tables.items()},
    }
    return _named(parts)


def _storages(state: NetworkState) -> dict[str, Any]:
    return {**state.constants.connectivity, **state.connectivity}


def _ordered(part: Any, tables: dict[str, SynapseTable]) -> dict[str, Any]:
    """Return the fields of a dataclass, with the values of synapses, by projection, in the order of their neurons."""
    of_synapses = {f.name for f in state_fields(Owner.PROJECTION)}
    told = {f.name: getattr(part, f.name) for f in fields(part)}
    return {name: _in_order(x, tables) if name in of_synapses else x for name, x in told.items()}


def _in_order(by_projection: dict[str, Any], tables: dict[str, SynapseTable]) -> dict[str, Any]:
    def of(table: SynapseTable, x: Any) -> np.ndarray:
        array = at_synapses(x, table) if isinstance(x, LastEvents) else np.asarray(x)
        return array.reshape(-1)[table.place] if array.shape == table.shape else array

    return {
        name: jax.tree.map(partial(of, tables[name]), value, is_leaf=_is_of_neurons) if name in tables else value
        for name, value in by_projection.items()
    }


def _is_of_neurons(x: Any) -> bool:
    """Tell whether neurons keep what a synapse asks for: other numbers of theirs may say the same of all synapses."""
    return isinstance(x, LastEvents)


def _pairs(table: SynapseTable) -> dict[str, np.ndarray]:
    return {"pre": table.pre.astype(np.int32), "post": table.post.astype(np.int32)}


def _named(tree: Any) -> dict[str, np.ndarray]:
    """Return the leaves of a tree by where they stand; of spikes only who spiked."""
    leaves = jax.tree.leaves_with_path(tree, is_leaf=lambda x: isinstance(x, Spikes))
    return {jax.tree_util.keystr(path): np.asarray(x.words if isinstance(x, Spikes) else x) for path, x in leaves}
