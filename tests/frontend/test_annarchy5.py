"""Scripts in the manner of ANNarchy 5: networks as classes, dictionaries of parameters, lists of equations."""

import types

import numpy as np
import pytest

import jaxsnn as ann
from jaxsnn.errors import ArgumentError, ReplicaError, UnknownNameError


class Pulse(ann.Network):
    """The pulse-coupled network of Izhikevich (2003, doi:10.1109/TNN.2003.820440); no call of `Network.__init__`."""

    def __init__(self, size=30, w_exc=0.5):
        rng = np.random.default_rng(seed=self.seed)
        self.P = self.create(geometry=size, neuron=ann.Izhikevich)
        self.Exc, self.Inh = self.P[: int(0.8 * size)], self.P[int(0.8 * size) :]
        self.Exc.noise, self.Inh.noise = 5.0, 2.0
        self.Exc.c = -65.0 + 15.0 * rng.random(self.Exc.size) ** 2
        self.Inh.a = 0.02 + 0.08 * rng.random(self.Inh.size)
        self.P.u = self.P.v * self.P.b
        self.proj_exc = self.connect(self.Exc, self.P, "exc")
        self.proj_inh = self.connect(self.Inh, self.P, "inh")
        self.proj_exc.all_to_all(weights=ann.Uniform(0.0, w_exc))
        self.proj_inh.connect_all_to_all(weights=ann.Uniform(0.0, 1.0, self.default_rng))
        self.M = self.monitor(self.P, "spike")


def simulation(net, duration=60.0):
    net.simulate(duration)
    return net.seed, net.time, net.Exc.c.tolist(), net.M.raster_plot()[0].tolist()


@pytest.fixture(scope="module")
def net():
    ann.clear()
    made = Pulse(seed=42)
    made.compile(silent=True)
    return made


def test_a_network_that_builds_itself_is_built_anew_for_each_run(net):
    """Oracle: a network of each seed by itself, as ANNarchy 5 builds it in each process (measured there: 42 and 7)."""
    results = net.parallel_run(method=simulation, number=2, seeds=[7, 42])
    assert [seed for seed, *_ in results] == [7, 42] and results[0][2] != results[1][2]
    assert results[1] == simulation(net) and len(results[1][3]) > 5
    assert net.parallel_run(simulation, number=2, seeds=[7, 42], sequential=True, duration=60.0) == results
    assert net.time == 60.0 and net.parallel_run(lambda net: net.seed, number=2, seeds="same") == [42, 42]
    fresh = net.parallel_run(lambda net: net.seed, number=3)
    assert len(set(fresh)) == 3


def test_arguments_of_the_constructor(net):
    """Oracle: ANNarchy 5: what the method does not take goes to the constructor; a list has one value for each run."""

    def method(net, duration):
        net.simulate(duration)
        return net.time, net.P.size, np.max([np.max(row) for row in net.proj_exc.w])

    results = net.parallel_run(method, number=2, duration=[1.0, 3.0], w_exc=[0.001, 1.0], size=10)
    assert [x[:2] for x in results] == [(1.0, 10), (3.0, 10)]
    assert results[0][2] < 0.001 and 0.5 < results[1][2] < 1.0
    with pytest.raises(ArgumentError, match=r"`method` cannot be called as method\(net, w_inh\)"):
        net.parallel_run(simulation, number=2, w_inh=[1.0, 2.0])
    with pytest.raises(ReplicaError, match="replica 1 of 2 raised ValueError: boom"):
        net.parallel_run(raise_at_three, number=2, seeds=[1, 3])


def raise_at_three(net):
    if net.seed == 3:
        raise ValueError("boom")


def test_copies(net):
    """Oracle: ANNarchy 5: a copy has the step of its original, other arguments, a seed of its own."""
    copy = net.copy(size=10, w_exc=0.1)
    assert (type(copy), copy.P.size, copy.proj_exc.pre.size, copy.compiled) == (Pulse, 10, 8, False)
    assert copy.seed != net.seed and net.copy(seed=3).seed == 3
    fine = Pulse(10, dt=0.5, seed=1)
    assert (fine.dt, fine.copy().dt, fine.copy(20).P.size, fine.copy().P.size) == (0.5, 0.5, 20, 10)

    class Forwards(ann.Network):
        def __init__(self, n=2, **options):
            super().__init__(method="rk4", **options)
            self.P = self.create(n, ann.Izhikevich)

    other = Forwards(3, seed=5)
    assert (other.seed, other.copy(seed=6).seed, other.copy().P.size) == (5, 6, 3)
    with pytest.raises(ArgumentError, match="arguments for the constructor of a class of your own"):
        ann.Network().copy(3)


