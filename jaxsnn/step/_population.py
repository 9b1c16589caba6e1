"""One population: how it begins, and its update."""

from collections.abc import Callable
from dataclasses import replace

import jax.numpy as jnp
from jax import Array

from ..equations import REDUCTIONS, Draw, Reduction, Scope, run_updates
from ..network import PopulationSpec
from ..plan import Requirements
from ..propagation import Spikes, materialise, n_words
from ._clock import last_spike_times, present
from ._population_state import PopulationState, Surroundings
from ._random_draws import build_draw
from ._spikes_and_resets import counted, empty_window, fire, fire_along_axon, fire_precisely, mean_rate
from ._state import NetworkState
from ._state_fields import LONG_AGO


def initial_population(
    spec: PopulationSpec, needs: Requirements, variables: dict[str, Array], sums: tuple[str, ...], dt: float, dtype
) -> PopulationState:
    """Return the state of a population that has never spiked, without its past."""
    model, size = spec.neuron.analysed, spec.size
    offset = jnp.ones(size, dtype) if spec.neuron.is_precise else None
    silent = Spikes(jnp.zeros(n_words(size), jnp.uint32), jnp.full(size, -1.0, dtype), offset)
    steps = dtype if spec.neuron.is_precise else jnp.int32
    return PopulationState(
        variables,
        spikes=None if model.spike is None else silent,
        refractory=None if model.refractory is None else jnp.zeros(size, steps),
        last_spike=jnp.full(size, LONG_AGO, jnp.int32) if needs.last_spike else None,
        reductions={reduction_name(r): jnp.zeros((), dtype) for r in needs.reductions},
        axon_spikes=None if model.axon_spike is None else silent,
        window=None if model.rate_window is None else empty_window(model.rate_window, dt, size),
        sums={target: jnp.zeros(size, dtype) for target in sums} or None,
        origin=None if spec.source is None else jnp.zeros((), jnp.int32),
    )


def reduction_name(reduction: Reduction) -> str:
    """Return the key of a reduction in the state: its text."""
    return f"{reduction.operation}({reduction.name})"


Update = Callable[[dict[str, Array], PopulationState, Surroundings], PopulationState]


def build_update(spec: PopulationSpec, needs: Requirements, dt: float, dtype) -> Update:
    """Return `update(params, before, around)`, one step of a population.

    The returned function takes the parameters of the population, its state and its surroundings. The order is that of
    `_time_step`; what runs writes its results to `scope.values`, where what comes after it reads them.
    """
    model = spec.neuron.analysed
    switch = None if spec.source is None else spec.source.switch

    def update(params: dict[str, Array], before: PopulationState, around: Surroundings) -> PopulationState:
        scope = scope_of(spec, params, before, around, dt, dtype)
        active = None if before.refractory is None else before.refractory == 0
        run_updates(model.shared_updates, scope, dt)
        if spec.neuron.is_precise:
            spikes, refractory, last_spike = fire_precisely(spec, scope, before, around, dt)
        else:
            run_updates(model.updates, scope, dt, active)
            spikes, refractory, last_spike = fire(spec, scope, before, active, around, dt)
        axon_spikes = fire_along_axon(spec, scope, before, active, around)
        window = counted(spec, before.window, spikes, around)
        if window is not None:
            scope.values["r"] = mean_rate(spec, window, dtype)
        return replace(
            before,
            variables={name: jnp.asarray(scope.values[name]) for name in before.variables},
            spikes=spikes,
            refractory=refractory,
            last_spike=last_spike,
            reductions=_reduce(spec, needs, scope, dtype),
            axon_spikes=axon_spikes,
            window=window,
        )

    return update if switch is None else _on_standby(update, switch)


def _on_standby(update: Update, switch: str) -> Update:
    """Return the update of a rate-coded population that keeps its values while a switch is off."""

    def switched(params: dict[str, Array], before: PopulationState, around: Surroundings) -> PopulationState:
        on, after = around.tables[switch] != 0, update(params, before, around)
        variables = _where(on, after.variables, before.variables)
        return replace(after, variables=variables, reductions=_where(on, after.reductions, before.reductions))

    return switched


def _where(on: Array, new: dict[str, Array] | None, old: dict[str, Array] | None) -> dict[str, Array]:
    return {name: jnp.where(on, x, (old or {})[name]) for name, x in (new or {}).items()}


def is_on(spec: PopulationSpec, state: NetworkState) -> Array | None:
    """Tell whether a population takes part in a step, (); None for one that always does."""
    switch = None if spec.source is None else spec.source.switch
    return None if switch is None else state.constants.populations[spec.name][switch] != 0


def scope_of(
    spec: PopulationSpec, params: dict[str, Array], before: PopulationState, around: Surroundings, dt: float, dtype
) -> Scope:
    """Return what names mean at the beginning of the step."""
    values = {**params, **before.variables, **_driven(spec, before, around, dtype)}
    values |= present(around.step, dt, dtype)
    if before.last_spike is not None:
        values |= last_spike_times("t_last", before.last_spike, around.step, dt, dtype)
    kept, model = before.reductions or {}, spec.neuron.analysed
    reductions = {r: kept[reduction_name(r)] for r in model.reductions}
    scope, shared = Scope(values, around.sums, reductions, around.constants), model.shared_draws

    def shape(node: Draw) -> tuple[int, ...]:
        return () if node.index in shared else (spec.size,)

    scope.draw = build_draw(scope, shape, around.key, dtype, around.opaque)
    scope.once = lambda numbers: materialise(numbers, around.opaque)
    return scope


def _driven(spec: PopulationSpec, before: PopulationState, around: Surroundings, dtype) -> dict[str, Array]:
    """Return the variables and parameters that the source of the population decides."""
    if spec.source is None or before.origin is None:
        return {}
    values = spec.source.drive(around.tables, around.step - before.origin)
    return {name: _as_attribute(spec, before, name, x, dtype) for name, x in values.items()}


def _as_attribute(spec: PopulationSpec, before: PopulationState, name: str, value: Array, dtype) -> Array:
    """Return what a source decides in the shape and precision of the attribute that it stands for."""
    shape = () if spec.neuron.analysed.attribute(name).shared else (spec.size,)
    known = before.variables.get(name)
    return jnp.broadcast_to(value[0] if value.shape == (1,) else value, shape).astype(
        dtype if known is None else known.dtype
    )


def _reduce(spec: PopulationSpec, needs: Requirements, scope: Scope, dtype) -> dict[str, Array]:
    reductions = needs.reductions
    full = {r: jnp.broadcast_to(scope.values[r.name], (spec.size,)).astype(dtype) for r in reductions}
    return {reduction_name(r): REDUCTIONS[r.operation](x) for r, x in full.items()}
