"""One population: its initial values, its update, its spikes."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax import Array

from ..distributions import Distribution
from ..equations import (
    DISTRIBUTIONS,
    REDUCTIONS,
    Attribute,
    Draw,
    Reduction,
    Scope,
    ValueType,
    evaluate,
    run_event,
    run_updates,
    truth_of,
)
from ..equations import distance as distance_of
from ..network import Patched, PopulationSpec
from ..propagation import Spikes, materialise, n_words, pack
from ..rng import fold_name

NEVER = -10_000  # step of the "last" spike of a neuron that has not spiked, as in ANNarchy
MOST_STEPS = 2**30


@dataclass(frozen=True)
class Locals:
    """The part of the network's state that belongs to one population; None where the model has no use for it."""

    variables: dict[str, Array]
    spikes: Spikes | None
    refractory: Array | None
    last_spike: Array | None
    reductions: dict[str, Array]


def storage(attribute: Attribute, dtype) -> jnp.dtype:
    """Return the dtype that holds an attribute."""
    return {ValueType.FLOAT: jnp.dtype(dtype), ValueType.INT: jnp.dtype(jnp.int32), ValueType.BOOL: jnp.dtype(bool)}[
        attribute.type
    ]


def initial_values(spec: PopulationSpec, given: dict[str, Array], key: Array, dtype) -> dict[str, Array]:
    """Return the initial value of every attribute.

    Args:
        spec: the population.
        given: values that are already arrays; the others are declared, or the model's own.
        key: for what is drawn; each attribute has its own stream.
        dtype: of floating-point attributes.
    """
    values: dict[str, Array] = {}
    ordered = sorted(spec.neuron.analysed.attributes, key=lambda a: not a.is_parameter)
    for attribute in ordered:
        value = _initial(attribute, spec, given, values, fold_name(key, attribute.name), dtype)
        shape = () if attribute.shared else (spec.size,)
        stays_scalar = attribute.is_parameter and value.ndim == 0
        cast = value.astype(storage(attribute, dtype))
        values[attribute.name] = cast if stays_scalar else jnp.broadcast_to(cast, shape)
    return values


def _initial(attribute: Attribute, spec: PopulationSpec, given, values, key: Array, dtype) -> Array:
    if attribute.name in given:
        return jnp.asarray(given[attribute.name])
    declared = spec.values.get(attribute.name)
    shape = () if attribute.shared else (spec.size,)
    return _resolve(declared, attribute, values, key, shape, dtype)


def _resolve(declared, attribute: Attribute, values, key: Array, shape: tuple[int, ...], dtype) -> Array:
    """Turn a declared value into an array: draw, patch, or evaluate the model's own."""
    if declared is None:
        return jnp.asarray(evaluate(attribute.init, Scope(values)))
    if isinstance(declared, Distribution):
        return declared.sample(key, shape, dtype)
    if isinstance(declared, Patched):
        whole = jnp.broadcast_to(_resolve(declared.base, attribute, values, key, shape, dtype), shape).astype(dtype)
        for i, (ranks, value) in enumerate(declared.patches):
            part = _resolve(value, attribute, values, jax.random.fold_in(key, i), (ranks.size,), dtype)
            whole = whole.at[ranks.index].set(part.astype(dtype))
        return whole
    return jnp.asarray(declared)


def is_drawn(declared: object) -> bool:
    """Tell whether a declared value needs a key."""
    if isinstance(declared, Patched):
        return is_drawn(declared.base) or any(is_drawn(value) for _, value in declared.patches)
    return isinstance(declared, Distribution)


def initial_locals(spec: PopulationSpec, variables: dict[str, Array], dtype) -> Locals:
    """Return the state of a population that has never spiked."""
    model, size = spec.neuron.analysed, spec.size
    spiking = model.spike is not None
    return Locals(
        variables=variables,
        spikes=Spikes(jnp.zeros(n_words(size), jnp.uint32), jnp.full(size, -1.0, dtype)) if spiking else None,
        refractory=jnp.zeros(size, jnp.int32) if model.refractory is not None else None,
        last_spike=jnp.full(size, NEVER, jnp.int32) if model.uses("t_last") else None,
        reductions={reduction_name(r): jnp.zeros((), dtype) for r in model.reductions},
    )


