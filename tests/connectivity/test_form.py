"""Every storage form does what its protocol says: held to a plain list of pairs, over both sides and subsets.

What JAX traces is computed by one program for each form and each pair of subsets, which the tests share.
"""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.connectivity import Side
from jaxsnn.connectivity._dense import DenseForm
from jaxsnn.connectivity._form import reduce_contributions
from jaxsnn.connectivity._rows import RowsForm
from jaxsnn.equations import Operation

from .pairs import ENDS, N_POST, N_PRE, Pairs, pairs

FORMS = {
    "dense": lambda ends: DenseForm(ends),
    "dense by post": lambda ends: DenseForm(ends, Side.POST),
    "rows": lambda ends: RowsForm(ends, Side.PRE, N_POST, N_PRE, has_columns=True),
    "rows by post": lambda ends: RowsForm(ends, Side.POST, N_PRE, N_POST, has_columns=True),
}
REDUCE = {Operation.SUM: np.sum, Operation.MEAN: np.mean, Operation.MAX: np.max, Operation.MIN: np.min}
LENGTH = 3  # of the history

grid = pytest.mark.parametrize(("form", "ends"), [(f, e) for f in FORMS for e in ENDS])
by_form = pytest.mark.parametrize("form", FORMS)


class Built:
    """Synapses in a form, and everything that it shows of them at once.

    Attributes:
        listed: the oracle.
        form, storage, table: of the same synapses.
        weights: at the places.
        x, y: values of the pre- and post-synaptic neurons.
        shown: what the methods return that JAX can trace.
    """

    def __init__(self, form: str, listed: Pairs) -> None:
        self.listed, self.form = listed, FORMS[form](listed.ends)
        self.x = 10.0 + np.arange(listed.ends.pre.population_size)
        self.y = 50.0 + np.arange(listed.ends.post.population_size)
        self.storage, self.weights, self.shown = jax.tree.map(np.asarray, jax.jit(self._show)(listed.edges))
        self.table = self.form.table(self.storage)

    def _show(self, edges):
        form, (x, y) = self.form, map(jnp.asarray, (self.x, self.y))
        storage, values = form.build(edges)
        weights = jnp.broadcast_to(values["w"], form.places(storage))
        row = self.history_rows(weights.shape)
        shown = {
            "matrix": form.to_matrix(storage, weights),
            "matrix of one value": form.to_matrix(storage, jnp.asarray(2.0)),
            "matrix from behind": form.transposed().to_matrix(storage, weights),
            "from matrix": form.from_matrix(storage, jnp.asarray(self.listed.matrix)),
            "pre": form.pre(storage, x),
            "post": form.post(storage, y),
            "post row": form.post_row(storage, form.ends.post.take(y)),
            "one value": [see(storage, jnp.asarray(3.0)) for see in (form.pre, form.post, form.post_row)],
            "delayed": form.delayed(storage, jnp.stack([x, 2.0 * x, 3.0 * x]), jnp.asarray(row)),
            "weighted": form.weighted(storage, weights, x, y),
            "of post": self.of_post(storage, weights),
            "combined": {o.name: form.combine(storage, weights - 4.0, o, y) for o in REDUCE if self.can_combine(o)},
        }
        exists = form.exists(storage)
        shown["exists"] = jnp.ones(form.shape, bool) if exists is None else exists
        return storage, weights, shown

    def of_post(self, storage, weights):
        """Return what the form shows of each post-synaptic neuron, (post.size, places)."""
        return jax.vmap(lambda position: self.form.of_post(storage, weights, position))(jnp.arange(N_POST))

    @staticmethod
    def history_rows(shape) -> np.ndarray:
        """Return which row of the history each place reads."""
        return np.arange(np.prod(shape)).reshape(shape) % LENGTH

    def can_combine(self, operation: Operation) -> bool:
        """Tell whether a form combines contributions so: rows of pre-synaptic neurons only add."""
        return self.form.is_dense or self.form.by is Side.POST or operation is Operation.SUM

    def at_synapses(self, name: str) -> np.ndarray:
        """Return what is shown at the places, one number for each synapse in the order of the table."""
        return self.table.read(self.shown[name])

    def check_dendrites(self, of_post, table, weights: np.ndarray) -> None:
        """Hold what is shown of each post-synaptic neuron to the weights (synapses,)."""
        for rank, values in zip(self.listed.ends.post.array, of_post, strict=True):
            dendrite = table.of(int(rank))
            mine = np.asarray(values)[self.form.places_in_dendrite(dendrite)]
            np.testing.assert_array_equal(mine, weights[table.post == rank])


