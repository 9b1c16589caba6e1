"""Layers: parts of a network that can be advanced one after the other, each for many steps at once.

Where spikes of one part reach another through a dense matrix of weights that nothing changes, and never come back, the
input of the second part for many steps is a single matrix product, outside the loop over time. The parts are the
strongly connected components of the graph of populations: populations that reach each other stay together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from graphlib import TopologicalSorter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..connectivity import WEIGHT
from ..network import Kind, PopulationSpec
from ..plan import Delivery, ProjectionPlan, Requirements, requirements_of
from ..step import (
    Attributes,
    NetworkParams,
    NetworkState,
    arrival,
    build_advance,
    let_through,
    storage_of,
    synapse_value,
)
from ._compile_network import CompiledNetwork

Pair = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Layer:
    """A part of a network.

    Args:
        compiled: with the monitors of this part, and an `advance` that leaves the rest of the state as it is.
        names: of its populations and projections.
        sends: projections that begin here and end in a later layer.
        receives: projections that begin in an earlier layer and end here.
        walked: populations whose spikes a kernel of this part walks, so that they must be packed into words.
        is_driven: whether tables alone decide what happens in each step, so that steps can be computed side by side.
    """

    compiled: CompiledNetwork
    names: frozenset[str]
    sends: tuple[ProjectionPlan, ...]
    receives: tuple[ProjectionPlan, ...]
    walked: frozenset[str]
    is_driven: bool

    @property
    def tables(self) -> dict[str, str]:
        """Tables with a row per step that drive populations of this part, by population."""
        mine = [p for p in self.compiled.spec.populations if p.name in self.names and p.source is not None]
        return {p.name: p.source.rows for p in mine if p.source.rows is not None}  # type: ignore[union-attr]

    def own(self, state: NetworkState) -> NetworkState:
        """Return the state with the entries of this part alone in every dictionary of it."""

        def mine(x):
            return {name: y for name, y in x.items() if name in self.names} if isinstance(x, dict) else x

        return replace(state, **{f.name: mine(getattr(state, f.name)) for f in fields(state)})

    def sent(self, state: NetworkState) -> dict[str, Array]:
        """Return what the last step sends to later layers: spikes as numbers, (pre.size,) for each projection."""
        return {q.name: _sent(q, state) for q in self.sends}

    def fed(self, params: NetworkParams, state: NetworkState, sent: dict[str, "Array | UnshiftedSpikes"]) -> Attributes:
        """Return what earlier layers add to conductances of this part, (steps, population), by population and target.

        Args:
            params, state: of the whole network.
            sent: spikes as numbers of each projection, (steps, pre.size), perhaps not yet shifted.
        """
        fed: Attributes = {}
        for q in self.receives:
            arrived = _inputs(q, params, state, sent[q.name])
            mine = fed.setdefault(q.post.name, {})
            for target in q.targets:
                mine[target] = mine[target] + arrived if target in mine else arrived
        return fed


@dataclass(frozen=True)
class UnshiftedSpikes:
    """The spikes that a projection carries, row by row in the step of their emission.

    A step reads the spikes of the step before it, so rows must be shifted by one. That is done with what arrives: after
    the matrix product there is less to move.

    Args:
        first: (pre.size,) spikes as numbers that the first step reads.
        after: (steps, pre.size), those that each step emits; nothing reads the last ones before the run goes on.
    """

    first: Array
    after: Array


def join_layers(before: NetworkState, states: Sequence[NetworkState]) -> NetworkState:
    """Return the state of a network from those of its layers; what belongs to no layer is as it was before."""

    def whole(name: str) -> Any:
        parts = [getattr(state, name) for state in (before, *states)]
        return {k: x for part in parts for k, x in part.items()} if isinstance(parts[-1], dict) else parts[-1]

    return NetworkState(**{f.name: whole(f.name) for f in fields(NetworkState)})


def layers_of(compiled: CompiledNetwork) -> tuple[Layer, ...]:
    """Return the layers of a network, each after those that feed it; a single one where nothing can be taken apart."""
    plans = list(compiled.plans.values())
    free = [q for q in plans if _is_matrix_product(q)]
    tied = [pair for q in plans if q not in free for pair in _both(q)]
    components = _components([p.name for p in compiled.spec.populations], [_ends(q) for q in free], tied)
    crossing = [q for q in free if not any(set(_ends(q)) <= c for c in components)]
    if not crossing:
        return (_layer(compiled, frozenset(p.name for p in compiled.spec.populations), ()),)
    return tuple(_layer(compiled, names, crossing) for names in components)


def _is_matrix_product(q: ProjectionPlan) -> bool:
    """Tell whether a projection does nothing but multiply spikes by a matrix of constant weights, without a delay."""
    if q.spec.kind is not Kind.SYNAPSES or q.source is not None or q.kernel is None:
        return False
    happens, model = arrival(q.model), q.model
    only_adds = happens.adds_weight and not happens.statements and not model.on_post and model.psp is None
    still = not (model.has_equations or model.is_structural or q.pre.neuron.axon_spike is not None)
    at_once = q.delivery is Delivery.NEXT_STEP and not q.pre.neuron.is_precise
    dense = q.kernel.is_matrix_product and q.form.is_dense
    return at_once and dense and only_adds and still and model.attribute(WEIGHT).is_parameter and q.post.enabled


def _ends(q: ProjectionPlan) -> Pair:
    """Return the names of the two populations of a projection."""
    return q.pre.name, q.post.name


def _both(q: ProjectionPlan) -> list[Pair]:
    """Return the pairs of populations that a projection holds together: its own, and those whose synapses it shares."""
    pre, post = _ends(q)
    shared = [] if q.source is None else list(zip((pre, post), _ends(q.source), strict=True))
    pairs = [(pre, post), *shared]
    return pairs + [(b, a) for a, b in pairs]


def _components(names: list[str], free: list[Pair], tied: list[Pair]) -> list[frozenset[str]]:
    """Return the strongly connected components of the graph of populations, each after those that feed it."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    place = {name: i for i, name in enumerate(names)}
    edges = np.array([(place[a], place[b]) for a, b in (*free, *tied)], int).reshape(-1, 2)
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(len(names), len(names)))
    _, label = connected_components(graph, directed=True, connection="strong")
    before: dict[int, set[int]] = {int(i): set() for i in label}
    for a, b in edges:
        if label[a] != label[b]:
            before[int(label[b])].add(int(label[a]))
    return [frozenset(n for n in names if label[place[n]] == i) for i in TopologicalSorter(before).static_order()]


