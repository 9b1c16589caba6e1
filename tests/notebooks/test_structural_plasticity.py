"""The notebook StructuralPlasticity: neurons that are active together connect, others lose their synapses."""

import numpy as np
import pytest

import jaxsnn as snn

from ..equations.running import golden

SEEDS, SIZE = 6, 100

NEURON = snn.Neuron(
    parameters="tau = 10.0 : population\n baseline = 0.0",
    equations="tau * dr/dt + r = baseline + sum(exc) : min = 0.0",
)
SYNAPSE = snn.Synapse(
    parameters="T = 10000 : int, projection",
    equations="age = if pre.r * post.r > 1.0: 0 else: age + 1 : int",
    creating="pre.r * post.r > 1.0 : proba = 0.1, w = 0.01",
    pruning="age > T : proba = 0.2",
)
HALVES = slice(0, SIZE // 2), slice(SIZE // 2, SIZE)


def metrics(projection) -> dict[str, float]:
    weights = projection.connectivity_matrix(np.nan)
    there = ~np.isnan(weights)
    a, b = HALVES
    return {
        "n": there.sum(),
        "within": (there[a, a].mean() + there[b, b].mean()) / 2,
        "across": (there[a, b].mean() + there[b, a].mean()) / 2,
        "diag": np.trace(there),
        "w_max": np.nanmax(weights),
    }


@pytest.mark.slow
def test_structural_plasticity():
    """Oracle: one run of ANNarchy: within 4 standard deviations of ours over seeds, and exact where all agree.

    Twenty trials, in each of which either half of the population is active for 1 s.
    """
    net = snn.Network(dt=1.0, seed=1)
    pop = net.create(SIZE, NEURON, name="pop")
    proj = net.connect(pop, pop, "exc", SYNAPSE, name="proj").fixed_probability(0.1, weights=0.01)
    net.compile()

    def run(net):
        population, projection = net.get(pop), net.get(proj)
        found = {f"before.{k}": x for k, x in metrics(projection).items()}
        projection.start_creating(period=100.0)
        projection.start_pruning(period=100.0)
        for trial in range(1, 21):
            for half in HALVES:
                population[half].baseline = 1.0
                net.simulate(1000.0)
                population.baseline = 0.0
                net.simulate(100.0)
            if trial in (1, 5, 10, 20):
                found |= {f"trial{trial}.{k}": x for k, x in metrics(projection).items()}
        return found

    runs, theirs = net.parallel_run(run, number=SEEDS), golden("structural_plasticity")
    assert set(runs[0]) == set(theirs)
    for name, expected in theirs.items():
        ours = np.array([run[name] for run in runs], float)
        allowed = 4.0 * ours.std(ddof=1) * np.sqrt(1.0 + 1.0 / SEEDS) + 1e-4 * (
            name.endswith(("within", "across", "w_max"))
        )
        print(f"{name:16} {ours.mean():10.4f} ± {ours.std(ddof=1):<8.2g} {expected:10.4f}")
        assert abs(ours.mean() - expected) <= allowed, name
