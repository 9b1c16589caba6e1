"""Record graphs that snnTorch 1.0.0 and norse 1.1.0 write, and the spikes of their networks, for these tests.

    $TORCH_PYTHON tests/nir/record_torch.py      # writes tests/golden/nir/*.nir and *.npz

Needs `snntorch`, `norse`, `nir` and `nirtorch`, and nothing of jaxsnn.
"""

from pathlib import Path

import nir
import norse.torch as norse
import numpy as np
import snntorch as snn
import torch
from snntorch.export_nir import export_to_nir

GOLDEN = Path(__file__).parent.parent / "golden" / "nir"
STEPS = 60


def inputs(shape: tuple[int, ...], scale: float = 1.0) -> torch.Tensor:
    """Return values and spikes that a network gets, (steps, 1, *shape)."""
    values = torch.rand((STEPS, 1, *shape)) * scale
    return values * (torch.rand((STEPS, 1, *shape)) < 0.5)


def beta(n: int, low: float = 0.8, high: float = 0.97) -> torch.Tensor:
    """Return decays of neurons."""
    return low + (high - low) * torch.rand(n)


def linear(n: int, m: int, bias: bool = True, gain: float = 3.0) -> torch.nn.Linear:
    """Return weights large enough for spikes."""
    layer = torch.nn.Linear(n, m, bias=bias)
    with torch.no_grad():
        layer.weight *= gain
    return layer


def leaky(n: int, **options) -> snn.Leaky:
    """Return neurons with a threshold of their own."""
    return snn.Leaky(beta=beta(n), threshold=0.8 + 0.4 * torch.rand(n), init_hidden=True, **options)


def keep(name: str, graph: nir.NIRGraph, x: torch.Tensor, layers: dict[str, torch.Tensor]) -> None:
    """Write a graph, the input and what layers gave, (steps, *shape)."""
    nir.write(GOLDEN / f"{name}.nir", graph)
    arrays = {layer: np.packbits(given.numpy().astype(bool)) for layer, given in layers.items()}
    shapes = {f"{layer}_shape": np.array(given.shape) for layer, given in layers.items()}
    np.savez_compressed(GOLDEN / f"{name}.npz", x=x.numpy(), **arrays, **shapes)
    rates = {layer: float(given.mean()) for layer, given in layers.items()}
    print(name, list(graph.nodes), rates)


def run_snntorch(name: str, net: torch.nn.Sequential, x: torch.Tensor) -> None:
    """Record a network of snnTorch."""
    graph = export_to_nir(net, x[0], ignore_dims=[0])
    given: dict[str, list] = {}
    hooks = [
        layer.register_forward_hook(lambda _, __, out, key=key: given.setdefault(key, []).append(first(out)))
        for key, layer in net.named_children()
        if isinstance(layer, snn.SpikingNeuron)
    ]
    for layer in net:
        for reset in ("reset_mem", "reset_hidden"):
            if hasattr(layer, reset):
                getattr(layer, reset)()
                break
    with torch.no_grad():
        for step in x:
            net(step)
    for hook in hooks:
        hook.remove()
    keep(name, graph, x[:, 0], {f"layer_{key}": torch.stack(steps)[:, 0] for key, steps in given.items()})


def first(out) -> torch.Tensor:
    """Return the spikes among what a layer gives."""
    return (out[0] if isinstance(out, tuple) else out).detach()


def snntorch_networks() -> None:
    """Record layers, both resets, synaptic currents, recurrence and convolutions."""
    for reset in ("subtract", "zero"):
        net = torch.nn.Sequential(
            linear(6, 12), leaky(12, reset_mechanism=reset), linear(12, 4), leaky(4, reset_mechanism=reset)
        )
        run_snntorch(f"snntorch_leaky_{reset}", net, inputs((6,)))
    synaptic = snn.Synaptic(alpha=beta(8, 0.5, 0.9), beta=beta(8), threshold=torch.full((8,), 3.0), init_hidden=True)
    run_snntorch("snntorch_synaptic", torch.nn.Sequential(linear(6, 8), synaptic), inputs((6,)))
    recurrent = snn.RLeaky(beta=beta(8), linear_features=8, threshold=torch.ones(8), init_hidden=True)
    net = torch.nn.Sequential(linear(6, 8), recurrent, linear(8, 4), leaky(4))
    run_snntorch("snntorch_recurrent", net, inputs((6,)))
    convolution = torch.nn.Conv2d(2, 3, 3, stride=2, padding=1)
    with torch.no_grad():
        convolution.weight *= 4.0
    shape = (3, 4, 4)
    cells = snn.Leaky(
        beta=beta(48).reshape(shape), threshold=torch.ones(shape), init_hidden=True, reset_mechanism="zero"
    )
    net = torch.nn.Sequential(
        convolution,
        cells,
        torch.nn.AvgPool2d(2),
        torch.nn.Flatten(),
        linear(12, 5, gain=6.0),
        leaky(5, reset_mechanism="zero"),
    )
    run_snntorch("snntorch_convolution", net, inputs((2, 8, 8)))


def norse_network() -> None:
    """Record neurons of norse without a synaptic current, and its leaky integrator."""
    full = {"v_leak": torch.zeros(8), "v_reset": torch.full((8,), 0.0), "v_th": torch.full((8,), 0.3)}
    parameters = norse.LIFBoxParameters(tau_mem_inv=100.0 + 100.0 * torch.rand(8), **full)
    net = norse.SequentialState(linear(6, 8), norse.LIFBoxCell(parameters))
    x = inputs((6,), 2.0)
    graph = norse.to_nir(net, x[0])
    state, given = None, []
    with torch.no_grad():
        for step in x:
            out, state = net(step, state)
            given.append(out)
    keep("norse_lif_box", graph, x[:, 0], {"layer_1": torch.stack(given)[:, 0]})


if __name__ == "__main__":
    torch.manual_seed(7)
    GOLDEN.mkdir(parents=True, exist_ok=True)
    snntorch_networks()
    norse_network()
