"""The pure functions: init, step and run, and how they compose with JAX's transformations."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, PrecisionError, ShapeError, UnknownNameError
from jaxsnn.recording import empty_buffer
from jaxsnn.simulation import build_drive
from tests.conftest import acceptance


@pytest.fixture(scope="module")
def sim():
    return acceptance(snn.Network(dt=1.0, seed=1), n=100)[0].compile()


@pytest.fixture(scope="module")
def started(sim):
    return sim.init(jax.random.key(1))


def test_step_is_a_fixed_point_of_init(sim, started):
    """Oracle: init itself. Same structure, shapes, dtypes and weak types, or the second call compiles again."""
    params, state = started
    described = jax.eval_shape(sim.compiled.advance, params, state, jnp.int32(0))[0]

    def form(x):
        return x.shape, x.dtype, x.weak_type

    assert jax.tree.map(form, described) == jax.tree.map(lambda x: form(jax.typeof(x)), state)


def test_run_is_steps(sim, started):
    """Oracle: step by step. The scan, the loop of traced length and single steps give the same bits."""
    params, state = started
    final, records = sim.run(params, state, duration=30.0)
    one, rows = state, []
    for _ in range(30):
        one, row = sim.step(params, one)
        rows.append(row["P"]["spike"])
    np.testing.assert_array_equal(records["P"]["spike"], np.stack(rows))
    looped = jax.jit(build_drive(sim.compiled))(params, state, empty_buffer(sim.compiled, 64), np.int32(30))[0]
    looped = replace(looped, constants=state.constants)  # which no drive returns
    jax.tree.map(np.testing.assert_array_equal, final, one)
    silent = {name: replace(x, distance=jnp.zeros_like(x.distance)) for name, x in final.spikes.items()}
    jax.tree.map(np.testing.assert_array_equal, replace(final, spikes=silent), looped)  # it carries no distances


def test_constants_are_not_copied(sim, started):
    """Oracle: the arrays themselves. What no step changes is handed on by steps and runs, and takes no second place."""
    params, state = started
    for after in (sim.step(params, state)[0], sim.run(params, state, duration=30.0)[0]):
        same = jax.tree.map(lambda x, y: x is y, after.constants, state.constants)
        assert jax.tree.all(same) and jax.tree.leaves(same)


def test_run_goes_on(sim, started):
    """Oracle: one run of the whole duration."""
    params, state = started
    whole = sim.run(params, state, duration=40.0)[1]["P"]["spike"]
    middle, first = sim.run(params, state, duration=15.0)
    second = sim.run(params, middle, duration=25.0)[1]["P"]["spike"]
    np.testing.assert_array_equal(whole, np.concatenate([first["P"]["spike"], second]))


def test_vmap_over_keys_is_a_loop_over_keys(sim):
    """Oracle: one run per key, bit for bit."""
    keys = jax.random.split(jax.random.key(3), 4)

    def spikes(key):
        return sim.run(*sim.init(key), duration=50.0)[1]["P"]["spike"]

    np.testing.assert_array_equal(jax.vmap(spikes)(keys), np.stack([spikes(k) for k in keys]))


def test_jit_around_everything(sim, started):
    """Oracle: the same calls without an outer jit."""

    @jax.jit
    def mean(key):
        return sim.run(*sim.init(key), duration=50.0)[1]["P"]["spike"].mean()

    records = sim.run(*sim.init(jax.random.key(1)), duration=50.0)[1]
    assert mean(jax.random.key(1)) == records["P"]["spike"].mean()


@pytest.mark.slow
def test_checkpointing_changes_no_gradient(sim, started):
    """Oracle: the gradient with every state stored."""
    params, state = started

    def rate(params, checkpoint):
        return sim.run(params, state, duration=20.0, checkpoint=checkpoint)[1]["P"]["spike"].mean()

    with_it, without = (jax.grad(rate)(params, c) for c in (True, False))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-9), with_it, without)
    assert jnp.abs(with_it.projections["exc"]["w"]).max() > 0


@pytest.mark.slow
def test_forward_mode_is_reverse_mode(double):
    """Oracle: the other mode, in double precision, for one direction in parameter space."""
    sim = acceptance(snn.Network(dt=1.0, seed=1), n=50)[0].compile()
    params, state = sim.init(jax.random.key(1))

    def rate(params):
        return sim.run(params, state, duration=15.0)[1]["P"]["spike"].mean()

    direction = jax.tree.map(jnp.ones_like, params)
    forward = jax.jvp(rate, (params,), (direction,))[1]
    reverse = sum(jax.tree.leaves(jax.tree.map(jnp.sum, jax.grad(rate)(params))))
    assert forward != 0
    np.testing.assert_allclose(forward, reverse, rtol=1e-9)


@pytest.mark.parametrize("kernel", ["plain", "product"])
def test_kernels_give_the_same_network(kernel):
    """Oracle: the event path. Weights are multiples of 1/64, so sums are exact in any order."""

    def spikes(kernel):
        net = snn.Network(dt=1.0, seed=5, kernel=kernel)
        P = net.create(60, snn.Izhikevich(noise=5.0), name="P")
        weights = np.random.default_rng(0).integers(0, 64, (60, 60)) / 64
        net.connect(P, P, target="exc", name="exc").from_matrix(weights)
        net.monitor(P, "spike")
        sim = net.compile()
        return sim.run(*sim.init(jax.random.key(0)), duration=200.0)[1]["P"]["spike"]

    event = spikes("event")
    assert event.sum() > 50
    np.testing.assert_array_equal(event, spikes(kernel))


def test_values_in_the_place_of_draws(sim):
    """Oracle: the values that were given."""
    noise, w = jnp.full(100, 3.0), jnp.ones((80, 100))
    params, state = sim.init(jax.random.key(0), {"P.noise": noise, "exc.w": w, "P.v": -50.0})
    np.testing.assert_array_equal(params.populations["P"]["noise"], noise)
    np.testing.assert_array_equal(params.projections["exc"]["w"], w - np.eye(80, 100))  # no synapse onto itself
    np.testing.assert_array_equal(state.populations["P"]["v"], np.full(100, -50.0))
    with pytest.raises(UnknownNameError, match="no attribute `P.nois`. Did you mean `P.noise`?"):
        sim.init(jax.random.key(0), {"P.nois": noise})


def test_shapes_of_given_values(sim):
    """Oracle: a scalar weight is that of every synapse; another shape is an error, not a silent misreading."""
    params, _ = sim.init(0, {"exc.w": 0.25})
    np.testing.assert_array_equal(params.projections["exc"]["w"], 0.25 * (1 - np.eye(80, 100)))
    for name, wrong in (("exc.w", np.ones((3, 100))), ("P.noise", np.ones(7))):
        with pytest.raises(ShapeError, match=f"`{name}` takes a value of shape"):
            sim.init(0, {name: wrong})
        with pytest.raises(ShapeError, match=f"`{name}` takes a value of shape"):
            snn.sweep(sim, {name: wrong[None]}, duration=1.0)
    gains = snn.sweep(sim, {"exc.w": np.array([0.0, 2.0])}, duration=100.0, measure=lambda r: r["P"]["spike"].sum())
    assert gains[0] < gains[1]
    with pytest.raises(ShapeError, match="of equal length; these are `P.a`"):
        snn.sweep(sim, {"P.a": np.ones(2), "P.b": np.ones(3)}, duration=1.0)


def test_sweep_compiles_once(sim, compilations):
    """Oracle: JAX's own count, for the same measure and duration."""
    measure = lambda records: records["P"]["spike"].sum()  # noqa: E731
    snn.sweep(sim, {"P.noise": np.array([1.0, 2.0])}, duration=30.0, measure=measure)
    compilations.count = 0
    snn.sweep(sim, {"P.noise": np.array([3.0, 4.0])}, duration=30.0, measure=measure, key=0)
    assert compilations.count <= 1  # the fold of seeds


