"""A linear map with a transpose of its own, closed under `vmap`, for forward and reverse mode.

JAX transposes what it can see through, and a loop over spikes it cannot. A primitive of JAX's extension interface
(`jax.extend.core`, `jax.interpreters`) says what the transpose is, and how a batch is one list of event rows: arrays
with an axis of copies are indexed by row, never broadcast, so that stimuli which share weights share their gradient.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import jax
import jax.numpy as jnp
from jax import Array
from jax.core import ShapedArray
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

from ..errors import UnsupportedError
from ._event_rows import indices, joined_copies, joined_rows


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Fixed:
    """What a map reads: it is not linear in these.

    Args:
        which: (rows,) int32 for each array of `copies`, and for those of `Moved.copies`: the copy that a row reads.
        copies: arrays with a leading axis of copies.
        rows: arrays with a leading axis of rows.
        opaque: () integer of the calling loop.
    """

    which: Any
    copies: Any
    rows: Any
    opaque: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Moved:
    """What a map is linear in.

    Args:
        copies: arrays with a leading axis of copies.
        rows: arrays with a leading axis of rows.
    """

    copies: Any
    rows: Any


class Linear(Protocol):
    """A linear map and its transpose, which return as many copies as they take.

    Attributes:
        adds_to_copies: whether rows are added to copies: then those of different batch members must not be one.
    """

    adds_to_copies: ClassVar[bool]

    def apply(self, fixed: Fixed, moved: Moved) -> Moved:
        """Return the image."""
        ...

    def transposed(self) -> "Linear":
        """Return the map from cotangents of the image to cotangents of what is mapped."""
        ...


def applied(linear: Linear, fixed: Fixed, moved: Moved) -> Moved:
    """Return the image of a linear map."""
    leaves, tree = jax.tree.flatten((fixed, moved))
    out_tree = jax.tree.structure(jax.eval_shape(linear.apply, fixed, moved))
    n_fixed = len(jax.tree.leaves(fixed))
    return jax.tree.unflatten(out_tree, linear_p.bind(*leaves, linear=linear, tree=tree, n_fixed=n_fixed))


linear_p = Primitive("jaxsnn_linear")
linear_p.multiple_results = True


@linear_p.def_impl
def _impl(*leaves: Array, linear: Linear, tree: Any, n_fixed: int) -> list[Array]:
    return jax.tree.leaves(linear.apply(*jax.tree.unflatten(tree, leaves)))


@linear_p.def_abstract_eval
def _abstract(*avals: Any, linear: Linear, tree: Any, n_fixed: int) -> list[Any]:
    shapes = jax.eval_shape(linear.apply, *jax.tree.unflatten(tree, [_shape(a) for a in avals]))
    return [ShapedArray(s.shape, s.dtype) for s in jax.tree.leaves(shapes)]


def _shape(aval: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(aval.shape, aval.dtype)


mlir.register_lowering(linear_p, mlir.lower_fun(_impl, multiple_results=True))


def _jvp(primals: tuple, tangents: tuple, *, linear: Linear, tree: Any, n_fixed: int):
    out = linear_p.bind(*primals, linear=linear, tree=tree, n_fixed=n_fixed)
    if any(type(t) is not ad.Zero and _is_float(p) for p, t in zip(primals[:n_fixed], tangents[:n_fixed], strict=True)):
        raise UnsupportedError(
            "second derivatives do not pass through the sparse backward pass of the event path: compile the network "
            "with `kernel='plain'` or `kernel='product'`, which differentiate to any order"
        )
    moved = [ad.instantiate_zeros(t) for t in tangents[n_fixed:]]
    return out, linear_p.bind(*primals[:n_fixed], *moved, linear=linear, tree=tree, n_fixed=n_fixed)


def _is_float(x: Any) -> bool:
    return jnp.issubdtype(jnp.result_type(x), jnp.floating)


ad.primitive_jvps[linear_p] = _jvp


def _transposed(cotangents: list, *leaves: Any, linear: Linear, tree: Any, n_fixed: int) -> list:
    fixed = jax.tree.unflatten(jax.tree.structure(jax.tree.unflatten(tree, leaves)[0]), leaves[:n_fixed])
    _, moved = jax.tree.unflatten(tree, [_struct(x) for x in leaves])
    shapes = jax.eval_shape(linear.apply, fixed, moved)
    given = jax.tree.unflatten(jax.tree.structure(shapes), [ad.instantiate_zeros(ct) for ct in cotangents])
    back = applied(linear.transposed(), fixed, given)
    return [None] * n_fixed + jax.tree.leaves(back)


def _struct(x: Any) -> Any:
    return _shape(x.aval) if ad.is_undefined_primal(x) else x


ad.primitive_transposes[linear_p] = _transposed


def _batched(leaves: list, dims: list, *, linear: Linear, tree: Any, n_fixed: int):
    size = next(x.shape[d] for x, d in zip(leaves, dims, strict=True) if d is not None)
    is_in = [d is not None for d in dims]
    front = [jnp.moveaxis(x, d, 0) if d is not None else x for x, d in zip(leaves, dims, strict=True)]
    if linear.adds_to_copies:
        n_copies = len(jax.tree.leaves(jax.tree.unflatten(tree, leaves)[1].copies))
        own = range(n_fixed, n_fixed + n_copies)
        front = [jnp.broadcast_to(x, (size, *x.shape)) if i in own and not is_in[i] else x for i, x in enumerate(front)]
        is_in = [x_in or i in own for i, x_in in enumerate(is_in)]
    fixed, moved = jax.tree.unflatten(tree, front)
    fixed_in, moved_in = jax.tree.unflatten(tree, is_in)
    copies, copies_in = (fixed.copies, moved.copies), (fixed_in.copies, moved_in.copies)
    which = indices(size, fixed.which, fixed_in.which, copies, copies_in)
    both = joined_copies(copies, copies_in)
    rows = joined_rows(size, (fixed.rows, moved.rows), (fixed_in.rows, moved_in.rows))
    opaque = fixed.opaque[0] if fixed_in.opaque else fixed.opaque  # all rows are at the same turn of the loop
    out = applied(linear, Fixed(which, both[0], rows[0], opaque), Moved(both[1], rows[1]))
    out_in = Moved(_like(moved_in.copies, out.copies), jax.tree.map(lambda _: True, out.rows))
    back = jax.tree.map(lambda x, x_in: x.reshape(size, -1, *x.shape[1:]) if x_in else x, out, out_in)
    return jax.tree.leaves(back), [0 if x_in else None for x_in in jax.tree.leaves(out_in)]


def _like(copies_in: Any, copies: Any) -> Any:
    """Return whether the copies that a map returns are batched: as those it takes."""
    return jax.tree.unflatten(jax.tree.structure(copies), jax.tree.leaves(copies_in))


batching.primitive_batchers[linear_p] = _batched
