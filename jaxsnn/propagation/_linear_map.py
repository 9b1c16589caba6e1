"""A linear map with a transpose of its own, closed under `vmap`, for forward and reverse mode.

JAX transposes what it can see through, and a loop over spikes it cannot. A primitive of JAX's extension interface
(`jax.extend.core`, `jax.interpreters`) says what the transpose is, and how a batch is one list of event rows: arrays
with an axis of copies are indexed by row, never broadcast, so that stimuli which share weights share their gradient.

A map has coefficients, which it reads and in which it is not linear, and vectors, in which it is. A primitive takes a
flat list of arrays: first the leaves of the coefficients, `n_fixed` of them, then those of the vectors, with their
tree.
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
from ._event_rows import join_copies, join_indices, join_rows


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Coefficients:
    """What a map reads: it is not linear in these.

    Args:
        which: (rows,) int32 for each array of `copies`, and for those of `Vectors.copies`: the copy that a row reads.
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
class Vectors:
    """What a map is linear in.

    Args:
        copies: arrays with a leading axis of copies.
        rows: arrays with a leading axis of rows.
    """

    copies: Any
    rows: Any


class LinearMap(Protocol):
    """A linear map and its transpose, which return as many copies as they take.

    Attributes:
        adds_to_copies: whether rows are added to copies: then those of different batch members must not be one.
    """

    adds_to_copies: ClassVar[bool]

    def apply(self, coefficients: Coefficients, vectors: Vectors) -> Vectors:
        """Return the image."""
        ...

    def transpose(self) -> "LinearMap":
        """Return the map from cotangents of the image to cotangents of the vectors."""
        ...


def apply_linear_map(linear: LinearMap, coefficients: Coefficients, vectors: Vectors) -> Vectors:
    """Return the image of a linear map, whose derivative, transpose and batches JAX finds below."""
    leaves, tree = jax.tree.flatten((coefficients, vectors))
    out_tree = jax.tree.structure(jax.eval_shape(linear.apply, coefficients, vectors))
    n_fixed = len(jax.tree.leaves(coefficients))
    return jax.tree.unflatten(out_tree, linear_p.bind(*leaves, linear=linear, tree=tree, n_fixed=n_fixed))


linear_p = Primitive("jaxsnn_linear")
linear_p.multiple_results = True


@linear_p.def_impl
def _compute(*leaves: Array, linear: LinearMap, tree: Any, n_fixed: int) -> list[Array]:
    return jax.tree.leaves(linear.apply(*jax.tree.unflatten(tree, leaves)))


@linear_p.def_abstract_eval
def _shapes(*avals: Any, linear: LinearMap, tree: Any, n_fixed: int) -> list[Any]:
    shapes = jax.eval_shape(linear.apply, *jax.tree.unflatten(tree, [_shape(a) for a in avals]))
    return [ShapedArray(s.shape, s.dtype) for s in jax.tree.leaves(shapes)]


