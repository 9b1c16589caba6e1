"""The sparse backward pass: the numbers of the dense one, in every mode, and no more than it says."""

import dataclasses
from math import inf

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import UnsupportedError
from jaxsnn.fitting import named_leaves
from jaxsnn.step._gradient_tapes import is_taped

TRIANGLE = snn.surrogates.triangle(0.5)
LIF = snn.Neuron(
    parameters="tau = 10.0",
    equations="tau * dv/dt = -v + g_exc + 2.0 * Uniform(0.0, 1.5)\ng_exc = 0.8 * g_exc",
    spike="v > 1.0",
    reset="v = 0.0",
    refractory=2.0,
)
FORMS = [("rows", None), ("rows", snn.Uniform(1.0, 5.0)), ("rows", 2.0), ("dense", None), ("dense", 2.0)]


def simulation(storage, delays, kernel, surrogate=TRIANGLE):
    """Return 60 LIF neurons: random weights from the first 40, one weight for all from the others."""
    net = snn.Network(dt=1.0, seed=1, kernel=kernel)
    P = net.create(60, dataclasses.replace(LIF, surrogate=surrogate), name="P")
    delayed = {} if delays is None else {"delays": delays}
    random = net.connect(P[:40], P, target="exc", name="random", storage=storage)
    random.fixed_probability(0.3, weights=snn.Uniform(0.0, 1.0), **delayed)
    net.connect(P[40:], P[10:], target="exc", name="one", storage=storage).all_to_all(weights=0.1)
    net.monitor(P, ["v", "spike"])
    return net.compile()


def loss_of(sim):
    params, state = sim.init(0)

    def loss(p, x: jax.Array | float = 1.0):
        records = sim.run(p, state, 40.0)[1]["P"]
        return x * jnp.mean(records["v"] ** 2) + jnp.mean(records["spike"] @ jnp.arange(60.0))

    return params, loss


X = jnp.array([1.0, 2.0])


def several(params):
    return jax.tree.map(lambda a: jnp.stack([a, 1.1 * a]), params)


MODES = {  # reverse mode, forward mode, and three nestings with `vmap`
    "grad": lambda loss, p: jax.grad(loss)(p),
    "jvp": lambda loss, p: jax.jvp(loss, (p,), (jax.tree.map(jnp.ones_like, p),))[1],
    "vmap(grad), shared": lambda loss, p: jax.vmap(jax.grad(loss), (None, 0))(p, X),
    "vmap(grad), own": lambda loss, p: jax.vmap(jax.grad(loss))(several(p), X),
    "grad(vmap)": lambda loss, p: jax.grad(lambda p: jax.vmap(loss, (None, 0))(p, X).sum())(p),
}


def check_against_the_plain_path(modes, storage, delays):
    event, plain = (simulation(storage, delays, kernel) for kernel in ("event", "plain"))
    assert all(is_taped(q, event.init(0)[0]) for q in event.compiled.plans.values())
    found, expected = (gradients(sim, modes) for sim in (event, plain))
    for name, x in named_leaves({"": expected}).items():
        close = {"rtol": 0, "atol": 1e-10 * float(np.abs(x).max()), "err_msg": name}
        np.testing.assert_allclose(named_leaves({"": found})[name], x, **close)
    assert max(np.abs(x).max() for x in jax.tree.leaves(expected)) > 0


def gradients(sim, modes):
    params, loss = loss_of(sim)
    return jax.jit(lambda p: {mode: MODES[mode](loss, p) for mode in modes})(params)


@pytest.mark.slow
def test_a_batch_of_gradients_equals_the_plain_path(double):
    """Oracle: the plain path with the same surrogate, which sums over all synapses."""
    check_against_the_plain_path(["vmap(grad), own"], "rows", None)


@pytest.mark.slow
@pytest.mark.parametrize(("storage", "delays"), FORMS)
def test_every_mode_equals_the_plain_path(double, storage, delays):
    """Oracle: as above."""
    check_against_the_plain_path(MODES, storage, delays)


@pytest.mark.slow
def test_it_equals_the_dense_backward_pass_of_the_same_surrogate(double):
    """Oracle: the event path with a surrogate that does not say where it ends."""
    endless = dataclasses.replace(TRIANGLE, name="endless", support=inf)
    results = []
    for surrogate in (TRIANGLE, endless):
        sim = simulation("rows", None, "event", surrogate)
        params, loss = loss_of(sim)
        assert all(is_taped(q, params) is (surrogate is TRIANGLE) for q in sim.compiled.plans.values())
        results.append(named_leaves(jax.jit(jax.grad(loss))(params)))
    for name, x in results[1].items():
        np.testing.assert_allclose(results[0][name], x, rtol=1e-10, atol=1e-12, err_msg=name)


def test_nothing_of_it_is_left_in_the_state():
    """Oracle: the state of `init`: the same tree, so that a run can follow a run."""
    sim = simulation("rows", None, "event")
    params, state = sim.init(0)
    after, _ = sim.run(params, state, 2.0)
    assert jax.tree.structure(after) == jax.tree.structure(state)


def test_second_derivatives_say_what_to_do():
    sim = simulation("rows", None, "event")
    params, loss = loss_of(sim)
    with pytest.raises(UnsupportedError, match="`kernel='plain'`"):
        jax.grad(lambda p: sum(jnp.sum(g**2) for g in jax.tree.leaves(jax.grad(loss)(p))))(params)
