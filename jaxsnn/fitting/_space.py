"""What is trained: unbounded values, each of which stands for one parameter or for several that are tied."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from .. import arguments
from ..errors import ArgumentError, FitWarning, ShapeError
from ..network import expand_patterns, match_names, named_leaves, replaced
from ._maps import Bounds, Map, fitted_map, read_bounds
from ._trainable import Leaves, select_trainable, unique_leaves

Free = dict[str, Array]  # unbounded values by the first name of their group


@dataclass(frozen=True)
class Group:
    """Parameters that have one trained value.

    Args:
        names: the first gives its start value and its name to the group.
        map: from the unbounded value.
    """

    names: tuple[str, ...]
    map: Map


@dataclass(frozen=True)
class Space:
    """The trained values, and how they enter the parameters."""

    groups: tuple[Group, ...]

    def start(self, params: Any) -> Free:
        """Return the unbounded values of some parameters, arrays without weak types."""
        leaves = named_leaves(params)
        starts = {g.names[0]: jnp.asarray(leaves[g.names[0]]) for g in self.groups}
        return {g.names[0]: _strong(g.map.unbounded(starts[g.names[0]])) for g in self.groups}

    def begun_inside(self, params: Any) -> Any:
        """Return the parameters with those that are wholly on a bound moved off it, and warn of them."""
        leaves = named_leaves(params)
        moved = {}
        for group in self.groups:
            x = jnp.asarray(leaves[group.names[0]])
            if x.size and bool(group.map.on_bound(x).all()):
                moved |= dict.fromkeys(group.names, group.map.moved_inside(x))
        if not moved:
            return params
        _warn_of_bounds(moved)
        return replaced(params, moved)

    def values(self, free: Free, params: Any) -> Leaves:
        """Return the trained parameters by name; `params` are those of the start."""
        leaves = named_leaves(params)
        of_group = [g.map.value(free[g.names[0]], jnp.asarray(leaves[g.names[0]])) for g in self.groups]
        return {name: x for g, x in zip(self.groups, of_group, strict=True) for name in g.names}

    def within(self, free: Free, params: Any) -> Any:
        """Return the parameters with the trained values in their places."""
        return replaced(params, self.values(free, params))


def _strong(x: Array) -> Array:
    return jnp.asarray(x, dtype=x.dtype)


def _warn_of_bounds(moved: Leaves) -> None:
    found = ", ".join(f"`{name}` at {float(jnp.ravel(x)[0]):g}" for name, x in moved.items())
    warnings.warn(
        f"the start is on a bound, from where nothing moves; it begins a little inside: {found}", FitWarning, 4
    )


def build_space(
    params: Any,
    trainable: Sequence[str] | str | None,
    bounds: Mapping[str, Any] | None,
    tied: Sequence[Sequence[str]] | None,
) -> Space:
    """Return what is trained among some parameters.

    Raises:
        UnknownNameError: a name or pattern matches nothing.
        ArgumentError: nothing to train, wrong bounds, a parameter in two groups or tied without being trained.
        ShapeError: tied parameters of different shapes.
    """
    chosen = select_trainable(params, trainable)
    if not chosen:
        raise ArgumentError(f"there is nothing to train among {', '.join(named_leaves(params)) or 'no parameters'}")
    everything = unique_leaves(params)
    given = expand_patterns(_check_bounds(bounds), everything, "bounds")
    limits = {name: read_bounds(name, b) for name, b in given.items()}
    groups = _groups(chosen, everything, tied)
    return Space(tuple(_group(names, chosen, limits) for names in groups))


def _check_bounds(bounds: Any) -> Mapping[str, Any]:
    if bounds is not None and not isinstance(bounds, Mapping):
        raise ArgumentError(
            f"`bounds` are (low, high) by name, such as {{'cell.tau': (1.0, None)}} or `sim.bounds`, not {bounds!r}"
        )
    return bounds or {}


def _group(names: tuple[str, ...], chosen: Leaves, limits: Mapping[str, Bounds]) -> Group:
    """Return a group that keeps the bounds of all its parameters."""
    lows = [limits[name][0] for name in names if name in limits]
    highs = [limits[name][1] for name in names if name in limits]
    low = max((x for x in lows if x is not None), default=None)
    high = min((x for x in highs if x is not None), default=None)
    both = read_bounds("`, `".join(names), (low, high))
    return Group(names, fitted_map(names[0], chosen[names[0]], both))


def _groups(chosen: Leaves, everything: Leaves, tied: Sequence[Sequence[str]] | None) -> list[tuple[str, ...]]:
    """Return the names of each group, in the order of the parameters."""
    first_of = {}
    groups = {}
    if isinstance(tied, str) or not isinstance(tied, Iterable | None):
        raise ArgumentError(f"`tied` is a list of groups of names, such as [['a', 'b']], not {tied!r}")
    for entry in tied or ():
        patterns = arguments.names(entry, "tied")
        names = tuple(dict.fromkeys(name for p in patterns for name in match_names(p, everything, "tied")))
        _check_group(names, chosen, first_of)
        first_of |= dict.fromkeys(names, names[0])
        groups[names[0]] = names
    leads = dict.fromkeys(first_of.get(name, name) for name in chosen)
    return [groups.get(name, (name,)) for name in leads]


def _check_group(names: tuple[str, ...], chosen: Leaves, taken: Mapping[str, str]) -> None:
    for name in names:
        if name not in chosen:
            raise ArgumentError(f"`tied`: `{name}` is not trained: add it to `trainable`, or leave it out of the group")
        if name in taken:
            raise ArgumentError(f"`tied`: `{name}` is in two groups, but one value is trained for each: join them")
    shapes = {name: (np.shape(chosen[name]), jnp.result_type(chosen[name]).name) for name in names}
    if len(set(shapes.values())) > 1:
        found = ", ".join(f"`{name}` {shape} {dtype}" for name, (shape, dtype) in shapes.items())
        raise ShapeError(f"`tied`: one value cannot stand for {found}: tie parameters of one shape")
