"""A network in time: durations, `simulate_until`, callbacks, clock and seed, reset, constants, memory, compilations."""

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import simulation
from jaxsnn.errors import ArgumentError, EquationError, RecordMemoryError, StateError, UnknownNameError
from tests.conftest import acceptance

RAMP = snn.Neuron(parameters="p = 1.0", equations="r = p * t")
COUNTER = snn.Neuron(equations="v += 1.0", spike="v >= 4.0", reset="v = 0.0")
NOISE = snn.Neuron(equations="r = Normal(0.0, 1.0)")


def network(neuron=RAMP, size=3, variables="r", seed=1, stop=None, **options):
    net = snn.Network(seed=seed, **options)
    P = net.create(size, neuron, name="P", stop_condition=stop)
    return net, P, net.monitor(P, variables)


@pytest.mark.parametrize(
    ("duration", "dt", "steps"),
    [(2.9, 1.0, 3), (3.0, 1.0, 3), (0.0, 1.0, 0), (0.3, 0.1, 3), (100.0, 0.1, 1000), (0.35, 0.1, 4), (1e-9, 0.5, 0)],
)
@pytest.mark.parametrize("callbacks", [False, True])
def test_durations_are_rounded_up(duration, dt, steps, callbacks):
    """Oracle: whole steps, with a rounding error of the division forgiven; callbacks change nothing."""
    net, _, M = network(dt=dt)
    calls = []
    if callbacks:
        net.every(period=dt)(calls.append)
    net.compile()
    net.simulate(duration)
    assert net.get_current_step() == steps and len(M.get("r")) == steps
    assert calls == list(range(steps if callbacks else 0))


def test_many_durations_compile_once(compilations):
    """Oracle: the number of compilations."""
    net, _, M = network()
    net.compile()
    net.simulate(3.0)
    before = compilations.count
    for duration in (1.0, 7.0, 100.0, 5000.0):
        net.simulate(duration)
    net.step()
    assert compilations.count == before and len(M.get("r")) == 5112


# Until a condition is met


@pytest.mark.parametrize(
    ("stop", "steps"),
    [
        ("r > 5.0 : any", 3),  # 4 t > 5 from t = 2 on, which is the third step
        ("r > 5.0", 3),
        ("r > 5.0 : all", 7),
        ("(r > 5.0) and (p < 3.0) : any", 4),
        ("if p > 1.5: False else: r > 5.0", 7),
        ("t >= 9.0", 10),
        ("r < 0.0", 20),
    ],
)
def test_until_a_condition(stop, steps):
    """Oracle: by hand, for r = p t with p = 1, 2, 4; the condition is tested after each step."""
    net, P, M = network(stop=stop, dt=1.0)
    P.p = [1.0, 2.0, 4.0]
    net.compile()
    ran = net.simulate_until(20.0, P)
    r = M.get("r")
    assert (ran, len(r)) == (steps, steps) and net.get_time() == steps


def test_until_a_spike():
    """Oracle: neurons that start at 0, 1, 2 spike in steps 3, 2, 1; together they do at no step of the first ten."""
    for stop, steps in (("spiked : any", 2), ("spiked : all", 10), ("spiked", 2)):
        net, P, _ = network(COUNTER, variables="spike", stop=stop)
        P.v = [0.0, 1.0, 2.0]
        net.compile()
        assert net.simulate_until(10.0, P) == steps


def test_until_several_populations():
    """Oracle: the later of two conditions for `and`, the earlier for `or`; dt = 0.5, so that ms are not steps."""
    for operator, expected in (("and", 4.5), ("or", 2.5)):
        net = snn.Network(dt=0.5)
        P = net.create(1, RAMP, name="P", stop_condition="r >= 2.0")
        Q = net.create(1, RAMP, name="Q", stop_condition="r >= 4.0")
        net.compile()
        assert net.simulate_until(20.0, [P, Q], operator=operator) == expected
        assert net.simulate_until(20.0, [P, Q], operator=operator) == 0.5  # it still holds: one step, then the test


def test_until_goes_on_over_long_times(compilations):
    """Oracle: a condition that is met after more steps than a record buffer holds."""
    net, P, M = network(stop="r >= 9999.0 : any")
    net.compile()
    assert net.simulate_until(20_000.0, P) == 10_000.0
    assert M.get("r")[-1, 0] == 9999.0
    before = compilations.count
    net.simulate_until(10.0, P)
    assert compilations.count == before


