"""Every kernel means what the plain path means: values and gradients, over subsets, batches and nestings."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from jaxsnn.connectivity import Ranks, everything
from jaxsnn.errors import ArgumentError, UnsupportedError
from jaxsnn.propagation import KNOWN, Spikes, choose, pack, unpack, unpack_events
from jaxsnn.propagation._bits import pack_mask
from jaxsnn.surrogates import fast_sigmoid

N = 70
ENDS = {
    "whole": (everything(N), everything(N)),
    "slice": (Ranks(N, range(10, 50)), everything(N)),
    "strides": (Ranks(N, range(0, 60, 3)), Ranks(N, range(5, 40))),
    "lists": (Ranks(N, (3, 1, 66, 20)), Ranks(N, (5, 2, 9))),
}
FAST = [name for name in KNOWN if name != "plain"]


def spikes(distance):
    return Spikes(pack(distance > 0), distance)


def kernels(ends):
    return {name: algorithm.build(*ENDS[ends], fast_sigmoid()) for name, algorithm in KNOWN.items()}


def operands(ends, batch=()):
    pre, post = ENDS[ends]
    k1, k2, k3 = jax.random.split(jax.random.key(0), 3)
    weights = jax.random.normal(k1, (*batch, pre.size, post.size))
    return weights, jax.random.normal(k2, (*batch, N)), jax.random.normal(k3, (*batch, N))


def loss_of(kernel):
    """Return a loss that sends spikes through the weights in a loop of five steps."""

    def loss(weights, distance, into):
        def body(carry, _):
            distance, into = carry
            out = kernel(weights, spikes(distance), into)
            return (0.9 * distance + 0.1 * jnp.tanh(out), 0.5 * out), out

        return (lax.scan(body, (distance, into), jnp.arange(5))[1] ** 2).sum()

    return loss


def assert_same(a, b):
    jax.tree.map(lambda x, y: np.testing.assert_allclose(x, y, rtol=1e-9, atol=1e-11), a, b)


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("name", FAST)
def test_values_equal_plain(double, name, ends):
    """Oracle: the plain path, in double precision."""
    weights, distance, into = operands(ends)
    all_of_them = kernels(ends)
    args = (weights, spikes(distance), into)
    assert_same(all_of_them[name](*args), all_of_them["plain"](*args))


@pytest.mark.parametrize("ends", ENDS)
def test_plain_equals_numpy(double, ends):
    """Oracle: loops in NumPy."""
    pre, post = ENDS[ends]
    weights, distance, into = operands(ends)
    w, d = np.asarray(weights), np.asarray(distance)
    expected = np.array(into)
    for row, i in enumerate(pre.array):
        for column, j in enumerate(post.array):
            expected[j] += w[row, column] * (d[i] > 0)
    assert_same(kernels(ends)["plain"](weights, spikes(distance), into), expected)


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("name", FAST)
def test_gradients_equal_plain(double, name, ends):
    """Oracle: reverse and forward mode of the plain path."""
    args = operands(ends)
    fast, plain = loss_of(kernels(ends)[name]), loss_of(kernels(ends)["plain"])
    every = (0, 1, 2)
    assert_same(jax.grad(fast, every)(*args), jax.grad(plain, every)(*args))
    assert_same(jax.jvp(fast, args, args)[1], jax.jvp(plain, args, args)[1])
    checkpointed = jax.grad(jax.checkpoint(fast), every)
    assert_same(checkpointed(*args), jax.grad(plain, every)(*args))


@pytest.mark.parametrize("axes", [(0, 0, 0), (None, 0, 0), (0, None, None), (None, None, 0), (None, 0, None)])
@pytest.mark.parametrize("name", FAST)
def test_batches_equal_plain(double, name, axes):
    """Oracle: the same vmap of the plain path, and the gradient inside and outside of it."""
    batched, single = operands("slice", (3,)), operands("slice")
    args = [b if axis == 0 else s for axis, b, s in zip(axes, batched, single, strict=True)]
    fast, plain = loss_of(kernels("slice")[name]), loss_of(kernels("slice")["plain"])
    for make in (
        lambda f: jax.vmap(f, axes),
        lambda f: jax.vmap(jax.grad(f, (0, 1, 2)), axes),
        lambda f: jax.grad(lambda *a: jax.vmap(f, axes)(*a).sum(), (0, 1, 2)),
    ):
        assert_same(make(fast)(*args), make(plain)(*args))


@pytest.mark.parametrize("inner", [(0, 0, None), (None, 0, 0)])
@pytest.mark.parametrize("outer", [(0, None, 0), (None, 0, 0)])
def test_nested_batches_of_the_event_path(double, inner, outer):
    """Oracle: the same nesting of the plain path; weights may be batched by either level."""
    batch = [tuple(2 for axes in (outer, inner) if axes[i] == 0) for i in range(3)]
    args = [operands("slice", shape)[i] for i, shape in enumerate(batch)]
    fast, plain = loss_of(kernels("slice")["event"]), loss_of(kernels("slice")["plain"])
    nested = [jax.vmap(jax.vmap(f, inner), outer) for f in (fast, plain)]
    assert_same(nested[0](*args), nested[1](*args))


@pytest.mark.parametrize("batch", [1, 2, 3, 8, 16])
def test_event_path_has_the_same_bits_in_every_batch(batch):
    """Oracle: the event path one by one."""
    weights, distance, into = operands("whole", (batch,))
    kernel = jax.jit(kernels("whole")["event"])
    together = jax.jit(jax.vmap(lambda w, d, x: kernel(w, spikes(d), x)))(weights, distance, into)
    alone = [kernel(w, spikes(d), x) for w, d, x in zip(weights, distance, into, strict=True)]
    np.testing.assert_array_equal(together, np.stack(alone))


def hessian_product(kernel, wrap, args):
    first = jax.grad(wrap(kernel), (0, 1, 2))
    return jax.grad(lambda *a: sum((g**2).sum() for g in first(*a)), (0, 1, 2))(*args)


def loss_without_loop(kernel):
    def loss(weights, distance, into):
        out = kernel(weights, spikes(distance), into)
        return (kernel(weights, spikes(0.9 * distance + 0.1 * jnp.tanh(out)), into) ** 2).sum()

    return loss


@pytest.mark.parametrize("ends", ENDS)
def test_second_derivatives_of_the_event_path(double, ends):
    """Oracle: the plain path; in a loop, an error with advice on a JAX that cannot (0.10), never a wrong number."""
    args, event, plain = operands(ends), kernels(ends)["event"], kernels(ends)["plain"]
    assert_same(hessian_product(event, loss_without_loop, args), hessian_product(plain, loss_without_loop, args))
    try:
        found = hessian_product(event, loss_of, args)
    except UnsupportedError as error:
        assert "kernel='plain'" in str(error)
    else:
        assert_same(found, hessian_product(plain, loss_of, args))


def test_second_derivatives_of_the_plain_path(double):
    """Oracle: the matrix product's."""
    args = operands("slice")

    def second(name):
        first = jax.grad(loss_of(kernels("slice")[name]))
        return jax.grad(lambda w: (first(w, *args[1:]) ** 2).sum())(args[0])

    assert_same(second("product"), second("plain"))


