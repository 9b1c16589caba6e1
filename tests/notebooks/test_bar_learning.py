"""The notebook BarLearning: features of bars by Oja's rule with lateral inhibition (Foeldiak 1990,
doi:10.1007/BF02331346)."""

import numpy as np
import pytest

import jaxsnn as snn

from .bands import check

SIDE, FEATURES = 8, 32
BARS = np.array(
    [np.eye(SIDE)[i][:, None] * np.ones(SIDE) for i in range(SIDE)]
    + [np.eye(SIDE)[i] * np.ones((SIDE, 1)) for i in range(SIDE)]
)

NEURON = snn.Neuron(
    parameters="tau = 10.0 : population",
    equations="tau * dr/dt + r = sum(exc) - sum(inh) : min = 0.0",
)
OJA = snn.Synapse(
    parameters="tau = 2000.0 : projection ; alpha = 8.0 : projection ; min_w = 0.0 : projection",
    equations="tau * dw/dt = pre.r * post.r - alpha * post.r^2 * w : min = min_w",
)


def features(w, lateral):
    """Return what was learned: (features, inputs) weights, and the mean of the lateral ones."""
    correlations = np.corrcoef(w, BARS.reshape(2 * SIDE, -1))[:FEATURES, FEATURES:]
    return {
        "n_bars_covered_0p9": np.sum(correlations.max(axis=0) > 0.9),
        "n_neurons_selective_0p9": np.sum(correlations.max(axis=1) > 0.9),
        "mean_best_corr": correlations.max(axis=1).mean(),
        "w_mean": w.mean(),
        "w_max": w.max(),
        "lat_mean": lateral,
    }


@pytest.mark.slow
def test_bar_learning():
    """Oracle: ANNarchy over 3 seeds; one bar after another gets a feature, 14 of 16 after 3000 trials.

    3000 trials of 50 ms with 8 seeds, in single precision; means differ by no more than 4 standard errors, see
    `bands.check`.
    """
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.InputArray((SIDE, SIDE)), name="source")
    P = net.create((8, 4), NEURON, name="P")
    forward = net.connect(source, P, "exc", OJA, name="forward").all_to_all(snn.Uniform(-0.5, 0.5))
    lateral = net.connect(P, P, "inh", OJA, name="lateral").all_to_all(snn.Uniform(0.0, 1.0))
    forward.min_w, lateral.alpha = -10.0, 0.3
    shown = np.random.default_rng(1).random((8, 3000, 2 * SIDE)) < 1.0 / SIDE

    def run(net, shown):
        found = {}
        for trial, bars in enumerate(shown, start=1):
            net.get(source).r = np.any(BARS[bars], axis=0).astype(float)
            net.simulate(50.0)
            if trial in (100, 500, 1000, 2000, 3000):
                w, inhibition = np.array(net.get(forward).w), np.concatenate(net.get(lateral).w)
                found |= {f"t{trial}.{k}": value for k, value in features(w, inhibition.mean()).items()}
        return found

    check("BarLearning", net.parallel_run(run, number=8, shown=shown))
