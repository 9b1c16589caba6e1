"""Public names of the arrays of a network, and what they stand for: one translation for all functions that take names.

An attribute has three forms:

    public name     "P.noise"                               what a user writes; "tau" for a constant of the network
    path            ("populations", "P", "noise")           to whom it belongs; ("constants", "", "tau")
    key path        .populations["P"]["noise"]              where `jax.tree_util` finds its array in a pytree

`Simulation.names` and `sweep` go from the name to the path. `fit`, `evaluate` and `diagnose` take any pytree of
parameters, so they go from the key path to the name, and `export` does so for parameters and state. A pattern such as
`P.*` stands for all names that it matches.
"""

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.tree_util import GetAttrKey, keystr

from .. import arguments
from ..connectivity import DELAY
from ..errors import ArgumentError, UnknownNameError, did_you_mean
from ._specs import NetworkSpec

V = TypeVar("V")
Tree = TypeVar("Tree")
Path = tuple[str, str, str]  # ("populations", "P", "v"), ("projections", "exc", "w"), ("constants", "", "tau")
KeyPath = tuple[Any, ...]  # of `jax.tree_util`, from the root of a pytree to a leaf

GROUPS = ("populations", "projections", "constants")  # fields of our own pytrees under which attributes stand

# Names and paths


def public_name(path: Path) -> str:
    """Return the public name of an attribute.

    Example:
        >>> public_name(("populations", "P", "noise")), public_name(("constants", "", "tau"))
        ('P.noise', 'tau')
    """
    _, owner, attribute = path
    return f"{owner}.{attribute}" if owner else attribute


def paths_by_name(spec: NetworkSpec) -> dict[str, Path]:
    """Return the path of every attribute of a network by its public name, and that of every constant.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0)
        >>> _ = net.constant("a", 1.0)
        >>> _ = net.create(1, snn.Neuron("tau = 10.0", "tau * dr/dt = a - r"), name="P")
        >>> paths_by_name(net.compile().spec)
        {'P.tau': ('populations', 'P', 'tau'), 'P.r': ('populations', 'P', 'r'), 'a': ('constants', '', 'a')}
    """
    paths: list[Path] = [("populations", p.name, a) for p in spec.populations for a in p.neuron.analysed.names]
    paths += [("populations", p.name, a) for p in spec.populations if p.source for a in p.source.arrays]
    for q in spec.projections:
        paths += [("projections", q.name, a) for a in q.attributes]
        paths += [("projections", q.name, DELAY)] if q.fractional_delays else []
    paths += [("constants", "", name) for name in spec.constants]
    return {public_name(path): path for path in paths}


# Names and leaves of pytrees


def leaf_name(keys: KeyPath) -> str:
    """Return the public name of a leaf: all that the user named on the way to it, joined by dots.

    Fields that only group attributes are left out, so that the leaf `params.populations["P"]["noise"]` is `P.noise`.

    Example:
        >>> from jax.tree_util import DictKey, GetAttrKey
        >>> leaf_name((GetAttrKey("populations"), DictKey("P"), DictKey("noise")))
        'P.noise'
        >>> leaf_name((DictKey("layers"), DictKey(0), GetAttrKey("w")))
        'layers.0.w'
    """
    return ".".join(_label(key) for key in keys if not _is_group(key))


def _is_group(key: Any) -> bool:
    return isinstance(key, GetAttrKey) and key.name in GROUPS


def _label(key: Any) -> str:
    return keystr((key,), simple=True)


def named_leaves(tree: Any) -> dict[str, Any]:
    """Return all leaves of a pytree by their public name.

    Example:
        >>> sorted(named_leaves({"gain": 1.0, "layer": {"w": 2.0}}))
        ['gain', 'layer.w']
    """
    return {leaf_name(keys): leaf for keys, leaf in jax.tree.leaves_with_path(tree)}


