"""Whether a gradient is that of finite differences, and what surrogates add to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ...simulation import Simulation
from ...surrogates import Surrogate
from .._trainable import Leaves

# Spikes as constants: what is left is the derivative between two spikes, which finite differences see.
NO_SURROGATE = Surrogate("none", jnp.zeros_like)


@dataclass(frozen=True, eq=False)
class Agreement:
    """Derivatives along random directions in the space of trainable parameters; (n_directions,) each.

    A direction moves every value by a random amount of the size of its parameter.

    Args:
        step: of the central differences, relative to the direction.
        gradient: by the gradient that training uses.
        finite: by central differences.
        held: by the gradient with spikes as constants; None where nothing spikes.
        uncertainty: of the differences: what a step of twice the size changes.
        rounding: of the loss, as far as it reaches the differences.
        tolerance: relative error that the precision allows.
    """

    step: float
    gradient: np.ndarray
    finite: np.ndarray
    held: np.ndarray | None
    uncertainty: np.ndarray
    rounding: float
    tolerance: float

    @property
    def error(self) -> np.ndarray:
        """Relative error of the gradient."""
        return relative_error(self.gradient, self.finite)

    @property
    def agrees(self) -> bool:
        """Whether the gradient is that of finite differences."""
        return self._agree(self.gradient)

    @property
    def held_agrees(self) -> bool:
        """Whether it is so with spikes as constants: then all the difference is what surrogates add."""
        return self.held is not None and self._agree(self.held)

    def _agree(self, slopes: np.ndarray) -> bool:
        size = np.maximum(np.abs(slopes), np.abs(self.finite))
        # Differences that a step of twice the size changes much are those of a jump, which excuses nothing.
        unsure = np.minimum(2.0 * self.uncertainty, 0.1 * size) + 2.0 * self.rounding
        return bool((np.abs(slopes - self.finite) <= self.tolerance * size + unsure).all())


def relative_error(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return |a - b| by the larger of the two, 0 where both are 0."""
    size = np.maximum(np.abs(a), np.abs(b))
    return np.abs(a - b) / np.where(size > 0, size, 1.0)


def compare(
    sim: Simulation, loss: Callable[[Simulation, Leaves], Array], leaves: Leaves, gradient: Leaves, directions: int
) -> Agreement:
    """Compare a gradient with central differences along random directions.

    Args:
        sim: the network.
        loss: of a simulation and trainable parameters.
        leaves: trainable parameters, where the derivative is taken.
        gradient: of the loss by them.
        directions: how many.
    """
    precision = float(jnp.finfo(sim.compiled.dtype).eps)
    step, value = precision ** (1 / 3), jax.jit(lambda leaves: loss(sim, leaves))
    ways = [_direction(leaves, jax.random.key(i)) for i in range(directions)]
    near, far = (np.array([_difference(value, leaves, way, h) for way in ways]) for h in (step, 2.0 * step))
    held = _held(sim, loss, leaves)
    return Agreement(
        step=step,
        gradient=_along_all(gradient, ways),
        finite=near,
        held=None if held is None else _along_all(held, ways),
        uncertainty=np.abs(near - far),
        rounding=precision * abs(float(value(leaves))) / step,
        tolerance=precision**0.25,
    )


def _direction(leaves: Leaves, key: Array) -> Leaves:
    """Return normal numbers for all parameters, of the size of each."""
    keys = jax.random.split(key, len(leaves))

    def along(key: Array, x: Any) -> Array:
        x = jnp.asarray(x)
        size = jnp.max(jnp.abs(x), initial=0.0)
        return jnp.where(size > 0, size, 1.0) * jax.random.normal(key, x.shape, x.dtype)

    return {name: along(k, x) for k, (name, x) in zip(keys, leaves.items(), strict=True)}


def _difference(value: Callable[[Leaves], Array], leaves: Leaves, way: Leaves, step: float) -> float:
    """Return a central difference."""
    above, below = (value({n: x + sign * step * way[n] for n, x in leaves.items()}) for sign in (1.0, -1.0))
    return (float(above) - float(below)) / (2.0 * step)


def _along_all(slopes: Leaves, ways: list[Leaves]) -> np.ndarray:
    """Return the derivatives along some directions, (n_directions,)."""
    return np.array([_along(slopes, way) for way in ways])


def _along(slopes: Leaves, way: Leaves) -> float:
    return float(sum(np.vdot(np.asarray(slopes[n], np.float64), np.asarray(x, np.float64)) for n, x in way.items()))


def _held(sim: Simulation, loss: Callable[[Simulation, Leaves], Array], leaves: Leaves) -> Leaves | None:
    """Return the gradient with spikes as constants, None where nothing spikes."""
    spiking = tuple(p.name for p in sim.spec.populations if p.neuron.is_spiking)
    if not spiking:
        return None
    held = sim.with_surrogate(NO_SURROGATE, spiking)
    return jax.jit(jax.grad(lambda leaves: loss(held, leaves)))(leaves)
