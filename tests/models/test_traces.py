"""The built-in spiking neurons against traces of ANNarchy, in double and in single precision.

The traces have delays of 15 steps (excitation) and 1 step (inhibition), those of `pynn_IF_cond_exp` 20 and 40 steps;
here every synapse takes one step and the input spikes come later instead.
"""

from functools import cache

import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn import models

from ..cases import quick
from ..equations.running import golden

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

TRACES = {name: trace for name, trace in golden("neuron_traces").items() if name != "_meta"}
RTOL = 1e-9  # `_meta.tolerance_hint` of golden.json; spike steps exact

# Which neurons of the networks below a trace belongs to: population and rank.
COARSE = {  # dt = 0.1 ms
    "IF_curr_exp_spikes": ("IF_curr_exp", 0),
    "IF_curr_exp_spikes_plus_step": ("IF_curr_exp", 1),
    "IF_cond_exp_spikes": ("IF_cond_exp", 0),
    "IF_cond_exp_spikes_plus_step": ("IF_cond_exp", 1),
    "IF_curr_alpha_spikes": ("IF_curr_alpha", 0),
    "IF_curr_alpha_spikes_plus_step": ("IF_curr_alpha", 1),
    "IF_cond_alpha_spikes": ("IF_cond_alpha", 0),
    "EIF_cond_exp_isfa_ista_spikes": ("EIF_cond_exp_isfa_ista", 0),
    "EIF_cond_exp_isfa_ista_spikes_plus_step": ("EIF_cond_exp_isfa_ista", 1),
    "EIF_cond_alpha_isfa_ista_spikes_plus_step": ("EIF_cond_alpha_isfa_ista", 1),
    "HH_cond_exp_spikes": ("HH_cond_exp", 0),
    "HH_cond_exp_spikes_plus_step": ("HH_cond_exp", 1),
    "pynn_IF_cond_exp": ("pynn", 0),
}
QUICK = ("IF_curr_exp", "IF_cond_exp")  # whose traces are compared by default, in a network of their own
FINE = {"HH_notebook": ("HodgkinHuxley", 0), "HH_cond_exp_I0.2": ("HH_cond_exp", 0)}  # dt = 0.01 ms

NEURONS = {
    "IF_curr_exp": models.IF_curr_exp(tau_refrac=2.0),
    "IF_cond_exp": models.IF_cond_exp(tau_refrac=2.0),
    "IF_curr_alpha": models.IF_curr_alpha(tau_refrac=2.0),
    "IF_cond_alpha": models.IF_cond_alpha(tau_refrac=2.0),
    "EIF_cond_exp_isfa_ista": models.EIF_cond_exp_isfa_ista(),
    "EIF_cond_alpha_isfa_ista": models.EIF_cond_alpha_isfa_ista(),
    "HH_cond_exp": models.HH_cond_exp(annarchy_rates=True),
}
TRAINS = {
    "exc": [10, 20, 25, 30, 31, 32, 33, 50, *range(60, 69), *range(90, 101)],
    "inh": [15, 40, 62, 70, 110],
}
PYNN_TRAINS = {"exc": range(5, 100, 10), "inh": range(155, 250, 10)}
PYNN_VALUES = TRACES["pynn_IF_cond_exp"]["parameters"]


def test_every_trace_has_its_neuron():
    assert sorted({**COARSE, **FINE}) == sorted(TRACES)


def _feed(net, population, trains, delays: dict[str, int], weights: dict[str, float]) -> None:
    """Connect one source per target whose spikes arrive `delays` steps after their times."""
    for target, times in trains.items():
        late = [t + (delays[target] - 1) * 0.1 for t in times]
        source = net.create(snn.inputs.SpikeSourceArray(late), name=f"{population.name}_{target}_source")
        net.connect(source, population, target=target).all_to_all(weights=weights[target])


def _pynn(net):
    """Create the neuron of the comparison with PyNN, with its inputs."""
    P = net.create(1, models.IF_cond_exp, name="pynn")
    P.set(PYNN_VALUES)
    _feed(net, P, PYNN_TRAINS, {"exc": 20, "inh": 40}, {"exc": 0.006, "inh": 0.02})
    return P