def reduction_name(reduction: Reduction) -> str:
    """Return the key of a reduction in the state: its text."""
    return f"{reduction.operation}({reduction.name})"


def build_update(spec: PopulationSpec, dt: float, dtype) -> Callable[..., Locals]:
    """Return `update(params, before, inputs, step, key, opaque)`, one step of a population.

    The returned function takes the population's parameters, its `Locals`, the inputs of the rate-coded targets, the
    step counter, a key for this step and a counter that the compiler cannot see through.
    """
    model = spec.neuron.analysed

    def update(params: dict[str, Array], before: Locals, inputs, step: Array, key: Array, opaque: Array) -> Locals:
        time = step.astype(dtype) * dt
        values = {**params, **before.variables, "t": time, "dt": dt}
        if before.last_spike is not None:
            values["t_last"] = before.last_spike.astype(dtype) * dt
        reductions = {r: before.reductions[reduction_name(r)] for r in model.reductions}
        scope = Scope(values, inputs, reductions)
        scope.draw = _drawer(spec, scope, key, opaque, dtype)
        active = None if before.refractory is None else before.refractory == 0
        run_updates(model.shared_updates, scope, dt)
        run_updates(model.updates, scope, dt, active)
        spikes, refractory, last_spike = _spike(spec, scope, before, active, step, opaque, dt)
        variables = {name: jnp.asarray(scope.values[name]) for name in before.variables}
        return Locals(variables, spikes, refractory, last_spike, _reduce(spec, scope, before, dtype))

    return update


def _drawer(spec: PopulationSpec, scope: Scope, key: Array, opaque: Array, dtype) -> Callable[[Draw], Array]:
    """Return the function that draws each distinct random number of a step once."""
    drawn: dict[int, Array] = {}
    shared = spec.neuron.analysed.shared_draws

    def draw(node: Draw) -> Array:
        if node.index not in drawn:
            shape = () if node.index in shared else (spec.size,)
            distribution = DISTRIBUTIONS[node.distribution][1](*(evaluate(a, scope) for a in node.arguments))
            sample = distribution.sample(jax.random.fold_in(key, node.index), shape, dtype)
            drawn[node.index] = materialise(sample, opaque)
        return drawn[node.index]

    return draw


def _spike(spec: PopulationSpec, scope: Scope, before: Locals, active, step: Array, opaque: Array, dt: float):
    """Test the condition, run the reset, start the refractory period; return (spikes, refractory, last_spike)."""
    model = spec.neuron.analysed
    if model.spike is None or before.spikes is None:
        return None, None, before.last_spike
    flags = jnp.broadcast_to(truth_of(evaluate(model.spike, scope)), (spec.size,))
    away = jnp.broadcast_to(distance_of(model.spike, scope), (spec.size,)).astype(before.spikes.distance.dtype)
    if active is not None:
        # A refractory neuron cannot spike however close it is: no gradient flows through its condition.
        flags, away = flags & active, jnp.where(active, away, -jnp.inf)
    flags = materialise(flags.astype(jnp.uint8), opaque) > 0
    for statement in model.reset:
        run_event(statement, scope, flags)
    refractory = None if active is None else _refractory(model.refractory, scope, before.refractory, flags, dt)
    last_spike = None if before.last_spike is None else jnp.where(flags, step, before.last_spike)
    return Spikes(pack(flags), away), refractory, last_spike


def _refractory(duration, scope: Scope, remaining, flags: Array, dt: float) -> Array:
    """Return the steps left: `int(duration / dt)` after a spike, else one less."""
    value = scope.values[duration] if isinstance(duration, str) else duration
    # A whole number of steps must survive the division in single precision.
    steps = jnp.clip(jnp.floor(value / dt * (1.0 + 1e-6)), 0, MOST_STEPS).astype(jnp.int32)
    return jnp.where(flags, steps, jnp.maximum(remaining - 1, 0))


def _reduce(spec: PopulationSpec, scope: Scope, before: Locals, dtype) -> dict[str, Array]:
    reductions = spec.neuron.analysed.reductions
    full = {r: jnp.broadcast_to(scope.values[r.name], (spec.size,)).astype(dtype) for r in reductions}
    return {reduction_name(r): REDUCTIONS[r.operation](x) for r, x in full.items()}
