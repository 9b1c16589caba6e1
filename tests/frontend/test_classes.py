"""Populations, projections, monitors and models are classes: what `isinstance` says of them, and deriving from them."""

import gc
import weakref

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError

RATE = snn.Neuron(parameters="b = 1.0", equations="r = sum(exc) + b")


def test_what_objects_are():
    """Oracle: ANNarchy 4.8.2, in which each of these holds."""
    P = snn.Population((2, 2), RATE, name="P")
    S = snn.SpikeSourceArray([[1.0]])
    inputs = {
        snn.InputArray: snn.InputArray(2),
        snn.PoissonPopulation: snn.PoissonPopulation(2, rates=5.0),
        snn.SpikeSourceArray: S,
        snn.TimedArray: snn.TimedArray([[1.0, 2.0]]),
        snn.TimedPoissonPopulation: snn.TimedPoissonPopulation(2, [1.0, 2.0], [0.0, 5.0]),
        snn.HomogeneousCorrelatedSpikeTrains: snn.HomogeneousCorrelatedSpikeTrains(2, 10.0, 0.1, 10.0),
    }
    for kind, made in inputs.items():
        assert type(made) is kind and issubclass(kind, snn.Population) and snn.get_population(made.name) is made
    proj = snn.Projection(P, "P", "exc").connect_all_to_all(1.0)
    special = {
        snn.Convolution: snn.Convolution(P, P, "exc").connect_filter([[1.0]]),
        snn.Pooling: snn.Pooling(P, P, "exc").connect_pooling((1, 1)),
        snn.Transpose: snn.Transpose(proj, "exc").connect(),
        snn.Copy: snn.Copy(P, P, "exc").connect_copy(proj),
        snn.CurrentInjection: snn.CurrentInjection(P[0, :1], S, "exc").connect_current(),
        snn.DecodingProjection: snn.DecodingProjection(S, P, "exc").connect_all_to_all(1.0),
    }
    for kind, made in special.items():
        assert type(made) is kind and issubclass(kind, snn.Projection) and snn.get_projection(made.name) is made
    M = snn.Monitor(P, "r")
    assert isinstance(M, snn.Monitor) and M.object is P and snn.monitors() == [M]
    assert isinstance(snn.Constant("c", 2.0), snn.Constant)
    assert proj.pre is P and proj.post is P and snn.populations()[0] is P
    for model in (snn.Izhikevich, snn.LeakyIntegrator, snn.IF_cond_alpha, snn.HH_cond_exp):
        assert issubclass(model, snn.Neuron) and isinstance(model(), snn.Neuron)
    for model in (snn.STDP, snn.STP, snn.Hebb, snn.Oja, snn.IBCM):
        assert issubclass(model, snn.Synapse) and isinstance(model(), snn.Synapse)


def test_networks_have_the_same_classes():
    """Oracle: the classes that add to the default network, which stays empty."""
    net = snn.Network()
    P = net.create(2, RATE, name="P")
    Q = net.create(snn.inputs.TimedArray([[1.0, 2.0]]), name="Q")
    proj = net.connect(P, P, target="exc").all_to_all(1.0)
    assert isinstance(P, snn.Population) and isinstance(proj, snn.Projection)
    assert isinstance(net.monitor(P, "r"), snn.Monitor) and isinstance(net.constant("c", 1.0), snn.Constant)
    assert net.population("P") is P and net.get(Q) is Q and net.projections() == [proj]
    assert isinstance(Q, snn.Population) and snn.populations() == []


class Layer(snn.Population):
    """A population of a class of one's own, with attributes and methods of its own."""

    def __init__(self, size, gain):
        self.gain = gain
        super().__init__(size, neuron=RATE, name="layer")
        self.b = 3.0

    def doubled(self):
        return self.gain * self.b


class Noise(snn.PoissonPopulation):
    def __init__(self, size):
        snn.PoissonPopulation.__init__(self, geometry=size, rates=30.0)
        self.label = "noise"


