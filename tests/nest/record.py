"""Record what models of NEST 3.10 do, for the tests of this folder.

    $NEST_PYTHON tests/nest/record.py        # writes tests/golden/nest_traces.json

Needs `nest-simulator` and nothing of jaxsnn. What is recorded stands in `recipes.py`.
"""

import json
from pathlib import Path

import nest
import numpy as np
from recipes import COARSE, CURRENTS, END, EVERY, EXC, FINE, INH, NEURONS, POST, PRE, SWITCH, SYNAPSES, TUM, Neuron

GOLDEN = Path(__file__).parent.parent / "golden" / "nest_traces.json"


def main() -> None:
    """Record all models and write the file."""
    nest.verbosity = nest.VerbosityLevel.ERROR
    traces = {**cells_of(COARSE), **cells_of(FINE), **synapses(), **depressing_pair()}
    meta = {
        "by": f"NEST {nest.__version__}, tests/nest/record.py",
        "times": {"exc": EXC, "inh": INH, "pre": PRE, "post": POST},
        "switch": SWITCH,
        "end": END,
        "every": EVERY,
    }
    lines = [f"{json.dumps(name)}: {json.dumps(trace)}" for name, trace in {"_meta": meta, **traces}.items()]
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def cells_of(dt: float) -> dict[str, dict]:
    """Return the traces of all neurons with this resolution, which run side by side."""
    start(dt)
    models = {name: model for name, model in NEURONS.items() if model.dt == dt}
    cells = {name: nest.Create(name, params=model.parameters) for name, model in models.items()}
    sources = [nest.Create("spike_generator", params={"spike_times": times}) for times in (EXC, INH)]
    before = {name: cell.get() for name, cell in cells.items()}
    instruments = {name: instrument(models[name], cells[name], sources) for name in models}
    for part, duration in enumerate((SWITCH, END - SWITCH)):
        for name, model in models.items():
            cells[name].I_e = model.current[part]
        nest.Simulate(duration)
    return {name: trace(models[name], before[name], *instruments[name]) for name in models}


def start(dt: float) -> None:
    """Forget everything, with another resolution."""
    nest.ResetKernel()
    nest.resolution = dt


def instrument(model: Neuron, cell, sources):
    """Connect a neuron to its input, a multimeter and a spike recorder; return the last two."""
    for source, weight in zip(sources, model.weights, strict=True):
        nest.Connect(source, cell, syn_spec={"weight": weight, "delay": model.delay * model.dt})
    meter = nest.Create("multimeter", params={"interval": EVERY, "record_from": list(model.record)})
    recorder = nest.Create("spike_recorder")
    nest.Connect(meter, cell, syn_spec={"delay": model.dt})
    nest.Connect(cell, recorder, syn_spec={"delay": model.dt})
    return meter, recorder


def trace(model: Neuron, before: dict, meter, recorder) -> dict:
    """Return what a neuron did, and the parameters and initial values in its status before that."""
    return {
        "dt": model.dt,
        "weights": model.weights,
        "current": model.current,
        "parameters": numbers(before),
        "times": listed(meter.events["times"]),
        "values": {name: listed(meter.events[name]) for name in model.record},
        "spikes": listed(recorder.events["times"]),
    }


def numbers(status: dict) -> dict[str, float]:
    """Return the finite numbers of the status of a neuron; an element of its own counts as a number."""
    flat = {name: x[0] if np.shape(x) == (1,) else x for name, x in status.items() if not isinstance(x, str | bool)}
    single = {name: float(x) for name, x in flat.items() if isinstance(x, int | float)}
    return {name: x for name, x in single.items() if np.isfinite(x) and abs(x) < 1e300}


def listed(values) -> list[float]:
    """Return numbers with 14 digits, more than the tests compare."""
    return [float(f"{x:.14g}") for x in values]


def synapses() -> dict[str, dict]:
    """Return the weights that `stdp_synapse` and `tsodyks2_synapse` transmit, spike by spike."""
    return {name: plastic(name, parameters) for name, parameters in SYNAPSES.items()}


def plastic(name: str, parameters: dict[str, float]) -> dict:
    """Return the weights that one synapse between two relays transmits."""
    start(COARSE)
    witness = nest.Create("weight_recorder")
    nest.CopyModel(name, "recorded", {"weight_recorder": witness})
    pre, post = relay(PRE), relay(POST)
    nest.Connect(pre, post, syn_spec={"synapse_model": "recorded", "delay": 1.0, "receptor_type": 1, **parameters})
    nest.Simulate(END + 5.0)
    known = {**parameters, "tau_minus": post.tau_minus}
    if name == "stdp_synapse":
        known["tau_plus"] = nest.GetDefaults(name)["tau_plus"]
    return {"parameters": known, "delay": 1.0, "weights": listed(witness.events["weights"])}


def relay(times: list[float]):
    """Return a neuron that spikes at these times: what its source emits a step before."""
    source = nest.Create("spike_generator", params={"spike_times": [round(t - COARSE, 6) for t in times]})
    cell = nest.Create("parrot_neuron")
    nest.Connect(source, cell, syn_spec={"delay": COARSE})
    return cell


def depressing_pair() -> dict[str, dict]:
    """Return the current that one `iaf_tum_2000` causes in another by the synapses that it models."""
    start(COARSE)
    pre, post = (nest.Create("iaf_tum_2000", params=TUM) for _ in range(2))
    pre.I_e = 700.0
    nest.Connect(pre, post, syn_spec={"weight": 400.0, "delay": COARSE, "receptor_type": 1})
    model = Neuron(COARSE, (400.0, 0.0), (700.0, 700.0), CURRENTS, TUM)
    before = pre.get()
    meter = nest.Create("multimeter", params={"interval": EVERY, "record_from": CURRENTS})
    recorder = nest.Create("spike_recorder")
    nest.Connect(meter, post, syn_spec={"delay": COARSE})
    nest.Connect(pre, recorder, syn_spec={"delay": COARSE})
    nest.Simulate(END)
    return {"iaf_tum_2000_pair": trace(model, before, meter, recorder)}


if __name__ == "__main__":
    main()
