"""The order of a time step. It stands here and nowhere else.

For the step counter k, which is the time k dt at the beginning of the step, the network goes through these phases:

1. **Transmission**, projection by projection, in the order of creation. Rate-coded neurons send at every step: what
   each synapse contributes is combined into `sum(target)`. Spikes that arrive act on their synapses: event-driven
   variables decay up to now, then statements change `g_target`, then the other statements of `pre_spike` run. Axonal
   spikes follow, and last what spiking synapses contribute at every step. A synapse that reads an input finds in it
   what projections before its own have added in this step.
2. **Inputs** are reported, before the update: a monitor of `g_exc` or `sum(exc)` records what has arrived.
3. **Update**, population by population. Tables drive the variables of input populations. Variables with one value for
   the population are updated first, then those of every neuron, in the order of the text; differential equations that
   stand one after the other switch to their new values together, and bounds apply at the switch. Then come the spike
   condition and the reset, the refractory period, the axonal spike, and the mean firing rate. A random number is drawn
   where it is first read, from a stream of its own for each population and step.
4. **Past**: the spikes and values that delayed projections will read enter their rings.
5. **Reductions** such as `mean(x)` are taken from the new values. Neurons read them in the next step, synapses in this.
6. **Equations of synapses**, projection by projection: the variables of the projection, of its post-synaptic neurons,
   of its synapses, where `transmission`, `update` and the period allow. They read `post.x` of this step, and `pre.x` of
   this step or, with a delay of d steps, of d - 1 steps ago.
7. **Post-synaptic spikes** of this step act on the synapses that end in their neuron: `post_spike`.
8. **Structure**: rules create synapses, then rules prune them.
9. **Time**: a `g_target` without an equation becomes 0 again; for refractory neurons it waits, and what a reset has
   written stays. The step counter becomes k + 1. Records hold the state after the step: sample 0 is that after step 0.

A refractory neuron keeps its values, except that equations of `g_target` go on; bounds apply to all neurons. A
population that is not enabled receives nothing and stands still, and so do the synapses that end in it.

`advance` is pure: parameters and state in, the next state and what was emitted out.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import jax
from jax import Array

from ..network import NetworkSpec, PopulationSpec
from ..plan import ProjectionPlan, Requirements
from ..rng import Generator, fold_name
from ._inputs import after_transmission, arrived_inputs, before_transmission
from ._instantaneous import with_inputs_gone
from ._own_paths import among_synapses, without_reductions
from ._past import with_present_kept
from ._plasticity import Learn, build_equations, build_post_events
from ._population import build_update
from ._population_state import Surroundings, population_state, with_population_state
from ._serial import in_turn, is_quicker_alone
from ._state import Attributes, Emitted, NetworkParams, NetworkState
from ._structural_plasticity import build_structure
from ._transmission import build_transmissions

Advance = Callable[..., tuple[NetworkState, Emitted]]


def build_advance(
    spec: NetworkSpec,
    populations: Sequence[PopulationSpec],
    plans: Sequence[ProjectionPlan],
    needs: dict[str, Requirements],
    generator: Generator,
    dtype,
    platform: str,
    own_paths: bool = False,
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
        own_paths: whether derivatives stay within a neuron and within a synapse, see `_own_paths`.

    `opaque` is an integer of the calling loop that is never negative; see `materialise`. On an accelerator it is not
    used: there a loop or a branch costs more than to compute twice. `fed` is what projections that are not among
    the plans add to inputs, by population and target.
    """
    within = among_synapses if own_paths else (lambda phase: phase)
    enabled = [p for p in populations if p.enabled]
    updates = {p.name: build_update(p, needs[p.name], spec.dt, dtype) for p in enabled}
    live = [q for q in plans if q.post.enabled]
    learning = [(phase, name, within(learn)) for phase, name, learn in _learning(live, spec.dt, dtype)]
    alone = is_quicker_alone(populations, platform)
    transmissions = list(build_transmissions(live, spec.dt, dtype, by_halves=not alone, within=within))

    def advance(
        params: NetworkParams, state: NetworkState, opaque: Array, fed: Attributes | None = None
    ) -> tuple[NetworkState, Emitted]:
        key = jax.random.fold_in(generator.wrap(state.key), state.step)
        hidden, serial = opaque if platform == "cpu" else None, opaque if alone else None
        with jax.named_scope("transmission"):
            arriving = before_transmission(spec, populations, state, fed or {}, dtype)
            for name, transmit, is_walk in transmissions:
                with jax.named_scope(name):
                    arriving = in_turn(transmit(params, arriving, opaque), serial if is_walk else None)
            emitted = arrived_inputs(populations, arriving)
            state = arrived = after_transmission(enabled, state, arriving)
        with jax.named_scope("update"):
            for population in enabled:
                around = surroundings(population, params, state, emitted.sums[population.name], key, hidden, serial)
                state = in_turn(_update(population.name, updates[population.name], params, state, around), serial)
        with jax.named_scope("past"):
            for population in enabled:
                state = with_present_kept(population, needs[population.name], params, state, dtype)
        for phase, name, learn in learning:
            with jax.named_scope(phase), jax.named_scope(name):
                state = learn(params, state, key, opaque)
        return replace(with_inputs_gone(enabled, arrived, state), step=state.step + 1), emitted

    return without_reductions(advance) if own_paths else advance


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
    serial: Array | None = None,
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
        serial=serial,
    )


def _update(name: str, update, params: NetworkParams, state: NetworkState, around: Surroundings) -> NetworkState:
    constants = {**params.populations[name], **state.constants.populations[name]}
    with jax.named_scope(name):
        return with_population_state(state, name, update(constants, population_state(state, name), around))
