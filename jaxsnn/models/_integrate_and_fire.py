"""What the leaky integrate-and-fire neurons with a fixed threshold share."""

from collections.abc import Mapping
from typing import Any

from ._building_blocks import number, parameter_block


def integrate_and_fire(
    parameters: Mapping[str, Any], *, name: str, description: str, before: str = "", current: str, synapses: str
) -> dict[str, Any]:
    """Return the texts of a leaky integrate-and-fire neuron, arguments of `Neuron`.

    Args:
        parameters: numbers by name.
        name, description: of the model.
        before: assignments before the membrane equation.
        current: synaptic current, an expression.
        synapses: equations of the inputs, in one block with the membrane equation.
    """
    start = number("v_reset", parameters["v_reset"])
    return {
        "name": name,
        "description": description,
        "parameters": parameter_block(parameters),
        "equations": f"""
            {before}
            cm * dv/dt = cm / tau_m * (v_rest - v) + {current} + i_offset : exponential, init = {start!r}
            {synapses}
        """,
        "spike": "v > v_thresh",
        "reset": "v = v_reset",
        "refractory": "tau_refrac",
    }
