"""`compile_network`: a description becomes two pure functions, `init` and `advance`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..connectivity import FromMatrix
from ..errors import ArgumentError, UnknownNameError, UnsupportedError, did_you_mean
from ..network import MonitorSpec, NetworkSpec, ProjectionSpec
from ..propagation import Choice, choose
from ..rng import Generator, fold_name
from ._population import initial_locals, initial_values, is_drawn
from ._state import Constants, Given, NetworkParams, NetworkState, Path
from ._step import Advance, build_advance, with_locals


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
    choices = {p.name: choose(platform, *p.ends.shape, batch, kernel) for p in spec.projections}
    kernels = {p.name: _kernel(p, choices[p.name], spec) for p in spec.projections}
    advance = build_advance(spec, kernels, generator, dtype)
    return Compiled(spec, dtype, generator, choices, _build_init(spec, generator, dtype), advance)


def _kernel(projection: ProjectionSpec, choice: Choice, spec: NetworkSpec):
    surrogate = spec.population(projection.pre).neuron.surrogate_function
    return choice.algorithm.build(projection.pre_ranks, projection.post_ranks, surrogate)


def _check_projection(projection: ProjectionSpec, spec: NetworkSpec) -> None:
    pre, post = spec.population(projection.pre), spec.population(projection.post)
    if not (pre.neuron.is_spiking and post.neuron.is_spiking):
        message = f"projection `{projection.name}`: in this version projections connect spiking populations only"
        raise UnsupportedError(message)
    targets = post.neuron.analysed.targets
    if projection.target not in targets:
        raise UnknownNameError(
            f"projection `{projection.name}` feeds the target `{projection.target}`, but the equations of population "
            f"`{post.name}` read no `g_{projection.target}`.{did_you_mean(projection.target, targets)}"
        )


def check_monitor(monitor: MonitorSpec, spec: NetworkSpec) -> None:
    """Check that everything a monitor records exists and changes."""
    model = spec.population(monitor.population).neuron.analysed
    variables = [a.name for a in model.attributes if not a.is_parameter]
    known = [*variables, "spike"] if model.spike is not None else variables
    for name in monitor.variables:
        if name not in known:
            is_parameter = name in model.names
            why = " is a parameter: it does not change" if is_parameter else " is not a variable of the model"
            message = f"monitor of population `{monitor.population}`: `{name}`{why}.{did_you_mean(name, known)}"
            raise UnknownNameError(message)
        if name != "spike" and model.attribute(name).shared and not monitor.ranks.is_everything:
            raise ArgumentError(f"`{name}` has one value for the population: record it from the population, not a view")


def declared_arrays(spec: NetworkSpec) -> dict[Path, np.ndarray]:
    """Return everything declared as numbers: these enter `init` as arguments, not as constants of the program."""
    given: dict[Path, np.ndarray] = {}
    for p in spec.populations:
        given |= {("populations", p.name, k): np.asarray(v) for k, v in p.values.items() if isinstance(v, np.ndarray)}
    for q in spec.projections:
        if isinstance(q.connector, FromMatrix):
            given["projections", q.name, "w"] = q.connector.numbers
    return given


def drawn_paths(spec: NetworkSpec) -> tuple[Path, ...]:
    """Return what a key decides: distributions, and weights that are drawn."""
    values = [("populations", p.name, k) for p in spec.populations for k, v in p.values.items() if is_drawn(v)]
    weights = [("projections", q.name, "w") for q in spec.projections if not isinstance(q.connector, FromMatrix)]
    return (*values, *weights)


def _build_init(spec: NetworkSpec, generator: Generator, dtype):
    def init(seed: Array, given: Given) -> tuple[NetworkParams, NetworkState]:
        stream = generator.wrap(seed)
        params = NetworkParams({}, _weights(spec, given, stream, dtype))
        constants = Constants({})
        state = NetworkState(jnp.zeros((), jnp.int32), seed, {}, {}, {}, {}, {}, constants)
        for population in spec.populations:
            mine = {path[2]: x for path, x in given.items() if path[:2] == ("populations", population.name)}
            values = initial_values(population, mine, fold_name(stream, population.name), dtype)
            parts = _sorted_out(population.neuron.analysed.attributes, values)
            params.populations[population.name], constants.populations[population.name], variables = parts
            state = with_locals(state, population.name, initial_locals(population, variables, dtype))
        return params, state

    return init


def _sorted_out(attributes, values: dict[str, Array]) -> tuple[dict, dict, dict]:
    """Return (floating-point parameters, other parameters, variables)."""
    params, constants, variables = {}, {}, {}
    for a in attributes:
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
