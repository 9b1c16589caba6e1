"""Small experiments on the order of operations at synapses, against ANNarchy 4.8.2 step by step, in double precision.

The models are those of the golden file: 30 steps of 1 ms.
"""

import numpy as np
import pytest

import jaxsnn as snn

from ..cases import some
from ..equations.running import golden

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

PROBES = golden("synapse_probes")["probes"]
EXTRA = golden("synapse_probes")["extra"]
STEPS = 30
STORAGE = ("dense", "rows")
KERNELS = ("event", "plain")

SOURCE = [2.0, 5.0, 6.0, 7.0, 8.0, 9.0, 20.0]
RELAY = snn.Neuron(equations="v = g_exc", spike="v > 1000.0")
RAMP = snn.Neuron(equations="r = t + 1.0")
SUM = snn.Neuron(equations="r = sum(exc)")

STDP = snn.Synapse(
    parameters="tau = 10.0 : projection",
    equations="""
        tau * dx/dt = -x : event-driven
        tau * dy/dt = -y : event-driven
        c += 1.0
        tpre = t_pre
        tpost = t_post
        tl = t
    """,
    pre_spike="g_target += w ; x += 1.0 ; w = w - y ; nb_pre = c",
    post_spike="y += 1.0 ; w = w + x ; nb_post = c",
)
CONTINUOUS = snn.Synapse(
    parameters="tau = 10.0 : projection",
    equations="""
        tau * dx/dt = -x : exponential
        tau * dy/dt = -y : exponential
        z = x
    """,
    pre_spike="g_target += w ; x += 1.0 ; w += y",
    post_spike="y += 1.0 ; w += x",
)
COUNTS = snn.Synapse(equations="c += 1.0", pre_spike="g_target += w ; a += 1.0", post_spike="b += 1.0")


def recorded(net, monitor):
    net.compile()
    net.simulate(float(STEPS))
    return monitor.get(force_dict=True)


def assert_equal(probe, data):
    """Compare every variable of a probe that a monitor has recorded; the golden numbers have one synapse or neuron."""
    for name, values in PROBES[probe].items():
        if name != "spike":
            ours = np.asarray(data[name]).reshape(STEPS, -1)
            np.testing.assert_allclose(ours, values, rtol=1e-9, atol=0, err_msg=f"{probe}: {name}")


@pytest.mark.parametrize("storage", STORAGE)
@pytest.mark.parametrize("kernel", some(KERNELS, 2))
@pytest.mark.parametrize(("probe", "synapse"), [("syn_stdp", STDP), ("syn_cont", CONTINUOUS), ("syn_unless", COUNTS)])
def test_events(double, probe, synapse, storage, kernel):
    """Oracle: ANNarchy; pre spikes at 5, 10, 20 and post spikes at 7, 10, 19, 21, one of them together."""
    net = snn.Network(seed=0)
    pre = net.create(snn.inputs.SpikeSourceArray([5.0, 10.0, 20.0]), name="pre")
    post = net.create(snn.inputs.SpikeSourceArray([7.0, 10.0, 19.0, 21.0]), name="post")
    projection = net.connect(pre, post, "exc", synapse, storage=storage, kernel=kernel).one_to_one(weights=1.0)
    assert_equal(probe, recorded(net, net.monitor(projection, list(PROBES[probe]))))


@pytest.mark.parametrize("storage", STORAGE)
@pytest.mark.parametrize("delay", [1.0, 3.0])
def test_spike_delays(double, delay, storage):
    """Oracle: the probe `lag3`, and `lag` of the same spikes: a delay of d steps shifts everything by d - 1."""
    net = snn.Network(seed=0)
    source = net.create(snn.inputs.SpikeSourceArray(SOURCE), name="source")
    relay = net.create(1, RELAY, name="relay")
    net.connect(source, relay, "exc", storage=storage).one_to_one(weights=1.0, delays=delay)
    data = recorded(net, net.monitor(relay, ["v", "g_exc"]))
    late = np.asarray(PROBES["lag3"]["v"])
    expected = late if delay == 3.0 else np.concatenate([late[2:], np.zeros((2, 1))])
    np.testing.assert_array_equal(data["v"][: STEPS - 2], expected[: STEPS - 2])
    np.testing.assert_array_equal(data["g_exc"][: STEPS - 2], expected[: STEPS - 2])


