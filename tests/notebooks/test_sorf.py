"""The notebook SORF: receptive fields by homeostatic STDP (Carlson et al. 2013, doi:10.1109/IJCNN.2013.6706961)."""

import numpy as np
import pytest

import jaxsnn as snn

from .bands import BANDS, ERRORS, errors

SIDE, GRATINGS, CYCLES, FASTEST, WINDOW = 32, 40, 1.2, 28.0, 10_000.0
TARGETS = ["ampa", "nmda"]

RS = snn.Neuron(
    parameters="""
        a = 0.02 : population ; b = 0.2 : population ; c = -65.0 : population ; d = 8.0 : population
        tau_ampa = 5.0 : population ; tau_nmda = 150.0 : population
        tau_gabaa = 6.0 : population ; tau_gabab = 150.0 : population
    """,
    equations="""
        I_exc = -(g_ampa + g_nmda * gate(v, -80.0, 60.0)) * v
        I_inh = g_gabaa * (-70.0 - v) + g_gabab * (-90.0 - v)
        dv/dt = (0.04 * v + 5.0) * v + 140.0 - u + I_exc + I_inh : init = -65.0, min = -90.0, midpoint
        du/dt = a * (b * v - u) : init = -13.0, midpoint
        tau_ampa * dg_ampa/dt = -g_ampa : exponential
        tau_nmda * dg_nmda/dt = -g_nmda : exponential
        tau_gabaa * dg_gabaa/dt = -g_gabaa : exponential
        tau_gabab * dg_gabab/dt = -g_gabab : exponential
    """,
    spike="v >= 30.0",
    reset="v = c ; u += d ; g_ampa = 0.0 ; g_nmda = 0.0 ; g_gabaa = 0.0 ; g_gabab = 0.0",
    functions="gate(v, centre, width) = ((v - centre) / width)^2 / (1.0 + ((v - centre) / width)^2)",
    refractory=1.0,
)
HOMEOSTATIC = snn.Synapse(
    parameters=f"""
        tau_plus = 60.0 : projection ; A_plus = 4.5e-5 : projection
        tau_minus = 90.0 : projection ; A_minus = 3.0e-5 : projection
        alpha = 0.1 : projection ; beta = 50.0 : projection ; gamma = 50.0 : projection
        R_target = 10.0 : projection ; window = {WINDOW} : projection
    """,
    equations="""
        R = post.r : postsynaptic
        K = R / (window * (1.0 + gamma * fabs(1.0 - R / R_target))) : postsynaptic
        change = if t_post >= t_pre: ltp else: -ltd
        w += K * (alpha * (1.0 - R / R_target) * w + beta * change) : min = 0.0, max = 10.0
        tau_plus * dltp/dt = -ltp : exponential
        tau_minus * dltd/dt = -ltd : exponential
    """,
    pre_spike="g_target += w ; ltp = A_plus",
    post_spike="ltd = A_minus",
)
# Standard deviations between our networks, of three seeds: cells of one network are alike in what keeps their rates.
NETWORKS = {"after.w_on_mean": 5.4e-4, "after.w_on_std": 3.5e-4}
COMPETITION = {"R_target": 75.0, "tau_plus": 51.0, "tau_minus": 78.0, "A_plus": -4.1e-5, "A_minus": -1.5e-5}


def network():
    """Return the network, whose populations and projections have names."""
    net = snn.Network(dt=1.0, seed=1)
    exc, inh = (net.create(4, RS, name=name) for name in ("exc", "inh"))
    for population in (exc, inh):
        population.compute_firing_rate(WINDOW)
    for side in ("on", "off"):
        source = net.create(snn.inputs.PoissonPopulation((SIDE, SIDE), rates=1.0), name=f"{side}_source")
        buffer = net.create((SIDE, SIDE), RS, name=f"{side}_buffer")
        net.connect(source, buffer, TARGETS, name=f"{side}_relay").one_to_one(snn.Uniform(0.2, 0.6))
        net.connect(buffer, exc, TARGETS, HOMEOSTATIC, name=side).all_to_all(snn.Uniform(0.004, 0.015))
    competing = net.connect(exc, inh, TARGETS, HOMEOSTATIC, name="competing").all_to_all(snn.Uniform(0.116, 0.403))
    for name, value in COMPETITION.items():
        setattr(competing, name, value)
    net.connect(inh, exc, ["gabaa", "gabab"], name="inhibition").all_to_all(snn.Uniform(0.065, 0.259))
    return net


