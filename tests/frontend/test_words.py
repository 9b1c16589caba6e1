"""Small arrays as words: what goes in comes out, on the host and in a compiled call."""

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.frontend._words import Words, has_words

ARRAYS = [
    np.array([1.5, np.nan, -0.0, np.inf, 1e-42], np.float32),
    np.bool_(True),
    np.array([[True, False], [False, True]]),
    np.arange(-3, 3, dtype=np.int32).reshape(2, 3),
    np.array(2**32 - 1, np.uint32),
    np.zeros((0, 2), np.float32),
]
DOUBLES = [np.array([[1.1, -1e300], [5e-324, np.nan]]), np.float32(0.1), np.array(-0.0)]


def words_of(arrays):
    return Words(tuple((x.shape, x.dtype) for x in arrays))


def round_trip(arrays):
    """Return the bits of arrays, those that the host reads, those that a call reads, and those that it returns."""
    layout = words_of(arrays)
    words = layout.of(arrays)
    inside = jax.jit(lambda x: [slot.unpacked(x) for slot in layout.slots])(words)
    packed = jax.jit(lambda x, a, b: layout.packed([slot.unpacked(x) for slot in layout.slots], a, b))(words, 7, 1)
    assert packed[:2].tolist() == [7, 1]
    returned = [slot.read(np.asarray(packed)) for slot in layout.slots]
    return arrays, [slot.read(words) for slot in layout.slots], inside, returned


def described(arrays):
    return [(x.shape, x.dtype, np.asarray(x).tobytes()) for x in arrays]


def test_words_are_bits():
    """Oracle: the arrays themselves, bit by bit; NaN, negative zero and what is too small to be normal among them."""
    given, *others = map(described, round_trip(ARRAYS))
    assert all(found == given for found in others)


def test_words_of_doubles(double):
    """Oracle: the same, of numbers that have two words."""
    given, *others = map(described, round_trip(DOUBLES))
    assert all(found == given for found in others)


@pytest.mark.parametrize(
    ("array", "has"),
    [(np.zeros(256, np.float32), True), (np.zeros(257, np.float32), False), (np.zeros(3, np.uint8), False)],
)
def test_which_arrays_have_words(array, has):
    assert has_words((array.shape, array.dtype), 1024) is has


def test_all_kinds_of_arrays_survive_a_run():
    """Oracle: assigned and read before, between and after calls: small and large, of every type, in any order."""
    net = snn.Network(dt=1.0, seed=1)
    texts = "a = 1.0; b = 2 : int; c = True : bool; s = 3.0 : population"
    model = snn.Neuron(parameters=texts, equations="dx/dt = a ; n = n + 1 : int ; f = x > 2.0 : bool ; r = x")
    small, large = (net.create(size, model, name=name) for size, name in ((5, "small"), (2000, "large")))
    net.compile()
    for turn in range(3):
        for P in (small, large):
            steps = np.arange(P.size)
            P.a, P.b, P.c, P.s, P.x = 0.5 * steps, steps - 1, steps % 2 == 0, 2.0 + turn, -1.0 * steps
        net.step()
        for P in (large, small):
            steps = np.arange(P.size)
            np.testing.assert_array_equal(P.x, -0.5 * steps)
            np.testing.assert_array_equal(P.b, steps - 1)
            np.testing.assert_array_equal(P.c, steps % 2 == 0)
            assert (P.n == turn + 1).all() and not P.f.any() and P.s == 2.0 + turn and P.b.dtype == np.int32
