"""The notebook NeuralField: a bubble of activity follows an input that moves on a circle, after Rougier & Vitay (2006,
doi:10.1016/j.neunet.2005.04.004)."""

import numpy as np
import pytest

import jaxsnn as snn

from .bands import check

SIZE, WIDTH, PERIOD = 20, 2.0, 5000.0
X, Y = np.meshgrid(np.arange(SIZE), np.arange(SIZE), indexing="ij")

SOURCE = snn.Neuron(
    parameters=f"x = 0.0 ; y = 0.0 ; half = {SIZE / 2.0} : population ; period = {PERIOD} : population",
    equations=f"""
        angle = 2.0 * pi * t / period : population
        cx = half * (1.0 + 0.5 * cos(angle)) : population
        cy = half * (1.0 + 0.5 * sin(angle)) : population
        r = exp(-((x - cx)^2 + (y - cy)^2) / {2.0 * WIDTH**2}) + Uniform(-0.5, 0.5) : min = 0.0
    """,
)
FIELD = snn.Neuron(
    parameters="tau = 10.0 : population",
    equations="tau * dr/dt + r = sum(exc) + sum(inh) + Uniform(-0.5, 0.5) : min = 0.0, max = 1.0",
)


def distances(r, steps):
    """Return how far the centre of mass of the field is from the bubble at each step, cells."""
    angle, mass = 2.0 * np.pi * steps / PERIOD, r.sum(axis=1)
    cx, cy = (SIZE / 2.0 * (1.0 + 0.5 * f(angle)) for f in (np.cos, np.sin))
    return np.hypot(r @ X.ravel() / mass - cx, r @ Y.ravel() / mass - cy)


@pytest.mark.slow
def test_neural_field():
    """Oracle: ANNarchy over 3 seeds; one bubble, which lags behind by the delay of 20 ms and its inertia.

    3 s with 12 seeds, in single precision; means differ by no more than 4 standard errors, see `bands.check`.
    """
    net = snn.Network(dt=1.0, seed=1)
    source, field = net.create((SIZE, SIZE), SOURCE, name="source"), net.create((SIZE, SIZE), FIELD, name="field")
    source.set({"x": X, "y": Y})
    net.connect(source, field, "exc", name="forward").one_to_one(weights=1.0, delays=20.0)
    lateral = net.connect(field, field, "inh", name="lateral")
    lateral.dog(amp_pos=0.2, sigma_pos=0.1, amp_neg=0.1, sigma_neg=0.7)
    monitor = net.monitor(field, "r")
    net.compile()
    weights = lateral.connectivity_matrix()

    def run(net):
        net.simulate(3000.0)
        r = net.get(monitor).get("r").reshape(3000, -1)[519::20].astype(float)  # every 20 ms, as in ANNarchy's runs
        errors = distances(r, np.arange(519, 3000, 20))
        return {
            "com_error_mean": errors.mean(),
            "com_error_std": errors.std(),
            "frac_active_gt_0p5": np.mean(r > 0.5),
            "r_max": r.max(axis=1).mean(),
            "nb_lat_syn": lateral.nb_synapses,
            "lat_w_min": weights.min(),
            "lat_w_max": weights.max(),
            "W_210": weights[210, 200:220],
        }

    check("NeuralField", net.parallel_run(run, number=12))
