"""`ANNtoSNNConverter`: its networks, its predictions, its mistakes."""

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, ShapeError, StateError
from jaxsnn.extensions.ann_to_snn_conversion import (
    ANNtoSNNConverter,
    ArtificialNetwork,
    AveragePooling2D,
    Conv2D,
    Dense,
    MaxPooling2D,
)
from jaxsnn.extensions.ann_to_snn_conversion._chosen_models import ENCODINGS

from ...equations.running import golden
from .test_keras import KERAS, OUTPUTS

RNG = np.random.default_rng(0)
IDENTITY = [np.eye(3), np.eye(3)[[1, 2, 0]]]
SAMPLES = np.array([[0.9, 0.1, 0.4], [0.1, 0.8, 0.3], [0.2, 0.3, 0.7]])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_traces_of_annarchy(double, name):
    """Oracle: ANNarchy 4.8.2 with the same Keras file: potentials and masks of every neuron of every layer, at 1e-9.

    It normalises filters in single precision, so here they are compared, then assigned. Those of dense layers it
    normalises, too, but leaves the network the others (see docs/differences.md), so they are assigned as well.
    """
    pytest.importorskip("h5py")
    expected, converter = golden("ann_to_snn_traces")[name], ANNtoSNNConverter("IB", "IaF", "spike_count")
    net = converter.load_keras_model(KERAS / f"{name}.keras", show_info=False)
    assert [p.name for p in net.populations()] == list(expected["steps"][0])
    net.compile()
    for post, threshold in expected["thresholds"].items():
        np.testing.assert_allclose(net.population(post).vt, threshold)
    for projection in net.projections():
        if (filters := expected["filters"].get(projection.post.name)) is not None:
            np.testing.assert_allclose(projection.weights, filters, rtol=1e-6)
            projection.weights = filters
        if (weights := expected["dense"].get(projection.post.name)) is not None:
            projection.w = weights
    net.populations()[0].rates = 100.0 * np.array(OUTPUTS[name]["samples"][1])
    for time, values in zip(expected["after"], expected["steps"], strict=True):
        net.simulate(time - net.get_time())
        for population, (v, mask) in values.items():
            found = net.population(population)
            np.testing.assert_allclose(found.v.ravel(), v, rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(found.mask.ravel(), mask, rtol=1e-9, atol=1e-9)


DENSE = ArtificialNetwork(
    (4,),
    (Dense(RNG.normal(size=(4, 6)), RNG.normal(size=6)), Dense(RNG.normal(size=(6, 3)), activation="linear")),
)
CONVOLUTIONAL = ArtificialNetwork(
    (7, 6, 2),
    (
        Conv2D(RNG.normal(size=(3, 3, 2, 3)), 0.5 * RNG.normal(size=3)),
        MaxPooling2D(2),
        Conv2D(RNG.normal(size=(2, 2, 3, 4)), padding="valid"),
        AveragePooling2D((1, 2)),
        Dense(RNG.normal(size=(8, 3)), activation="linear"),
    ),
)


@pytest.mark.parametrize(("network", "tolerance"), [(DENSE, 0.02), (CONVOLUTIONAL, 0.06)])
def test_rates_tell_activations(network, tolerance):
    """Oracle: the activations of the artificial network, which rates reach after a while (Rueckauer et al. 2017).

    The last layer is linear: where its outputs are negative its neurons are silent.
    """
    draw = np.random.default_rng(1)
    sample, many = draw.random(network.input_shape), draw.random((50, *network.input_shape))
    converter = ANNtoSNNConverter("regular", "IaF_subtract", max_f=500.0)
    net = converter.load_layers(network.layers, network.input_shape, samples=many)
    for population in net.populations():
        net.monitor(population, "spike", name=f"spikes of {population.name}")
    sim = net.compile()
    params, state = sim.init(0, {"input.rates": 500.0 * sample.ravel()})
    records = sim.run(params, state, 2000.0, checkpoint=False)[1]
    for population, activations in zip(net.populations(), network.activations(sample[None]), strict=True):
        rates = np.asarray(records[f"spikes of {population.name}"]["spike"])[500:].mean(axis=0)
        expected = np.maximum(activations.ravel(), 0.0)
        assert rates.max() > 0.05
        np.testing.assert_allclose(rates / rates.max(), expected / expected.max(), atol=tolerance)


def test_predictions_are_those_of_single_runs():
    """Oracle: the network itself, sample by sample; weights that are assigned count in both."""
    converter = ANNtoSNNConverter("IB", "IaF", "spike_count")
    net = converter.load_layers(IDENTITY)
    assert converter.get_annarchy_network() is net
    assert converter.predict(SAMPLES, 100) == [1, 2, 0]
    net.projection("layer_1_layer_2").w = (2.0 * np.eye(3)).tolist()
    counts = []
    for sample in SAMPLES:
        net.reset()
        net.population("input").rates = 100.0 * sample
        net.simulate(100.0)
        counts.append([len(times) for times in net.monitors()[0].get("spike").values()])
    assert np.argmax(counts, axis=1).tolist() == [0, 1, 2]
    assert converter.predict(SAMPLES, 100) == [0, 1, 2]
    equal = converter.predict(np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 0.0]]), 100, multiple=True)
    assert equal == [[0, 1], [0, 1, 2]]
    assert converter.predict(np.zeros((0, 3)), 100) == []


