"""The notebooks on BOLD monitoring (Maith et al. 2022, doi:10.3389/fninf.2022.790966), with a model of one's own."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.extensions.bold import BoldModel, BoldMonitor, balloon_RN

from ..equations.running import golden

ANNARCHY = golden("bold_notebook")

DAVIS = BoldModel(
    parameters="""
        second = 1000.0 ; phi = 1.0 ; kappa = 1/1.54 ; gamma = 1/2.46 ; E_0 = 0.34
        M = 0.062 ; alpha2 = 0.14 ; beta = 0.91
    """,
    equations="""
        I_CBF = sum(I_CBF)                                               : init=0
        ds/dt = (phi * I_CBF - kappa * s - gamma * (f_in - 1)) / second   : init=0
        df_in/dt = s / second                                            : init=1, min=0.01
        E = 1 - (1 - E_0)**(1 / f_in)                                    : init=0.34
        r = f_in * E / E_0
        BOLD = M * (1 - f_in**alpha2 * (r / f_in)**beta)                 : init=0
    """,
    inputs="I_CBF",
)


@pytest.mark.slow
def test_a_period_of_more_noise_in_one_of_two_populations():
    """Oracle: one run of ANNarchy 4.8.2, within 4 standard deviations of our 8 seeds, and of their mean."""
    net = snn.Network(dt=1.0, seed=1)
    pops = [net.create(100, snn.Izhikevich(noise=5.0), name=name) for name in ("first", "second")]
    for pop in pops:
        pop.compute_firing_rate(100.0)
    options = {"normalize_input": 2000, "recorded_variables": ["BOLD", "I_CBF"]}
    recorded = [BoldMonitor(pops, model, **options) for model in (balloon_RN(), DAVIS)]
    rates = [net.monitor(pop, "r", period=10.0) for pop in pops]
    net.compile()

    def run(net):
        first = net.get(pops[0])
        net.simulate(1000.0)
        for m in net.get(recorded):
            m.start()
        for duration, noise in ((5000.0, 5.0), (5000.0, 7.5), (10000.0, 5.0)):
            first.noise = noise
            net.simulate(duration)
        bold, davis = (100.0 * m.get("BOLD")[:, 0].astype(float) for m in net.get(recorded))
        inputs = net.get(recorded[0]).get("I_CBF")[:, 0]
        assert (inputs[:2000] == 0.0).all()
        r0, r1 = (m.get("r").mean(axis=1)[100:] for m in net.get(rates))  # after start, every 10 ms
        return {
            "fr0_low": r0[:500].mean(),
            "fr0_high": r0[510:1000].mean(),
            "fr1": r1.mean(),
            "I_low": inputs[2000:5000].mean(),
            "I_high": inputs[5100:10000].mean(),
            "I_low_std": inputs[2000:5000].std(),
            "bold_max_pct": bold.max(),
            "bold_argmax_ms": bold.argmax(),
            "bold_min_after_pct": bold[bold.argmax() :].min(),
            "bold_argmin_ms": bold.argmax() + bold[bold.argmax() :].argmin(),
            "davis_max_pct": davis.max(),
            "davis_argmax_ms": davis.argmax(),
            "davis_min_after_pct": davis[davis.argmax() :].min(),
            "trace_bold": bold[np.linspace(0, 19999, 50).astype(int)],
        }

    runs = net.parallel_run(run, number=8)
    for metric in runs[0]:
        ours, theirs = np.array([r[metric] for r in runs]), np.array(ANNARCHY[metric])
        spread = np.sqrt(np.mean(ours.var(axis=0, ddof=1)) * (1 + 1 / len(runs)))
        distance = np.abs(ours.mean(axis=0) - theirs).max() / spread
        print(f"{metric:20}{np.mean(ours):10.5g} ± {spread:<8.2g} {np.mean(theirs):10.5g} {distance:6.1f}")
        assert distance < 4.0, metric
