"""A run whose state can be perturbed after every step: what gradients are at each time, and what surrogates see.

Reverse mode gives the gradient by the arguments of a function, not by what it computes on the way. So every step adds
an argument of zeros to the state: no number changes, and the gradient by the zeros is that by the state after the step.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..compiler import CompiledNetwork
from ..network import PopulationSpec
from ..recording import SPIKES, Record, at_period, build_record
from ..step import NetworkParams, NetworkState
from ..surrogates import Surrogate
from ._loop_state import forward, without_constants

# By population or projection, then by variable; `spike` stands for the distance of the spike condition.
Probes = dict[str, dict[str, Array]]
PerturbedRun = Callable[..., tuple[NetworkState, Record, "Observed"]]


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Observed:
    """What a perturbed run sees; (n_steps,) each, by population that spikes.

    Args:
        firing: share of neurons that spike in a step.
        silent: share of neurons that have not spiked so far.
        reached: share of neurons whose surrogate derivative is above the threshold.
        unreached: (), share of neurons for which it is so in no step.
        finite: whether all values are finite, by population or projection and variable.
    """

    firing: dict[str, Array]
    silent: dict[str, Array]
    reached: dict[str, Array]
    unreached: dict[str, Array]
    finite: Probes


def probes(state: NetworkState) -> Probes:
    """Return the floating-point variables of neurons and synapses, and the distances of spike conditions."""
    found: Probes = {}
    for place in (state.populations, state.projections):
        for owner, own in place.items():
            found[owner] = {name: x for name, x in own.items() if jnp.issubdtype(x.dtype, jnp.floating)}
    for name, place in SPIKES.items():
        for owner, spikes in getattr(state, place).items():
            found[owner] = {**found[owner], name: spikes.distance}
    return {owner: own for owner, own in found.items() if own}


def shift_state(state: NetworkState, shift: Probes) -> NetworkState:
    """Return the state after a step with a shift added to its probes, also in the rings of past values.

    What a step has just put into a ring is read by later steps in the place of the state, and must shift with it.
    """

    def at(owner: str, own: dict) -> dict:
        return {n: x + shift[owner][n] if n in shift.get(owner, {}) else x for n, x in own.items()}

    def kept(owner: str, own: dict) -> dict:
        return {n: _add_to_row(x, row, shift[owner][n]) if n in shift.get(owner, {}) else x for n, x in own.items()}

    def away(place: dict, name: str) -> dict:
        return {o: replace(s, distance=s.distance + shift[o][name]) for o, s in place.items()}

    row = state.step - 1
    return replace(
        state,
        populations={o: at(o, own) for o, own in state.populations.items()},
        projections={o: at(o, own) for o, own in state.projections.items()},
        histories={o: kept(o, own) for o, own in state.histories.items()},
        trains={
            o: replace(s, distance=_add_to_row(s.distance, row, shift[o]["spike"])) for o, s in state.trains.items()
        },
        **{place: away(getattr(state, place), name) for name, place in SPIKES.items()},
    )


def _add_to_row(past: Array, step: Array, x: Array) -> Array:
    """Return a ring of past values with a number added to the row of a step."""
    return past.at[step % past.shape[0]].add(jnp.broadcast_to(x, past.shape[1:]).astype(past.dtype))


def build_perturbed_run(compiled: CompiledNetwork, share: float) -> PerturbedRun:
    """Return `run(params, state, shifts) -> (state, records, observed)`, dense records as those of `Simulation.run`.

    Args:
        compiled: the network.
        share: a surrogate of infinite support reaches a neuron where its derivative is above this share of that at the
            threshold; others reach it where it is not zero.

    `shifts` are probes with a leading axis of steps, added to the state after each step. All states are kept for the
    backward pass.
    """
    record, observe = build_record(compiled, dense=True), _observer(compiled, share)

    def run(params: NetworkParams, state: NetworkState, shifts: Probes) -> tuple[NetworkState, Record, Observed]:
        advance = forward(compiled, params, state)

        def body(carry, given):
            (i, shift), (carried, seen) = given, carry
            new, emitted = advance(carried, i)
            new = shift_state(new, shift)
            seen, row = observe(seen, lax.stop_gradient(new))  # what is only looked at has no backward pass
            return (without_constants(new), seen), (record(new, emitted), row)

        n_steps = jax.tree.leaves(shifts)[0].shape[0]
        start = (without_constants(state), _unseen(compiled))
        (last, seen), (records, rows) = lax.scan(body, start, (jnp.arange(n_steps, dtype=jnp.int32), shifts))
        unreached = {name: jnp.mean(~reached) for name, (_, reached) in seen.items()}
        last = replace(last, constants=state.constants)
        return last, at_period(compiled, records), replace(rows, unreached=unreached)

    return run


def _spiking(compiled: CompiledNetwork) -> list[PopulationSpec]:
    return [p for p in compiled.spec.populations if p.neuron.is_spiking]


def _unseen(compiled: CompiledNetwork) -> dict[str, tuple[Array, Array]]:
    """Return (spiked, reached) of neurons before the first step, by population."""
    return {p.name: (jnp.zeros(p.size, bool), jnp.zeros(p.size, bool)) for p in _spiking(compiled)}


def _observer(compiled: CompiledNetwork, share: float):
    populations = _spiking(compiled)

    def observe(seen: dict, state: NetworkState) -> tuple[dict, Observed]:
        firing, silent, reached = {}, {}, {}
        for p in populations:
            spiked, touched = seen[p.name]
            flags, near = state.spikes[p.name].flags, _within_reach(p.neuron.surrogate_function, share, state, p.name)
            seen = seen | {p.name: (spiked | flags, touched | near)}
            firing[p.name], silent[p.name] = jnp.mean(flags), jnp.mean(~(spiked | flags))
            reached[p.name] = jnp.mean(near)
        values = {o: {n: x for n, x in own.items() if n not in SPIKES} for o, own in probes(state).items()}
        return seen, Observed(firing, silent, reached, {}, jax.tree.map(lambda x: jnp.isfinite(x).all(), values))

    return observe


def _within_reach(surrogate: Surrogate, share: float, state: NetworkState, name: str) -> Array:
    distance = state.spikes[name].distance
    floor = 0.0 if surrogate.support < inf else share * surrogate.slope(jnp.zeros((), distance.dtype))
    return surrogate.slope(distance) > floor
