"""Record spike times of `iaf_psc_exp_ps` of NEST 3.10, whose spikes stand at their moments, for `test_precise.py`.

$NEST_PYTHON tests/nest/record_precise.py        # writes tests/golden/nest_precise.json
"""

import json
from pathlib import Path

import nest

GOLDEN = Path(__file__).parent.parent / "golden" / "nest_precise.json"
# name: resolution (ms), current (pA), moments at which inputs arrive (ms), their weight (pA), end (ms)
RUNS = {
    "constant": (1.0, 420.0, [], 0.0, 200.0),
    "inputs on the grid": (0.1, 300.0, [11.0, 16.0, 41.0, 42.0, 71.0], 1500.0, 120.0),
    "inputs between": (0.1, 300.0, [11.0437, 16.1262, 41.0311, 42.0777, 71.5191], 1500.0, 120.0),
}


def spikes_of(dt: float, current: float, arrivals: list[float], weight: float, end: float) -> dict:
    """Return what was given, and the spike times, ms."""
    nest.ResetKernel()
    nest.resolution = dt
    cell = nest.Create("iaf_psc_exp_ps", params={"I_e": current})
    before = cell.get()
    recorder = nest.Create("spike_recorder")
    nest.Connect(cell, recorder, syn_spec={"delay": dt})
    if arrivals:
        given = {"spike_times": [round(t - 1.0, 6) for t in arrivals], "precise_times": True}
        source = nest.Create("spike_generator", params=given)
        nest.Connect(source, cell, syn_spec={"weight": weight, "delay": 1.0})
    nest.Simulate(end)
    names = ("C_m", "tau_m", "E_L", "V_th", "V_reset", "t_ref", "tau_syn_ex")
    return {
        "current": current,
        "arrivals": arrivals,
        "weight": weight,
        "end": end,
        "parameters": {name: before[name] for name in names},
        "spikes": [float(t) for t in recorder.events["times"]],
    }


if __name__ == "__main__":
    nest.verbosity = nest.VerbosityLevel.ERROR
    found = {"_meta": {"by": f"NEST {nest.__version__}, tests/nest/record_precise.py"}}
    found |= {name: spikes_of(*run) for name, run in RUNS.items()}
    GOLDEN.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(x)}" for k, x in found.items()) + "\n}\n")