@cache
def coarse(precision: str, quick: bool):
    """Return what the neurons of traces at dt = 0.1 ms do, by population: one network, two neurons per model.

    Args:
        precision: of the network.
        quick: whether of the quick models, or of the others.
    """
    assert jnp.result_type(float).name == precision
    net = snn.Network(dt=0.1, seed=0)
    populations = {
        name: net.create(2, neuron, name=name) for name, neuron in NEURONS.items() if (name in QUICK) is quick
    }
    for name, P in populations.items():
        stated = next(TRACES[trace]["parameters"] for trace, (owner, _) in COARSE.items() if owner == name)
        _feed(net, P, TRAINS, {"exc": 15, "inh": 1}, {"exc": stated["w_exc"], "inh": stated["w_inh"]})
    others = [] if quick else [_pynn(net)]
    monitors = {x.name: net.monitor(x, [*x.variables, "spike"]) for x in (*populations.values(), *others)}
    net.compile()
    net.simulate(20.0)
    for name, P in populations.items():
        P.i_offset = [0.0, 1.0 if name.startswith("EIF") else 0.5]
    net.simulate(100.0)
    for P in populations.values():
        P.i_offset = 0.0
    net.simulate(430.0)
    return {name: monitor.get() for name, monitor in monitors.items()}


@cache
def fine(precision: str):
    """Return what the neurons of both traces at dt = 0.01 ms do."""
    assert jnp.result_type(float).name == precision
    net = snn.Network(dt=0.01, seed=0)
    axon = net.create(1, models.HodgkinHuxley(annarchy_rates=True), name="HodgkinHuxley")
    cell = net.create(1, models.HH_cond_exp(i_offset=0.2, annarchy_rates=True), name="HH_cond_exp")
    monitors = {P.name: net.monitor(P, [*P.variables, "spike"]) for P in (axon, cell)}
    net.compile()
    net.simulate(100.0)
    axon.I = 200.0
    net.simulate(1.0)
    axon.I = 0.0
    net.simulate(100.0)
    return {name: monitor.get() for name, monitor in monitors.items()}


def found(trace: str, precision: str):
    """Return the recordings of the neuron of a trace: spike steps, and values by variable over time."""
    population, rank = COARSE.get(trace) or FINE[trace]
    records = (coarse(precision, population in QUICK) if trace in COARSE else fine(precision))[population]
    return records["spike"][rank], {name: x[:, rank] for name, x in records.items() if name != "spike"}


@pytest.mark.parametrize("trace", quick(TRACES, lambda t: (COARSE.get(t) or FINE[t])[0] in QUICK))
def test_traces_of_annarchy(trace, double):
    """Oracle: ANNarchy 4.8.2, `traces` of golden.json, in double precision.

    The absolute part, 1e-15, is for w of the adaptive neurons: it starts from v - v_rest = 5e-5 mV, where the last bit
    of v is 3e-10 of the difference. All other values reach 2e-13.
    """
    expected = TRACES[trace]
    spikes, values = found(trace, "float64")
    assert spikes == expected["spike_steps"]
    for variable, x in expected["values"].items():
        sampled = values[variable][expected["sample_steps"]]
        np.testing.assert_allclose(sampled, x, rtol=RTOL, atol=1e-15, err_msg=variable)


@pytest.mark.slow
@pytest.mark.parametrize("trace", TRACES)
def test_traces_in_single_precision(trace):
    """Oracle: the same traces. Spike steps are equal; values stay within 1e-4 of the largest of their variable.

    None of these neurons is chaotic, so a rounding error of 6e-8 per step is not amplified but added up, at worst over
    the 20100 steps of dt = 0.01 ms; 5e-5 is reached.
    """
    expected = TRACES[trace]
    spikes, values = found(trace, "float32")
    assert spikes == expected["spike_steps"]
    for variable, x in expected["values"].items():
        sampled = values[variable][expected["sample_steps"]]
        np.testing.assert_allclose(sampled, x, rtol=0, atol=1e-4 * np.max(np.abs(x)), err_msg=variable)


@pytest.mark.slow
def test_a_trace_can_fail(double):
    """The comparison above sees the rate of `HH_cond_exp` that is not ANNarchy's, and a delay of one step more."""
    net = snn.Network(dt=0.1, seed=0)
    P = net.create(1, models.HH_cond_exp, name="P")
    late = net.create(1, models.IF_curr_exp(tau_refrac=2.0), name="late")
    _feed(net, P, TRAINS, {"exc": 15, "inh": 1}, {"exc": 0.05, "inh": 0.02})
    _feed(net, late, TRAINS, {"exc": 16, "inh": 1}, {"exc": 1.0, "inh": 0.5})
    spikes = [net.monitor(x, "spike") for x in (P, late)]
    net.compile()
    net.simulate(150.0)
    assert len(spikes[0].get("spike")[0]) == 3  # one per burst of input; none with the rates of ANNarchy
    assert spikes[1].get("spike")[0] != TRACES["IF_curr_exp_spikes"]["spike_steps"]
