"""Nodes as text: the equations of the neurons that a graph becomes, and the values of their parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import ArgumentError, ShapeError
from ..models import Neuron
from ..surrogates import Surrogate
from ._cells import Cell
from ._flat_graph import geometry_of, size

NEVER = "False"  # a neuron that receives what spiking neurons send, without spikes of its own
RESETS = ("value", "subtract", "subtract later")
ORDERS = ("in turn", "at once")
METHODS = ("explicit", "exponential")

# NIR counts time in seconds, and equations count it in milliseconds: hence the factor 1000.
MEMBRANE = "1000.0 * tau * dv/dt = v_leak - v + R * ({drive}) : {method}, init = v_leak"
INTEGRATOR = "1000.0 * dv/dt = R * ({drive}) : explicit"
SYNAPSE = "1000.0 * tau_syn * dI/dt = w_in * ({drive}) - I : {method}"
IN_TURN = f"""{SYNAPSE}
current = R * I
1000.0 * tau_mem * dv/dt = v_leak - v + current : {{method}}, init = v_leak"""
AT_ONCE = f"""{SYNAPSE}
1000.0 * tau_mem * dv/dt = v_leak - v + R * I : {{method}}, init = v_leak"""
DECAYS = {"explicit": "(1.0 - dt / (1000.0 * {tau}))", "exponential": "exp(-dt / (1000.0 * {tau}))"}
EQUATIONS = {
    "LIF": MEMBRANE,
    "LI": MEMBRANE,
    "IF": INTEGRATOR,
    "I": INTEGRATOR,
    "Threshold": "v = {drive}",
    "Scale": "v = scale * ({drive})",
    "Delay": "v = {drive}",
    "Sum": "v = {drive}",
    "Input": "v = I",
}
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "LIF": ("tau", "r", "v_leak", "v_threshold", "v_reset"),
    "CubaLIF": ("tau_mem", "tau_syn", "r", "v_leak", "w_in", "v_threshold", "v_reset"),
    "LI": ("tau", "r", "v_leak"),
    "CubaLI": ("tau_mem", "tau_syn", "r", "v_leak", "w_in"),
    "IF": ("r", "v_threshold", "v_reset"),
    "I": ("r",),
    "Threshold": ("threshold",),
    "Scale": ("scale",),
}
BEGUN = "begun"  # follows a table: 0 until the first signal can have come, so that biases do not act before it, then 1
OWN_NAMES: Mapping[str, str] = {"r": "R", "threshold": "v_threshold"}  # `r` of a spiking neuron is its mean firing rate


@dataclass(frozen=True)
class Integration:
    """How the equations of a graph, which are continuous in time, are taken in steps.

    Args:
        method: `explicit` (Euler's) or `exponential`.
        reset: `value`, `subtract` or `subtract later`.
        order: `in turn` or `at once`.
    """

    method: str
    reset: str
    order: str


def neuron_of(cell: Cell, integration: Integration, surrogate: str | Surrogate) -> Neuron:
    """Return the neuron of a population, with numbers where all neurons have the same."""
    values = values_of(cell)
    parameters = [f"{name} = {float(np.ravel(x)[0])!r}" for name, x in values.items()]
    if cell.kind == "Input":
        parameters = ["I = 0.0"]
    if has_bias(cell):
        parameters.append(f"{BEGUN} = 1.0 : population")
    text = _equations(cell, integration).format(drive=_drive(cell), method=integration.method)
    return Neuron(
        parameters="\n".join(parameters),
        equations=text,
        spike="v > v_threshold" if cell.spikes else NEVER,
        reset=_reset(cell, integration),
        name=cell.kind,
        description=f"Node {cell.kind} of the Neuromorphic Intermediate Representation.",
        surrogate=surrogate,
    )


def values_of(cell: Cell) -> dict[str, np.ndarray]:
    """Return the values of all parameters by their name in the text, in the geometry of the population.

    Raises:
        ShapeError: values for another number of neurons. ArgumentError: a time constant that is not positive.
    """
    found = {OWN_NAMES.get(name, name): getattr(cell.node, name) for name in PARAMETERS.get(cell.kind, ())}
    values = {name: _of_neurons(cell, name, np.asarray(x)) for name, x in found.items()}
    for name, x in values.items():
        if not np.isfinite(x).all() or (name.startswith("tau") and (x <= 0).any()):
            raise ArgumentError(f"node `{cell.name}`: `{name}` is {x.flat[0]:g}; finite numbers, and positive time "
                                "constants, are expected")  # fmt: skip
    biases = {bias_name(link.name): link.bias for link in cell.links if link.bias is not None}
    return values | {name: _of_neurons(cell, name, _spread(cell, np.asarray(x))) for name, x in biases.items()}


def has_bias(cell: Cell) -> bool:
    """Tell whether something is added to an input."""
    return any(link.bias is not None for link in cell.links)


def bias_name(link: str) -> str:
    """Return the name of the parameter that is added to an input."""
    return f"bias_{link}"


def _spread(cell: Cell, bias: np.ndarray) -> np.ndarray:
    """Return a bias of channels as one of neurons."""
    return bias.reshape(-1, *(1,) * (len(cell.shape) - 1)) if len(cell.shape) > 1 and bias.ndim == 1 else bias


def _of_neurons(cell: Cell, name: str, values: np.ndarray) -> np.ndarray:
    try:
        if values.size == size(cell.shape):
            values = values.reshape(cell.shape)
        spread = np.broadcast_to(values, cell.shape)
    except ValueError:
        raise ShapeError(
            f"node `{cell.name}`: `{name}` has the shape {values.shape}, its neurons have {cell.shape}"
        ) from None
    moved = np.moveaxis(spread, 0, -1) if len(cell.shape) > 1 else spread
    return moved.reshape(geometry_of(cell.shape))


def _drive(cell: Cell) -> str:
    """Return the sum of all inputs and biases."""
    terms = []
    for link in cell.links:
        terms.append(f"g_{link.name}")
        if link.bias is not None:
            terms.append(f"{BEGUN} * {bias_name(link.name)}")
    return " + ".join(terms) or "0.0"


def _equations(cell: Cell, integration: Integration) -> str:
    if cell.kind.startswith("Cuba"):
        return IN_TURN if integration.order == "in turn" else AT_ONCE
    return EQUATIONS[cell.kind]


def _reset(cell: Cell, integration: Integration) -> str | None:
    """Return the reset. To take the threshold off after the next decay, more than it is taken off before."""
    if cell.kind not in ("LIF", "CubaLIF", "IF"):
        return None
    if integration.reset == "value":
        return "v = v_reset"
    if integration.reset == "subtract" or cell.kind == "IF":
        return "v -= v_threshold"
    return f"v -= v_threshold / {DECAYS[integration.method].format(tau='tau' if cell.kind == 'LIF' else 'tau_mem')}"


def integration_of(
    metadata: Mapping[str, Any], method: str | None, reset: str | None, order: str | None
) -> Integration:
    """Return how equations are taken in steps: as asked for, else as the file says, else by NIR's own definition."""
    return Integration(
        _chosen(metadata, "method", method, METHODS),
        _chosen(metadata, "reset", reset, RESETS),
        _chosen(metadata, "order", order, ORDERS),
    )


def _chosen(metadata: Mapping[str, Any], name: str, given: str | None, known: tuple[str, ...]) -> str:
    if given is None:
        written = metadata.get(f"jaxsnn_{name}", known[0])
        written = written.decode() if isinstance(written, bytes) else written
        return written if written in known else known[0]
    if given not in known:
        raise ArgumentError(f"`{name}` is one of {', '.join(map(repr, known))}, not {given!r}")
    return given
