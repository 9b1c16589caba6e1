"""A neuron that is held to a recording: the recorded spikes reset it, and its potential is pulled to what was recorded.

A model that runs freely and spikes at other times than the recording has a loss full of local minima. Held to the
recording it has the right spikes whatever its parameters, and a potential that is off by as much as they are.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from ...compiler import with_neurons
from ...network import named_leaves, replaced
from ...simulation import Simulation
from ...step import NetworkParams, NetworkState
from ._recorded import Recorded

Loss = Callable[[dict[str, Array], float], Array]


def spike_name(names: tuple[str, ...]) -> str:
    """Return a name for the recorded spike that no attribute of the model has."""
    name = "recorded_spike"
    while name in names:
        name = f"{name}_"
    return name


def held_loss(sim: Simulation, params: NetworkParams, state: NetworkState, recorded: Recorded) -> Loss:
    """Return `loss(values, coupling)`: how far a neuron with these parameters is from the recording that it is held to.

    The mean of log(1 + ((x - recorded) / noise)^2) before the pull of each step: large errors, of parameters far off,
    count little more than moderate ones. The pull moves x by the share 1 - exp(-coupling dt) of its distance.

    Args:
        sim: the network.
        params, state: where it starts.
        recorded: what it is held to.
    """
    model = sim.spec.population(recorded.population).neuron
    name = spike_name(model.analysed.names)
    parameters = f"{model.parameters}\n{name} = 0.0"
    held = model.with_changes(parameters=parameters, spike=f"{name} > 0.5")
    observed = replace(sim, compiled=with_neurons(sim.compiled, {recorded.population: held}))
    owner, variable = recorded.population, recorded.variable

    def step(params: NetworkParams, share: Array, state: NetworkState, sample: tuple[Array, Array]):
        value, spike = sample
        own = {**params.populations[owner], name: spike}
        state, _ = observed.step(replace(params, populations={**params.populations, owner: own}), state)
        x = state.populations[owner][variable]
        limited = jnp.minimum(x, recorded.ceiling)
        pulled = (limited + share * (value - limited)).astype(x.dtype)
        variables = {**state.populations[owner], variable: pulled}
        return replace(state, populations={**state.populations, owner: variables}), x[0]

    def loss(values: dict[str, Array], coupling: float) -> Array:
        changed = replaced(params, cast(params, values))
        share = 1.0 - jnp.exp(-coupling * sim.dt)
        samples = (recorded.values, recorded.spikes)
        _, x = lax.scan(lambda s, sample: step(changed, share, s, sample), state, samples)
        errors = jnp.log1p(((x - recorded.values) / recorded.noise) ** 2)
        return jnp.sum(jnp.where(recorded.weights > 0, recorded.weights * errors, 0.0)) / recorded.weights.sum()

    return loss


def cast(params: NetworkParams, values: dict[str, Any]) -> dict[str, Array]:
    """Return values in the precision of the parameters whose names they have."""
    leaves = named_leaves(params)
    return {name: jnp.asarray(x, jnp.result_type(leaves[name])) for name, x in values.items()}


def of_all(loss: Loss, coupling: float) -> Callable[[dict[str, Array]], Array]:
    """Return the losses of several starts, (starts,), of values (starts,) each."""
    return jax.vmap(lambda values: loss(values, coupling))
