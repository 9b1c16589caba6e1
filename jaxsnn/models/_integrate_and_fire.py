"""What the leaky integrate-and-fire neurons with a fixed threshold share."""

from collections.abc import Mapping
from typing import Any

from ..surrogates import Surrogate
from ._building_blocks import number, parameter_block
from ._neuron import Neuron


def integrate_and_fire(
    arguments: Mapping[str, Any], *, name: str, description: str, before: str = "", current: str, synapses: str
) -> Neuron:
    """Return a leaky integrate-and-fire neuron.

    Args:
        arguments: the parameters and `surrogate`, by name.
        name, description: of the model.
        before: assignments before the membrane equation.
        current: synaptic current, an expression.
        synapses: equations of the inputs, in one block with the membrane equation.
    """
    parameters: dict[str, Any] = {key: value for key, value in arguments.items() if key != "surrogate"}
    surrogate: str | Surrogate = arguments["surrogate"]
    start = number("v_reset", parameters["v_reset"])
    return Neuron(
        name=name,
        description=description,
        parameters=parameter_block(parameters),
        equations=f"""
            {before}
            cm * dv/dt = cm / tau_m * (v_rest - v) + {current} + i_offset : exponential, init = {start!r}
            {synapses}
        """,
        spike="v > v_thresh",
        reset="v = v_reset",
        refractory="tau_refrac",
        surrogate=surrogate,
    )
