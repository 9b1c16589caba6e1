"""`compile_network`: a description becomes two pure functions, `init` and `advance`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..connectivity import FromMatrix
from ..errors import ArgumentError, UnknownNameError, UnsupportedError, did_you_mean
from ..network import MonitorSpec, NetworkSpec, PopulationSpec, ProjectionSpec
from ..propagation import RATES, Choice, choose, weighted_sum
from ..rng import Generator, fold_name
from ._initial import initial_values, is_drawn
from ._population import initial_locals
from ._state import Constants, Given, NetworkParams, NetworkState, Path
from ._step import Advance, build_advance, carries_rates, fed_targets, sum_targets, with_locals


@dataclass(frozen=True, eq=False)
class Compiled:
    """A network as pure functions.

    Args:
        spec: the description.
        dtype: of floating-point values.
        generator: of random numbers.
        choices: the kernel of each projection and why it was taken.
        init: `init(seed, given) -> (params, state)`, traceable: raw key data, and values that are not drawn.
        advance: `advance(params, state, opaque) -> (state, emitted)`, one step.
    """

    spec: NetworkSpec
    dtype: jnp.dtype
    generator: Generator
    choices: Mapping[str, Choice]
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
        UnsupportedError: something that this version cannot run.
    """
    for projection in spec.projections:
        _check_projection(projection, spec)
    for monitor in spec.monitors:
        check_monitor(monitor, spec)
    dtype = jnp.result_type(float)
    choices = {p.name: _choice(p, spec, platform, batch, kernel) for p in spec.projections}
    kernels = {p.name: _kernel(p, choices[p.name], spec) for p in spec.projections}
    advance = build_advance(spec, kernels, generator, dtype)
    return Compiled(spec, dtype, generator, choices, _build_init(spec, generator, dtype), advance)


def _choice(projection: ProjectionSpec, spec: NetworkSpec, platform: str, batch: int, kernel: str | None) -> Choice:
    if carries_rates(spec, projection):
        return Choice(RATES, "rate-coded neurons send at every step")
    return choose(platform, *projection.ends.shape, batch, kernel)


def _kernel(projection: ProjectionSpec, choice: Choice, spec: NetworkSpec):
    if carries_rates(spec, projection):
        return weighted_sum(projection.pre_ranks, projection.post_ranks)
    surrogate = spec.population(projection.pre).neuron.surrogate_function
    return choice.algorithm.build(projection.pre_ranks, projection.post_ranks, surrogate)


def _check_projection(projection: ProjectionSpec, spec: NetworkSpec) -> None:
    post, rates = spec.population(projection.post), carries_rates(spec, projection)
    model = post.neuron.analysed
    if rates and post.neuron.is_spiking and not post.neuron.rate_inputs:
        message = "a rate-coded population feeds rate-coded ones, or an input that takes its rates from a target"
        raise UnsupportedError(f"projection `{projection.name}`: {message}")
    if not rates and not post.neuron.is_spiking:
        message = "in this version spikes reach spiking populations only"
        raise UnsupportedError(f"projection `{projection.name}`: {message}")
    known = model.sums if rates else model.targets
    if projection.target not in known and not (rates and model.sums_all):
        what = f"sum({projection.target})" if rates else f"g_{projection.target}"
        raise UnknownNameError(
            f"projection `{projection.name}` feeds the target `{projection.target}`, but the equations of population "
            f"`{post.name}` read no `{what}`.{did_you_mean(projection.target, known)}"
        )


def check_monitor(monitor: MonitorSpec, spec: NetworkSpec) -> None:
    """Check that everything a monitor records exists and changes."""
    population = spec.population(monitor.population)
    model, known = population.neuron.analysed, recordable(population, spec)
    for name in monitor.variables:
        if name not in known:
            if name == "r" and model.spike is not None:
                message = f"population `{monitor.population}` computes no mean firing rate `r`"
                raise UnknownNameError(f"{message}: call `compute_firing_rate(window)` first")
            is_parameter = name in model.names
            why = " is a parameter: it does not change" if is_parameter else " is not a variable of the model"
            message = f"monitor of population `{monitor.population}`: `{name}`{why}.{did_you_mean(name, known)}"
            raise UnknownNameError(message)
        if name in model.names and model.attribute(name).shared and not monitor.ranks.is_everything:
            raise ArgumentError(f"`{name}` has one value for the population: record it from the population, not a view")


