"""When a population has reached what `simulate_until` waits for."""

from dataclasses import dataclass, field

from ..equations import Expression, resolve_condition
from ..errors import EquationError
from ..models import Neuron

SPIKED = "spiked"


@dataclass(frozen=True)
class StopCondition:
    """A condition on the neurons of a population.

    Args:
        condition: per neuron, tested after each step; None for the spikes of the step.
        every: whether all neurons must meet it, not just any.
        text: as the user wrote it.
    """

    condition: Expression | None
    every: bool
    text: str = field(default="", compare=False)


def read_stop_condition(text: str, neuron: Neuron) -> StopCondition:
    """Read `condition`, `condition : any` or `condition : all`; the condition `spiked` stands for a spike.

    Raises:
        EquationError: not a condition of this neuron.

    Example:
        >>> from jaxsnn import Izhikevich
        >>> read_stop_condition("v > 0.0 : all", Izhikevich()).every
        True
        >>> read_stop_condition("spiked", Izhikevich()).condition is None
        True
    """
    given = text
    head, colon, how = text.rpartition(":")
    if colon and how.strip() in ("any", "all"):
        text, every = head, how.strip() == "all"
    elif colon and " " not in how.strip() and how.strip().isidentifier() and "if" not in head.split():
        message = f"a stop condition ends in `: any` or `: all`, not `: {how.strip()}`"
        raise EquationError(message, text, 1, len(head) + 2 + len(how) - len(how.lstrip()))
    else:
        every = False
    if text.strip() != SPIKED:
        return StopCondition(resolve_condition(text, neuron.analysed, neuron.context), every, given)
    if not neuron.is_spiking:
        raise EquationError("`spiked` is a condition for spiking neurons", text, 1, 1)
    return StopCondition(None, every, given)
