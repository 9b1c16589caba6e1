"""What online learning found, and its picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..fitting._result import draw_descent


@dataclass(frozen=True, eq=False)
class OnlineResult:
    """What a network has learned online.

    Args:
        params: the parameters after the last update; with `validate`, those with its smallest value.
        state, traces: at the end of a stream, from which another call goes on; None after trials.
        history: (updates,) loss of each piece of time before its update: the sum over its steps, the mean over trials.
        gradient_norm: (updates,) norm of the gradient of each piece, by the values that the optimizer sees.
        trained: values of the trained parameters by name.
        validation: (updates,) values of `validate`, NaN where it was not evaluated; None without it.

    Example:
        >>> import optax, jax.numpy as jnp, jaxsnn as snn
        >>> net = snn.Network(dt=1.0)
        >>> cell = net.create(1, snn.LI(bias=0.0), name="cell")
        >>> _ = net.monitor(cell, "v")
        >>> sim = net.compile()
        >>> rule = snn.online(sim, lambda r, v: (r["cell"]["v"][0] - v) ** 2, "cell.bias")
        >>> result = snn.fit_online(rule, *sim.init(0), optax.sgd(0.05), stream=jnp.ones(500))
        >>> result.history.shape, abs(float(result.trained["cell.bias"]) - 1.0) < 0.01
        ((500,), True)
    """

    params: Any
    state: Any
    traces: Any
    history: np.ndarray
    gradient_norm: np.ndarray
    trained: dict[str, np.ndarray]
    validation: np.ndarray | None = None

    def __repr__(self) -> str:
        """Return what was trained and the last loss."""
        names, updates = ", ".join(self.trained), len(self.history)
        return f"online learning of {names}: loss {self.history[-1]:.6g} in the last of {updates} updates"

    def plot(self, axes: Any = None) -> np.ndarray:
        """Draw the loss and the norm of the gradient over the updates, on logarithmic scales where they are positive.

        Args:
            axes: two matplotlib axes; None makes a figure.

        Returns:
            The axes, (2,).

        Example:
            >>> import numpy as np, jaxsnn as snn
            >>> result = snn.OnlineResult({}, None, None, np.ones(3), np.ones(3), {})
            >>> [a.get_ylabel() for a in result.plot()]
            ['loss', 'norm of the gradient']
        """
        return draw_descent(self.history, self.gradient_norm, self.validation, axes, "update")
