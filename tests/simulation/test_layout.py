"""How many replicas one call takes: one size for all calls of a batch, within memory."""

import subprocess
import sys
from math import ceil

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.simulation import _layout as module
from jaxsnn.simulation._layout import Footprint, Layout, call_size, footprint, layout
from jaxsnn.simulation._replica_batch import keep_all
from tests.conftest import acceptance

CELLS = snn.Neuron(parameters="tau = 10.0", equations="tau * dr/dt = 1 - r + 0.1 * Normal(0, 1)")


@pytest.fixture(scope="module")
def sim():
    net = snn.Network(seed=0)
    net.monitor(net.create(10, CELLS, name="P"), "r", name="M")
    return net.compile()


def last_value(records):
    return records["M"]["r"][-1]


@pytest.fixture
def two_cores(monkeypatch):
    monkeypatch.setattr(module, "cores", lambda: 2)


@pytest.mark.parametrize(
    ("number", "passed", "most", "size"),
    [
        (1, 100, None, 1),
        (7, 100, None, 4),
        (1000, 100, None, 125),  # four equal shares for each core
        (10_000, 100, None, 125),
        (10_000, 4 * 2**20, None, 16),  # weights of 4 MiB: 16 in 64 MiB
        (10_000, 2**30, None, 1),  # one has to fit
        (10_000, 100, 50, 50),
    ],
)
def test_sizes_on_two_cores(two_cores, number, passed, most, size):
    """Oracle: by hand. Shares of two cores, at most 128 and 64 MiB in each."""
    found = call_size(Layout(number, 1, threads=2, most=most), Footprint(1000, passed), "cpu")
    assert (found.group, found.replicas) == (1, size)
    assert found == call_size(Layout(number, 1, most=most), Footprint(1000, passed), "cpu")  # whatever the threads


