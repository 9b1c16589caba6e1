"""Points of a sweep: every combination of some values, or a sequence that fills a box evenly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from . import arguments
from .errors import ArgumentError


@dataclass(frozen=True, eq=False)
class Points(Mapping[str, np.ndarray]):
    """What `grid` and `sobol` return: values by name with a leading axis of runs, as `sweep` takes them.

    Args:
        values_by_name: (n, ...) by name: the value of each run.
        shape: of the results: those of n runs are brought into it.
        axes: by name, the values along each axis of a grid; empty for other points.

    Example:
        >>> points = grid({"P.noise": [0.0, 1.0], "exc.w": [0.1, 0.2, 0.3]})
        >>> points.shape, points["exc.w"].tolist()
        ((2, 3), [0.1, 0.2, 0.3, 0.1, 0.2, 0.3])
    """

    values_by_name: Mapping[str, np.ndarray]
    shape: tuple[int, ...]
    axes: Mapping[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        """Return the value of each run, (n, ...)."""
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self.values_by_name)

    def __len__(self) -> int:
        """How many values differ."""
        return len(self.values_by_name)

    @property
    def number(self) -> int:
        """How many runs there are."""
        return prod(self.shape)

    def shaped(self, results: np.ndarray) -> np.ndarray:
        """Return results (n, ...) of all runs in the shape of the points.

        Example:
            >>> grid({"a": [1.0, 2.0], "b": [3.0, 4.0, 5.0]}).shaped(np.arange(6)).tolist()
            [[0, 1, 2], [3, 4, 5]]
        """
        return np.asarray(results).reshape(*self.shape, *np.shape(results)[1:])


def grid(axes: Mapping[str, Any]) -> Points:
    """Return every combination of some values.

    Args:
        axes: values by name. Each has a leading axis: (k,) numbers, or (k, size) for a value of each neuron.

    Returns:
        Points for `sweep`, whose results have the axes of the grid in the order of the names.

    Raises:
        ArgumentError: no values.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> P = net.create(10, snn.Izhikevich, name="P")
        >>> _ = net.monitor(P, "spike")
        >>> rate = lambda records: snn.measures.rate(records["P"]["spike"], net.dt).mean()
        >>> points = grid({"P.i_offset": [0.0, 5.0, 10.0], "P.noise": [0.0, 5.0]})
        >>> snn.sweep(net.compile(), points, duration=100.0, measure=rate).shape
        (3, 2)
    """
    along = {name: _axis(name, x) for name, x in arguments.by_name(axes, "axes").items()}
    if not along:
        raise ArgumentError("a grid has at least one axis: {'P.noise': [0.0, 1.0]}")
    shape = tuple(len(x) for x in along.values())
    places = np.indices(shape).reshape(len(shape), -1)
    return Points({name: x[i] for (name, x), i in zip(along.items(), places, strict=True)}, shape, along)


def sobol(ranges: Mapping[str, tuple[float, float]], number: int, seed: int = 0) -> Points:
    """Return points that fill a box evenly: a scrambled Sobol sequence.

    For many dimensions it covers a box better than a grid, and better than random points (I. M. Sobol', "On the
    distribution of points in a cube and the approximate evaluation of integrals", USSR Computational Mathematics and
    Mathematical Physics 7, 1967, doi:10.1016/0041-5553(67)90144-9), as `scipy.stats.qmc.Sobol` draws it.

    Args:
        ranges: the lower and the upper end of each value, by name.
        number: of points, a power of two.
        seed: of the scrambling.

    Returns:
        Points for `sweep`, with results (number, ...).

    Raises:
        ArgumentError: a number that is no power of two, ends that are no increasing numbers.

    Example:
        >>> points = sobol({"P.noise": (0.0, 10.0), "exc.w": (0.1, 0.2)}, 8)
        >>> sorted((points["P.noise"] // 1.25).astype(int).tolist())
        [0, 1, 2, 3, 4, 5, 6, 7]
    """
    from scipy.stats import qmc

    ends = {name: _range(name, x) for name, x in arguments.by_name(ranges, "ranges").items()}
    number = arguments.whole(number, "number", least=1)
    if not ends:
        raise ArgumentError("`ranges` has the ends of at least one value: {'P.noise': (0.0, 10.0)}")
    if number & (number - 1):
        nearest = 2 ** round(np.log2(number))
        raise ArgumentError(f"`number` is a power of two, for which the points are even, not {number}: take {nearest}")
    unit = qmc.Sobol(len(ends), rng=arguments.whole(seed, "seed", least=0)).random(number)
    values = {name: low + (high - low) * x for (name, (low, high)), x in zip(ends.items(), unit.T, strict=True)}
    return Points(values, (number,), {})


def _axis(name: str, given: Any) -> np.ndarray:
    values = arguments.numbers(given)
    if values is None or not values.ndim or not len(values):
        raise ArgumentError(f"the axis `{name}` is a list of numbers, or of arrays of them, not {given!r}")
    return values


def _range(name: str, given: Any) -> tuple[float, float]:
    ends = arguments.numbers(given)
    if ends is None or ends.shape != (2,) or not np.isfinite(ends).all() or not ends[0] < ends[1]:
        raise ArgumentError(f"the range of `{name}` is (lower end, upper end), increasing numbers, not {given!r}")
    return float(ends[0]), float(ends[1])
