"""What a reset sets back to its initial values, as paths: a single network and a replica set them back alike."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..connectivity import DELAY
from ..network import NetworkSpec
from ..plan import ProjectionPlan
from ..step import NetworkState, Owner, Path, Reset, StateField, state_fields

SMALL = 1024  # numbers


def of_synapse(path: Path) -> bool:
    """Tell whether a value belongs to the synapses of a projection, and is drawn with them."""
    return path[0] in ("projections", "connectivity", "last_events")


def population_paths(state: NetworkState, name: str, values: bool) -> tuple[Path, ...]:
    """Return what a population must have of its beginning, so that it has never spiked and received nothing.

    Args:
        state: the present one, which tells what the population has.
        name: of the population.
        values: whether its attributes begin anew too, so that reductions such as `mean(r)` do.
    """
    begins = {Reset.BEGINS, Reset.BEGINS_WITH_VALUES} if values else {Reset.BEGINS}
    return tuple((f.name, name, "") for f in _fields(state, name) if f.reset in begins)


def step_paths(state: NetworkState, name: str) -> tuple[Path, ...]:
    """Return what takes the present step when a population begins again, as inputs count the rows of tables from it."""
    return tuple((f.name, name, "") for f in _fields(state, name) if f.reset is Reset.NOW)


def _fields(state: NetworkState, name: str) -> list[StateField]:
    """Return the fields of the state that a population has."""
    return [f for f in state_fields(Owner.POPULATION) if name in getattr(state, f.name)]


def attribute_paths(spec: NetworkSpec, name: str, attributes: tuple[str, ...] | None) -> tuple[Path, ...]:
    """Return the attributes of a population that begin anew; None stands for all."""
    chosen = spec.population(name).neuron.analysed.names if attributes is None else attributes
    return tuple(("populations", name, attribute) for attribute in chosen)


def synapse_paths(spec: NetworkSpec, name: str, attributes: tuple[str, ...] | None) -> tuple[Path, ...]:
    """Return the attributes of synapses that begin anew; None stands for all but the weights."""
    mine = spec.projection(name).synapse.analysed.names
    chosen = tuple(a for a in mine if a != "w") if attributes is None else attributes
    return tuple(("projections", name, attribute) for attribute in chosen)


def drawn_synapse_paths(plan: ProjectionPlan) -> tuple[Path, ...]:
    """Return what a seed decides of a projection with synapses: who is connected to whom, and all attributes.

    The times of the last events are among them, because they stand at the places of the synapses.
    """
    name, attributes = plan.name, (*plan.spec.synapse.analysed.names, DELAY)
    events: tuple[Path, ...] = (("last_events", name, ""),) if plan.model.event_driven else ()
    return (("connectivity", name, ""), *(("projections", name, attribute) for attribute in attributes), *events)


def forget_events(state: NetworkState, projections: Collection[str], pending: bool = False) -> NetworkState:
    """Return the state in which no event has happened at any synapse of some projections.

    Args:
        state: the present one.
        projections: their names.
        pending: also forget what is on its way, and what has been decoded.
    """
    forgotten = {Reset.FORGETS_EVENTS, Reset.FORGETS_ARRIVALS} if pending else {Reset.FORGETS_EVENTS}
    changed = {}
    for f in state_fields(Owner.PROJECTION):
        if f.reset in forgotten:
            now = getattr(state, f.name)
            filled = partial(_filled, value=f.empty)
            changed[f.name] = {k: jax.tree.map(filled, x) if k in projections else x for k, x in now.items()}
    return replace(state, **changed)


def _filled(x: Any, value: Any) -> Any:
    """Return an array full of a value; a small one on the host, as JAX would need a program to make it."""
    is_on_host = isinstance(x, np.ndarray) or x.size <= SMALL
    return np.full(x.shape, value, x.dtype) if is_on_host else jnp.full_like(x, value)