def test_until_mistakes():
    net, P, _ = network()
    Q = net.create(1, RAMP, name="Q", stop_condition="r > 1.0")
    with pytest.raises(StateError, match="before compile"):
        net.simulate_until(10.0, Q)
    net.compile()
    with pytest.raises(ArgumentError, match="no population has a `stop_condition`"):
        net.simulate_until(10.0, P)
    with pytest.raises(ArgumentError, match="`operator` is 'and' or 'or', not 'xor'"):
        net.simulate_until(10.0, Q, operator="xor")
    with pytest.raises(EquationError, match="unknown name `q`"):
        snn.Network().create(1, RAMP, stop_condition="q > 1.0 : all")
    with pytest.raises(EquationError, match="ends in `: any` or `: all`, not `: some`"):
        snn.Network().create(1, RAMP, stop_condition="r > 1.0 : some")
    with pytest.raises(EquationError, match="`spiked` is a condition for spiking neurons"):
        snn.Network().create(1, RAMP, stop_condition="spiked")


def test_until_in_replicas():
    """Oracle: single networks with the parameters of the replicas."""

    def run(net, p):
        mine = net.get(P)
        mine.p = p
        ran = net.simulate_until(50.0, mine)
        return ran, len(net.get(M).get("r"))

    net, P, M = network(stop="r > 5.0 : any")
    alone = []
    for p in (1.0, 0.5, 3.0):
        other, Q, N = network(stop="r > 5.0 : any")
        Q.p = p
        other.compile()
        alone.append((other.simulate_until(50.0, Q), len(N.get("r"))))
    assert net.parallel_run(run, 3, p=[1.0, 0.5, 3.0]) == alone


def noisy(seed, kernel=None):
    """Return a network of noisy neurons with a goal that chance decides, and its parts."""
    net = snn.Network(dt=1.0, seed=seed, kernel=kernel)
    P = net.create(20, snn.Izhikevich(noise=8.0), name="P", stop_condition="u > -7.0 : any")
    net.connect(P, P, "exc", name="exc").all_to_all(weights=snn.Uniform(0.0, 0.5))
    return net, P, net.monitor(P, "v")


def stops_often(net, P, M, wait):
    """Wait for a goal, for a time and for the goal again; return how long it took and what was recorded."""
    ran = [net.simulate_until(2000.0, net.get(P))]
    net.simulate(wait)
    ran.append(net.simulate_until(3.0, net.get(P), operator="or"))
    return ran, net.get(M).get("v")


@pytest.mark.optimised(only=True)
def test_until_in_replicas_is_one_compiled_loop(compilations):
    """Oracle: single networks of the seeds of the replicas, bit for bit, in runs of different lengths and goals.

    Each goal, and each length of the record buffers, compiles once, however many steps and replicas there are.
    """
    net, P, M = noisy(0)
    net.compile()
    waits = [0.0, 5.0, 100.0]
    found = net.parallel_run(lambda net, wait: stops_often(net, P, M, wait), 3, seeds=[1, 2, 3], wait=waits)
    compilations.count = 0
    net.parallel_run(lambda net, wait: stops_often(net, P, M, wait), 3, seeds=[4, 5, 6], wait=waits)
    assert compilations.count == 0
    assert len({tuple(ran) for ran, _ in found}) == 3
    for (ran, v), seed, wait in zip(found, (1, 2, 3), waits, strict=True):
        alone, Q, N = noisy(seed)
        alone.compile()
        expected = stops_often(alone, Q, N, wait)
        assert ran == expected[0]
        np.testing.assert_array_equal(v, expected[1])


@pytest.mark.slow
def test_until_in_a_group_of_replicas():
    """Oracle: the same replicas one at a time: a group that `vmap` advances stops each where it would stop alone."""
    net, P, M = noisy(0, kernel="plain")
    run = lambda net, wait: stops_often(net, P, M, wait)  # noqa: E731
    options = {"seeds": [1, 2, 3], "wait": [0.0, 5.0, 100.0]}
    together = net.parallel_run(run, 3, batch_size=3, **options)
    alone = net.parallel_run(run, 3, sequential=True, **options)
    assert [ran for ran, _ in together] == [ran for ran, _ in alone]
    for (_, v), (_, expected) in zip(together, alone, strict=True):
        np.testing.assert_allclose(v, expected, rtol=1e-4)


# Callbacks