def test_sweep_with_shared_weights(sim):
    """Oracle: runs with those weights; noise stays each run's own."""
    noise = np.full(2, 5.0)
    spikes = snn.sweep(sim, {"P.noise": noise}, duration=60.0, key=3, redraw=False)["P"]["spike"]
    weights = sim.init(3)[0].projections
    for i in range(2):
        key = jax.random.fold_in(jax.random.key(3), i)
        given = {"P.noise": noise[i], "exc.w": weights["exc"]["w"], "inh.w": weights["inh"]["w"]}
        alone = sim.run(*sim.init(key, given), duration=60.0)[1]["P"]["spike"]
        np.testing.assert_array_equal(spikes[i], alone)
    assert not np.array_equal(spikes[0], spikes[1])


def test_sweep_with_params_of_another_network(sim):
    """Oracle: init and run with those weights, bit for bit; what is swept over is not taken from them."""
    params, noise = sim.init(3)[0], np.array([2.0, 5.0], np.float32)
    spikes = snn.sweep(sim, {"P.noise": noise}, duration=60.0, params=params, key=7)["P"]["spike"]
    for i, x in enumerate(noise):
        given = {"P.noise": x, **{f"{name}.w": params.projections[name]["w"] for name in ("exc", "inh")}}
        alone = sim.run(*sim.init(jax.random.fold_in(jax.random.key(7), i), given), duration=60.0)[1]["P"]["spike"]
        np.testing.assert_array_equal(spikes[i], alone)


