"""`NormProjection`: the name alone."""

from typing import Any

from ...errors import UnsupportedError


class NormProjection:
    """A projection whose spikes also add 1 over the number of afferent synapses to a variable of their neuron.

    ANNarchy 4.8.2 has the class, and `compile()` of a network with one raises a TypeError. Here a spike changes inputs
    and synapses only. For the same, give the neuron an input of its own, such as `g_norm` with an equation that says
    how it decays, and connect the same synapses to it with weights of 1 over their number.

    Raises:
        UnsupportedError: always; says what to do.
    """

    def __init__(
        self,
        pre: Any,
        post: Any,
        target: str,
        variable: str,
        synapse: Any = None,
        name: str | None = None,
        copied: bool = False,
    ) -> None:
        message = "a NormProjection does not exist here: a spike cannot change the variable of a neuron"
        advice = "read an input `g_norm` in its place, and connect a second projection to the target `norm`"
        raise UnsupportedError(f"{message} `{variable}`. In the equations, {advice}")
