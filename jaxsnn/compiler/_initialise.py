"""How a network begins: `init(seed, given) -> (params, state)`, populations first, then projections."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..distributions import Distribution
from ..network import NetworkSpec, PopulationSpec
from ..plan import ProjectionPlan, Requirements, fed_targets
from ..rng import Generator, fold_name
from ..step import (
    Given,
    NetworkParams,
    NetworkState,
    Path,
    Switches,
    all_on,
    by_role,
    initial_population,
    initial_projection,
    initial_values,
    is_drawn,
    with_owned,
    with_population_state,
    with_silent_past,
)

Init = Callable[[Array, Given], tuple[NetworkParams, NetworkState]]


def build_init(
    spec: NetworkSpec, plans: Sequence[ProjectionPlan], needs: Mapping[str, Requirements], generator: Generator, dtype
) -> Init:
    """Return `init(seed, given) -> (params, state)`: raw key data, and values that are not drawn."""

    def init(seed: Array, given: Given) -> tuple[NetworkParams, NetworkState]:
        stream = generator.wrap(seed)
        named = {name: jnp.asarray(given["constants", "", name], dtype) for name in spec.constants}
        params, state = NetworkParams({}, {}, named), NetworkState(jnp.zeros((), jnp.int32), seed)
        for population in spec.populations:
            own = needs[population.name]
            state = _with_population(spec, population, own, params, state, given, stream, dtype)
        for q in plans:
            state = _with_projection(q, params, state, given, stream, spec.dt, dtype)
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
    """Write a population into the parameters and constants, and return the state with it."""
    name = population.name
    mine = {path[2]: x for path, x in given.items() if path[:2] == ("populations", name)}
    values = initial_values(population, mine, params.constants, fold_name(stream, name), dtype)
    roles, tables = by_role(population.neuron.analysed.attributes, values), _tables(population, mine, dtype)
    params.populations[name] = roles.params | tables[0]
    state.constants.populations[name] = roles.constants | tables[1]
    own = initial_population(population, needs, roles.variables, fed_targets(spec, population), spec.dt, dtype)
    return with_silent_past(population, needs, params, with_population_state(state, name, own), dtype)


def _tables(population: PopulationSpec, given: dict[str, Array], dtype) -> tuple[dict, dict]:
    """Return the (floating-point, integer) tables of the source of a population."""
    arrays = {} if population.source is None else population.source.arrays
    found = {name: jnp.asarray(given.get(name, x)) for name, x in arrays.items()}
    real = {name: x.astype(dtype) for name, x in found.items() if np.issubdtype(arrays[name].dtype, np.floating)}
    return real, {name: x.astype(jnp.int32) for name, x in found.items() if name not in real}


def _with_projection(
    q: ProjectionPlan, params: NetworkParams, state: NetworkState, given: Given, stream: Array, dt: float, dtype
) -> NetworkState:
    """Write a projection into the parameters and constants, and return the state with it."""
    name, constants = q.name, state.constants
    mine = initial_projection(q, given, params.constants, stream, dt, dtype)
    params.projections[name], constants.projections[name] = mine.params, mine.constants
    constants.switches[name] = _switches(name, given)
    if q.model.is_structural:
        return with_owned(state, name, {**mine.state, "connectivity": mine.storage})
    constants.connectivity[name] = mine.storage
    return with_owned(state, name, mine.state)


def _switches(name: str, given: Given) -> Switches:
    """Return the switches of a projection as they are declared."""
    switches = all_on()
    mine = {path[2]: x for path, x in given.items() if path[:2] == ("switches", name)}
    return replace(switches, **{k: jnp.asarray(x).astype(getattr(switches, k).dtype) for k, x in mine.items()})


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