def test_callbacks():
    """Oracle: ANNarchy 4.8.2 (probe every_calls)."""
    net, _P, M = network()
    calls = []

    @net.every(period=7.0, offset=-2.0)
    def first(n):
        calls.append((n, net.get_time()))

    @net.every(10.0, offset=3.0, wait=5.0)
    def second(n):
        calls.append(("g", n, net.get_time()))

    net.compile()
    net.simulate(30.0)
    expected = [(0, 5.0), ("g", 0, 8.0), (1, 12.0), ("g", 1, 18.0), (2, 19.0), (3, 26.0), ("g", 2, 28.0)]
    assert calls == expected
    net.simulate(6.0)
    assert calls[7:] == [(0, 35.0)]  # the count and the periods begin again
    np.testing.assert_array_equal(M.get("r")[:, 0], np.arange(36.0))


def test_callbacks_change_the_network():
    """Oracle: the parameter that the callback has just assigned is that of the step which begins."""
    net, P, M = network(snn.Neuron(parameters="p = 1.0", equations="r = p"), size=1)

    @net.every(period=2.0)
    def change(n):
        P.p = float(n)

    net.compile()
    net.simulate(6.0)
    assert M.get("r")[:, 0].tolist() == [0, 0, 1, 1, 2, 2]
    net.disable_callbacks()
    assert not net.callbacks_enabled()
    net.simulate(2.0)
    net.enable_callbacks()
    net.simulate(2.0, callbacks=False)
    net.clear_all_callbacks()
    net.simulate(2.0)
    assert M.get("r")[:, 0].tolist() == [2] * 6


def test_callbacks_of_the_same_time_and_mistakes():
    net, _, _ = network(dt=0.5)
    order = []
    for name in "ab":
        net.every(period=1.0)(lambda n, name=name: order.append(name))
    net.compile()
    net.simulate(2.0)
    assert order == ["a", "b", "a", "b"]
    with pytest.raises(ArgumentError, match="at least one step of 0.5 ms, not 0.1 ms"):
        net.every(period=0.1)(print)
    with pytest.raises(ArgumentError, match="`wait` is a finite number of ms"):
        net.every(period=1.0, wait=-1.0)(print)


def test_callbacks_that_fail_leave_what_was_recorded():
    net, _, M = network()

    @net.every(period=3.0, wait=3.0)
    def broken(n):
        raise ValueError("mine")

    net.compile()
    with pytest.raises(ValueError, match="mine"):
        net.simulate(10.0)
    assert net.get_time() == 3.0 and len(M.get("r")) == 3


# Clock and seed


def test_clock():
    net, _P, M = network(dt=0.5)
    with pytest.raises(StateError, match="before compile"):
        net.set_time(3.0)
    net.compile()
    net.simulate(1.0)
    net.set_time(10.0)
    assert (net.get_time(), net.get_current_step()) == (10.0, 20)
    net.simulate(1.0)
    net.set_current_step(1)
    net.step()
    assert M.get("r")[:, 0].tolist() == [0.0, 0.5, 10.0, 10.5, 0.5]
    for wrong in (-1, 1.5, True):
        with pytest.raises(ArgumentError, match="a step is an integer from 0 on"):
            net.set_current_step(wrong)


def test_the_clock_does_not_move_tables():
    """Oracle: a table follows the steps of its population, not the clock."""
    net = snn.Network()
    P = net.create(snn.inputs.TimedArray([[1.0], [2.0], [3.0], [4.0]]), name="P")
    M = net.monitor(P, "r")
    net.compile()
    net.simulate(2.0)
    net.set_time(100.0)
    net.simulate(2.0)
    assert M.get("r")[:, 0].tolist() == [1, 2, 3, 4]


def test_seeds():
    """Oracle: a network of that seed."""

    def noise(seed, *later):
        net, _, M = network(NOISE, seed=seed)
        net.compile()
        for s in later:
            net.set_seed(s)
        net.simulate(3.0)
        return M.get("r")

    np.testing.assert_array_equal(noise(1), noise(1))
    np.testing.assert_array_equal(noise(1, 7), noise(7))
    assert (noise(1) != noise(7)).all()
    net, _, M = network(NOISE)
    net.compile()
    net.simulate(3.0)
    net.set_seed(5)
    net.set_current_step(0)
    net.simulate(3.0)
    np.testing.assert_array_equal(M.get("r")[3:], noise(5))
    with pytest.raises(ArgumentError, match="`seed` is an integer"):
        net.set_seed(1.5)


# Back to the beginning


