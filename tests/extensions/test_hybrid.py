"""Populations between spikes and rates, and the names of the other sub-packages."""

import importlib

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import errors
from jaxsnn.extensions.hybrid import HybridPopulation, Rate2SpikePopulation, Spike2RatePopulation

NAMES = {
    "bold": ["BoldModel", "BoldMonitor", "NormProjection", "balloon_CL", "balloon_CN", "balloon_RL", "balloon_RN"],
    "convolution": ["Convolution", "Copy", "Pooling", "Transpose"],
    "diagonal": ["DiagonalProjection"],
    "hybrid": ["HybridPopulation", "Rate2SpikePopulation", "Spike2RatePopulation"],
    "image": ["ImagePopulation", "VideoPopulation"],
    "tensorboard": ["Logger"],
}


@pytest.mark.parametrize("package", NAMES)
def test_sub_packages_have_the_names_of_annarchy(package):
    """Oracle: the sub-packages of ANNarchy 4.8.2 and their public names."""
    module = importlib.import_module(f"jaxsnn.extensions.{package}")
    assert [name for name in NAMES[package] if not hasattr(module, name)] == []
    assert package != "hybrid" or all(hasattr(snn, name) for name in NAMES[package])


def test_rates_follow_spikes_and_spikes_follow_rates():
    """Oracle: explicit Euler of the low-pass filter by NumPy, on spikes counted by hand; the mean of Poisson spikes."""
    snn.setup(seed=1)
    spikes = snn.SpikeSourceArray([[2.0, 5.0, 10.0, 12.0], [1.0, 40.0]])
    rates = Spike2RatePopulation(spikes, name="rates", window=10.0, scaling=20.0, smooth=3.0)
    given = snn.InputArray((20, 10))
    noise = Rate2SpikePopulation(given, scaling=100.0, refractory=None)
    M, S = snn.Monitor(rates, "r"), snn.Monitor(noise, "spike")
    snn.compile(silent=True)
    given.r = 0.5
    snn.simulate(500.0)
    r, expected = np.zeros(2), []
    for step in range(60):
        arrived = [[t for t in train if step - 10 <= t < step] for train in ([2, 5, 10, 12], [1, 40])]
        r = r + (np.array([len(a) * 100.0 / 20.0 for a in arrived]) - r) / 3.0
        expected.append(r)
    np.testing.assert_allclose(M.get("r")[:60], expected, rtol=1e-5, atol=1e-6)
    assert 48.0 < S.mean_fr() < 52.0
    assert (noise.geometry, noise.population.name) == ((20, 10), given.name)
    assert isinstance(noise, HybridPopulation)
    assert isinstance(snn.default_network().get(noise), Rate2SpikePopulation)


def test_mistakes():
    """Oracle: the messages."""
    spikes, rates = snn.SpikeSourceArray([1.0]), snn.InputArray(2)
    with pytest.raises(errors.ArgumentError, match="`population` is a spiking population of the default network"):
        Spike2RatePopulation(rates)
    with pytest.raises(errors.ArgumentError, match="`population` is a rate-coded population of the default network"):
        Rate2SpikePopulation(spikes)
    with pytest.raises(errors.ArgumentError, match="`scaling` is a number greater than 0, not 0"):
        Rate2SpikePopulation(rates, scaling=0)
    with pytest.raises(errors.UnsupportedError, match="the mode 'isi' of Spike2RatePopulation does not exist here"):
        Spike2RatePopulation(spikes, mode="isi")
    assert len(snn.populations()) == 2
