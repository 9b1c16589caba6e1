"""`to_neo`: the numbers of the monitors, with units, where neo has them."""

import sys

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, MissingPackageError

from . import recorded

neo = pytest.importorskip("neo")


@pytest.fixture(scope="module")
def segment(net):
    (segment,) = snn.to_neo(net, units=recorded.UNITS).segments
    return segment


def test_spike_trains(net, segment):
    """Oracle: `Monitor.get`; the times at which the recording began and ended."""
    held = net.get_monitor("part").get("spike", keep=True)
    mine = [t for t in segment.spiketrains if t.annotations["monitor"] == "part"]
    assert [t.annotations["rank"] for t in mine] == [2, 4, 6, 8]
    for train, steps in zip(mine, held.values(), strict=True):
        np.testing.assert_array_equal(train.rescale("ms").magnitude, np.array(steps) * 0.5)
        assert (str(train.units), float(train.t_start), float(train.t_stop)) == ("1.0 ms", 0.0, 200.0)
        assert float(train.sampling_rate.rescale("Hz")) == 2000.0
    assert [len(t) for t in segment.spiketrains if t.annotations["monitor"] == "silent"] == [0, 0, 0]


def test_when_spikes_were_recorded(segment):
    """Oracle: the pause, from 100 to 133 ms; there is none in the other recording."""
    (epoch,) = segment.epochs
    assert (epoch.name, epoch.times.magnitude.tolist()) == ("part.spike recorded", [0.0, 133.0])
    assert epoch.durations.magnitude.tolist() == [100.0, 67.0]


def test_analog_signals(net, segment):
    """Oracle: `Monitor.get`, period and pause; mV where it was said, else no unit."""
    mine = [s for s in segment.analogsignals if s.name == "slow.v"]
    assert [(float(s.t_start), s.shape) for s in mine] == [(0.5, (20, 12)), (135.5, (13, 12))]
    assert {str(s.sampling_period) for s in mine} == {"5.0 ms"}
    held = net.get_monitor("slow").get("v", keep=True)
    np.testing.assert_array_equal(np.concatenate([s.magnitude for s in mine]), held)
    assert [str(s.units.dimensionality) for s in mine] == ["mV", "mV"]
    assert {str(s.units.dimensionality) for s in segment.analogsignals if s.name == "slow.u"} == {"dimensionless"}
    view = next(s for s in segment.analogsignals if s.name == "part.v")
    assert view.array_annotations["rank"].tolist() == [2, 4, 6, 8]
    weights = next(s for s in segment.analogsignals if s.name == "weights.w")
    assert sorted(weights.array_annotations) == ["post", "pre"]


def test_where_it_comes_from(net):
    """Oracle: the network."""
    assert snn.to_neo(net).annotations["fingerprint"] == net.fingerprint()


@pytest.mark.slow
def test_a_million_spikes(million, tmp_path):
    """Oracle: the spikes themselves, in the block, and read again from a file of MATLAB's that neo has written."""
    pytest.importorskip("scipy")
    block = snn.to_neo(million)
    neo.io.NeoMatlabIO(str(tmp_path / "a.mat")).write_block(block)
    for found in (block, neo.io.NeoMatlabIO(str(tmp_path / "a.mat")).read_block()):
        trains = found.segments[0].spiketrains
        np.testing.assert_array_equal(np.concatenate([t.magnitude for t in trains]), million.spikes.times)
        assert len(trains) == 1000
        np.testing.assert_array_equal(found.segments[0].analogsignals[0].magnitude, million.signal.values)


@pytest.mark.parametrize("unit", ["millivolt-ish", "9**9**9", "mV * __import__('os')", "hurz", "mV / "])
def test_a_unit_that_there_is_not(net, unit):
    """Nothing but a product of names with small powers reaches the library, which computes it."""
    with pytest.raises(ArgumentError, match=r"of `part.v` is no unit that `quantities` knows: such as 'mV'"):
        snn.to_neo(net.get_monitor("part"), units={"v": unit})


def test_units_that_there_are(net):
    """Oracle: `quantities`."""
    block = snn.to_neo(net.get_monitor("part"), units={"v": "mV/ms**2"})
    assert str(block.segments[0].analogsignals[0].units.dimensionality) == "mV/ms**2"


def test_flags_and_counts():
    """Oracle: `Monitor.get`: booleans and integers of a model of one's own."""
    model = snn.Neuron(equations="dr/dt = 1.0 \n on = r > 2.0 : bool \n n += 1 : int")
    net = snn.Network(dt=1.0, seed=1)
    monitor = net.monitor(net.create(2, model, name="P"), ["on", "n"])
    net.compile()
    net.simulate(5.0)
    for signal in snn.to_neo(monitor).segments[0].analogsignals:
        held = monitor.get(signal.annotations["variable"], keep=True)
        np.testing.assert_array_equal(signal.magnitude, held)


def test_without_the_package(net, monkeypatch):
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, "neo", None)
    with pytest.raises(MissingPackageError, match=r"`to_neo` needs the package `neo`: pip install 'jaxsnn\[neo\]'"):
        snn.to_neo(net)