def recordable(population: PopulationSpec, spec: NetworkSpec) -> list[str]:
    """Return what a monitor can record of a population."""
    model = population.neuron.analysed
    names = [a.name for a in model.attributes if not a.is_parameter]
    names += ["spike"] * (model.spike is not None) + ["axon_spike"] * (model.axon_spike is not None)
    return names + [f"sum({t})" for t in (*model.targets, *sum_targets(spec, population))]


def declared_arrays(spec: NetworkSpec) -> dict[Path, np.ndarray]:
    """Return everything declared as numbers: these enter `init` as arguments, not as constants of the program."""
    given: dict[Path, np.ndarray] = {}
    for p in spec.populations:
        given |= {("populations", p.name, k): np.asarray(v) for k, v in p.values.items() if isinstance(v, np.ndarray)}
        given |= {("populations", p.name, k): v for k, v in (p.source.arrays if p.source else {}).items()}
    for q in spec.projections:
        if isinstance(q.connector, FromMatrix):
            given["projections", q.name, "w"] = q.connector.numbers
    return given | {("constants", "", name): np.asarray(value, float) for name, value in spec.constants.items()}


def drawn_paths(spec: NetworkSpec) -> tuple[Path, ...]:
    """Return what a key decides: distributions, and weights that are drawn."""
    values = [("populations", p.name, k) for p in spec.populations for k, v in p.values.items() if is_drawn(v)]
    weights = [("projections", q.name, "w") for q in spec.projections if not isinstance(q.connector, FromMatrix)]
    return (*values, *weights)


def _build_init(spec: NetworkSpec, generator: Generator, dtype):
    def init(seed: Array, given: Given) -> tuple[NetworkParams, NetworkState]:
        stream = generator.wrap(seed)
        named = {name: jnp.asarray(given["constants", "", name], dtype) for name in spec.constants}
        params = NetworkParams({}, _weights(spec, given, stream, dtype), named)
        constants = Constants({})
        state = NetworkState(jnp.zeros((), jnp.int32), seed, {}, {}, {}, {}, {}, constants)
        for population in spec.populations:
            name = population.name
            mine = {path[2]: x for path, x in given.items() if path[:2] == ("populations", name)}
            values = initial_values(population, mine, named, fold_name(stream, name), dtype)
            params.populations[name], constants.populations[name], variables = _sorted_out(population, values)
            tables = _tables(population, mine, dtype)
            params.populations[name] |= tables[0]
            constants.populations[name] |= tables[1]
            own = initial_locals(population, variables, fed_targets(spec, population), spec.dt, dtype)
            state = with_locals(state, name, own)
        return params, state

    return init


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


def _weights(spec: NetworkSpec, given: Given, stream: Array, dtype) -> dict[str, dict[str, Array]]:
    weights = {}
    for projection in spec.projections:
        path = ("projections", projection.name, "w")
        key = fold_name(stream, f"projection {projection.name}")
        drawn = given[path] if path in given else projection.connector.weights(key, projection.ends, dtype)
        weights[projection.name] = {"w": jnp.asarray(drawn, dtype)}
    return weights


def exists(projection: ProjectionSpec, generator: Generator, seed: Array) -> np.ndarray:
    """Return booleans (pre.size, post.size): where the projection has synapses in a network of this raw seed."""
    stream = fold_name(generator.wrap(seed), f"projection {projection.name}")
    where = projection.connector.exists(stream, projection.ends)
    return np.ones(projection.ends.shape, bool) if where is None else np.asarray(where)