@pytest.mark.parametrize(
    ("carried", "group", "size"), [(2**10, 10_000, 10_000), (3 * 2**20, 334, 334), (2**31, 1, 127)]
)
def test_groups_on_an_accelerator(monkeypatch, carried, group, size):
    """Oracle: by hand. What a group carries, takes and brings back stays within 1 GiB; 30 groups of 334 are needed.

    One that alone is larger runs alone, 127 of them one after the other.
    """
    monkeypatch.setattr(module, "budget_of", lambda *_: 2.0**30)
    one = Footprint(carried, 2**10)
    found = call_size(Layout(10_000, None), one, "gpu")
    assert (found.group, found.replicas) == (group, size)
    assert group == 1 or group * (one.carried + one.passed) <= 2**30
    assert ceil(10_000 / group) == ceil(10_000 / max(1, 2**30 // (one.carried + one.passed)))


@pytest.mark.parametrize(
    ("number", "moved", "group"),
    [(1000, 1600, 125), (1000, 70_000, 1), (20, 1600, 10), (4, 1600, 1), (1, 1600, 1)],
)
def test_small_networks_are_advanced_together(two_cores, number, moved, group):
    """Oracle: by hand, 3600 ns / group + 0.41 ns a byte against 1500 ns + 0.20 ns a byte, in shares of two cores."""
    found = call_size(Layout(number, None, threads=2), Footprint(2 * moved, 100, moved), "cpu")
    assert (found.group, found.replicas) == (group, min(125, ceil(number / 2)))


def test_a_group_stays_within_memory_and_the_batch_size(two_cores):
    """Oracle: by hand. 64 MiB have 16 replicas of 4 MiB of records; three batches of at most 17."""
    one = Footprint(4 * 2**20, 0, 1600)
    assert call_size(Layout(32, None, threads=2), one, "cpu").group == 16
    assert call_size(Layout(100, None, threads=2, most=17), Footprint(3200, 100, 1600), "cpu").group == 17


def test_footprint_is_that_of_the_arrays():
    """Oracle: the bytes of arrays that `init` makes: weights count where they are drawn, not where they are shared."""
    sim = acceptance(snn.Network(seed=0), n=50)[0].compile()
    params, state = sim.init(0)
    weights = sum(x.nbytes for q in params.projections.values() for x in jax.tree.leaves(q))
    drawn = footprint(sim, dict(sim.declared), 64, keep_all)
    given = {("projections", name, "w"): 0.0 for name in params.projections}
    shared = footprint(sim, dict(sim.declared) | given, 64, keep_all)
    assert drawn.carried - shared.carried == 2 * weights
    assert drawn.moved - shared.moved == 2 * weights
    passed = shared.passing(40 * 50 * 4)
    assert passed.passed - shared.passed == passed.carried - shared.carried == 40 * 50 * 4
    assert passed.moved == shared.moved
    kept = jax.tree.leaves(keep_all(params, state, {"P": {"spike": jax.numpy.zeros((64, 2), jax.numpy.uint32)}}))
    assert shared.passed == sum(x.nbytes for x in kept)


@pytest.mark.filterwarnings("ignore:tqdm")
def test_any_number_of_points_compiles_once(sim, two_cores, compilations, capfd):
    """Oracle: JAX's own count, and r of one point alone; 1000 and 1010 points come in calls of 125 and 127.

    Points that are advanced together are rounded otherwise in each of the five steps; `batch_size=1` has the same bits.
    """
    snn.sweep(sim, {"P.tau": [10.0]}, 5.0, measure=last_value)
    counts = []
    for number in (2, 1000, 1000, 1010):
        tau = np.linspace(5.0, 20.0, number)
        compilations.count = 0
        values = snn.sweep(sim, {"P.tau": tau}, 5.0, measure=last_value, progress=number == 1000)
        counts.append(compilations.count)
        assert values.shape == (number, 10)
        alone = sim.run(*sim.init(jax.random.fold_in(jax.random.key(0), 1), {"P.tau": tau[1]}), duration=5.0)
        np.testing.assert_array_max_ulp(values[1], alone[1]["M"]["r"][-1], 0 if number == 2 else 5)
    one_by_one = snn.sweep(sim, {"P.tau": tau}, 5.0, measure=last_value, batch_size=1)
    np.testing.assert_array_equal(one_by_one[1], alone[1]["M"]["r"][-1])
    np.testing.assert_array_max_ulp(values, one_by_one, 5)
    assert counts == [0, 1, 0, 1]  # a call of another size
    assert "1000/1000" in (shown := capfd.readouterr().err) and "points/s" in shown


@pytest.mark.slow
def test_redrawn_connectivity_of_points():
    """Oracle: `init` with the key of each point; every point has its own synapses, with `redraw=False` the same."""
    net = snn.Network(seed=2)
    pre = net.create(6, snn.Neuron(parameters="r = 1.0"), name="pre")
    post = net.create(6, snn.Neuron(parameters="gain = 1.0", equations="r = gain * sum(exc)"), name="post")
    net.connect(pre, post, "exc", name="proj").fixed_probability(0.5, weights=1.0)
    net.monitor(post, "r", name="M")
    sim = net.compile()
    key = jax.random.key(5)
    for redraw in (True, False):
        inputs = snn.sweep(sim, {"post.gain": np.ones(4)}, 2.0, key=key, redraw=redraw)["M"]["r"][:, -1]
        for i in range(4):
            params, state = sim.init(jax.random.fold_in(key, i) if redraw else key)
            np.testing.assert_array_equal(inputs[i], sim.run(params, state, duration=2.0)[1]["M"]["r"][-1])
        assert len(np.unique(inputs, axis=0)) == (4 if redraw else 1)


MANY = """
import numpy as np, jaxsnn as snn
from tests.conftest import acceptance
from tests.memory import peak_memory
net, P, M = acceptance(snn.Network(seed=3), n=50)
net.compile()
def method(net, w):
    net.projection("exc").w = w
    net.simulate(50.0)
    return net.get(M).raster_plot()[0]
w = np.linspace(0.0, 8.0, 10_000)
spikes = net.parallel_run(method, number=10_000, seeds="sequential", w=w)
peak = peak_memory()
assert len({len(s) for s in spikes}) > 100
for i in (0, 5000, 9999):
    (alone,) = net.parallel_run(method, number=1, seeds=[3 + i], w=w[i:i + 1])
    np.testing.assert_array_equal(spikes[i], alone)
print(peak)
"""


@pytest.mark.slow
def test_ten_thousand_replicas_with_their_own_weights():
    """Oracle: some of them alone. Memory: 80 MB of weights, 10,000 methods that wait, and what the program takes."""
    done = subprocess.run([sys.executable, "-c", MANY], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1200, "MiB"


def test_layout_of_one_device(sim, two_cores):
    """Oracle: the definition: one by one on two threads, or on one; a mesh only where devices are given."""
    assert layout(sim, 9) == Layout(9, 1, threads=2)
    assert layout(sim, 9, sequential=True, devices=jax.devices()) == Layout(9, 1)
    given = layout(sim, 9, batch_size=3, devices=jax.devices()[:1])
    assert layout(sim, 9, together=True) == Layout(9, None, threads=2)
    assert layout(sim, 9, together=True, devices=jax.devices()[:1]).group == 1
    assert given.mesh is not None and (given.devices, given.threads, given.most, given.hosts) == (1, 2, 3, 1)
