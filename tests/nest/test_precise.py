"""Spikes at their moments: spike times of `iaf_psc_exp_ps`, which NEST solves exactly, whatever its resolution."""

import numpy as np
import pytest

import jaxsnn as snn

from ..equations.running import golden
from ..precise.sources import CLOCK

pytestmark = pytest.mark.usefixtures("double")

GOLDEN = golden("nest_precise")
CELL = snn.Neuron(
    parameters="C_m = 1.0; tau_m = 1.0; E_L = 0.0; V_th = 0.0; V_reset = 0.0; t_ref = 0.0; tau_syn_ex = 1.0; I_e = 0.0",
    equations="""
        dV_m/dt = (E_L - V_m) / tau_m + (g_ex + I_e) / C_m : exact
        dg_ex/dt = -g_ex / tau_syn_ex : exact
    """,
    spike="V_m > V_th",
    reset="V_m = V_reset",
    refractory="t_ref",
)


def times_of(name: str, dt: float) -> np.ndarray:
    """Return the spike times of the run that NEST has recorded under this name, ms."""
    run = GOLDEN[name]
    net = snn.Network(dt=dt, seed=1, spikes="precise")
    cell = net.create(1, CELL, name="cell")
    cell.set({**run["parameters"], "I_e": run["current"], "V_m": run["parameters"]["E_L"]})
    if run["arrivals"]:
        source = net.create(len(run["arrivals"]), CLOCK, name="source")
        source.moment = np.array(run["arrivals"]) - 1.0
        net.connect(source, cell, "ex").all_to_all(weights=run["weight"], delays=1.0)
    monitor = net.monitor(cell, "spike")
    net.compile()
    net.simulate(run["end"])
    return np.array(monitor.get("spike_times")[0])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "dt"), [("constant", 1.0), ("constant", 0.3), ("inputs on the grid", 0.5)])
def test_equal_input(name, dt):
    """Oracle: NEST; a constant current, and inputs that arrive when a step begins, are exact."""
    np.testing.assert_allclose(times_of(name, dt), GOLDEN[name]["spikes"], rtol=0, atol=1e-9)


@pytest.mark.slow
def test_errors_of_inputs_between_fall_with_the_square_of_dt():
    """Oracle: NEST; spikes that arrive within a step act in two parts."""
    name = "inputs between"
    wanted = np.array(GOLDEN[name]["spikes"])
    errors = [np.abs(times_of(name, dt) - wanted).mean() for dt in (0.2, 0.1, 0.05)]
    assert errors[-1] < 1e-3, errors
    assert errors[-1] < errors[0] / 10.0, errors
