"""`compile_network`: a description becomes two pure functions, `init` and `advance`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..distributions import Distribution
from ..models import Neuron
from ..network import NetworkSpec, PopulationSpec
from ..plan import (
    ProjectionPlan,
    Requirements,
    check_monitor,
    check_projection,
    fed_targets,
    plan_projection,
    requirements_of,
)
from ..rng import Generator, fold_name
from ..step import (
    Advance,
    Constants,
    Given,
    NetworkParams,
    NetworkState,
    Path,
    Switches,
    all_on,
    begun,
    build_advance,
    empty_past,
    initial_locals,
    initial_values,
    is_drawn,
    neuron_value,
    with_locals,
)


@dataclass(frozen=True, eq=False)
class Compiled:
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
    init: Callable[[Array, Given], tuple[NetworkParams, NetworkState]]
    advance: Advance


def compile_network(
    spec: NetworkSpec, generator: Generator, platform: str, kernel: str | None = None, batch: int = 1
) -> Compiled:
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
        check_monitor(monitor, spec)
    dtype = jnp.result_type(float)
    plans: dict[str, ProjectionPlan] = {}
    for q in spec.projections:
        plans[q.name] = plan_projection(q, spec, plans, platform, kernel, batch)
    return _assembled(spec, platform, plans, generator, dtype)


def with_neurons(compiled: Compiled, neurons: Mapping[str, Neuron]) -> Compiled:
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


def _assembled(
    spec: NetworkSpec, platform: str, plans: Mapping[str, ProjectionPlan], generator: Generator, dtype
) -> Compiled:
    """Return the functions of a network whose projections are decided."""
    needs = requirements_of(spec, plans.values())
    advance = build_advance(spec, spec.populations, tuple(plans.values()), needs, generator, dtype, platform)
    init = _build_init(spec, tuple(plans.values()), needs, generator, dtype)
    return Compiled(spec, platform, dtype, generator, plans, init, advance)


def declared_arrays(spec: NetworkSpec) -> dict[Path, np.ndarray]:
    """Return everything declared as numbers: these enter `init` as arguments, not as constants of the program."""
    given: dict[Path, np.ndarray] = {}
    for p in spec.populations:
        given |= {("populations", p.name, k): np.asarray(v) for k, v in p.values.items() if isinstance(v, np.ndarray)}
        given |= {("populations", p.name, k): v for k, v in (p.source.arrays if p.source else {}).items()}
    for q in spec.projections:
        given |= {("connector", q.name, name): x for name, x in q.connector.arrays.items()}
        given |= {("projections", q.name, k): np.asarray(v) for k, v in q.values.items() if isinstance(v, np.ndarray)}
        given |= {("switches", q.name, k): v for k, v in q.switches.items()}
    return given | {("constants", "", name): np.asarray(value, float) for name, value in spec.constants.items()}


def drawn_paths(spec: NetworkSpec) -> tuple[Path, ...]:
    """Return what a key decides: distributions, weights and delays that are drawn, random connectivity."""
    paths: list[Path] = [
        ("populations", p.name, k) for p in spec.populations for k, v in p.values.items() if is_drawn(v)
    ]
    for q in spec.projections:
        random = q.connector.is_random(q.ends)
        paths += [("connectivity", q.name, "")] if random else []
        drawn = {"w": q.connector.weights, "delay": q.connector.delays, **q.values}
        # Values of random connectivity are drawn with it; weights of any are kept, as they may be computed.
        paths += [
            ("projections", q.name, n) for n, x in drawn.items() if isinstance(x, Distribution) or (random and n == "w")
        ]
    return tuple(dict.fromkeys(paths))


def _build_init(
    spec: NetworkSpec, plans: Sequence[ProjectionPlan], needs: dict[str, Requirements], generator: Generator, dtype
):
    def init(seed: Array, given: Given) -> tuple[NetworkParams, NetworkState]:
        stream = generator.wrap(seed)
        named = {name: jnp.asarray(given["constants", "", name], dtype) for name in spec.constants}
        params = NetworkParams({}, {}, named)
        state = NetworkState(jnp.zeros((), jnp.int32), seed, {}, {}, {}, {}, {}, Constants({}))
        for population in spec.populations:
            own = needs[population.name]
            state = _with_population(spec, population, own, params, state, given, stream, dtype)
        for q in plans:
            state = _with_projection(q, params, state, given, stream, spec.dt, dtype)
        for population in spec.populations:
            state = _with_past(population, needs[population.name], params, state, dtype)
        return params, state

    return init


def _with_population(
    spec: NetworkSpec,
    population: PopulationSpec,
    needs: Requirements,
    params: NetworkParams,
    state: NetworkState,
    given: Given,
    stream: Array,
    dtype,
) -> NetworkState:
    """Write a population into the parameters, and return the state with it."""
    name, constants = population.name, state.constants
    mine = {path[2]: x for path, x in given.items() if path[:2] == ("populations", name)}
    values = initial_values(population, mine, params.constants, fold_name(stream, name), dtype)
    params.populations[name], constants.populations[name], variables = _sorted_out(population, values)
    tables = _tables(population, mine, dtype)
    params.populations[name] |= tables[0]
    constants.populations[name] |= tables[1]
    own = initial_locals(population, needs, variables, fed_targets(spec, population), spec.dt, dtype)
    return with_locals(state, name, own)


def _with_projection(
    q: ProjectionPlan, params: NetworkParams, state: NetworkState, given: Given, stream: Array, dt: float, dtype
) -> NetworkState:
    """Write a projection into the parameters, and return the state with it."""
    name, constants = q.name, state.constants
    mine = begun(q, given, params.constants, stream, dt, dtype)
    params.projections[name], constants.projections[name] = mine.params, mine.constants
    constants.switches[name] = _switches(name, given)
    (state if q.model.is_structural else constants).connectivity[name] = mine.storage
    state.projections[name] = mine.variables
    places = {"last_events": mine.last_events, "pending": mine.pending, "decoded": mine.decoded}
    new = {place: {**getattr(state, place), name: x} for place, x in places.items() if x is not None}
    return replace(state, **new)


def _switches(name: str, given: Given) -> Switches:
    switches = all_on()
    mine = {path[2]: x for path, x in given.items() if path[:2] == ("switches", name)}
    return replace(switches, **{k: jnp.asarray(x).astype(getattr(switches, k).dtype) for k, x in mine.items()})


def _with_past(
    population: PopulationSpec, needs: Requirements, params: NetworkParams, state: NetworkState, dtype
) -> NetworkState:
    """Return the state with a past in which a population was silent and had its initial values."""
    values = {
        name: neuron_value(population, kept.value, params, state, dtype) for name, kept in needs.histories.items()
    }
    train, histories = empty_past(population, needs, values, dtype)
    if train is not None:
        state = replace(state, trains={**state.trains, population.name: train})
    return replace(state, histories={**state.histories, population.name: histories}) if histories else state


def _tables(population: PopulationSpec, given: dict[str, Array], dtype) -> tuple[dict, dict]:
    """Return the (floating-point, integer) tables of the source of a population."""
    arrays = {} if population.source is None else population.source.arrays
    found = {name: jnp.asarray(given.get(name, x)) for name, x in arrays.items()}
    real = {name: x.astype(dtype) for name, x in found.items() if np.issubdtype(arrays[name].dtype, np.floating)}
    return real, {name: x.astype(jnp.int32) for name, x in found.items() if name not in real}


def _sorted_out(population: PopulationSpec, values: dict[str, Array]) -> tuple[dict, dict, dict]:
    """Return (floating-point parameters, other parameters, variables)."""
    params, constants, variables = {}, {}, {}
    for a in population.neuron.analysed.attributes:
        is_float = jnp.issubdtype(values[a.name].dtype, jnp.floating)
        place = variables if not a.is_parameter else params if is_float else constants
        place[a.name] = values[a.name]
    return params, constants, variables