@pytest.mark.parametrize("read_out", ["time_to_first_spike", "time_to_k_spikes", "membrane_potential"])
def test_read_outs(read_out):
    """Oracle: the sample: its largest value makes the neuron behind it the first, and the one with most input.

    `simulate_until` stops at the same moment: then the winner, and nobody else, has spiked three times.
    """
    converter = ANNtoSNNConverter("regular", read_out=read_out, max_f=300.0, k=3)
    net = converter.load_layers(IDENTITY)
    assert converter.predict(SAMPLES, 200) == [1, 2, 0]
    if read_out != "time_to_k_spikes":
        return
    output = net.population("layer_2")
    net.population("input").rates = 300.0 * SAMPLES[0]
    assert net.simulate_until(200.0, output) < 200.0
    counts = [len(times) for times in net.monitors()[0].get("spike").values()]
    assert counts[1] == max(counts) == 3
    assert counts.count(max(counts)) == 1


def test_encodings():
    """Oracle: an input of 0 has no spikes, a larger one has more; Poisson and regular trains have `rates`, Hz.

    The spikes of Poisson neurons vary by sqrt(100) and less. Of the thresholds 1/2, 1, ..., 64 of `PSO`, 125 times,
    an input of 25 exceeds 6, one of 50 exceeds 7, one of 100 all 8.
    """
    net, monitors = snn.Network(seed=1), {}
    for name in ENCODINGS:
        population = net.create(4, ENCODINGS[name]().neuron, name=name)
        population.rates = 100.0 * np.array([0.0, 0.25, 0.5, 1.0])
        monitors[name] = net.monitor(population, "spike")
    net.compile()
    net.simulate(1000.0)
    counts = {name: np.array([len(t) for t in monitor.get("spike").values()]) for name, monitor in monitors.items()}
    for found in counts.values():
        assert found[0] == 0 and (np.diff(found) > 0).all()
    assert counts["regular"].tolist() == [0, 25, 50, 100]
    np.testing.assert_allclose(counts["PSO"], [0, 6 * 125, 7 * 125, 8 * 125], atol=1)
    np.testing.assert_allclose(counts["CPN"], [0, 25, 50, 100], atol=30)


@pytest.mark.slow
def test_networks_have_gradients():
    """Oracle: finite numbers, and some that are not 0: the spikes of the last layer by the weights of every other.

    Convolutions and poolings read masks, which change in resets: gradients flow through those if they are asked to.
    """
    draw = np.random.default_rng(0)
    image, filters = draw.random((4, 4, 1)), draw.random((2, 2, 1, 2))
    layers = [Conv2D(filters), MaxPooling2D(2), Dense(draw.random((8, 3)), activation="linear")]
    net = ANNtoSNNConverter("regular", "IaF_subtract", max_f=500.0).load_layers(layers, image.shape)
    params, state = net.simulation.init(0, {"input.rates": 500.0 * image.ravel()})

    def spikes(params):
        records = net.simulation.run(params, state, 60.0, differentiable_reset=True)[1]
        return records["output"]["spike"].sum()

    gradient = jax.jit(jax.grad(spikes))(params)
    assert jax.tree.all(jax.tree.map(lambda x: bool(np.isfinite(x).all()), gradient))
    for name in ("input_layer_1", "layer_2_layer_3"):
        assert np.abs(gradient.projections[name]["w"]).max() > 0