def test_reset():
    """Oracle: the first run. Random numbers go on, so that a second run is another trial, unless the seed is set."""
    net, P, M = network(
        snn.Neuron(parameters="p = 1.0", equations="x += p\nn = Normal(0.0, 1.0)\nr = x"), variables=["r", "n"]
    )
    P.p = snn.Uniform(1.0, 2.0)
    net.compile()
    p = P.p.copy()
    net.reset()  # before the first step: no change
    net.simulate(4.0)
    first = M.get()
    P.p = 7.0
    net.simulate(2.0)
    net.reset()
    assert net.get_time() == 0.0 and len(M.get("r")) == 0
    np.testing.assert_array_equal(P.p, p)
    net.simulate(4.0)
    second = M.get()
    np.testing.assert_array_equal(second["r"], first["r"])
    assert (second["n"] != first["n"]).all()
    net.reset()
    net.set_seed(1)
    net.simulate(4.0)
    np.testing.assert_array_equal(M.get("n"), first["n"])


def test_reset_in_parts():
    net, _P, M = network(snn.Neuron(equations="x += 1.0\nr = x + t"))
    net.compile()
    net.simulate(3.0)
    net.reset(populations=False, monitors=False)
    net.simulate(1.0)
    assert M.get("r")[:, 0].tolist() == [1.0, 3.0, 5.0, 4.0]  # x goes on, t begins again


def test_reset_of_weights():
    """Oracle: weights stay, but for `synapses=True`, which draws others, the same in every process."""

    def weights(resets):
        net = acceptance(snn.Network(seed=3), n=20)[0]
        net.compile()
        net.simulate(2.0)
        before = net.projection("exc").connectivity_matrix()
        net.reset()
        np.testing.assert_array_equal(net.projection("exc").connectivity_matrix(), before)
        for _ in range(resets):
            net.reset(synapses=True)
        return before, net.projection("exc").connectivity_matrix()

    before, after = weights(1)
    assert ((after == 0) == (before == 0)).all() and (after != before)[before > 0].mean() > 0.99
    np.testing.assert_array_equal(after, weights(1)[1])
    assert not np.array_equal(after, weights(2)[1])


@pytest.mark.slow
def test_reset_in_replicas():
    """Oracle: a single network of the replica's seed that does the same."""

    def protocol(net, P, M):
        P.p = 2.0
        net.simulate(4.0)
        net.reset()
        net.simulate(3.0)
        P.clear()
        net.set_time(10.0)
        net.simulate(2.0)
        P.reset(["x"])
        net.simulate(1.0)
        net.set_seed(3)
        net.simulate(1.0)
        return M.get()

    model = snn.Neuron(parameters="p = 1.0", equations="x += p * t\nn = Normal(0.0, 1.0)\nr = x")
    net, P, M = network(model, variables=["r", "n"])
    replicas = net.parallel_run(lambda net: protocol(net, net.get(P), net.get(M)), 3, seeds=[5, 6, 7])
    for seed, replica in zip((5, 6, 7), replicas, strict=True):
        other, Q, N = network(model, variables=["r", "n"], seed=seed)
        other.compile()
        jax.tree.map(np.testing.assert_array_equal, replica, protocol(other, Q, N))


# Constants


def test_constants_are_numbers():
    """Oracle: the float itself."""
    net = snn.Network()
    tau = net.constant("tau", 10.0)
    assert (float(tau), 2 * tau, tau / 4, tau**2, -tau, tau > 3, f"{tau!r}") == (
        *(10.0, 20.0, 2.5, 100.0, -10.0, True), "tau = 10.0"
    )  # fmt: skip
    np.testing.assert_array_equal(np.arange(3) * tau, [0, 10, 20])
    assert np.exp(tau - 10.0) == 1.0 and tau + tau == 20.0
    P = net.create(2, snn.Neuron(parameters="p = 1.0", equations="r = p"), name="P")
    P.p = tau
    assert P.p.tolist() == [10.0, 10.0]


def test_a_constant_can_be_set_at_any_time():
    """Oracle: by hand, r = k t + p; what was computed from it once, the parameter p, stays."""
    net = snn.Network()
    k = net.constant("k", 1.0)
    P = net.create(1, snn.Neuron(parameters="p = 2 * k", equations="r = k * t + p : max = 10 * k"), name="P")
    M = net.monitor(P, "r")
    k.set(2.0)
    net.compile()
    net.simulate(2.0)
    k.set(3.0)
    net.simulate(2.0)
    assert k.value == 3.0 and M.get("r")[:, 0].tolist() == [4.0, 6.0, 10.0, 13.0]


