"""A file of a network that differs: what is skipped, what is refused, what is loaded all the same."""

import warnings

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import FileFormatError

from . import networks
from .networks import altered, assert_same, document, unchanged


def changed(record, **fields):
    return {**record, **fields}


def sections(net):
    header = document(net).header
    return header["populations"]["P"], header["projections"]["exc"]


def test_settings(net, tmp_path):
    for header, message in (
        (
            {"dt": 0.1},
            "the file was written with dt = 0.1 ms, the network has dt = 1.0 ms: delays and refractory periods",
        ),
        (
            {"precision": "float64"},
            "the file holds float64, the network computes in float32: call `jaxsnn.setup(precision",
        ),
    ):
        altered(net, tmp_path / "net.npz", header)
        with unchanged(net), pytest.raises(FileFormatError) as caught:
            net.load(tmp_path / "net.npz")
        assert message in str(caught.value)


def test_other_populations(net, tmp_path):
    P, _ = sections(net)
    attributes = P["attributes"]
    other = {**{k: v for k, v in attributes.items() if k != "v"}, "V": ["variable", "local", "float"]}
    constant = {**attributes, "v": ["parameter", "shared", "int"]}
    for fields, message in (
        (
            {"geometry": [20]},
            "the file has population `P` in the geometry (20,), the network in (4, 5): load it into a",
        ),
        ({"model": "IF_curr_exp"}, "the model of population `P` is `IF_curr_exp` with `a`, `b`, "),
        ({"model": ""}, "the model of population `P` is `unnamed` with `a`, `b`, "),
        ({"attributes": other}, "in the file, `Izhikevich` with `a`, `b`, "),
        (
            {"attributes": constant},
            "`v` of population `P` is something else: int shared parameter in the file, float local",
        ),
    ):
        altered(net, tmp_path / "net.npz", {"populations": {"P": changed(P, **fields)}})
        with unchanged(net), pytest.raises(FileFormatError) as caught:
            net.load(tmp_path / "net.npz")
        assert message in str(caught.value), str(caught.value)


def test_other_projections(net, tmp_path):
    _, exc = sections(net)
    for fields, message in (
        (
            {"pre": "Q"},
            "the file has projection `exc` from `Q` to `P`, the network from `P` to `P`: load it into a network",
        ),
        (
            {"model": "STDP", "attributes": {"w": ["variable", "local", "float"]}},
            "the model of projection `exc` is `STDP` with `w` in the file, `Default` with `w` in the network: load it "
            "into a network of the same description; `save_connectivity` and `connect_from_file` carry weights to "
            "another model",
        ),
        (
            {"own_delays": True},
            "the file has a delay for each synapse of projection `exc`, the network one delay for all synapses: give "
            "its connector `delays` of the same kind, a number or a distribution",
        ),
    ):
        altered(net, tmp_path / "net.npz", {"projections": {"exc": changed(exc, **fields)}})
        with unchanged(net), pytest.raises(FileFormatError) as caught:
            net.load(tmp_path / "net.npz")
        assert message in str(caught.value), str(caught.value)


@pytest.mark.slow
def test_other_filters(borrowed, tmp_path):
    """Projections without synapses are checked as others are; delays and filters are those of the file."""
    net = borrowed(networks.without_synapses)
    record = document(net).header["projections"]["filters"]
    header = {"projections": {"filters": changed(record, model="pooling")}}
    altered(net, tmp_path / "net.npz", header)
    message = "the model of projection `filters` is `pooling` in the file, `convolution` in the network"
    with unchanged(net), pytest.raises(FileFormatError, match=message):
        net.load(tmp_path / "net.npz")
    altered(net, tmp_path / "net.npz", arrays={"projections/filters/w": np.zeros((2, 2), np.float32)})
    with unchanged(net), pytest.raises(FileFormatError, match="`w` of projection `filters` is float32"):
        net.load(tmp_path / "net.npz")
    other = borrowed(networks.without_synapses, seed=2)
    new = {"projections/filters/w": np.full((3, 3), 2.0, np.float32), "projections/filters/delay-steps": np.int32(2)}
    altered(net, tmp_path / "net.npz", arrays=new)
    other.load(tmp_path / "net.npz")
    assert other.projection("filters").delay == 2.0
    for key, array in new.items():
        np.testing.assert_array_equal(document(other).arrays[key], array)
    other.simulate(2.0)


def small(names=("P", "Q"), seed=0):
    net = snn.Network(seed=seed)
    neuron = snn.Neuron(parameters="tau = 10.0", equations="tau * dr/dt = -r + sum(exc)")
    populations = [net.create(3, neuron, name=name) for name in names]
    net.connect(populations[0], populations[-1], "exc", name="exc").fixed_number_pre(2, weights=snn.Uniform(0.0, 1.0))
    net.constant("k", 2.0) if len(names) > 1 else None
    net.compile()
    return net


