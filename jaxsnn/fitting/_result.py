"""What a fit found, and its picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..html import Picture, Table, drawn, page, shown


@dataclass(frozen=True, eq=False)
class FitResult:
    """What a fit found.

    Args:
        params: the parameters with the smallest score that was seen, in the form that `fit` was given. The score is the
            loss of a step; with minibatches, the mean loss of an epoch, at whose end the parameters were taken; with
            `validate`, its value.
        loss: that score.
        history: (steps + 1,) loss before each step, and after the last.
        gradient_norm: (steps + 1,) norm of the gradient at the same points, by the values that the optimizer sees
            (unbounded ones where there are bounds).
        trained: values of the trained parameters by name.
        steps: number of updates between the first loss and the last.
        stopped: why it ended: `steps`, `patience`, or `not finite`.
        validation: (steps + 1,) values of `validate`, NaN where it was not evaluated; None without it.

    Example:
        >>> import optax, jaxsnn as snn
        >>> result = snn.fit(lambda p: (p["x"] - 3.0) ** 2, {"x": 1.0}, optax.sgd(0.25), steps=4)
        >>> result.stopped, result.steps, result.history.tolist()
        ('steps', 4, [4.0, 1.0, 0.25, 0.0625, 0.015625])
    """

    params: Any
    loss: float
    history: np.ndarray
    gradient_norm: np.ndarray
    trained: dict[str, np.ndarray]
    steps: int
    stopped: str
    validation: np.ndarray | None = None

    def __repr__(self) -> str:
        """Return the loss and why the fit ended."""
        names = ", ".join(self.trained)
        return f"fit of {names}: loss {self.loss:.6g} after {self.steps} steps (ended by: {self.stopped})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the loss, the trained values, and the losses of all steps."""
        facts = {"loss": f"{self.loss:.6g}", "steps": f"{self.steps:,}", "ended by": self.stopped}
        rows = ((name, " x ".join(map(str, np.shape(x))) or "one number", shown(x)) for name, x in self.trained.items())
        table = Table("trained", ("name", "shape", "value"), rows, len(self.trained))
        picture = Picture("history", drawn(lambda figure: _side_by_side(self, figure), width=7.0))
        return page("fit", "", facts, table, picture)

    def plot(self, axes: Any = None) -> np.ndarray:
        """Draw the loss and the norm of the gradient over the steps, on logarithmic scales where they are positive.

        Args:
            axes: two matplotlib axes; None makes a figure.

        Returns:
            The axes, (2,).

        Example:
            >>> import optax, jaxsnn as snn
            >>> result = snn.fit(lambda p: (p["x"] - 3.0) ** 2, {"x": 1.0}, optax.sgd(0.25), steps=4)
            >>> [a.get_ylabel() for a in result.plot()]
            ['loss', 'norm of the gradient']
        """
        above, below = _axes(axes)
        look: dict[str, Any] = {"linewidth": 1.0, "color": "black"}
        above.plot(self.history, label="loss", **look)
        if self.validation is not None:
            at = np.flatnonzero(~np.isnan(self.validation))
            above.plot(at, self.validation[at], label="validation", **{**look, "color": "tab:red", "marker": "."})
            above.legend(frameon=False)
        below.plot(self.gradient_norm, **look)
        above.set(ylabel="loss")
        below.set(xlabel="step", ylabel="norm of the gradient")
        for panel in (above, below):
            _scale(panel)
        return np.array([above, below])


def _side_by_side(result: FitResult, figure: Any) -> None:
    left, _ = result.plot(figure.subplots(1, 2))
    left.set(xlabel="step")


def _axes(axes: Any) -> Any:
    if axes is not None:
        return axes
    import matplotlib.pyplot as plt

    return plt.subplots(2, figsize=(8, 5), sharex=True, layout="constrained")[1]


def _scale(panel: Any) -> None:
    """Take a logarithmic scale if all that is drawn can stand on it, and ticks on whole steps."""
    from matplotlib.ticker import MaxNLocator

    drawn = np.concatenate([line.get_ydata() for line in panel.lines])
    if (drawn > 0).all():
        panel.set_yscale("log")
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.margins(x=0)
