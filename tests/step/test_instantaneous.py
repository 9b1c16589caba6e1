"""A `g_target` without an equation means one thing in all of a step: what a monitor of it shows."""

import numpy as np

import jaxsnn as snn

STEPS = np.arange(9)
ARRIVED = np.isin(STEPS, [3, 6]) * 1.0  # the source spikes in steps 2 and 5
NEURONS = {
    "reads": snn.Neuron(equations="x += 0.0; v = g_exc", spike="g_exc > 0.5", reset="x = 10.0 * g_exc + t"),
    "writes": snn.Neuron(equations="v = g_exc", spike="v > 0.5", reset="g_exc = g_exc / 4.0"),
    "waits": snn.Neuron(equations="c += 1.0", spike="c == 2.0 or g_exc > 0.5", reset="c = 9.0", refractory=3.0),
}
SEES = snn.Synapse(equations="y = post.g_exc; z += mean(post.g_exc); k += 0.0", post_spike="k = 3.0 * post.g_exc")


def test_one_meaning():
    """Oracle: by hand. Conditions, resets, synapses and stop conditions read what the monitor of `g_exc` shows."""
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.SpikeSourceArray([[2.0, 5.0]]), name="source")
    for name, neuron in NEURONS.items():
        cell = net.create(1, neuron, name=name, stop_condition="g_exc > 0.5")
        net.connect(source, cell, "exc", SEES, name=f"to {name}").all_to_all(weights=1.0)
        net.monitor(cell, ["spike", "g_exc"], name=name)
    net.monitor(net.population("reads"), "x", name="x")
    net.monitor(net.projection("to reads"), ["y", "z", "k"], name="seen")
    net.compile()
    assert net.simulate_until(9.0, net.population("reads")) == 4.0
    net.simulate(5.0)

    records = {monitor.name: monitor.get() for monitor in net.get_monitors()}
    found = {name: {x: np.ravel(of[x]) for x in of if x != "spike"} for name, of in records.items()}
    spikes = {name: records[name]["spike"][0] for name in NEURONS}
    assert spikes == {"reads": [3, 6], "writes": [3, 6], "waits": [1, 5]}
    np.testing.assert_array_equal(found["reads"]["g_exc"], ARRIVED)
    np.testing.assert_array_equal(found["x"]["x"], np.select([STEPS >= 6, STEPS >= 3], [16.0, 13.0]))
    np.testing.assert_array_equal(found["seen"]["y"], ARRIVED)
    np.testing.assert_array_equal(found["seen"]["z"], np.cumsum(ARRIVED))
    np.testing.assert_array_equal(found["seen"]["k"], np.where(STEPS >= 3, 3.0, 0.0))
    # What a reset writes stays for the next step; what comes to a refractory neuron waits for its first active step.
    np.testing.assert_array_equal(found["writes"]["g_exc"], ARRIVED + 0.25 * np.isin(STEPS, [4, 7]))
    np.testing.assert_array_equal(found["waits"]["g_exc"], np.isin(STEPS, [3, 4, 5, 6, 7, 8]) * 1.0)