def test_names_that_only_one_has(tmp_path):
    """Oracle: the values before; a warning names what is left as it is."""
    net, other = small(("P", "Q")), small(("P", "R"), seed=1)
    net.population("P").r = 0.5
    other.population("R").r = 0.25
    net.save(tmp_path / "net.npz", projections=False)
    message = "only the file has `Q` of the populations; only the network has `R` of the populations. What only one"
    with pytest.warns(UserWarning, match=message) as caught:
        other.load(tmp_path / "net.npz")
    assert caught[0].filename == __file__
    assert other.population("P").r.tolist() == [0.5] * 3
    assert other.population("R").r.tolist() == [0.25] * 3
    with warnings.catch_warnings(), unchanged(other):
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="only the file has `Q`"):
            other.load(tmp_path / "net.npz")


def test_constants_that_only_one_has(tmp_path):
    net, other = small(), small(("P",))
    net.save(tmp_path / "net.npz", projections=False)
    with pytest.warns(
        UserWarning, match="only the file has `Q` of the populations; only the file has `k` of the const"
    ):
        other.load(tmp_path / "net.npz")


def test_attributes_that_only_one_has(net, other, tmp_path):
    """Oracle: the values before: an attribute that only one side has is left as it is, with a warning."""
    P, _ = sections(net)
    attributes = {**{k: v for k, v in P["attributes"].items() if k != "noise"}}
    drop = ("populations/P/noise",)
    other.population("P").noise = 3.0
    altered(net, tmp_path / "net.npz", {"populations": {"P": changed(P, attributes=attributes)}}, drop=drop)
    with pytest.warns(UserWarning, match="only the network has `noise` of population `P`"):
        other.load(tmp_path / "net.npz")
    assert (other.population("P").noise == 3.0).all()
    np.testing.assert_array_equal(other.population("P").v, net.population("P").v)
    extra = {**P["attributes"], "x": ["variable", "local", "float"]}
    arrays = {"populations/P/x": np.zeros(20, np.float32)}
    altered(net, tmp_path / "net.npz", {"populations": {"P": changed(P, attributes=extra)}}, arrays)
    with pytest.warns(UserWarning, match="only the file has `x` of population `P`"):
        other.load(tmp_path / "net.npz")


def test_another_generator(net, other, tmp_path):
    """Oracle: the state of the network that was saved; only random numbers to come differ, and a warning says so."""
    altered(net, tmp_path / "net.npz", {"generator": "threefry"})
    message = "the random numbers to come are other ones, of the generator `counter`, not of `threefry`"
    with pytest.warns(UserWarning, match=message):
        other.load(tmp_path / "net.npz")
    assert_same(document(other), document(net))


def test_synaptic_attributes_that_only_the_network_has(borrowed, tmp_path):
    """Synapses that the file brings along would have no value: that is refused; with the same synapses it is not."""
    net, other = borrowed(networks.stp), borrowed(networks.stp, seed=2)
    record = document(net).header["projections"]["random"]
    attributes = {k: v for k, v in record["attributes"].items() if k != "u"}
    header = {"projections": {"random": changed(record, attributes=attributes)}, "populations": None}
    altered(net, tmp_path / "net.npz", header, drop=("projections/random/u",))
    with (
        unchanged(other),
        pytest.raises(FileFormatError, match="has other synapses than the network, and no `u` for them"),
    ):
        other.load(tmp_path / "net.npz")
    before = net.projection("random").u
    with pytest.warns(UserWarning, match="only the network has `u` of projection `random`"):
        net.load(tmp_path / "net.npz")
    assert net.projection("random").u == before


def test_no_name_in_common(tmp_path):
    net, other = small(("P", "Q")), small(("A", "B"))
    net.save(tmp_path / "net.npz", projections=False)
    message = "the file has `P`, `Q`, the network `A`, `B`, `exc`: no name is in both, so it is of another network"
    with unchanged(other), pytest.raises(FileFormatError, match=message):
        other.load(tmp_path / "net.npz")


@pytest.mark.parametrize("section", ["populations", "projections"])
def test_parts_of_a_network(section, net, other, tmp_path):
    """Oracle: the arrays of both networks: one half comes from the file, the other stays, time is that of the file."""
    other.simulate(7.0)
    mine, theirs = document(other), document(net)
    halves = {"populations": section == "populations", "projections": section == "projections"}
    net.save(tmp_path / "half.npz", **halves)
    net.save(tmp_path / "net.npz")
    other.load(tmp_path / "half.npz")
    first = document(other)
    for key, array in first.arrays.items():
        source = theirs if key.startswith((section, "random")) else mine
        if key not in ("populations/P/origins-step",):
            np.testing.assert_array_equal(array, source.arrays[key], err_msg=key)
    assert other.get_current_step() == net.get_current_step() == 20
    other.load(tmp_path / "net.npz", **halves)
    assert_same(document(other), first)
    other.load(tmp_path / "net.npz", populations=False, projections=False)
    assert_same(document(other), first)