def _shape(aval: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(aval.shape, aval.dtype)


mlir.register_lowering(linear_p, mlir.lower_fun(_compute, multiple_results=True))


def _derivative(primals: tuple, tangents: tuple, *, linear: LinearMap, tree: Any, n_fixed: int):
    """Return the image and its tangent: the same map of the tangents of the vectors.

    A tangent of the coefficients would need the derivative of a map by what it reads, which nobody has written.
    """
    out = linear_p.bind(*primals, linear=linear, tree=tree, n_fixed=n_fixed)
    if any(type(t) is not ad.Zero and _is_float(p) for p, t in zip(primals[:n_fixed], tangents[:n_fixed], strict=True)):
        raise UnsupportedError(
            "second derivatives do not pass through the sparse backward pass of the event path: compile the network "
            "with `kernel='plain'` or `kernel='product'`, which differentiate to any order"
        )
    vectors = [ad.instantiate_zeros(t) for t in tangents[n_fixed:]]
    return out, linear_p.bind(*primals[:n_fixed], *vectors, linear=linear, tree=tree, n_fixed=n_fixed)


def _is_float(x: Any) -> bool:
    return jnp.issubdtype(jnp.result_type(x), jnp.floating)


ad.primitive_jvps[linear_p] = _derivative


def _transpose(cotangents: list, *leaves: Any, linear: LinearMap, tree: Any, n_fixed: int) -> list:
    """Return the cotangents of the vectors, and None for each array of the coefficients."""
    coefficients = jax.tree.unflatten(jax.tree.structure(jax.tree.unflatten(tree, leaves)[0]), leaves[:n_fixed])
    # Of the vectors, of which there are no values while JAX transposes, the shapes are known.
    _, vectors = jax.tree.unflatten(tree, [_shape(x.aval) if ad.is_undefined_primal(x) else x for x in leaves])
    shapes = jax.eval_shape(linear.apply, coefficients, vectors)
    given = jax.tree.unflatten(jax.tree.structure(shapes), [ad.instantiate_zeros(ct) for ct in cotangents])
    back = apply_linear_map(linear.transpose(), coefficients, given)
    return [None] * n_fixed + jax.tree.leaves(back)


ad.primitive_transposes[linear_p] = _transpose


def _batch(leaves: list, dims: list, *, linear: LinearMap, tree: Any, n_fixed: int):
    """Return the images of the members of a batch, and which of them have an axis of the batch, at the front.

    Members become event rows of one map: copies and rows of all of them stand along one axis each (`_event_rows`), and
    the images are taken apart again. Copies that all members share stay one, and so does their image.
    """
    size = next(x.shape[d] for x, d in zip(leaves, dims, strict=True) if d is not None)
    is_in = [d is not None for d in dims]
    front = [jnp.moveaxis(x, d, 0) if d is not None else x for x, d in zip(leaves, dims, strict=True)]
    if linear.adds_to_copies:
        # What is added differs between the members, so each must have copies of its own, even of the same zeros.
        own = range(n_fixed, n_fixed + len(jax.tree.leaves(jax.tree.unflatten(tree, leaves)[1].copies)))
        front = [jnp.broadcast_to(x, (size, *x.shape)) if i in own and not is_in[i] else x for i, x in enumerate(front)]
        is_in = [x_in or i in own for i, x_in in enumerate(is_in)]
    (fixed, vectors), (fixed_in, vectors_in) = jax.tree.unflatten(tree, front), jax.tree.unflatten(tree, is_in)
    joined = _join(size, fixed, vectors, fixed_in, vectors_in)
    out = apply_linear_map(linear, *joined)
    out_in = Vectors(_like(vectors_in.copies, out.copies), jax.tree.map(lambda _: True, out.rows))
    back = jax.tree.map(lambda x, x_in: x.reshape(size, -1, *x.shape[1:]) if x_in else x, out, out_in)
    return jax.tree.leaves(back), [0 if x_in else None for x_in in jax.tree.leaves(out_in)]


def _join(
    size: int, fixed: Coefficients, vectors: Vectors, fixed_in: Coefficients, vectors_in: Vectors
) -> tuple[Coefficients, Vectors]:
    """Return coefficients and vectors of all members of a batch; `..._in` say which have an axis of the batch."""
    copies, copies_in = (fixed.copies, vectors.copies), (fixed_in.copies, vectors_in.copies)
    which = join_indices(size, fixed.which, fixed_in.which, copies, copies_in)
    both = join_copies(copies, copies_in)
    rows = join_rows(size, (fixed.rows, vectors.rows), (fixed_in.rows, vectors_in.rows))
    # All members are at the same turn of the loop, and its counter must not be batched, see `materialise`.
    opaque = fixed.opaque[0] if fixed_in.opaque else fixed.opaque
    return Coefficients(which, both[0], rows[0], opaque), Vectors(both[1], rows[1])


def _like(copies_in: Any, copies: Any) -> Any:
    """Return whether the copies that a map returns are batched: as those it takes."""
    return jax.tree.unflatten(jax.tree.structure(copies), jax.tree.leaves(copies_in))


batching.primitive_batchers[linear_p] = _batch
