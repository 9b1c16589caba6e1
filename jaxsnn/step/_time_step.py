"""The order of a time step. It stands here and nowhere else.

    1. transmission   what arrives at synapses goes into `g_<target>` and `sum(<target>)`, projection by projection:
                      spikes, after their delay, and what they do to the synapse; then contributions of every step
    2. inputs         what arrived is reported, before the update: monitors of `g_<target>` record it
    3. random numbers drawn where the update first needs them, one stream per population and step
    4. update         population by population: shared variables, per-neuron variables, spikes, resets
    5. past           spikes and values that delayed projections will read are kept
    6. reductions     `mean(x)` and its kin from the new values, for the next step
    7. equations      of synapses, projection by projection, from the new values
    8. post spikes    what a spike does to the synapses that end in its neuron
    9. structure      synapses are created, then pruned
   10. time           step + 1

A population that is not enabled receives nothing and stands still, and so do the synapses that end in it. `advance` is
pure: parameters and state in, the next state and what was emitted out.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..equations import Remote
from ..network import NetworkSpec, PopulationSpec
from ..plan import ProjectionPlan, Requirements
from ..rng import Generator, fold_name
from ._inputs import after_transmission, arrived_inputs, before_transmission
from ._plasticity import Learn, build_equations, build_post_events
from ._population import build_update
from ._population_state import Surroundings, locals_of, with_locals
from ._state import Attributes, Emitted, NetworkParams, NetworkState
from ._state_access import neuron_value
from ._structural_plasticity import build_structure
from ._transmission import build_transmission

Advance = Callable[..., tuple[NetworkState, Emitted]]


def build_advance(
    spec: NetworkSpec,
    populations: Sequence[PopulationSpec],
    plans: Sequence[ProjectionPlan],
    needs: dict[str, Requirements],
    generator: Generator,
    dtype,
    platform: str,
) -> Advance:
    """Return `advance(params, state, opaque, fed=None) -> (state, emitted)`.

    Args:
        spec: the network.
        populations: all of its populations, or those that are advanced.
        plans: the projections between them.
        needs: what synapses ask of populations, by name.
        generator: of the random numbers in equations.
        dtype: of floating-point values.
        platform: where it will run.

    `opaque` is an integer of the calling loop that is never negative; see `materialise`. On an accelerator it is not
    used: there a loop or a branch costs more than to compute twice. `fed` is what projections that are not among
    the plans add to conductances, by population and target.
    """
    enabled = [p for p in populations if p.enabled]
    updates = {p.name: build_update(p, needs[p.name], spec.dt, dtype) for p in enabled}
    live = [q for q in plans if q.post.enabled]
    transmissions = [(q.name, build_transmission(q, spec.dt, dtype)) for q in live]
    learning = _learning(live, spec.dt, dtype)

    def advance(
        params: NetworkParams, state: NetworkState, opaque: Array, fed: Attributes | None = None
    ) -> tuple[NetworkState, Emitted]:
        key = jax.random.fold_in(generator.wrap(state.key), state.step)
        with jax.named_scope("transmission"):
            arriving = before_transmission(spec, populations, state, fed or {}, dtype)
            for name, transmit in transmissions:
                with jax.named_scope(name):
                    arriving = transmit(params, arriving, opaque)
            emitted = arrived_inputs(populations, arriving)
            state = after_transmission(enabled, state, arriving)
        with jax.named_scope("update"):
            hidden = opaque if platform == "cpu" else None
            for population in enabled:
                around = surroundings(population, params, state, emitted.sums[population.name], key, hidden)
                state = _update(population.name, updates[population.name], params, state, around)
        with jax.named_scope("past"):
            state = _keep_past(enabled, needs, params, state, dtype)
        for phase, name, learn in learning:
            with jax.named_scope(phase), jax.named_scope(name):
                state = learn(params, state, key, opaque)
        return replace(state, step=state.step + 1), emitted

    return advance


def _learning(plans: Sequence[ProjectionPlan], dt: float, dtype) -> list[tuple[str, str, Learn]]:
    """Return what synapses do after the neurons, in order."""
    equations = [("equations", q.name, build_equations(q, dt, dtype)) for q in plans if q.model.has_equations]
    on_post = [
        ("post spikes", q.name, build_post_events(q, dt, dtype)) for q in plans if q.is_spiking and q.model.on_post
    ]
    structure = [(kind, q.name, learn) for q in plans for kind, learn in build_structure(q, dt, dtype)]
    return [*equations, *on_post, *structure]


def surroundings(
    population: PopulationSpec,
    params: NetworkParams,
    state: NetworkState,
    sums: dict[str, Array],
    key: Array,
    opaque: Array | None,
) -> Surroundings:
    """Return what a population meets in a step."""
    name = population.name
    names = () if population.source is None else tuple(population.source.arrays)
    tables = {**params.populations[name], **state.constants.populations[name]}
    return Surroundings(
        constants=params.constants,
        tables={n: tables[n] for n in names},
        sums=sums,
        step=state.step,
        key=fold_name(key, name),
        opaque=opaque,
    )


def _update(name: str, update, params: NetworkParams, state: NetworkState, around: Surroundings) -> NetworkState:
    constants = {**params.populations[name], **state.constants.populations[name]}
    with jax.named_scope(name):
        return with_locals(state, name, update(constants, locals_of(state, name), around))


def _keep_past(
    enabled: Sequence[PopulationSpec],
    needs: dict[str, Requirements],
    params: NetworkParams,
    state: NetworkState,
    dtype,
) -> NetworkState:
    """Write the spikes and values of this step into the past that delayed projections read."""
    trains, histories = dict(state.trains), dict(state.histories)
    for p in enabled:
        if p.name in trains:
            trains[p.name] = jax.tree.map(
                lambda past, x: _kept(past, x, state.step), trains[p.name], state.spikes[p.name]
            )
        if p.name in histories:
            read = needs[p.name].histories
            histories[p.name] = {
                name: _kept(past, _whole(p, read[name].value, params, state, dtype), state.step)
                for name, past in histories[p.name].items()
            }
    return replace(state, trains=trains, histories=histories)


def _kept(past: Array, now: Array, step: Array) -> Array:
    return lax.dynamic_update_index_in_dim(past, now, step % past.shape[0], 0)


def _whole(population: PopulationSpec, node: Remote, params: NetworkParams, state: NetworkState, dtype) -> Array:
    return jnp.broadcast_to(neuron_value(population, node, params, state, dtype), (population.size,)).astype(dtype)