@pytest.mark.parametrize("storage", STORAGE)
@pytest.mark.parametrize("delay", [0.0, 1.0, 2.0, 5.0])
def test_rate_delays(double, delay, storage):
    """Oracle: the probe `rd2` (rd1, rd5 by the worked example): r(t - d), 0 before the beginning."""
    net = snn.Network(seed=0)
    ramp, post = net.create(1, RAMP, name="ramp"), net.create(1, SUM, name="post")
    net.connect(ramp, post, "exc", storage=storage).one_to_one(weights=1.0, delays=delay)
    ours = recorded(net, net.monitor(post, "r"))["r"]
    late = max(1, int(delay))
    np.testing.assert_array_equal(ours[:, 0], np.maximum(0, np.arange(STEPS) - late + 1))
    if delay == 2.0:
        np.testing.assert_array_equal(ours, PROBES["rd2"]["r"])


def test_a_rate_queue_begins_with_the_initial_value(double):
    """Oracle: section 2 of the reference, init 7, a delay of 4 steps: 7, 7, 7, 7, 8, 9; again after `reset()`."""
    net = snn.Network(seed=0)
    count = net.create(1, snn.Neuron(equations="r += 1.0 : init = 7.0"), name="count")
    post = net.create(1, SUM, name="post")
    net.connect(count, post, "exc").one_to_one(weights=1.0, delays=4.0)
    M = net.monitor(post, "r")
    net.compile()
    for _ in range(2):
        net.simulate(7.0)
        assert M.get("r")[:, 0].tolist() == [7.0, 7.0, 7.0, 7.0, 8.0, 9.0, 10.0]
        net.reset()


@pytest.mark.parametrize("storage", STORAGE)
@pytest.mark.parametrize("operation", ["sum", "min", "max", "mean"])
def test_operations(double, operation, storage):
    """Oracle: the probes `op_*`, rates -3, 2, 5 with weights 1."""
    net = snn.Network(seed=0)
    pre, post = net.create(snn.inputs.InputArray(3), name="pre"), net.create(1, SUM, name="post")
    pre.r = [-3.0, 2.0, 5.0]
    synapse = snn.Synapse(psp="w * pre.r", operation=operation)
    net.connect(pre, post, "exc", synapse, storage=storage).all_to_all(weights=1.0)
    assert_equal(f"op_{operation}", recorded(net, net.monitor(post, "r")))


def test_two_projections_on_one_target_add(double):
    """Oracle: the probe of two `max` projections on one target."""
    net = snn.Network(seed=0)
    pre, post = net.create(snn.inputs.InputArray(3), name="pre"), net.create(1, SUM, name="post")
    pre.r = [-3.0, -2.0, -5.0]
    for _ in range(2):
        net.connect(pre, post, "exc", snn.Synapse(psp="w * pre.r", operation="max")).all_to_all(weights=1.0)
    found = recorded(net, net.monitor(post, "sum(exc)"))["sum(exc)"]
    assert set(found[:, 0]) == {EXTRA["two_max_projections_same_target"]["sum"]}


@pytest.mark.parametrize("storage", STORAGE)
def test_plasticity_pairs_values_of_the_same_step(double, storage):
    """Oracle: the probes `syn_hebb` and `hpost`: pre.r = t + 1, post.r = sum(exc), both of this step."""
    net = snn.Network(seed=0)
    ramp, post = net.create(1, RAMP, name="ramp"), net.create(1, SUM, name="post")
    synapse = snn.Synapse(equations="dw/dt = pre.r * post.r ; s = post.sum(exc)")
    projection = net.connect(ramp, post, "exc", synapse, storage=storage).one_to_one(weights=0.01)
    M, R = net.monitor(projection, ["w", "s"]), net.monitor(post, "r")
    net.compile()
    net.simulate(float(STEPS))
    assert_equal("syn_hebb", M.get())
    assert_equal("hpost", {"r": R.get("r")})