@cache
def built(form: str, ends: str, share: float = 0.4) -> Built:
    return Built(form, pairs(ends, share))


@grid
def test_build_and_table(form, ends):
    """Oracle: the list of pairs, with their weights, and 0 in the place of every pair that is none."""
    b = built(form, ends)
    np.testing.assert_array_equal((b.table.pre, b.table.post), b.listed.ranks)
    np.testing.assert_array_equal(b.table.read(b.weights), b.listed.weights)
    assert b.table.shape == b.form.places(b.storage)
    assert b.shown["exists"].sum() == b.table.size
    if b.form.is_dense:
        assert np.count_nonzero(b.weights) == b.table.size


@pytest.mark.parametrize("form", ["dense", "rows by post"])
def test_a_full_matrix(form):
    """Oracle: all pairs."""
    b = built(form, "parts", share=1.1)
    assert b.table.size == N_PRE * N_POST and b.shown["exists"].all()
    np.testing.assert_array_equal(b.table.read(b.weights), b.listed.weights)
    np.testing.assert_array_equal(b.shown["matrix"], b.listed.matrix)


@grid
def test_matrices(form, ends):
    """Oracle: the matrix that is filled pair by pair, of many values and of one."""
    b = built(form, ends)
    np.testing.assert_array_equal(b.shown["matrix"], b.listed.matrix)
    np.testing.assert_array_equal(b.shown["matrix of one value"], 2.0 * (b.listed.matrix > 0))
    np.testing.assert_array_equal(b.at_synapses("from matrix"), b.listed.weights)


@grid
def test_values_of_neurons_at_the_places(form, ends):
    """Oracle: the values of the two neurons of each pair, now and so many steps ago."""
    b = built(form, ends)
    pre, post = b.listed.ranks
    np.testing.assert_array_equal(b.at_synapses("pre"), b.x[pre])
    np.testing.assert_array_equal(b.at_synapses("post"), b.y[post])
    np.testing.assert_array_equal(b.at_synapses("post row"), b.y[post])
    assert all(x.shape == () for x in b.shown["one value"])
    ago = b.table.read(b.history_rows(b.weights.shape))
    np.testing.assert_array_equal(b.at_synapses("delayed"), b.x[pre] * (1 + ago))


@grid
def test_weighted_sums(form, ends):
    """Oracle: the product of the matrix with a vector, in whole numbers."""
    b = built(form, ends)
    expected = b.y.copy()
    expected[b.listed.ends.post.array] += b.x[b.listed.ends.pre.array] @ b.listed.matrix
    np.testing.assert_array_equal(b.shown["weighted"], expected)


@pytest.mark.parametrize("operation", REDUCE)
@grid
def test_combinations_of_contributions(form, ends, operation):
    """Oracle: NumPy, neuron by neuron; nothing for neurons without a synapse. Rows of pre-synaptic neurons only add."""
    b = built(form, ends)
    if not b.can_combine(operation):
        with pytest.raises(NotImplementedError, match="sums only"):
            b.form.combine(b.storage, b.weights, operation, b.y)
        return
    expected, post = b.y.copy(), b.listed.ranks[1]
    for rank in np.unique(post):
        expected[rank] += REDUCE[operation](b.listed.weights[post == rank] - 4.0)
    assert len(np.unique(post)) < N_POST
    np.testing.assert_allclose(b.shown["combined"][operation.name], expected, rtol=1e-6)