def test_neurons_of_ones_own():
    """Oracle: the same model by name."""
    own = snn.Neuron(
        parameters="rates = 0.0", equations="dv/dt = rates / 1000.0 : init = 0.5", spike="v >= 1.0", reset="v -= 1.0"
    )
    hidden = snn.Neuron(parameters="vt = 1.0", equations="dv/dt = g_exc", spike="v > vt", reset="v -= vt")
    converter = ANNtoSNNConverter(own, hidden, max_f=300.0)
    converter.load_layers(IDENTITY)
    assert converter.predict(SAMPLES, 200) == [1, 2, 0]


def test_show_info(capsys):
    """Oracle: a line for each layer."""
    ANNtoSNNConverter().load_layers(IDENTITY, show_info=True)
    assert capsys.readouterr().out.splitlines() == [
        "input: (3,)",
        "layer_1: Dense (3,), weights (3, 3)",
        "layer_2: Dense (3,), weights (3, 3)",
    ]


WITH_BIAS = [Dense(np.eye(2), bias=np.ones(2)), Dense(np.eye(2), activation="linear")]
RATE = snn.Neuron(parameters="rates = 1.0", equations="r = rates")


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: ANNtoSNNConverter("IBB"), ArgumentError, "`input_encoding` has no choice 'IBB'. Did you mean `IB`"),
        (lambda: ANNtoSNNConverter(hidden_neuron="LIF"), ArgumentError, "`hidden_neuron` has no choice 'LIF'"),
        (lambda: ANNtoSNNConverter(read_out="counts"), ArgumentError, "`read_out` has no choice 'counts'"),
        (lambda: ANNtoSNNConverter(max_f=-1.0), ArgumentError, "`max_f` is a rate in Hz, greater than 0, not -1.0"),
        (lambda: ANNtoSNNConverter(read_out="time_to_k_spikes"), ArgumentError, "needs `k`"),
        (lambda: ANNtoSNNConverter(snn.Izhikevich()), ArgumentError, "needs the parameter `rates`"),
        (lambda: ANNtoSNNConverter(hidden_neuron=RATE), ArgumentError, "reads its input as `g_exc`"),
        (lambda: ANNtoSNNConverter().predict(SAMPLES), StateError, "nothing is converted yet"),
        (lambda: ANNtoSNNConverter("IB").load_layers(WITH_BIAS), ArgumentError, "train without biases"),
        (
            lambda: ANNtoSNNConverter(hidden_neuron=snn.Izhikevich()).load_layers(WITH_BIAS),
            ArgumentError,
            "give your neuron the parameter `bias`",
        ),
    ],
)
def test_mistakes(make, error, message):
    """Oracle: the message says what was given, what was expected, what to do."""
    with pytest.raises(error, match=message):
        make()


def test_options_that_do_not_exist():
    """Oracle: ANNarchy 4.8.2 ignores them; here a warning says so."""
    with pytest.warns(UserWarning, match="no option `maxf`, which is ignored. Did you mean `max_f`"):
        ANNtoSNNConverter(maxf=1.0)


def test_samples_that_do_not_fit():
    """Oracle: the message."""
    converter = ANNtoSNNConverter()
    converter.load_layers(IDENTITY)
    for wrong in (np.ones((2, 4)), np.ones(3)):
        with pytest.raises(ShapeError, match="with 3 values each"):
            converter.predict(wrong)
    with pytest.raises(ArgumentError, match="finite numbers"):
        converter.predict(np.full((1, 3), np.nan))


def test_a_line_of_a_script():
    """Oracle: ANNarchy 4.8.2 accepts these choices, those of its notebooks."""
    converter = ANNtoSNNConverter(input_encoding="IB", hidden_neuron="IaF", read_out="spike_count")
    with pytest.raises(StateError, match="nothing is converted yet"):
        converter.get_annarchy_network()