def test_reduction_at_zero_has_a_finite_gradient():
    """Oracle: finite numbers; norm2 has no derivative at 0, where states often start."""
    neuron = snn.Neuron(parameters="a = 1.0", equations="q = norm2(v) ; v = a * t + q", spike="v > 1e9")
    net = snn.Network()
    P = net.create(3, neuron, name="P")
    net.monitor(P, "v")
    sim = net.compile()
    params, state = sim.init(0)
    gradient = jax.grad(lambda p: sim.run(p, state, duration=5.0)[1]["P"]["v"].sum())(params)
    assert np.isfinite(gradient.populations["P"]["a"])


def test_a_batch_of_stimuli_takes_the_product():
    net = acceptance(snn.Network(seed=1), n=50)[0]
    assert "kernel product: 64 stimuli share 40 x 50 weights" in net.compile(batch=64).summary()


def test_weights_are_those_of_the_connector(sim, started):
    """Oracle: the definition of all-to-all without self-connections, and of Uniform(0, 0.5)."""
    w = np.asarray(started[0].projections["exc"]["w"])
    assert (np.diag(w[:, :80]) == 0).all()
    off = w[~np.eye(80, 100, dtype=bool)]
    assert (off > 0).all() and off.max() < 0.5
    assert abs(off.mean() - 0.25) < 5 * 0.5 / np.sqrt(12 * off.size)


def test_summary_says_what_was_chosen(sim):
    text = sim.summary()
    assert "float32 on cpu, random numbers: counter" in text
    assert "projection exc: P -> P (exc), dense 80 x 100, 0.0 MiB (99 % of the pairs are synapses)" in text
    assert "kernel event: on a CPU, synapses of neurons that spiked cost less" in text


def test_threefry_can_be_selected():
    """Oracle: both generators give the statistics of the network, from different numbers."""

    def spikes(random):
        sim = acceptance(snn.Network(seed=1, random=random), n=200)[0].compile()
        return sim.run(*sim.init(jax.random.key(0)), duration=300.0)[1]["P"]["spike"]

    counter, threefry = spikes("counter"), spikes("threefry")
    assert not np.array_equal(counter, threefry)
    assert abs(counter.mean() / threefry.mean() - 1) < 0.2
    with pytest.raises(ArgumentError, match="Did you mean `threefry`?"):
        snn.Network(random="threefri")


def test_precision_is_checked(sim, started):
    params, state = started
    jax.config.update("jax_enable_x64", True)
    try:
        with pytest.raises(PrecisionError, match="compiled for float32, but meets float64"):
            sim.run(params, state, duration=1.0)
    finally:
        jax.config.update("jax_enable_x64", False)


@pytest.mark.parametrize("duration", [-1.0, float("nan"), float("inf"), "long"])
def test_bad_durations(sim, started, duration):
    with pytest.raises(ArgumentError, match="a duration is a"):
        sim.run(*started, duration=duration)


def test_sweep_is_a_loop_over_runs(sim):
    """Oracle: init and run with each value and key, bit for bit."""
    noise = np.array([0.0, 4.0, 8.0], np.float32)
    spikes = snn.sweep(sim, {"P.noise": noise}, duration=60.0, key=7)["P"]["spike"]
    for i, x in enumerate(noise):
        key = jax.random.fold_in(jax.random.key(7), i)
        alone = sim.run(*sim.init(key, {"P.noise": x}), duration=60.0)[1]["P"]["spike"]
        np.testing.assert_array_equal(spikes[i], alone)
    means = snn.sweep(
        sim, {"P.noise": noise}, duration=60.0, key=7, measure=lambda r: r["P"]["spike"].mean(), batch_size=2
    )
    np.testing.assert_allclose(means, spikes.mean((1, 2)), rtol=1e-6)


def test_gradient_accepts_all_of_params():
    """A model with int and bool parameters: they stay out of params, so jax.grad accepts the whole."""
    neuron = snn.Neuron(
        parameters="k = 3 : int ; on = True ; tau = 10.0",
        equations="tau * dv/dt = if on: k - v else: 0.0",
        spike="v > 2",
        reset="v = 0",
    )
    net = snn.Network(dt=1.0)
    P = net.create(3, neuron, name="P")
    net.monitor(P, ["v", "spike"])
    sim = net.compile()
    params, state = sim.init(jax.random.key(0))
    assert list(params.populations["P"]) == ["tau"]
    assert sorted(state.constants.populations["P"]) == ["k", "on"]
    grads = jax.grad(lambda p: sim.run(p, state, duration=10.0)[1]["P"]["v"].sum())(params)
    assert grads.populations["P"]["tau"] < 0