@pytest.mark.parametrize("n", [1, 31, 32, 33, 1000, 1025, 40_000])
def test_bits_round_trip(n):
    """Oracle: NumPy flags."""
    flags = np.random.default_rng(n).random(n) < 0.3
    words = pack(jnp.asarray(flags))
    np.testing.assert_array_equal(unpack(words, n), flags)
    np.testing.assert_array_equal(pack_mask(flags), words)


def test_events_of_a_record():
    """Oracle: np.nonzero of the flags, neuron by neuron."""
    flags = np.random.default_rng(0).random((40, 77)) < 0.2
    words = np.stack([pack_mask(row) for row in flags])
    steps, neurons = unpack_events(words)
    expected_neurons, expected_steps = np.nonzero(flags.T)
    np.testing.assert_array_equal(steps, expected_steps)
    np.testing.assert_array_equal(neurons, expected_neurons)
    assert unpack_events(np.zeros((3, 2), np.uint32))[0].size == 0


def test_choice():
    assert choose("cpu", 800, 1000).algorithm.name == "event"
    assert choose("gpu", 800, 1000).algorithm.name == "product"
    assert choose("cpu", 800, 1000, batch=256).algorithm.name == "product"
    assert choose("gpu", 800, 1000, requested="plain").reason == "asked for"
    with pytest.raises(ArgumentError, match="unknown kernel `evnt`. Did you mean `event`?"):
        choose("cpu", 1, 1, requested="evnt")