def grating(index):
    """Return a grating between -1 and 1, (rows, columns)."""
    angle = np.pi * index / GRATINGS
    x, y = np.meshgrid(np.linspace(-1.0, 1.0, SIDE), np.linspace(-1.0, 1.0, SIDE))
    return np.sin(2.0 * np.pi * CYCLES * (np.cos(angle) * x + np.sin(angle) * y))


def show(net, image):
    """Present an image for 2 s to cells that like light, and those that like darkness; then rest for 0.5 s."""
    on, off = net.population("on_source"), net.population("off_source")
    on.rates, off.rates = FASTEST * np.maximum(image, 0.0), FASTEST * np.maximum(-image, 0.0)
    net.simulate(2000.0)
    on.rates, off.rates = 1.0, 1.0
    net.simulate(500.0)


def fields(net):
    """Return metrics of the receptive fields of the four cells: their dominant frequency, and its share of power."""
    on, off = (np.array(net.projection(side).w) for side in ("on", "off"))
    power = np.abs(np.fft.fft2((on - off).reshape(4, SIDE, SIDE))) ** 2
    power[:, 0, 0] = 0.0
    cycles = np.fft.fftfreq(SIDE, 1.0 / SIDE)
    frequencies = np.hypot(*np.meshgrid(cycles, cycles)).ravel()
    flat = power.reshape(4, -1)
    return {
        "peak_freq_cycles": frequencies[flat.argmax(axis=1)],
        "orientation_selectivity": 2.0 * flat.max(axis=1) / flat.sum(axis=1),
        "w_on_mean": on.mean(axis=1),
        "w_on_std": on.std(axis=1),
    }


def compare(name, theirs, ours):
    """Assert that means over cells or epochs agree, see `bands.check`; or those of two networks, see `NETWORKS`."""
    theirs = np.ravel(theirs)
    if name in NETWORKS:
        assert abs(np.mean(ours) - theirs.mean()) <= ERRORS * np.sqrt(2.0) * NETWORKS[name], name
        return
    band = {"mean": theirs.mean(), "std": theirs.std(ddof=1) if theirs.size > 1 else None, "n": theirs.size}
    assert errors(name, band, list(ours)) <= ERRORS, name


@pytest.mark.slow
def test_sorf():
    """Oracle: one run of ANNarchy; the fields become gratings of the frequency that was shown, cells fire at 10 Hz.

    20 epochs of 40 gratings, one seed, in single precision. The four cells are alike, and so are epochs after the
    first, so a cell and an epoch are the samples, but for the weights at the end; means differ by no more than 4
    standard errors.
    """
    bands, net, draw = BANDS["SORF"], network(), np.random.default_rng(1)
    net.compile()
    epochs = int(bands["epochs"]["mean"])
    assert bands["stimuli"]["mean"] == epochs * GRATINGS
    before, rates = fields(net), []
    for _ in range(epochs):
        for index in draw.permutation(GRATINGS):
            show(net, grating(index))
        rates.append([np.mean(net.population(name).r) for name in ("exc", "inh")])
    exc, inh = np.transpose(rates)
    for when, found in (("before", before), ("after", fields(net))):
        for metric, values in found.items():
            compare(f"{when}.{metric}", [bands[f"{when}.n{cell}.{metric}"]["mean"] for cell in range(4)], values)
    compare("rE_series", bands["rE_series"]["mean"][2:], exc[1:])
    compare("rE_last", bands["rE_last"]["mean"], exc[1:])
    compare("rI_last", bands["rI_last"]["mean"], inh[1:])
