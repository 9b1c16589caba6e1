"""Replicas: ordinary methods that meet at `simulate`, with the same numbers however they are batched."""

import subprocess
import sys
import threading

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import rng
from jaxsnn.errors import ArgumentError, ReplicaError, StateError
from jaxsnn.simulation import Layout
from tests.conftest import acceptance

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too


class Izhikevich(snn.Network):
    """A network that builds itself, as an ANNarchy 5 user writes it."""

    def __init__(self, n=40, **options):
        super().__init__(dt=1.0, **options)
        self.n = n
        _, self.P, self.M = acceptance(self, n)
        self.parts = {"exc": self.P[: n * 4 // 5]}
        self.compile()

    def rate(self):
        return self.M.mean_fr()


@pytest.fixture(scope="module")
def net():
    return Izhikevich(seed=3)


def simulate_100(net):
    net.simulate(100.0)
    return net.M.get("spike")


def test_a_replica_is_a_network_of_that_seed(net):
    """Oracle: a network of each seed on its own."""

    def alone(seed):
        other = Izhikevich(seed=seed)
        return simulate_100(other)

    together = net.parallel_run(simulate_100, number=3, seeds=np.array([3, 8, 3]))
    assert together[0] == together[2] == alone(3)
    assert together[1] == alone(8)


@pytest.mark.parametrize(("n", "sizes"), [(37, (None, 3)), pytest.param(40, (1, 2, 3, 8, 16), marks=pytest.mark.slow)])
def test_every_batch_has_the_same_bits(n, sizes):
    """Oracle: `sequential=True`, whatever the batch size, also where n is no multiple of a vector register."""
    net = Izhikevich(n, seed=1)

    def method(net, amplitude):
        net.P.noise = amplitude
        net.simulate(80.0)
        net.simulate(40.0)
        return net.M.get("spike"), net.P.v

    options = {"number": 16, "amplitude": np.linspace(2, 8, 16)}
    reference = net.parallel_run(method, sequential=True, **options)
    for batch_size in sizes:
        results = net.parallel_run(method, batch_size=batch_size, **options)
        for (spikes, v), (expected, v_expected) in zip(results, reference, strict=True):
            assert spikes == expected
            np.testing.assert_array_equal(v, v_expected)


@pytest.mark.optimised(only=True)
@pytest.mark.parametrize("group", [1, 3, *(pytest.param(k, marks=pytest.mark.slow) for k in (2, 8, 16))])
def test_groups_of_the_event_path_have_the_same_bits(net, group, monkeypatch):
    """Oracle: one by one. Where `vmap` advances a group together, as on a GPU, the event path keeps its bits."""

    def method(net, duration):
        net.simulate(duration)
        net.simulate(20.0)
        return net.M.get("spike"), net.P.v

    durations = list(np.linspace(20.0, 60.0, 16))
    reference = net.parallel_run(method, number=16, duration=durations, sequential=True)
    monkeypatch.setattr("jaxsnn.frontend._replicas.layout", lambda *_, **__: Layout(16, group, 2))
    for (spikes, v), (expected, v_expected) in zip(
        net.parallel_run(method, number=16, duration=durations), reference, strict=True
    ):
        assert spikes == expected
        np.testing.assert_array_equal(v, v_expected)


def test_every_model_has_the_same_bits_in_every_batch():
    """Oracle: `sequential=True`, for reductions and functions whose vectorised form could round differently."""
    neuron = snn.Neuron(
        parameters="k = 2.0",
        equations="m = mean(v) : population ; q = norm2(v) ; v = sin(k * t + 0.1 * m) * log(2 + v^2) + 0.01 * q",
        spike="v > 100",
    )
    net = snn.Network(seed=1)
    P = net.create(1003, neuron, name="P")
    net.compile()

    def method(net, k):
        net.get(P).k = k
        net.simulate(50.0)
        return net.get(P).v

    options = {"number": 8, "k": np.linspace(1.0, 2.0, 8)}
    reference = net.parallel_run(method, sequential=True, **options)
    for batch_size in (None, 2, 8):
        np.testing.assert_array_equal(net.parallel_run(method, batch_size=batch_size, **options), reference)


def test_int_and_bool_parameters_between_meetings():
    """Oracle: the same assignments on a single network."""
    neuron = snn.Neuron(parameters="k = 7 : int ; on = True", equations="x = if on: k else: -1", spike="x > 100")
    net = snn.Network(seed=0)
    P = net.create(2, neuron, name="P")
    M = net.monitor(P, "x")
    net.compile()

    def method(net):
        P_local = net.get(P)
        P_local.k = 2
        first = P_local.k[0]
        net.simulate(2.0)
        P_local.k = 99
        net.simulate(2.0)
        P_local[1].on = False
        net.simulate(1.0)
        return first, net.get(M).get("x").tolist()

    replicas = net.parallel_run(method, number=2)
    assert replicas == [method(net)] * 2
    assert replicas[0] == (2, [[2, 2], [2, 2], [99, 99], [99, 99], [99, -1]])


def test_initial_values_before_the_start():
    """Oracle: a single network: initial values follow what is declared, not what is assigned after compilation."""
    neuron = snn.Neuron(parameters="v0 = 3.0", equations="v += 1 : init=v0", spike="v > 100")
    net = snn.Network(seed=0)
    P = net.create(2, neuron, name="P")
    P.v0 = 5.0
    net.compile()

    def method(net):
        before = net.get(P).v[0]
        net.get(P).v0 = 7.0
        net.simulate(1.0)
        return before, net.get(P).v[0], net.get(P).v0[0]

    assert net.parallel_run(method, number=1) == [method(net)] == [(5.0, 6.0, 7.0)]


def test_the_network_itself_is_out_of_reach(net):
    """A handle of the network inside a method is a mistake that would change the wrong one."""
    for wrong in (lambda: setattr(net.P, "v", 0.0), lambda: net.simulate(1.0)):
        with pytest.raises(ReplicaError, match="inside parallel_run act on the replica"):
            net.parallel_run(lambda _, wrong=wrong: wrong(), number=2)
    net.P.v = -65.0
    (replica,) = net.parallel_run(lambda net: net, number=1)
    with pytest.raises(StateError, match="this replica's parallel_run has ended"):
        replica.simulate(1.0)


@pytest.mark.slow
def test_different_durations(net):
    """Oracle: each replica alone, by its seed."""
    durations = [200.0 * (i + 1) for i in range(8)]

    def method(net, duration):
        net.simulate(duration)
        return net.get_time(), net.M.get("spike")

    for batch_size in (None, 8):
        results = net.parallel_run(method, number=8, seeds="sequential", duration=durations, batch_size=batch_size)
        assert [time for time, _ in results] == durations
        for i in (0, 7):
            other = Izhikevich(seed=3 + i)
            other.simulate(durations[i])
            assert results[i][1] == other.M.get("spike")


def test_ordinary_python_between_meetings(net):
    """Replicas that stop early, loop until a condition holds, and draw from NumPy's generator in index order."""
    order = []

    def method(net, i):
        np.random.seed(0) if i == 0 else None
        draw = np.random.random()
        order.append((i, "start"))
        if i == 1:
            return draw, 0
        spikes = 0
        while spikes < 20 and net.get_time() < 500:
            net.simulate(10.0)
            order.append((i, net.get_time()))
            spikes += sum(map(len, net.M.get("spike").values()))
        return draw, spikes

    results = net.parallel_run(method, number=4, i=range(4))
    np.random.seed(0)
    assert [draw for draw, _ in results] == [np.random.random() for _ in range(4)]
    assert results[1][1] == 0 and all(results[i][1] >= 20 for i in (0, 2, 3))
    assert order[:4] == [(i, "start") for i in range(4)]
    assert [x for x in order if x[1] == 10.0] == [(i, 10.0) for i in (0, 2, 3)]


def test_replicas_start_from_the_declaration(net):
    """Oracle: ANNarchy: a copy starts from what was declared, not from the present state of the network."""
    net.P.noise = 0.0
    net.simulate(10.0)
    values = net.parallel_run(lambda net: (net.get_time(), net.P.noise.max(), net.P.v.max()), number=2)
    assert values == [(0.0, 5.0, -65.0)] * 2


def test_own_objects(net):
    """Every attribute of the subclass that holds a handle belongs to the replica; the original does not move."""
    before = net.get_current_step()

    def method(net, x):
        net.parts["exc"].v = x
        assert net.get(net.P).name == "P" and type(net) is Izhikevich and net.n == 40
        return net.P.v[0], net.P.v[-1], net.get([net.P, net.M])[0].size, net.parts["exc"].size

    results = net.parallel_run(method, number=2, x=[-50.0, -40.0])
    assert results == [(-50.0, -65.0, 40, 32), (-40.0, -65.0, 40, 32)]
    assert net.get_current_step() == before


@pytest.mark.optimised(only=True)
def test_assignments_between_meetings(net):
    """Oracle: the same assignments on single networks."""

    def method(net, x):
        net.simulate(20.0)
        net.P[:3].v = x
        net.P.noise = x / 10
        net.parts["exc"].c = -60.0
        net.simulate(30.0)
        return net.P.v, net.M.get("spike")

    together = net.parallel_run(method, number=3, seeds=[1, 2, 3], x=[1.0, 5.0, 9.0])
    for i, (v, spikes) in enumerate(together):
        alone = method(Izhikevich(seed=i + 1), 1.0 + 4 * i)
        np.testing.assert_array_equal(v, alone[0])
        assert spikes == alone[1]


@pytest.mark.optimised(only=True)
def test_distributions_between_meetings(net):
    """Oracle: networks of those seeds; each replica draws its own numbers."""

    def method(net):
        net.simulate(2.0)
        net.P[:10].v = snn.Uniform(-70.0, -60.0)
        return net.P.v

    together = net.parallel_run(method, number=2, seeds=[1, 2])
    for v, seed in zip(together, (1, 2), strict=True):
        np.testing.assert_array_equal(v, method(Izhikevich(seed=seed)))
    assert not np.array_equal(together[0][:10], together[1][:10])


def weights_of(net):
    net.simulate(1.0)
    return net.get(net.proj).connectivity_matrix()


def test_weights_are_drawn_again_or_shared():
    """Oracle: the weights of networks of those seeds; with `redraw=False` those of the network itself."""
    net = snn.Network(seed=2)
    P = net.create(20, snn.Izhikevich, name="P")
    net.proj = net.connect(P, P, target="exc").fixed_probability(0.5, weights=snn.Uniform(0.0, 1.0))
    net.compile()
    own = net.proj.connectivity_matrix()
    drawn = net.parallel_run(weights_of, number=3, seeds=[2, 5, 6])
    np.testing.assert_array_equal(drawn[0], own)
    assert not np.array_equal(drawn[1], drawn[2])
    for shared in net.parallel_run(weights_of, number=3, redraw=False):
        np.testing.assert_array_equal(shared, own)


def test_shared_weights_are_not_batched():
    """Oracle: what enters the compiled call: one matrix for eight replicas, which is not among the batched values."""
    from jaxsnn.simulation import shared_values

    net, _, _ = acceptance(snn.Network(seed=0), n=50)
    net.compile()
    seed = rng.raw_of_seeds([0])[0]
    shared = shared_values(net.simulation, seed, redraw=False)
    assert shared["projections", "exc", "w"].shape == (40, 50)
    assert ("projections", "exc", "w") not in shared_values(net.simulation, seed, redraw=True)


def test_drawing_again_equals_keeping(net, monkeypatch):
    """Oracle: the other policy. Drawn weights are kept from the second meeting on if they fit, else drawn again."""

    def method(net):
        for _ in range(3):
            net.simulate(20.0)
        return net.M.get("spike")

    kept = net.parallel_run(method, number=3)
    monkeypatch.setattr("jaxsnn.frontend._replica_batch.KEEP_BYTES", 0)
    assert net.parallel_run(method, number=3) == kept


def test_an_exception_names_its_replica(net):
    def method(net, i):
        net.simulate(5.0)
        if i == 5:
            raise ZeroDivisionError("no spikes")
        net.simulate(5.0)
        return net.get_time()

    with pytest.raises(ReplicaError, match="replica 5 of 8 raised ZeroDivisionError: no spikes") as caught:
        net.parallel_run(method, number=8, i=range(8))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert caught.value.index == 5
    assert caught.value.results == [10.0] * 5 + [None] + [10.0] * 2
    assert any(frame.name == "method" for frame in caught.traceback) or "method" in str(caught.getrepr())


def test_nothing_is_left_running(net):
    """An interrupt inside a method unwinds all methods: every `finally` runs, no thread stays but those of the pool."""
    cleaned = []

    def method(net, i):
        try:
            net.simulate(2.0)
            if i == 1:
                raise KeyboardInterrupt
            net.simulate(2.0)
        finally:
            cleaned.append(i)

    net.parallel_run(simulate_100, number=4)
    threads = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        net.parallel_run(method, number=4, i=range(4))
    assert sorted(cleaned) == [0, 1, 2, 3]
    assert threading.active_count() == threads


def test_indices_and_extra_arguments():
    """Oracle: the call. Also with `sequential=True`, where ANNarchy passes 0 to every run."""
    acceptance(snn.default_network(), n=20)
    snn.compile(silent=True)
    for sequential in (True, False):
        results = snn.parallel_run(
            lambda idx, net, a, b: (idx, a, b), number=3, sequential=sequential, a=[1, 2, 3], b=["x", "y", "z"]
        )
        assert results == [(0, 1, "x"), (1, 2, "y"), (2, 3, "z")]


def test_same_seed():
    """Oracle: equal spikes for the seed of the network, and the network's own."""
    snn.setup(seed=4)
    _, _, M = acceptance(snn.default_network(), n=30)

    def method(idx, net):
        net.simulate(50.0)
        return net.get(M).get("spike")

    a, b = snn.parallel_run(method, number=2, same_seed=True)
    snn.simulate(50.0)
    assert a == b == M.get("spike")
    c, d = snn.parallel_run(method, number=2)
    assert c != d


def test_list_of_networks():
    """Oracle: each network called in turn, with its index."""
    networks = [Izhikevich(20, seed=i) for i in (1, 2)]
    results = snn.parallel_run(lambda idx, net: (idx, simulate_100(net)), networks=networks)
    assert results == [(i, simulate_100(Izhikevich(20, seed=i + 1))) for i in range(2)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"number": 0}, "`number` is an integer, at least 1, not 0"),
        ({"number": 2.5}, "`number` is an integer"),
        ({"number": 2, "x": [1]}, "`x` needs one value per replica: a list or array of length 2"),
        ({"number": 2, "seeds": [1]}, "`seeds` has 1 entries for 2 replicas"),
        ({"number": 2, "seeds": "random"}, "'same' or 'sequential', not 'random'"),
        ({"number": 2, "seeds": [1.5, 2]}, "`seeds` is a list of integers"),
        ({"number": 2, "seeds": 5}, "`seeds` is a list of integers"),
        ({"number": 2, "batch_size": 0}, "`batch_size` is an integer, at least 1"),
    ],
)
def test_bad_options(net, options, message):
    with pytest.raises(ArgumentError, match=message):
        net.parallel_run(lambda net, **_: None, **options)