def test_constants_of_replicas():
    """Oracle: by hand, each replica its own; the network keeps its value."""
    net = snn.Network()
    k = net.constant("k", 1.0)
    P = net.create(1, snn.Neuron(equations="r = k * (t + 1.0)"), name="P")
    M = net.monitor(P, "r")

    def run(net, value):
        mine = net.get(k)
        mine.set(value)
        net.simulate(2.0)
        mine.set(10 * mine)
        net.simulate(1.0)
        return net.get(M).get("r")[:, 0].tolist(), float(mine)

    assert net.parallel_run(run, 2, value=[2.0, 5.0]) == [([2.0, 4.0, 60.0], 20.0), ([5.0, 10.0, 150.0], 50.0)]
    assert k.value == 1.0


def test_wrong_constants():
    net = snn.Network()
    net.constant("k", 1.0)
    for name in ("t", "mean", "if", "2k", "g_exc", "pi", "Normal", "k k"):
        with pytest.raises(ArgumentError, match="cannot be the name of a constant"):
            net.constant(name, 1.0)
    with pytest.raises(ArgumentError, match="`k` exists already: change it with `set`"):
        net.constant("k", 1.0)
    for value in ("3", None, float("nan"), True):
        with pytest.raises(ArgumentError, match="takes a finite number"):
            net.constant("other", value)


def test_functions_of_a_network():
    """Oracle: NumPy; a function may call those before it and use constants."""
    net = snn.Network()
    gain = net.constant("gain", 2.0)
    net.add_function("square(x) = x^2")
    net.add_function("bump(x, y) = gain * square(x) + y")
    P = net.create(1, snn.Neuron(equations="r = bump(t, 1.0)"), name="P")
    M = net.monitor(P, "r")
    net.compile()
    net.simulate(4.0)
    assert M.get("r")[:, 0].tolist() == [1.0, 3.0, 9.0, 19.0]
    np.testing.assert_array_equal(net.function("bump")(np.arange(4.0), 1.0), [1, 3, 9, 19])
    gain.set(3.0)
    assert net.function("bump")(1.0, 0.0) == 3.0
    with pytest.raises(UnknownNameError, match="no function `bmp`. Did you mean `bump`?"):
        net.function("bmp")
    with pytest.raises(StateError, match="a function cannot be added"):
        net.add_function("f(x) = x")


# Settings of the module


def test_setup():
    """Oracle: a network with the same settings; constants and functions declared before survive."""
    snn.Constant("k", 3.0)
    snn.add_function("double(x) = 2 * x")
    snn.setup(dt=0.5, seed=4, method="exponential", num_threads=4)
    P = snn.Population(1, snn.Neuron(equations="dr/dt = double(k) - r"), name="P")
    snn.compile(silent=True)
    snn.simulate(0.5)
    assert snn.dt() == 0.5 and snn.default_network().seed == 4
    np.testing.assert_allclose(P.r, 6.0 * (1 - np.exp(-0.5)), rtol=1e-6)
    assert snn.get_population("P").r == P.r and [p.name for p in snn.populations()] == ["P"]
    with pytest.raises(ArgumentError, match="unknown setting `metod`. Did you mean `method`?"):
        snn.clear() or snn.setup(metod="rk4", strict=True)
    with pytest.raises(ArgumentError, match="unknown numerical method `rk5`. Did you mean `rk4`?"):
        snn.setup(method="rk5")
    assert snn.dt() == 0.5  # a call that fails changes nothing
    snn.setup(dt=1.0, method="explicit")


# Memory


def test_records_that_do_not_fit_are_refused(monkeypatch):
    """Oracle: the size by hand: 1000 neurons of 4 bytes and 32 words of 4 bytes per step."""
    net, P, M = network(COUNTER, 1000, ["v", "spike"])
    net.monitor(P, "v", period=10.0)
    net.compile()
    assert net.record_bytes(1000.0) == 1000 * (4000 + 128) + 100 * 4000
    net.simulate(2.0)
    monkeypatch.setattr(simulation._preconditions, "available_bytes", lambda: 2**27)
    with pytest.raises(RecordMemoryError, match=r"record 0.4 GiB in 100000 steps .* 0.1 GiB of memory are available"):
        net.simulate(100_000.0)
    assert net.get_time() == 2.0 and len(M.get("v")) == 2
    net.simulate(5.0)
    assert net.get_time() == 7.0
