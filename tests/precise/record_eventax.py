"""Record first spike times of a layer of Eventax 0.1.0, and their derivatives by weights, for `test_eventax.py`.

    $EVENTAX_PYTHON tests/precise/record_eventax.py        # writes tests/golden/eventax_layer.json

Needs `eventax` and nothing of jaxsnn. Eventax integrates from event to event and differentiates by the implicit
function theorem.
"""

import json
from importlib.metadata import version
from pathlib import Path

import diffrax
import equinox
import jax
import numpy as np
import optimistix
from eventax.evnn import FFEvNN
from eventax.neuron_models import LIF

GOLDEN = Path(__file__).parent.parent / "golden" / "eventax_layer.json"
TAU, TAU_SYN, THRESHOLD = 20.0, 5.0, 1.0  # ms, ms, without unit
TIMES = [[1.0], [4.0], [7.0]]  # of the inputs, ms


def main() -> None:
    """Record the layer and write the file."""
    jax.config.update("jax_enable_x64", True)
    weights = np.random.default_rng(0).uniform(2.0, 5.0, (len(TIMES), 4))
    layer = FFEvNN(
        [weights.shape[1]],
        len(TIMES),
        LIF,
        max_solver_time=40.0,
        key=jax.random.key(0),
        solver_stepsize=0.1,
        max_event_steps=20,
        output_no_spike_value=np.inf,
        root_finder=optimistix.Newton(1e-12, 1e-12, optimistix.rms_norm),
        solver=diffrax.Tsit5(),
        dtype=np.float64,
        thresh=THRESHOLD,
        tsyn=TAU_SYN,
        tmem=TAU,
        init_weights=np.concatenate([np.zeros((4, 4)), weights]),
        init_bias=0.0,
    )

    def times(w):
        rows = layer.neuron_model.weights.at[4:].set(w)
        own = equinox.tree_at(lambda x: x.neuron_model.weights, layer, rows)
        return own.ttfs(jax.numpy.asarray(TIMES))

    found = {
        "_meta": {"by": f"Eventax {version('eventax')}, tests/precise/record_eventax.py"},
        "parameters": {"tau": TAU, "tau_syn": TAU_SYN, "threshold": THRESHOLD},
        "times": TIMES,
        "weights": weights.tolist(),
        "spikes": times(weights).tolist(),
        "derivatives": jax.jacrev(times)(weights).tolist(),  # (neurons, inputs, neurons)
    }
    GOLDEN.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(x)}" for k, x in found.items()) + "\n}\n")


if __name__ == "__main__":
    main()
