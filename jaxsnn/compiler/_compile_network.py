"""`compile_network`: a description becomes two pure functions, `init` and `advance`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from jax import Array

from ..equations import Scope, conductance
from ..models import Neuron
from ..network import NetworkSpec
from ..plan import ProjectionPlan, check_projection, plan_projection, requirements_of
from ..rng import Generator
from ..step import (
    Advance,
    NetworkParams,
    NetworkState,
    build_advance,
    population_state,
    scope_of,
    surroundings,
)
from ._initialise import Init, build_init


@dataclass(frozen=True, eq=False)
class CompiledNetwork:
    """A network as pure functions.

    Args:
        spec: the description.
        platform: where it will run: `cpu`, `gpu` or `tpu`.
        dtype: of floating-point values.
        generator: of random numbers.
        plans: the projections by name, with everything that was decided about them.
        init: `init(seed, given) -> (params, state)`, traceable: raw key data, and values that are not drawn.
        advance: `advance(params, state, opaque) -> (state, emitted)`, one step.
    """

    spec: NetworkSpec
    platform: str
    dtype: jnp.dtype
    generator: Generator
    plans: Mapping[str, ProjectionPlan]
    init: Init
    advance: Advance


def compile_network(
    spec: NetworkSpec, generator: Generator, platform: str, kernel: str | None = None, batch: int = 1
) -> CompiledNetwork:
    """Check a description and build its functions.

    Args:
        spec: the network.
        generator: of random numbers.
        platform: where it will run: `cpu`, `gpu` or `tpu`.
        kernel: name of the kernel for all projections; None chooses one for each.
        batch: how many stimuli will share one set of weights.

    Raises:
        UnknownNameError: a projection feeds a target that the neurons do not use, a monitor names no variable.
        EquationError: a synapse reads something that its neurons do not have.
        UnsupportedError: something that this version cannot run.
    """
    for projection in spec.projections:
        check_projection(projection, spec)
    for monitor in spec.monitors:
        monitor.check(spec)
    dtype = jnp.result_type(float)
    plans: dict[str, ProjectionPlan] = {}
    for q in spec.projections:
        plans[q.name] = plan_projection(q, spec, plans, platform, kernel, batch)
    return _assembled(spec, platform, plans, generator, dtype)


def with_neurons(compiled: CompiledNetwork, neurons: Mapping[str, Neuron]) -> CompiledNetwork:
    """Return a compiled network in which some populations have other models, which differ in their gradients alone.

    Args:
        compiled: the network; its `init` is kept, and so are storage forms and kernels.
        neurons: models by population.
    """
    changed = tuple(replace(p, neuron=neurons.get(p.name, p.neuron)) for p in compiled.spec.populations)
    spec = replace(compiled.spec, populations=changed)
    plans: dict[str, ProjectionPlan] = {}
    for name, q in compiled.plans.items():
        source = None if q.source is None else plans[q.source.name]
        plans[name] = replace(q, pre=spec.population(q.pre.name), post=spec.population(q.post.name), source=source)
    return replace(_assembled(spec, compiled.platform, plans, compiled.generator, compiled.dtype), init=compiled.init)


def with_own_paths(compiled: CompiledNetwork) -> CompiledNetwork:
    """Return a compiled network, the same forward, whose derivatives stay within a neuron and within a synapse."""
    changed = _assembled(compiled.spec, compiled.platform, compiled.plans, compiled.generator, compiled.dtype, True)
    return replace(changed, init=compiled.init)


def _assembled(
    spec: NetworkSpec,
    platform: str,
    plans: Mapping[str, ProjectionPlan],
    generator: Generator,
    dtype,
    own_paths: bool = False,
) -> CompiledNetwork:
    """Return the functions of a network whose projections are decided."""
    needs = requirements_of(spec, plans.values())
    advance = build_advance(spec, spec.populations, tuple(plans.values()), needs, generator, dtype, platform, own_paths)
    init = build_init(spec, tuple(plans.values()), needs, generator, dtype)
    return CompiledNetwork(spec, platform, dtype, generator, plans, init, advance)


def replay(
    compiled: CompiledNetwork, params: NetworkParams, state: NetworkState, name: str
) -> tuple[Scope, Array | None]:
    """Return the names of a population at the beginning of its update in the step after a state, inputs included.

    Args:
        compiled: the network.
        params, state: arrays; not for use inside `jit`.
        name: of the population.

    Returns:
        `(scope, active)`: what `run_updates` takes.
    """
    population, opaque = compiled.spec.population(name), jnp.int32(0)
    emitted = jax.jit(compiled.advance)(params, state, opaque)[1]
    arrived = {conductance(target): x for target, x in emitted.conductances[name].items()}
    received = replace(state, populations={**state.populations, name: {**state.populations[name], **arrived}})
    key = jax.random.fold_in(compiled.generator.wrap(state.key), state.step)
    around = surroundings(population, params, state, emitted.sums[name], key, opaque)
    before = population_state(received, name)
    constants = {**params.populations[name], **state.constants.populations[name]}
    active = None if before.refractory is None else before.refractory == 0
    return scope_of(population, constants, before, around, compiled.spec.dt, compiled.dtype), active
