"""The loop around online gradients: updates are those of plain optax, and an interruption changes no bit."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn.fitting import named_leaves, replaced

from .networks import gradient_online

TRIALS, STEPS = 4, 20


def of_readout(records, target):
    return jnp.sum((records["o"]["v"] - target) ** 2)


@pytest.fixture(scope="module")
def net():
    """A rule, and where it begins: spikes of a raster, a hidden layer, a readout."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.SpikeRaster(np.zeros((STEPS, 6))), name="src")
    hidden = net.create(5, snn.LIF(), name="h")
    out = net.create(2, snn.LI(), name="o")
    net.connect(source, hidden, "exc", name="inp").all_to_all(weights=snn.Normal(0.4, 0.1))
    net.connect(hidden, out, "exc", name="out").all_to_all(weights=snn.Normal(0.0, 0.5))
    net.monitor(out, "v")
    sim = net.compile()
    return snn.online(sim, of_readout, "*.w", signals={"h": snn.Broadcast("o")}), *sim.init(1)


def noisy():
    """A rule over a stream: a readout of Poisson neurons."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.PoissonPopulation(6, rates=80.0), name="src")
    out = net.create(2, snn.LI(), name="o")
    net.connect(source, out, "exc", name="out").all_to_all(weights=0.1)
    net.monitor(out, "v")
    sim = net.compile()
    return snn.online(sim, of_readout, "out.w"), *sim.init(1)


@pytest.fixture(scope="module")
def stream():
    return noisy()


def trials(n=TRIALS):
    rng = np.random.default_rng(0)
    return {"inputs": {"src": rng.random((n, STEPS, 6)) < 0.2}, "targets": rng.random((n, STEPS, 2)) * 0.3}


TARGETS = np.random.default_rng(1).random((60, 2))


def same(a, b):
    """Compare all bits of what was learned."""
    for name in a.trained:
        np.testing.assert_array_equal(a.trained[name], b.trained[name])
    np.testing.assert_array_equal(a.history, b.history)


@pytest.mark.slow
def test_an_update_at_the_end_of_trials(net):
    """Oracle: plain optax with the mean of the gradients of the trials, each from `snn.online` alone."""
    rule, params, state = net
    data, optimizer = trials(), optax.sgd(0.1)
    result = snn.fit_online(*net, optimizer, trials=data, updates=2)
    values = {t.name: named_leaves(params)[t.name] for t in rule.trained}
    kept = optimizer.init(values)

    @jax.jit
    def mean_gradient(values):
        def of_trial(spikes, targets):
            now = replaced(params, values)
            now = replaced(now, {"src.spikes": spikes.astype(float)})
            return gradient_online(rule, now, state, targets)

        found = jax.vmap(of_trial)(jnp.asarray(data["inputs"]["src"]), jnp.asarray(data["targets"]))
        return jax.tree.map(lambda x: x.mean(0), found)

    for _ in range(2):
        updates, kept = optimizer.update(mean_gradient(values), kept)
        values = optax.apply_updates(values, updates)
    for name, x in values.items():
        assert np.abs(result.trained[name] - named_leaves(params)[name]).max() > 1e-3
        np.testing.assert_allclose(result.trained[name], x, rtol=1e-5, atol=1e-6)
    assert len(result.history) == 2 and result.state is None


@pytest.mark.slow
def test_pieces_of_a_trial_carry_state_and_traces(net):
    """Oracle: one update at the end of the trial; without a learning rate, pieces have the sum of its loss."""
    whole = snn.fit_online(*net, optax.sgd(0.0), trials=trials(), updates=1)
    pieces = snn.fit_online(*net, optax.sgd(0.0), trials=trials(), every=5.0, updates=8)
    assert len(pieces.history) == 8
    np.testing.assert_allclose(pieces.history[:4].sum(), whole.history[0], rtol=1e-5)
    np.testing.assert_array_equal(pieces.history[4:], pieces.history[:4])  # a trial begins anew


@pytest.mark.slow
def test_a_stream_goes_on_where_it_ended(stream):
    """Oracle: the same stream in one call."""
    rule, optimizer = stream[0], optax.sgd(0.01)
    whole = snn.fit_online(*stream, optimizer, stream=TARGETS)
    first = snn.fit_online(*stream, optimizer, stream=TARGETS[:40])
    second = snn.fit_online(rule, first.params, first.state, optimizer, stream=TARGETS[40:], traces=first.traces)
    np.testing.assert_array_equal(second.trained["out.w"], whole.trained["out.w"])
    np.testing.assert_array_equal(np.r_[first.history, second.history], whole.history)


def test_updates_of_a_stream(stream):
    """Oracle: a loop in Python over `step` and the update of plain gradient descent, every two steps."""
    rule, params, state = stream
    result = snn.fit_online(*stream, optax.sgd(0.01), stream=TARGETS[:10], every=2.0)
    step, traces, total = jax.jit(rule.step), rule.init(params, state), 0.0
    for k, target in enumerate(TARGETS[:10]):
        state, traces, gradients, _ = step(params, state, traces, jnp.asarray(target))
        total = total + gradients["out.w"]
        if k % 2:
            params, total = replaced(params, {"out.w": named_leaves(params)["out.w"] - 0.01 * total}), 0.0
    np.testing.assert_allclose(result.trained["out.w"], named_leaves(params)["out.w"], rtol=1e-6)
    assert result.history.shape == result.gradient_norm.shape == (5,)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["trials", "stream"])
def test_an_interruption_changes_no_bit(net, stream, how, tmp_path):
    """Oracle: the same call without interruption; the file has state and traces in the middle of a trial."""
    rule, *given = net if how == "trials" else stream
    data = {"trials": trials(), "every": 5.0, "batch_size": 2} if how == "trials" else {"stream": TARGETS}
    call = lambda **more: snn.fit_online(rule, *given, optax.adam(0.01), **data, **more)  # noqa: E731
    whole = call(updates=11, chunk=4)
    call(updates=6, save_to=tmp_path / "kept.npz", chunk=2)
    same(call(updates=11, save_to=tmp_path / "kept.npz"), whole)


@pytest.mark.slow
def test_bounds_ties_and_validation(net):
    """Oracle: what `fit` promises of each; `validate` decides which parameters are best."""
    params = net[1]
    result = snn.fit_online(
        *net,
        optax.sgd(100.0),
        trials=trials(),
        updates=3,
        bounds={"inp.w": (0.0, 1.0)},
        validate=lambda p: jnp.sum((p["out.w"] - params["out.w"]) ** 2),
        validate_every=1,
    )
    np.testing.assert_allclose(result.trained["out.w"], params["out.w"], rtol=1e-6)  # the start is best
    assert result.validation[0] < 1e-9 < result.validation[1]
    assert ((result.trained["inp.w"] >= 0.0) & (result.trained["inp.w"] <= 1.0)).all()
    assert [a.get_xlabel() for a in result.plot()] == ["", "update"]
    assert "2" not in repr(result).split("of")[0] and "3 updates" in repr(result)


@pytest.mark.slow
def test_trials_have_random_numbers_of_their_own(stream):
    """Oracle: two trials of equal targets differ in noise alone, and the key repeats them."""
    data = {"targets": np.zeros((2, 30, 2))}
    losses = [
        snn.fit_online(*stream, optax.sgd(0.0), trials=data, batch_size=1, updates=2, key=key).history
        for key in (0, 0, 1)
    ]
    assert losses[0][0] != losses[0][1] and losses[0][0] != losses[2][0]
    np.testing.assert_array_equal(losses[0], losses[1])