@pytest.mark.parametrize("storage", STORAGE)
def test_what_synapses_read_of_a_delayed_neuron(double, storage):
    """Oracle: the worked example of the reference: with a delay of 3 steps pre.r in an equation is 0, 0, 1, 2, 3,
    one step fresher than what arrives, 0, 0, 0, 1, 2 (probe `hpost2`)."""
    net = snn.Network(seed=0)
    ramp, post = net.create(1, RAMP, name="ramp"), net.create(1, SUM, name="post")
    synapse = snn.Synapse(equations="seen = pre.r")
    projection = net.connect(ramp, post, "exc", synapse, storage=storage).one_to_one(weights=1.0, delays=3.0)
    M, R = net.monitor(projection, "seen"), net.monitor(post, "r")
    net.compile()
    net.simulate(float(STEPS))
    np.testing.assert_array_equal(M.get("seen").reshape(-1), np.maximum(0, np.arange(STEPS) - 1))
    assert_equal("hpost2", {"r": R.get("r")})


def test_learning_period(double):
    """Oracle: the probe `syn_period`: learning every 5 ms with an offset of 2 ms, enabled at the beginning."""
    net = snn.Network(seed=0)
    ramp, post = net.create(1, RAMP, name="ramp"), net.create(1, SUM, name="post")
    synapse = snn.Synapse(equations="n += 1.0 ; dq/dt = 1.0")
    projection = net.connect(ramp, post, "exc", synapse).one_to_one(weights=1.0)
    M = net.monitor(projection, ["n", "q"])
    net.compile()
    projection.enable_learning(period=5.0, offset=2.0)
    net.simulate(float(STEPS))
    assert_equal("syn_period", M.get())


def test_the_offset_of_learning_counts_from_now(double):
    """Oracle: section 10.2 of the reference: period 4, offset 1, called at t = 3, gives updates at 4, 8, 12."""
    net = snn.Network(seed=0)
    ramp, post = net.create(1, RAMP, name="ramp"), net.create(1, SUM, name="post")
    projection = net.connect(ramp, post, "exc", snn.Synapse(equations="last = t")).one_to_one(weights=1.0)
    M = net.monitor(projection, "last")
    net.compile()
    projection.disable_learning()
    net.simulate(3.0)
    projection.enable_learning(period=4.0, offset=1.0)
    net.simulate(11.0)
    assert sorted(set(M.get("last").reshape(-1))) == [0.0, 4.0, 8.0, 12.0]


@pytest.mark.parametrize("storage", [None, "rows"])
def test_spikes_with_delays_of_their_own(double, storage):
    """Oracle: ANNarchy; three sources spike at step 1, weights 1, 2, 4, delays 1, 3, 5 steps."""
    net = snn.Network(seed=0)
    sources = net.create(snn.inputs.SpikeSourceArray([[1.0]] * 3), name="sources")
    post = net.create(1, RELAY, name="post")
    projection = net.connect(sources, post, "exc", storage=storage)
    projection.from_matrix([[1.0, 2.0, 4.0]], delays=[[1.0, 3.0, 5.0]])
    g = recorded(net, net.monitor(post, "g_exc"))["g_exc"]
    assert g[:12, 0].tolist() == EXTRA["spiking_nonuniform_delays"]["g_exc_steps_0_11"]
    assert projection.delay == [[1.0, 3.0, 5.0]]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("storage", STORAGE)
def test_bounds_of_the_input(double, storage, kernel):
    """Oracle: ANNarchy; `g_target += w : max = 1.5` on a conductance that does not decay, spikes at 10 and 20."""
    net = snn.Network(seed=0)
    source = net.create(snn.inputs.SpikeSourceArray([10.0, 20.0]), name="source")
    post = net.create(1, snn.Neuron(equations="dg_exc/dt = 0.0 ; v = g_exc", spike="v > 1000.0"), name="post")
    synapse = snn.Synapse(pre_spike="g_target += w : max = 1.5")
    net.connect(source, post, "exc", synapse, storage=storage, kernel=kernel).one_to_one(weights=1.0)
    g = recorded(net, net.monitor(post, "g_exc"))["g_exc"][:, 0]
    assert (g[11], g[21]) == (EXTRA["g_target_bound"]["g_after_11"], EXTRA["g_target_bound"]["g_after_21"])