def test_pairs_that_are_left_out(tmp_path):
    """Oracle: the matrix that was saved; a network that connects all pairs takes those of the file, and keeps them."""

    def described(connect, seed):
        net = snn.Network(seed=seed)
        P, Q = (net.create(4, snn.Neuron(equations="r = sum(exc) + 1.0"), name=name) for name in "PQ")
        connect(net.connect(P, Q, "exc", snn.Oja(eta=0.1), name="exc", storage="dense"))
        net.compile()
        net.simulate(2.0)
        return net

    def part(projection):
        projection.fixed_probability(0.5, weights=snn.Uniform(0.5, 1.0))

    def full(projection):
        projection.all_to_all(weights=1.0)

    net, other = described(part, 1), described(full, 2)
    net.save(tmp_path / "net.npz")
    other.load(tmp_path / "net.npz")
    matrices = [n.projection("exc").connectivity_matrix(np.nan) for n in (net, other)]
    assert 0 < np.isnan(matrices[0]).sum() < 16
    np.testing.assert_array_equal(*matrices)
    other.monitor(other.population("Q"), "r")  # a change of the description
    for n in (net, other):
        n.simulate(5.0)
    np.testing.assert_array_equal(*(n.projection("exc").connectivity_matrix(np.nan) for n in (net, other)))
    assert_same(document(other), document(net))
    full_again = described(full, 3)
    full_again.save(tmp_path / "net.npz")
    net.load(tmp_path / "net.npz")
    assert net.projection("exc").nb_synapses == 16


def test_monitors_of_synapses(tmp_path):
    """Oracle: the weights themselves: what a monitor held of other synapses is forgotten; it records the new ones."""

    def described(p, seed):
        net = snn.Network(seed=seed)
        P = net.create(30, snn.Neuron(equations="r = 1.0"), name="P")
        exc = net.connect(P, P, "exc", snn.Hebb(eta=0.1), name="exc", storage="rows").fixed_probability(p, weights=1.0)
        M = net.monitor(exc, "w")
        net.compile()
        net.simulate(2.0)
        return net, exc, M

    (net, _, _), (other, exc, M) = described(0.6, 1), described(0.6, 2)
    net.save(tmp_path / "net.npz")
    with pytest.warns(UserWarning, match="monitors `exc` have lost their samples"):
        other.load(tmp_path / "net.npz")
    other.simulate(3.0)
    found = M.get("w")
    assert len(found) == 3
    np.testing.assert_array_equal(np.concatenate(found[-1]), np.concatenate(exc.w))


@pytest.mark.slow
def test_monitors_of_the_same_synapses(borrowed, tmp_path):
    """Oracle: the count of samples: where the synapses are the same, a monitor keeps what it holds."""
    net = borrowed(networks.rates)
    M = net.monitor(net.projection("ibcm"), "w")
    net.simulate(2.0)
    net.save(tmp_path / "net.npz")
    net.load(tmp_path / "net.npz")
    net.simulate(3.0)
    assert len(M.get("w")) == 5


def test_reset_of_loaded_synapses(borrowed, tmp_path):
    """Oracle: the initial values of the model, at the synapses of the file, which stay; then synapses of its own."""
    net, other = borrowed(networks.stp), borrowed(networks.stp, seed=2)
    net.projection("random").save(tmp_path / "random.npz")
    mine = other.projection("random")
    own = mine.connectivity_matrix(np.nan)
    mine.load(tmp_path / "random.npz")
    loaded = mine.connectivity_matrix(np.nan)
    assert not np.array_equal(loaded, own, equal_nan=True)
    for reset in (mine.reset, lambda: other.reset(projections=True)):
        other.simulate(30.0)
        assert {x for row in mine.x for x in row} != {1.0}
        reset()
        assert {x for row in mine.x for x in row} == {1.0}
        assert {u for row in mine.u for u in row} == {0.5}
        np.testing.assert_array_equal(mine.connectivity_matrix(np.nan), loaded)
        assert (document(other).arrays["projections/random/last-event-step"] == -10_000).all()
    other.reset(synapses=True)
    other.simulate(30.0)
    mine.reset()
    other.simulate(30.0)


def test_the_surface_of_annarchy(tmp_path):
    """Oracle: the value before; the module-level functions act on the default network."""
    P = snn.Population(2, snn.Izhikevich, name="P")
    snn.compile(silent=True)
    P.v = [1.0, 2.0]
    snn.save(str(tmp_path / "data" / "net.data"))
    P.v = 0.0
    snn.load(str(tmp_path / "data" / "net.data"), pickle_encoding="latin1")
    assert P.v.tolist() == [1.0, 2.0]
