"""One population or projection in a file of its own, or taken from the file of a network."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import FileFormatError

from . import networks
from .networks import document, unchanged


def test_population(net, other, tmp_path):
    """Oracle: the arrays of both networks: those of the population come from the file, clocks count from now."""
    net.population("P").save(tmp_path / "P.npz")
    net.save(tmp_path / "net.npz")
    other.simulate(11.0)
    before = document(other).arrays
    for filename in ("P.npz", "net.npz"):
        other.population("P").load(tmp_path / filename)
        now, theirs = document(other), document(net).arrays
        for key, array in now.arrays.items():
            source = theirs if key.startswith("populations/") else before
            np.testing.assert_array_equal(array, source[key], err_msg=key)
        assert now.header["step"] == 31


def test_clocks_count_from_now(borrowed, tmp_path):
    """Oracle: the network itself: a population that is loaded later sees its last spikes and its table as long ago."""
    net, other = borrowed(networks.stp), borrowed(networks.stp, seed=2)
    net.population("pre").save(tmp_path / "pre.npz")
    other.simulate(30.0)
    other.population("pre").load(tmp_path / "pre.npz")
    monitors = [n.monitor(n.population("pre"), "spike") for n in (net, other)]
    for n in (net, other):
        n.simulate(115.0)
    mine, theirs = (m.get("spike") for m in monitors)
    assert theirs == {rank: [t + 30 for t in times] for rank, times in mine.items()}
    assert sum(map(len, mine.values())) == 4


def test_a_population_of_another_name(tmp_path):
    """Oracle: the values; a file of one population can be loaded into another one of the same make."""
    net = snn.Network(seed=1)
    P, Q = (net.create(3, snn.Izhikevich, name=name) for name in "PQ")
    net.compile()
    P.v = [1.0, 2.0, 3.0]
    P.save(tmp_path / "P.mat")
    Q.load(tmp_path / "P.mat")
    assert Q.v.tolist() == [1.0, 2.0, 3.0]


def test_projection(borrowed, tmp_path):
    """Oracle: the arrays of both networks: those of the projection come from the file, events count from now."""
    net, other = borrowed(networks.stdp), borrowed(networks.stdp, seed=2)
    net.projection("exc").save(tmp_path / "exc.npz")
    other.simulate(13.0)
    before = document(other).arrays
    other.projection("exc").load(tmp_path / "exc.npz")
    last = "projections/exc/last-event-step"
    theirs = dict(document(net).arrays)
    theirs[last] = np.where(theirs[last] == -10_000, -10_000, theirs[last] + 13)
    for key, array in document(other).arrays.items():
        source = theirs if key.startswith("projections/") else before
        np.testing.assert_array_equal(array, source[key], err_msg=key)
    other.simulate(5.0)


def test_spikes_on_their_way(borrowed, tmp_path):
    """Oracle: the ring of the other network: what waits in a projection arrives as many steps from now."""
    net, other = borrowed(networks.pending), borrowed(networks.pending, seed=2)
    net.projection("exc").save(tmp_path / "exc.npz")
    other.simulate(5.0)
    other.projection("exc").load(tmp_path / "exc.npz")
    key = "projections/exc/pending-inputs"
    np.testing.assert_array_equal(document(other).arrays[key], document(net).arrays[key])
    assert document(net).arrays[key].any()


def test_wrong_files(net, tmp_path):
    P, exc = net.population("P"), net.projection("exc")
    P.save(tmp_path / "P.npz")
    exc.save(tmp_path / "exc.npz")
    exc.save_connectivity(tmp_path / "connectivity.npz")
    other = snn.Network()
    other.create(3, snn.Izhikevich, name="p")
    other.compile()
    other.save(tmp_path / "other.npz")
    for load, name, message in (
        (net.load, "P", "the file is of a population, not of a network: use `load` of a population"),
        (net.load, "connectivity", "the file is of a connectivity, not of a network: use `connect_from_file`"),
        (P.load, "exc", "the file has no population `P`."),
        (P.load, "other", "the file has no population `P`. Known names: p."),
        (P.load, "connectivity", "the file is of a connectivity, not of a population: use `connect_from_file`"),
        (exc.load, "P", "the file has no projection `exc`."),
        (exc.load, "connectivity", "the file is of a connectivity, not of a projection: use `connect_from_file`"),
    ):
        with unchanged(net), pytest.raises(FileFormatError) as caught:
            load(tmp_path / f"{name}.npz")
        assert message in str(caught.value), str(caught.value)


def test_a_schedule_that_makes_no_sense(borrowed, tmp_path):
    """What drives an input is checked as if a user had given it."""
    net = borrowed(networks.rates)
    for given, message in (
        ({"given-rates": np.zeros((2, 6))}, "`schedule` has 7 times for 2 rows of rates"),
        ({"given-rates": np.zeros((7, 4))}, "what drives population `stimulus` makes no sense here"),
        ({"given-schedule": np.array(-5.0)}, "`schedule` takes finite numbers, at least 0"),
    ):
        arrays = {f"populations/stimulus/{key}": x for key, x in given.items()}
        if "given-rates" in given and len(given["given-rates"]) == 2:
            arrays["populations/stimulus/given-schedule"] = np.arange(7.0)
        networks.altered(net, tmp_path / "net.npz", arrays=arrays)
        with unchanged(net), pytest.raises(FileFormatError) as caught:
            net.load(tmp_path / "net.npz")
        assert message in str(caught.value), str(caught.value)
    networks.altered(net, tmp_path / "net.npz", drop=("populations/stimulus/given-rates",))
    with unchanged(net), pytest.raises(FileFormatError, match="`given-rates` is missing"):
        net.load(tmp_path / "net.npz")
    net = borrowed(networks.stp)
    arrays = {"populations/pre/given-counts": np.array([1, 1, 4], np.int64)}
    networks.altered(net, tmp_path / "net.npz", arrays=arrays)
    with unchanged(net), pytest.raises(FileFormatError, match="6 spike times do not belong to 2 neurons"):
        net.load(tmp_path / "net.npz")


@pytest.mark.filterwarnings("ignore::jaxsnn.errors.JaxsnnWarning")
def test_names(tmp_path):
    """Oracle: the values; any name will do, in every format, though a strict network refuses a slash."""
    net = snn.Network(seed=1, strict=False)
    names = ("a/b", "a_b", "a", "Körnerzelle 1", "_x" * 40)
    for k, name in enumerate(names):
        net.create(2, snn.Neuron(equations="r = r"), name=name).r = float(k)
    net.compile()
    for filename in (tmp_path / "net.npz", tmp_path / "net.mat"):
        net.save(filename)
        for name in names:
            net.population(name).r = 9.0
        net.load(filename)
        assert [net.population(name).r.tolist() for name in names] == [[float(k)] * 2 for k in range(5)]
