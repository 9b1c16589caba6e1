"""The notebook RC: an echo-state network (Jaeger 2001), two trials at each of two gains, and a linear read-out."""

import numpy as np
import pytest

import jaxsnn as snn

from .bands import check

CELLS, MS = 400, 3000
TARGET = np.sin(np.linspace(0.0, 20.0, MS))

NEURON = snn.Neuron(
    parameters="tau = 30.0 : population ; g = 1.0 : population ; noise = 0.01 : population",
    equations="""
        tau * dx/dt + x = sum(in) + g * sum(exc) + noise * Uniform(-1.0, 1.0)
        r = tanh(x)
    """,
)


def trial(net, monitor):
    """Return the rates of 3 s, with an input from 100 to 200 ms, (steps, cells)."""
    P, source = net.population("P"), net.population("source")
    P.x, P.r = 0.0, 0.0
    for value, duration in ((0.0, 100.0), (1.0, 100.0), (0.0, MS - 200.0)):
        source.r = value
        net.simulate(duration)
    return net.get(monitor).get("r").astype(float)


def activity(g, first, second):
    """Return how active two trials are, and how they diverge, in which only the noise differs."""
    size, difference = np.abs(first).mean(axis=1), np.abs(first - second).mean(axis=1)
    return {
        f"g{g}.mean_abs_r_150": size[150],
        f"g{g}.mean_abs_r_late": size[2000:].mean(),
        f"g{g}.mean_abs_diff_500": difference[500],
        f"g{g}.mean_abs_diff_1000": difference[1000],
        f"g{g}.mean_abs_diff_late": difference[2000:].mean(),
    }


def read_out(first, second):
    """Return how well a ridge regression on the first trial reads the target out of both."""
    weights = np.linalg.solve(first.T @ first + np.eye(CELLS), first.T @ TARGET)
    fitted, tested = first @ weights, second @ weights
    return {
        "ridge1_train_mse": np.mean((fitted - TARGET) ** 2),
        "ridge1_test_mse": np.mean((tested - TARGET) ** 2),
        "ridge1_test_corr": np.corrcoef(tested, TARGET)[0, 1],
    }


@pytest.mark.slow
def test_echo_state_network():
    """Oracle: ANNarchy over 5 seeds; activity dies at a gain of 0.9, goes on at 1.5, where trials drift apart.

    Two trials of 3 s at each gain with 16 seeds, in single precision; means differ by no more than 4 standard errors,
    see `bands.check`.
    """
    net = snn.Network(dt=1.0, seed=1)
    source = net.create(snn.inputs.InputArray(1), name="source")
    P = net.create(CELLS, NEURON, name="P")
    net.connect(source, P, "in", name="in").all_to_all(snn.Uniform(-1.0, 1.0))
    recurrent = net.connect(P, P, "exc", name="recurrent").all_to_all(snn.Normal(0.0, 1.0 / np.sqrt(CELLS)))
    monitor = net.monitor(P, "r")

    def run(net):
        eigenvalues = np.linalg.eigvals(net.get(recurrent).connectivity_matrix())
        found = {"spectral_radius_Wrec": np.abs(eigenvalues).max()}
        for g in (0.9, 1.5):
            net.population("P").g = g
            first, second = trial(net, monitor), trial(net, monitor)
            found |= activity(g, first, second)
        return found | read_out(first, second)

    check("RC", net.parallel_run(run, number=16))