def test_misspelt_option(net):
    with pytest.raises(ArgumentError, match=r"cannot be called as method\(net, sequental\).*Did you mean `sequential`"):
        net.parallel_run(lambda net: None, number=2, sequental=True)


def test_bad_signature():
    acceptance(snn.default_network(), n=20)
    with pytest.raises(ArgumentError, match=r"`method` cannot be called as method\(idx, net, x\)"):
        snn.parallel_run(lambda idx, net: None, number=2, x=[1, 2])


def test_a_replica_is_compiled(net):
    with pytest.raises(ReplicaError, match="the network is compiled"):
        net.parallel_run(lambda net: net.create(3, snn.Izhikevich), number=2)


def test_progress_bars(net, capfd):
    net.parallel_run(simulate_100, number=3, progress_bar=True)
    net.simulate(100.0, progress_bar=True)
    err = capfd.readouterr().err
    assert "replicas: 100%" in err and "3/3" in err and "simulating: 100%" in err


def test_compilations_do_not_grow(net, compilations):
    """Oracle: JAX's own count: other durations, other methods, sequential or not, fewer left: nothing new."""
    method = lambda net, d: [net.simulate(x) for x in (d, d / 2)] and None  # noqa: E731
    net.parallel_run(method, number=4, d=[40.0, 30.0, 20.0, 10.0])
    compilations.count = 0
    net.parallel_run(method, number=4, d=[10.0, 50.0, 60.0, 3.0])
    net.parallel_run(method, number=4, d=[5.0] * 4, sequential=True)
    assert compilations.count == 0


@pytest.mark.slow
def test_256_replicas_in_bounded_memory():
    """Oracle: the size of what would have to be held: 256 weight matrices are 1 GiB, one process stays far below."""
    code = (
        "import numpy as np, jaxsnn as snn\n"
        "from tests.conftest import acceptance\n"
        "from tests.memory import peak_memory\n"
        "net, _, M = acceptance(snn.Network(seed=0))\n"
        "net.compile()\n"
        "def method(net):\n    net.simulate(200.0)\n    return len(net.get(M).raster_plot()[0])\n"
        "counts = net.parallel_run(method, number=256)\n"
        "assert len(set(counts)) > 50 and 500 < np.mean(counts) < 5000, counts\n"
        "print(peak_memory())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 900, "MiB"


def test_worker_threads_see_the_precision():
    """Oracle: float64 in the state of every replica; JAX's contexts do not reach threads, its global switch does."""
    jax.config.update("jax_enable_x64", True)
    try:
        net = Izhikevich(20, seed=1)
        values = net.parallel_run(lambda net: [net.simulate(5.0), net.P.v][1], number=3)
    finally:
        jax.config.update("jax_enable_x64", False)
    assert all(v.dtype == np.float64 for v in values)
