"""What can be wrong with a gradient, what to do about it, and the limits beyond which the doctor says so."""

from dataclasses import dataclass
from enum import Enum

from ... import arguments


class Fault(Enum):
    """What is wrong, in a few words."""

    SILENT = "silent"
    NARROW = "out of reach"
    EXPLODING = "exploding"
    VANISHING = "vanishing"
    CUT = "no gradient"
    NOT_FINITE = "not finite"
    DERIVATIVE = "derivative not finite"
    LOSS = "loss not finite"
    ROUGH = "not smooth"
    WRONG = "unlike finite differences"


ADVICE = {
    Fault.SILENT: "Raise the weights or the input, or take a wider surrogate, which reaches neurons far below.",
    Fault.NARROW: "Take a wider surrogate (a larger `width` or `sigma`, a smaller `beta` or `alpha`), one that is "
    "nowhere zero, or bring the neurons nearer to their threshold.",
    Fault.EXPLODING: "Take a steeper or lower surrogate (`height`), smaller recurrent weights, a shorter run or a "
    "smaller `dt`, or clip the gradient (optax.clip_by_global_norm).",
    Fault.VANISHING: "Let the loss read more of the run, or take longer time constants, larger weights or a wider "
    "surrogate.",
    Fault.CUT: "If the loss should depend on it, look at its projections, at surrogates on the way and at what the "
    "loss reads.",
    Fault.NOT_FINITE: "Bound the variable with `min=` and `max=`, or take a smaller `dt`.",
    Fault.DERIVATIVE: "Keep away from points where a function has no finite derivative, such as `sqrt(x)` at 0: write "
    "`sqrt(max(x, 1e-6))`. A branch that is not taken counts: guard its argument, not its result.",
    Fault.LOSS: "Look at the loss: its value or its derivative by the records is not finite.",
    Fault.ROUGH: "This is no error: a loss of spikes is a step function, and the surrogate gradient is not its "
    "derivative.",
    Fault.WRONG: "Look for kinks (`clip`, `max`, conditions) and custom derivatives; repeat it in double precision, "
    "where the differences are sharper.",
}


@dataclass(frozen=True)
class Finding:
    """Something that is wrong.

    Args:
        fault: what.
        message: a sentence with the numbers.
        population: where, or the name of a projection; "" for the whole.
        variable: of it.
        equation: its text, as far as it was found.
        step: of the run, 0 for the first; None for all of it.
        cure: what was found to help, in numbers; "" where nothing was tried.
    """

    fault: Fault
    message: str
    population: str = ""
    variable: str = ""
    equation: str = ""
    step: int | None = None
    cure: str = ""

    @property
    def advice(self) -> str:
        """What to do."""
        return f"{self.cure} {ADVICE[self.fault]}".lstrip()

    def __str__(self) -> str:
        return f"{self.fault.value}: {self.message}\n    {self.advice}"


@dataclass(frozen=True)
class Limits:
    """Where a number becomes a finding.

    Args:
        silent: share of neurons without a spike in the whole run.
        unreached: share of neurons that a surrogate reaches in no step.
        reach: a surrogate of infinite support reaches a neuron where it is above this share of its value at the
            threshold; one of finite support where it is not zero.
        explodes: norm of a gradient by the state, relative to the largest that the loss sends to its records.
        vanishes: norm of a gradient by the state, relative to the largest of the same population.
    """

    silent: float = 0.5
    unreached: float = 0.5
    reach: float = 0.01
    explodes: float = 1e4
    vanishes: float = 1e-6

    def __post_init__(self) -> None:
        for name in ("silent", "unreached", "reach"):
            arguments.real(getattr(self, name), name, least=0.0, most=1.0)
        for name in ("explodes", "vanishes"):
            arguments.real(getattr(self, name), name, least=0.0)
