"""Record graphs that spyx 1.0.0 writes, and the spikes of its networks, for the tests of this folder.

    $SPYX_PYTHON tests/nir/record_spyx.py      # writes tests/golden/nir/spyx_*.nir and *.npz

Needs `spyx` and `nir`, and nothing of jaxsnn.
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import nir
import numpy as np
import spyx
from flax import nnx

GOLDEN = Path(__file__).parent.parent / "golden" / "nir"
STEPS = 60


def linear(n: int, m: int, rngs: nnx.Rngs, gain: float = 1.5) -> nnx.Linear:
    """Return weights large enough for spikes."""
    layer = nnx.Linear(n, m, rngs=rngs)
    layer.kernel[...] = layer.kernel[...] * gain
    layer.bias[...] = jax.random.uniform(rngs.params(), (m,)) * 0.1
    return layer


def record(name: str, neurons, rngs: nnx.Rngs) -> None:
    """Write a graph, the input and the spikes of the last layer."""
    net = spyx.nn.Sequential(linear(6, 8, rngs), neurons((8,)), linear(8, 4, rngs, 3.0), neurons((4,)))
    graph = spyx.nir.to_nir(net, {"input": np.array([6])}, {"output": np.array([4])}, dt=1)
    x = jax.random.uniform(rngs.params(), (STEPS, 1, 6)) * 2.0
    state, given = net.initial_state(1), []
    for row in x:
        out, state = net(row, state)
        given.append(out[0])
    spikes = np.asarray(jnp.stack(given)).astype(bool)
    nir.write(GOLDEN / f"{name}.nir", graph)
    np.savez_compressed(
        GOLDEN / f"{name}.npz", x=np.asarray(x[:, 0]), layer_3=np.packbits(spikes), layer_3_shape=np.array(spikes.shape)
    )
    print(name, list(graph.nodes), spikes.mean())


if __name__ == "__main__":
    rngs = nnx.Rngs(3)
    GOLDEN.mkdir(parents=True, exist_ok=True)
    record("spyx_lif", lambda shape: spyx.nn.LIF(shape, beta=0.9, rngs=rngs), rngs)
    record("spyx_threshold", lambda shape: spyx.nn.PSU_LIF(shape, beta=0.8, rngs=rngs), rngs)