class Ring(snn.Projection):
    def __init__(self, pre, post, weight):
        super().__init__(pre, post, "exc", snn.Synapse(parameters="k = 2.0 : projection"))
        self.weight = weight
        self.connect_one_to_one(weight)


class Fast(snn.Izhikevich):
    def __init__(self):
        self.label = "fast"
        super().__init__(a=0.1)


def test_classes_of_ones_own():
    """Oracle: by hand. r = sum(exc) + b with b = 3 and a weight of 0.5; assignments reach the network."""
    P, noise = Layer(3, gain=2.0), Noise(2)
    ring = Ring(P, P, 0.5)
    ring.k = 4.0
    assert P.doubled().tolist() == [6.0] * 3 and P.gain == 2.0 and noise.label == "noise" and noise.rates[0] == 30.0
    assert (ring.weight, ring.k, snn.get_projection(ring.name)) == (0.5, 4.0, ring)
    fast = snn.Population(1, Fast())
    assert isinstance(fast.neuron_type, Fast) and fast.neuron_type.label == "fast" and fast.a.tolist() == [0.1]
    snn.compile(silent=True)
    P.b = [1.0, 2.0, 3.0]
    snn.simulate(2.0)
    assert P.r.tolist() == [1.5, 3.0, 4.5] and snn.get_population("layer").doubled().tolist() == [2.0, 4.0, 6.0]


def test_replicas_have_the_classes_of_their_network():
    """Oracle: each replica assigns its index, and its population of a class of one's own shows it."""
    P = Layer(3, gain=2.0)
    P.friend = snn.Population(1, RATE, name="friend")
    snn.compile(silent=True)

    def run(idx, net):
        mine = net.get(P)
        assert isinstance(mine, Layer) and net.get(mine) is mine and mine.friend is net.get(P.friend)
        mine.b = float(idx)
        net.simulate(1.0)
        return mine.doubled()[0], net.get(P[1:]).b.tolist()

    assert snn.parallel_run(run, number=3) == [(2.0 * i, [float(i)] * 2) for i in range(3)]
    assert P.doubled()[0] == 6.0


def test_a_projection_without_synapses_has_none_of_their_methods():
    P = snn.Population((2, 2), RATE, name="P")
    conv = snn.Convolution(P, P, "exc", name="conv").connect_filter([[1.0]])
    for use in (
        lambda: conv.dendrite(0),
        lambda: conv.w,
        lambda: conv.nb_synapses,
        lambda: conv.connect_all_to_all(1.0),
    ):
        with pytest.raises((ArgumentError, AttributeError), match="no synapses of its own|no attribute `w`"):
            use()
    with pytest.warns(snn.JaxsnnWarning, match="has no attribute `weigths`. Did you mean `weights`?"):
        conv.weigths = np.ones((1, 1))
    assert conv and len(conv) == 0


def test_functions_of_synapses():
    """Oracle: ANNarchy 4.8.2, `pr.half([2.0, 4.0])` is [1, 2]."""
    P = snn.Population(2, RATE)
    model = snn.Synapse(equations="w += half(pre.r)", functions="half(x) = x / 2\nscaled(x, y) = x * y")
    proj = snn.Projection(P, P, "exc", model).connect_all_to_all(1.0)
    snn.compile(silent=True)
    assert list(proj.half([2.0, 4.0])) == [1.0, 2.0] and proj.scaled([2.0, 3.0], 2.0).tolist() == [4.0, 6.0]
    assert proj.functions == ["half", "scaled"]


def test_a_network_goes_with_its_user():
    """Oracle: reference counting, with the collector of cycles off. The default network keeps what scripts do not."""
    gc.disable()
    try:
        net = snn.Network()
        P = net.create(2, RATE, name="P")
        M, proj = net.monitor(P, "r"), net.connect(P, P, target="exc").all_to_all(1.0)
        core = weakref.ref(net._core)
        del net, P, M, proj
        assert core() is None
        Layer(2, gain=1.0)
        assert isinstance(snn.get_population("layer"), Layer)
    finally:
        gc.enable()
