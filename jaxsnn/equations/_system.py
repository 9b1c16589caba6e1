"""A block of ODEs as a numerical method sees it: slopes, linear parts, and what is random in a step."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array

from ..integrators import Step, System
from ._affine import linearise, solve
from ._evaluate import evaluate
from ._model import Block, Ode
from ._nodes import Derivative, Draw, Name, walk
from ._scope import Scope
from ._white_noise import noises_of


def draw_all(block: Block, scope: Scope) -> None:
    """Draw the random numbers of a block before its stages: all of them see the same."""
    for node in (node for ode in block.odes for side in (ode.left, ode.right) for node in walk(side)):
        if isinstance(node, Draw) and scope.draw is not None:
            scope.draw(node)


def white_noise(block: Block, scope: Scope, span: Step) -> dict[str, Array]:
    """Return the white noise of a block by name: its integral over the step has the variance of the step's length."""
    found = dict.fromkeys(noise for ode in block.odes for noise in noises_of(ode))
    return {noise.name: evaluate(noise.draw, scope) * (1.0 / span) ** 0.5 for noise in found}


def system_of(odes: list[Ode], scope: Scope) -> System:
    """Return the equations as functions of the values of the block's variables."""

    def slopes(values: Mapping[str, Array]) -> dict[str, Array]:
        there = scope.at_stage(values)
        return {ode.name: jnp.asarray(solve(ode.left, ode.right, Derivative(ode.name), there)) for ode in odes}

    def linear(values: Mapping[str, Array]) -> dict[str, tuple[Array, Array]]:
        there = scope.at_stage(values)
        return {ode.name: linearise(ode.left, ode.right, Name(ode.name), there) for ode in odes}

    def coefficients(values: Mapping[str, Array]) -> dict[str, dict[str, Array]]:
        there = scope.at_stage(values)

        def factor(ode: Ode, x: str) -> Array:
            return jnp.asarray(linearise(ode.left, ode.right, Name(x), there, Derivative(ode.name))[1])

        return {ode.name: {x: factor(ode, x) for x in values} for ode in odes}

    alone = [(ode, noises_of(ode)[0].name) for ode in odes if len(noises_of(ode)) == 1]
    noise = {ode.name: (scope.noise[name], partial(_noise_factor, ode, name, scope)) for ode, name in alone}
    return System(slopes, linear, coefficients, scope.spread, noise, scope.once)


def _noise_factor(ode: Ode, name: str, scope: Scope, values: Mapping[str, Array]) -> Array:
    """Return what multiplies the noise of this name in an equation, which is linear in it."""
    there, xi = scope.at_stage(values), scope.noise[name]

    def slope(xi: Array) -> Array:
        noisy = replace(there, noise={**there.noise, name: xi})
        return jnp.asarray(solve(ode.left, ode.right, Derivative(ode.name), noisy))

    return jax.jvp(slope, (xi,), (jnp.ones_like(xi),))[1]
