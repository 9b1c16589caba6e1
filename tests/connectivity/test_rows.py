"""Sparse rows: room for more synapses, columns that are found later, and rows that a connector has drawn otherwise."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.connectivity import Ends, Side, everything, first_places
from jaxsnn.connectivity._rows import RowsForm

from .pairs import N_POST, N_PRE, pairs

SIDES = pytest.mark.parametrize("by", list(Side))


def form_by(by: Side, ends: Ends, has_columns: bool = True) -> RowsForm:
    width, depth = (N_POST, N_PRE) if by is Side.PRE else (N_PRE, N_POST)
    return RowsForm(ends, by, width, depth, has_columns)


@SIDES
def test_columns_that_are_needed_later(by):
    """Oracle: the columns of the same form that has had them from the beginning, as far as these are filled."""
    listed = pairs("parts")
    form = form_by(by, listed.ends)
    storage, _ = jax.jit(form.build)(listed.edges)
    later = form.with_columns(replace(storage, columns=None))
    depth = later.columns.shape[1]
    np.testing.assert_array_equal(later.columns, storage.columns[:, :depth])
    assert (np.asarray(storage.columns)[:, depth:] == storage.ends.size).all()
    assert form.with_columns(storage) is storage
    without = replace(form, has_columns=False)
    assert jax.eval_shape(without.build, listed.edges)[0].columns is None
    assert without.with_columns(replace(storage, columns=None)).columns is None


def test_rows_grow_with_room():
    """Oracle: by hand: rows of 8 places hold 8 synapses; a ninth gives room for a quarter more than 9, in 8s."""
    ends = Ends(everything(2), everything(40), False)
    form = RowsForm(ends, Side.PRE, 8, 2)
    pre, post = np.zeros(8, int), np.arange(8)
    storage = form.from_pairs(None, pre, post)  # type: ignore[arg-type]
    assert storage.ends.shape == (2, 8)
    assert form.width_with_room(storage, pre, post) == 8
    pre, post = np.zeros(9, int), np.arange(9)
    assert form.width_with_room(storage, pre, post) == 16  # 9 + 2 = 11
    pre, post = np.zeros(39, int), np.arange(39)
    assert form.width_with_room(storage, pre, post) == 40  # never more than there are neurons
    assert form.from_pairs(storage, pre, post, 40).ends.shape == (2, 40)


@SIDES
def test_a_projection_without_synapses(by):
    """Oracle: nothing: an empty table, rows and columns of the least width, all places empty."""
    listed = pairs("whole", share=-1.0)
    form = form_by(by, listed.ends)
    none = np.zeros(0, np.int32)
    storage = form.from_pairs(None, none, none)  # type: ignore[arg-type]
    assert form.table(storage).size == 0
    assert storage.ends.shape == (form.mine.size, 8) and not np.asarray(form.exists(storage)).any()
    assert (np.asarray(storage.columns) == storage.ends.size).all()
    into = jnp.ones(listed.ends.post.population_size)
    summed = jax.jit(form.weighted)(storage, jnp.ones(storage.ends.shape), jnp.ones(N_PRE), into)
    np.testing.assert_array_equal(summed, into)


@pytest.mark.parametrize("kind", [np.float32, np.int32, bool])
def test_first_places(kind):
    """Oracle: a slice of NumPy; an array that has no others stays the same object."""
    x = jnp.asarray(np.arange(12).reshape(3, 4) % 5, kind)
    cut = first_places(x, 2, 3)
    assert isinstance(cut, jax.Array) and cut.dtype == kind
    np.testing.assert_array_equal(cut, np.asarray(x)[:2, :3])
    assert first_places(x, 3, 4) is x


@SIDES
def test_trimmed_widths(by):
    """Oracle: the longest row and the longest column, in multiples of 8."""
    rng = np.random.default_rng(0)
    ends = Ends(everything(30), everything(40), False)
    matrix = rng.random(ends.shape) < 0.3
    pre, post = np.nonzero(matrix)
    order = np.lexsort((pre, post))
    form = RowsForm(ends, by, *((40, 30) if by is Side.PRE else (30, 40)), has_columns=True)
    storage = form.from_pairs(None, pre[order], post[order], form.width)  # type: ignore[arg-type]
    lengths = matrix.sum(axis=1).max(), matrix.sum(axis=0).max()
    longest, deepest = lengths if by is Side.PRE else lengths[::-1]
    trimmed = form.trimmed(storage)
    assert trimmed.ends.shape[1] == -(-longest // 8) * 8 < form.width
    assert trimmed.columns.shape[1] == -(-deepest // 8) * 8
    usual = replace(form, usual=(longest + 8, deepest - 1)).trimmed(storage)
    assert usual.ends.shape[1] == min(trimmed.ends.shape[1] + 8, form.width)
    assert usual.columns.shape[1] == trimmed.columns.shape[1]
