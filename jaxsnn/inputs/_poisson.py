"""Poisson spike trains."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from ..errors import ArgumentError
from ..models import NEURON_FLAGS, Neuron, parameter_texts
from ..surrogates import Surrogate
from ._input import Input, check_finite

EMIT = "p = Uniform(0.0, 1.0)"
# A spike at rate f has the probability f dt: its mean grows by dt per Hz, whatever the draw. So the derivative of the
# flag by the probability is 1 wherever a spike is possible, and gradients of expected counts are unbiased.
STRAIGHT_THROUGH = Surrogate("straight_through", lambda distance: jnp.isfinite(distance).astype(distance.dtype))


def PoissonPopulation(
    geometry: int | tuple[int, ...],
    rates: Any = None,
    target: str | None = None,
    parameters: str | Mapping[str, Any] | None = None,
    refractory: float | None = None,
) -> Input:
    """Return neurons that spike at random.

    In each step a neuron spikes with the probability `rates * dt / 1000`. Gradients with respect to `rates` flow by
    the straight-through estimator (Y. Bengio, N. Léonard and A. Courville, 2013, arXiv:1308.3432): they are unbiased
    for what depends linearly on the spikes.

    Args:
        geometry: number of neurons, or a shape.
        rates: Hz: a number or an array with one value per neuron, which becomes the parameter `rates`; or an
            expression of `t` and of `parameters`, which becomes a variable.
        target: in the place of `rates`: the rates are the `sum(target)` of rate-coded projections.
        parameters: definitions for an expression, as those of a `Neuron`.
        refractory: ms.

    Raises:
        ArgumentError: neither or both of `rates` and `target`.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(seed=1)
        >>> noise = net.create(snn.inputs.PoissonPopulation(1000, rates=20.0), name="noise")
        >>> wave = net.create(
        ...     snn.inputs.PoissonPopulation(10, "peak * (1.0 + sin(2.0 * pi * t / 100.0))", parameters="peak = 50.0"),
        ...     name="wave",
        ... )
        >>> M = net.monitor(noise, "spike")
        >>> _ = net.compile()
        >>> net.simulate(500.0)
        >>> bool(18.0 < M.mean_fr() < 22.0)
        True
    """
    if (rates is None) == (target is None):
        raise ArgumentError("a Poisson population takes `rates` or a `target` that feeds it, one of the two")
    if not isinstance(parameters, str | Mapping | None):
        raise ArgumentError(f"`parameters` is the text of definitions, or a dictionary of them, not {parameters!r}")
    text, drawn = parameter_texts(parameters or "", NEURON_FLAGS)
    definitions, values = [text], dict(drawn)
    if target is not None:
        equations = f"rates = sum({target})\n{EMIT}"
    elif isinstance(rates, str):
        equations = f"rates = {rates}\n{EMIT}"
    else:
        numbers = check_finite(rates, "`rates`", at_least=0.0)
        equations, values = EMIT, values | ({"rates": numbers} if numbers.ndim else {})
        definitions.append(f"rates = {float(numbers.flat[0])!r} : min=0.0")
    model = Neuron(
        parameters="\n".join(definitions),
        equations=equations,
        spike="p < rates * dt / 1000.0",
        refractory=refractory,
        surrogate=STRAIGHT_THROUGH,
        rate_inputs=target is not None,
        name="Poisson",
        description="Poisson spike trains.",
    )
    return Input(geometry, model, values)