def test_the_surface_of_a_network():
    """Oracle: the reference of ANNarchy 5, run in 5.0.4: names, properties, settings, populations that move."""
    ann.setup(dt=0.5)
    net = ann.Network(seed=3)
    assert (net.dt, net.seed, net.time, net.current_step, net.compiled) == (0.5, 3, 0.0, 0, False)
    ann.setup(dt=1.0)
    net.config(dt=0.25, paradigm="openmp", num_threads=2)
    poisson = net.create(ann.PoissonPopulation(3, rates="peak * t", parameters={"peak": 20.0}))
    table = net.create(population=ann.TimedArray(rates=np.ones((2, 3)), schedule=1.0))
    assert (poisson.name, table.name, table.schedule) == ("pop0", "pop1", [0.0, 1.0])
    assert ann.magic_network().get_populations() == [] and poisson.peak == 20.0
    decoder = net.create(3, ann.Neuron(equations="r = sum(exc)"), name="decoder")
    decoding = net.connect(ann.DecodingProjection(poisson, decoder, "exc", window=10.0))
    decoding.all_to_all(1.0)
    by_name = net.connect("pop1", "decoder", "exc", name="by_name").one_to_one(1.0)
    assert [q.name for q in net.get_projections(post=decoder, target="exc")] == ["proj0", by_name.name]
    assert [q.name for q in net.get_projections()] == ["proj0", "by_name"]
    assert [q.name for q in net.get_projections(pre="pop1")] == ["by_name"]
    monitor = net.monitor(decoder, ["r"], 0.5, name="mon")
    assert net.get_monitor("mon").period == monitor.period == 0.5
    with pytest.raises(UnknownNameError, match="no monitor `non`"):
        net.get_monitor("non")
    constant = net.constant("cc", 2.0)
    assert [c.name for c in net.get_constants()] == ["cc"] and net.get_constant("cc").value == constant.value
    for wrong, message in (({"dt": 0.1}, "before the first population"), ({"foo": 1}, "unknown setting `foo`")):
        with pytest.raises(ArgumentError, match=message):
            net.config(**wrong)
    assert net.dt == 0.25 and net.default_rng is net.default_rng
    net.clear()
    assert (net.populations(), net.dt, net.seed) == ([], 0.25, 3)
    ann.PoissonPopulation(2, rates=1.0)
    ann.Monitor(ann.get_population("pop0"), "spike")
    with pytest.raises(ArgumentError, match="population `pop0` is in use by `pop0`: it cannot leave"):
        net.create(ann.get_population("pop0"))


def test_time_callbacks_and_repeated_runs(capsys):
    """Oracle: ANNarchy 5.0.4: calls before steps 0 and 1, time 7 is set. `reseed_rng` repeats the noise."""
    net = ann.Network(seed=5)
    P = net.create(2, ann.Neuron(equations=["r = t", ann.Variable("v = Uniform(0, 1)")]))
    net.compile()
    calls = []

    @ann.every(network=net, period=1.0)
    def count(n):
        calls.append((n, net.time))

    @ann.timeit
    def run(duration):
        net.simulate(duration)
        return P.v.tolist()

    first = run(2.0)
    assert calls == [(0, 0.0), (1, 1.0)] and "Function run took" in capsys.readouterr().out
    net.reset(reseed_rng=True)
    assert run(2.0) == first
    net.time = 7.0
    assert (net.current_step, net.time) == (7, 7.0)
    net.current_step = 2
    assert net.time == 2.0


def test_a_bold_monitor_is_made_by_the_extension(monkeypatch):
    """Oracle: the call that the extension gets: what is not given is left to it."""
    made = types.SimpleNamespace(BoldMonitor=lambda populations, **options: (populations, options))
    monkeypatch.setattr("jaxsnn.frontend._bold.import_module", {"jaxsnn.extensions.bold": made}.__getitem__)
    net = ann.Network()
    P = net.create(2, ann.Izhikevich)
    assert net.boldmonitor([P], normalize_input=2000) == (
        [P],
        {"mapping": {"I_CBF": "r"}, "start": False, "normalize_input": 2000},
    )
