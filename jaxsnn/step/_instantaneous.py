"""Conductances without an equation: what has arrived in a step is there to its end, and then gone."""

from collections.abc import Sequence
from dataclasses import replace

import jax.numpy as jnp
from jax import Array

from ..equations import Assignment, NeuronEquations
from ..network import PopulationSpec
from ._state import NetworkState


def with_inputs_gone(populations: Sequence[PopulationSpec], before: NetworkState, state: NetworkState) -> NetworkState:
    """Return the state at the end of a step without the inputs that neurons have had in it.

    A neuron that was refractory, to the end of the step, has not had them: there they wait, as in ANNarchy. What a
    reset has written stays.

    Args:
        populations: those that are advanced.
        before: state before the update.
        state: at the end of the step.
    """
    having = [p for p in populations if p.neuron.analysed.instantaneous]
    gone = {p.name: {**state.populations[p.name], **_left(p, before, state)} for p in having}
    return replace(state, populations={**state.populations, **gone}) if gone else state


def _left(population: PopulationSpec, before: NetworkState, state: NetworkState) -> dict[str, Array]:
    """Return what is left of the inputs, by the name of the variable."""
    model, own = population.neuron.analysed, state.populations[population.name]
    return {
        name: _where(_stays(name, model, population.name, before, state), own[name]) for name in model.instantaneous
    }


def _where(reasons: list[Array], x: Array) -> Array:
    left = jnp.zeros_like(x)
    for reason in reasons:
        left = jnp.where(reason, x, left)
    return left


def _stays(name: str, model: NeuronEquations, owner: str, before: NetworkState, state: NetworkState) -> list[Array]:
    """Return for which neurons the value of a variable stays, one array for each reason."""
    waits = [] if model.refractory is None else [before.refractory[owner] >= 1]
    written = [(model.reset, state.spikes), (model.axon_reset, state.axon_spikes)]
    return waits + [spikes[owner].flags for statements, spikes in written if _writes(statements, name)]


def _writes(statements: tuple[Assignment, ...], name: str) -> bool:
    return any(statement.name == name for statement in statements)