def _layer(compiled: CompiledNetwork, populations: frozenset[str], crossing: Iterable[ProjectionPlan]) -> Layer:
    """Return some populations as a layer, with all projections that end in them but those that cross layers."""
    spec = compiled.spec
    crossing = tuple(crossing)
    plans = {n: q for n, q in compiled.plans.items() if q not in crossing and q.post.name in populations}
    names = populations | set(plans)
    monitors = [m for m in spec.monitors if m.owner in names]
    mine = [p for p in spec.populations if p.name in populations]
    needs = requirements_of(spec, compiled.plans.values())
    advance = build_advance(
        spec, mine, tuple(plans.values()), needs, compiled.generator, compiled.dtype, compiled.platform
    )
    part = replace(compiled, spec=replace(spec, monitors=tuple(monitors)), advance=advance)
    sends = tuple(q for q in crossing if q.pre.name in populations)
    receives = tuple(q for q in crossing if q.post.name in populations)
    driven = not plans and not receives and all(_is_driven(p, needs[p.name]) for p in mine)
    return Layer(part, names, sends, receives, _walked(plans.values()), driven)


def _walked(plans: Iterable[ProjectionPlan]) -> frozenset[str]:
    """Return the populations whose spikes a kernel walks; post-synaptic ones where synapses react to their spikes."""
    walking = [q for q in plans if q.kernel is not None and q.kernel.walks_spikes]
    return frozenset(name for q in walking for name in (q.pre.name, *([q.post.name] if q.model.on_post else [])))


def _is_driven(population: PopulationSpec, needs: Requirements) -> bool:
    """Tell whether the tables of a population decide all of its variables, and nothing of the past is kept."""
    model, source = population.neuron.analysed, population.source
    if source is None or not population.enabled or model.refractory or model.rate_window or model.axon_spike:
        return False
    driven = jax.eval_shape(source.drive, source.arrays, jax.ShapeDtypeStruct((), jnp.int32))
    variables = {a.name for a in model.attributes if not a.is_parameter}
    return variables <= set(driven) and not model.reset and needs == Requirements()


def _sent(q: ProjectionPlan, state: NetworkState) -> Array:
    """Return the spikes of the last step that a projection carries, as numbers, (pre.size,)."""
    spikes = let_through(state.spikes[q.pre.name], q, state)
    return q.form.ends.pre.take(spikes.values(q.pre.neuron.surrogate_function))


def _inputs(q: ProjectionPlan, params: NetworkParams, state: NetworkState, sent: Array | UnshiftedSpikes) -> Array:
    """Return what arrives at the post-synaptic population, (steps, population)."""
    if isinstance(sent, UnshiftedSpikes):
        first, after = (_inputs(q, params, state, x) for x in (sent.first, sent.after))
        return jnp.concatenate([first[None], after[:-1]])
    weights = q.form.to_matrix(storage_of(q, state), synapse_value(q, WEIGHT, params, state))
    arrived = jnp.matmul(sent, weights, precision=lax.Precision.HIGHEST)
    post = q.form.ends.post
    if post.is_everything:
        return arrived
    return post.spread(arrived) if arrived.ndim == 1 else jax.vmap(post.spread)(arrived)
