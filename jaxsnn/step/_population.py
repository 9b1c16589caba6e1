"""One population: the part of the state that is its own, and its update."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import DISTRIBUTIONS, REDUCTIONS, Draw, Reduction, Scope, evaluate, run_updates
from ..network import PopulationSpec
from ..plan import Requirements
from ..propagation import Spikes, materialise, n_words
from ._population_state import Locals, Surroundings
from ._spikes_and_resets import count_spikes, empty_window, fire, fire_along_axon
from ._state import LONG_AGO


def initial_locals(
    spec: PopulationSpec, needs: Requirements, variables: dict[str, Array], sums: tuple[str, ...], dt: float, dtype
) -> Locals:
    """Return the state of a population that has never spiked."""
    model, size = spec.neuron.analysed, spec.size
    silent = Spikes(jnp.zeros(n_words(size), jnp.uint32), jnp.full(size, -1.0, dtype))
    return Locals(
        variables=variables,
        spikes=None if model.spike is None else silent,
        axon_spikes=None if model.axon_spike is None else silent,
        refractory=jnp.zeros(size, jnp.int32) if model.refractory is not None else None,
        last_spike=jnp.full(size, LONG_AGO, jnp.int32) if needs.last_spike else None,
        window=None if model.rate_window is None else empty_window(model.rate_window, dt, size),
        sums={target: jnp.zeros(size, dtype) for target in sums} or None,
        origin=None if spec.source is None else jnp.zeros((), jnp.int32),
        reductions={reduction_name(r): jnp.zeros((), dtype) for r in needs.reductions},
    )


def reduction_name(reduction: Reduction) -> str:
    """Return the key of a reduction in the state: its text."""
    return f"{reduction.operation}({reduction.name})"


def build_update(
    spec: PopulationSpec, needs: Requirements, dt: float, dtype
) -> Callable[[dict[str, Array], Locals, Surroundings], Locals]:
    """Return `update(params, before, around)`, one step of a population.

    The returned function takes the population's parameters, its `Locals` and its `Surroundings`.
    """
    model = spec.neuron.analysed

    def update(params: dict[str, Array], before: Locals, around: Surroundings) -> Locals:
        scope = scope_of(spec, params, before, around, dt, dtype)
        active = None if before.refractory is None else before.refractory == 0
        run_updates(model.shared_updates, scope, dt)
        run_updates(model.updates, scope, dt, active)
        spikes, refractory, last_spike = fire(spec, scope, before, active, around, dt)
        axon_spikes = fire_along_axon(spec, scope, before, active, around)
        window = count_spikes(spec, scope, before.window, spikes, around.step, dtype)
        variables = {name: jnp.asarray(scope.values[name]) for name in before.variables}
        sums = None if before.sums is None else {target: around.sums[target] for target in before.sums}
        reductions = _reduce(spec, needs, scope, dtype)
        return Locals(variables, spikes, axon_spikes, refractory, last_spike, window, sums, before.origin, reductions)

    return update


def scope_of(
    spec: PopulationSpec, params: dict[str, Array], before: Locals, around: Surroundings, dt: float, dtype
) -> Scope:
    """Return what names mean at the beginning of the step."""
    values = {**params, **before.variables, **_driven(spec, before, around, dtype)}
    values |= {"t": around.step.astype(dtype) * dt, "dt": dt}
    if before.last_spike is not None:
        values["t_last"] = before.last_spike.astype(dtype) * dt
    reductions = {r: before.reductions[reduction_name(r)] for r in spec.neuron.analysed.reductions}
    scope = Scope(values, around.sums, reductions, around.constants)
    scope.draw = _drawer(spec, scope, around, dtype)
    return scope


def _driven(spec: PopulationSpec, before: Locals, around: Surroundings, dtype) -> dict[str, Array]:
    """Return the variables that the source of the population decides."""
    if spec.source is None or before.origin is None:
        return {}
    values = spec.source.drive(around.tables, around.step - before.origin)
    like = before.variables
    return {name: jnp.broadcast_to(x, like[name].shape).astype(like[name].dtype) for name, x in values.items()}


def _drawer(spec: PopulationSpec, scope: Scope, around: Surroundings, dtype) -> Callable[[Draw], Array]:
    """Return the function that draws each distinct random number of a step once."""
    drawn: dict[int, Array] = {}
    shared = spec.neuron.analysed.shared_draws

    def draw(node: Draw) -> Array:
        if node.index not in drawn:
            shape = () if node.index in shared else (spec.size,)
            distribution = DISTRIBUTIONS[node.distribution][1](*(evaluate(a, scope) for a in node.arguments))
            sample = distribution.sample(jax.random.fold_in(around.key, node.index), shape, dtype)
            drawn[node.index] = materialise(sample, around.opaque)
        return drawn[node.index]

    return draw


def _reduce(spec: PopulationSpec, needs: Requirements, scope: Scope, dtype) -> dict[str, Array]:
    reductions = needs.reductions
    full = {r: jnp.broadcast_to(scope.values[r.name], (spec.size,)).astype(dtype) for r in reductions}
    return {reduction_name(r): REDUCTIONS[r.operation](x) for r, x in full.items()}