def replaced(tree: Tree, leaves: Mapping[str, Any]) -> Tree:
    """Return a pytree in which some leaves are replaced, by their public name; a number may stand for an array.

    Raises:
        UnknownNameError: no leaf has this name.
        ArgumentError: `leaves` is no dictionary by name, or a value is a text.

    Example:
        >>> replaced({"gain": 1.0, "layer": {"w": 2.0}}, {"layer.w": 3.0})
        {'gain': 1.0, 'layer': {'w': 3.0}}
    """
    known, leaves = named_leaves(tree), arguments.by_name(leaves, "leaves")
    for name, value in leaves.items():
        if isinstance(value, str):
            raise ArgumentError(f"`{name}` takes numbers, not {value!r}")
    for name in leaves.keys() - known.keys():
        raise UnknownNameError(f"no parameter is called `{name}`.{did_you_mean(name, known)}")

    def new(keys: KeyPath, leaf: Any) -> Any:
        name = leaf_name(keys)
        return _as_leaf(leaves[name], leaf) if name in leaves else leaf

    return jax.tree.map_with_path(new, tree)


def _as_leaf(value: Any, leaf: Any) -> Any:
    is_number_for_array = np.ndim(value) == 0 and getattr(leaf, "ndim", 0) > 0
    return jnp.full_like(leaf, value) if is_number_for_array else value


def array_names(tree: Any) -> tuple[str, ...]:
    """Return a name for each array of parameters or of a state, in the order of its leaves.

    An attribute has its public name. What is not one, such as the spikes of the last step, has its key path, `key`,
    `spikes/P/words`.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0)
        >>> _ = net.create(1, snn.Neuron("tau = 10.0", "tau * dr/dt = -r"), name="P")
        >>> params, state = net.compile().init(0)
        >>> array_names(params), array_names(state)
        (('P.tau',), ('step', 'key', 'P.r'))
    """
    return tuple(_array_name(keys) for keys, _ in jax.tree.leaves_with_path(tree))


def _array_name(keys: KeyPath) -> str:
    # Users name keys of dictionaries; any other field on the way shows that this is no attribute.
    is_attribute = all(_is_group(key) for key in keys if isinstance(key, GetAttrKey))
    return leaf_name(keys) if is_attribute else "/".join(_label(key) for key in keys)


def named_arrays(tree: Any) -> dict[str, Array]:
    """Return the arrays of parameters or of a state by name; see `array_names`."""
    return dict(zip(array_names(tree), jax.tree.leaves(tree), strict=True))


def rebuild(like: Tree, arrays: Mapping[str, Any]) -> Tree:
    """Return a pytree of the structure of another one.

    Args:
        like: parameters or a state, of arrays or of shapes.
        arrays: by name, each name of `like` and no other; see `array_names`.
    """
    return jax.tree.unflatten(jax.tree.structure(like), [arrays[name] for name in array_names(like)])


# Patterns of names


def match_names(pattern: str, known: Collection[str], argument: str) -> list[str]:
    """Return the known names that are this name, or match this shell pattern.

    Args:
        pattern: such as `exc.w`, `P.*`, `*.tau`.
        known: names; their order is kept.
        argument: in which the pattern was given, for the message.

    Raises:
        UnknownNameError: there is none.

    Example:
        >>> match_names("*.tau", ["P.tau", "P.noise", "Q.tau"], "trainable")
        ['P.tau', 'Q.tau']
    """
    pattern = arguments.text(pattern, argument)
    found = [pattern] if pattern in known else [name for name in known if fnmatchcase(name, pattern)]
    if not found:
        raise UnknownNameError(f"`{argument}`: no parameter matches `{pattern}`.{did_you_mean(pattern, known)}")
    return found


def expand_patterns(values: Mapping[str, V], known: Collection[str], argument: str) -> dict[str, V]:
    """Return the values by name where they were given by name or pattern; of two that match, the last holds.

    Example:
        >>> expand_patterns({"*.tau": 20.0, "Q.tau": 5.0}, ["P.tau", "Q.tau"], "values")
        {'P.tau': 20.0, 'Q.tau': 5.0}
    """
    given = arguments.by_name(values, argument)
    return {name: value for pattern, value in given.items() for name in match_names(pattern, known, argument)}
