"""The notebook BasalGanglia: four stimuli and two answers, learned from rewards (after Vitay & Hamker 2010,
doi:10.3389/fncom.2010.00013)."""

import numpy as np
import pytest

import jaxsnn as snn

from .bands import check

TRIALS = 100

STRIATAL = snn.Neuron(
    parameters="tau = 10.0 : population ; noise = 0.1 : population",
    equations="""
        tau * dv/dt + v = sum(exc) - sum(inh) + noise * Uniform(-1.0, 1.0)
        r = clip(v, 0.0, 1.0)
    """,
)
PALLIDAL = snn.Neuron(
    parameters="tau = 10.0 : population ; baseline = 1.0",
    equations="tau * dv/dt + v = baseline - sum(inh) ; r = pos(v)",
)
REWARDED = snn.Synapse(
    parameters="eta = 0.1 : projection ; alpha = 0.5 : projection ; dopamine = 0.0 : projection",
    equations="w += eta * (dopamine * pre.r * post.r - alpha * w * post.r * post.r) : min = 0.0",
)


def outcome(correct, w):
    """Return the metrics of a run.

    Args:
        correct: whether each answer was right.
        w: (striatal cells, stimuli), weights at the end; A and B belong to the left answer, that of the first half.
    """
    preference = w[:, :2].mean(axis=1) - w[:, 2:].mean(axis=1)
    streaks = np.convolve(correct, np.ones(8))[7:TRIALS] == 8
    return {
        "acc_first20": correct[:20].mean(),
        "acc_last40": correct[-40:].mean(),
        "mean_reward": (2.0 * correct - 1.0).mean(),
        "trials_to_8_correct": np.flatnonzero(streaks)[0],
        "w_left_ABminusCD": preference[:5].mean(),
        "w_right_ABminusCD": preference[5:].mean(),
        "w_max": w.max(),
    }


@pytest.mark.slow
def test_basal_ganglia():
    """Oracle: ANNarchy over 10 seeds; after some errors all answers are right, and the halves prefer their stimuli.

    100 trials of 100 ms with 32 seeds, in single precision; means differ by no more than 4 standard errors, see
    `bands.check`.
    """
    net = snn.Network(dt=1.0, seed=1)
    cortex = net.create(snn.inputs.InputArray(4), name="cortex")
    striatum, gpi = net.create(10, STRIATAL, name="striatum"), net.create(2, PALLIDAL, name="gpi")
    learned = net.connect(cortex, striatum, "exc", REWARDED, name="learned").all_to_all(snn.Uniform(0.0, 0.5))
    net.connect(striatum, striatum, "inh", name="competition").all_to_all(0.6)
    for side, half in enumerate((striatum[:5], striatum[5:])):
        net.connect(half, gpi[side], "inh", name=f"side_{side}").all_to_all(1.0)

    def trial(net, stimulus):
        synapses, source = net.get(learned), net.get(cortex)
        source.r, synapses.dopamine = 0.0, 0.0
        net.simulate(40.0)
        source.r = np.eye(4)[stimulus]
        net.simulate(50.0)
        correct = np.argmin(net.get(gpi).r) == stimulus // 2
        synapses.dopamine = 1.0 if correct else -1.0
        net.simulate(10.0)
        return correct

    def run(net):
        correct = np.array([trial(net, i % 4) for i in range(TRIALS)])
        return outcome(correct, np.array(net.get(learned).w))

    check("BasalGanglia", net.parallel_run(run, number=32))