@pytest.mark.parametrize("operation", REDUCE)
def test_contributions_of_no_neuron(operation):
    """Oracle: 0 where there is no synapse, also where there is no neuron to have one with."""
    np.testing.assert_array_equal(reduce_contributions(jnp.zeros((3, 0)), None, operation, 1), np.zeros(3))


@grid
def test_dendrites(form, ends):
    """Oracle: the pairs of each post-synaptic neuron."""
    b = built(form, ends)
    b.check_dendrites(b.shown["of post"], b.table, b.listed.weights)


@grid
def test_synapses_given_one_by_one(form, ends):
    """Oracle: the new list of pairs, in the table, and for each post-synaptic neuron."""
    b, new = built(form, ends), pairs(ends, share=0.6, seed=1)
    storage = b.form.from_pairs(b.storage, *new.ranks, b.form.width_with_room(b.storage, *new.ranks))
    table = b.form.table(storage)
    np.testing.assert_array_equal((table.pre, table.post), new.ranks)
    weights = table.at_places(new.weights, 0.0)
    assert weights.shape == b.form.places(storage)
    b.check_dendrites(jax.jit(b.of_post)(storage, weights), table, new.weights)


@grid
def test_trimmed_storages_hold_the_same(form, ends):
    """Oracle: the list of pairs, and the same weights in the first places of each row, which remain."""
    b = built(form, ends)
    new = b.form.trimmed(b.storage)
    table, (rows, width) = b.form.table(new), b.form.places(new)
    np.testing.assert_array_equal((table.pre, table.post), b.listed.ranks)
    np.testing.assert_array_equal(table.read(b.weights[:rows, :width]), b.listed.weights)


@grid
def test_seen_from_the_other_side(form, ends):
    """Oracle: the list of pairs with pre and post exchanged, and the transposed matrix."""
    b = built(form, ends)
    back = b.form.transposed()
    table, (pre, post) = back.table(b.storage), b.listed.ranks
    order = np.lexsort((post, pre))
    np.testing.assert_array_equal((table.pre, table.post), (post[order], pre[order]))
    np.testing.assert_array_equal(b.shown["matrix from behind"], b.listed.matrix.T)
    assert back.transposed() == b.form
    assert (back.ends.shape, back.by) == (b.form.ends.shape[::-1], b.form.by.other)


@by_form
def test_places_that_a_rule_fills(form):
    """Oracle: the booleans that are set; a form without a place for every pair refuses."""
    b = built(form, "whole")
    wanted = np.random.default_rng(3).random(b.form.shape) < 0.5
    if b.form.is_dense:
        np.testing.assert_array_equal(b.form.exists(b.form.with_exists(b.storage, wanted)), wanted)
        return
    with pytest.raises(NotImplementedError, match="no place for a synapse"):
        b.form.with_exists(b.storage, wanted)


@by_form
def test_widths_of_rows(form):
    """Oracle: the definition: rows hold their longest, and are no wider than the other side, in multiples of 8."""
    b = built(form, "whole")
    longest = np.bincount(b.listed.pre if b.form.by is Side.PRE else b.listed.post).max()
    fits = [width for width in range(12) if b.form.fits(width, *b.listed.ranks)]
    assert fits == ([b.form.shape[1]] if b.form.is_dense else list(range(longest, 9)))
    assert b.form.width_with_room(b.storage, *b.listed.ranks) == b.weights.shape[1]


@by_form
def test_a_form_says_what_it_is(form):
    """Oracle: by hand: a number of 4 bytes for each pair, or for each place of a row."""
    made = built(form, "whole").form
    rows, width = made.shape
    expected = "dense 5 x 7" if made.is_dense else f"rows {rows} rows of at most {width}"
    assert made.summary(4) == f"{expected}, 0.0 MiB"
    assert made.name == expected.split()[0]
