"""What can be wrong with a gradient, how the doctor finds it in what it measured, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from ..inputs import STRAIGHT_THROUGH
from ..simulation import Simulation
from ._doctor_agreement import Agreement
from ._doctor_trace import Trace


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
    """

    fault: Fault
    message: str
    population: str = ""
    variable: str = ""
    equation: str = ""
    step: int | None = None

    @property
    def advice(self) -> str:
        """What to do."""
        return ADVICE[self.fault]

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


def total(norms: dict[str, np.ndarray]) -> np.ndarray:
    """Return the norm over the variables of one population, (n_steps,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.linalg.norm([np.asarray(x, np.float64) for x in norms.values()], axis=0)


def about_spikes(sim: Simulation, trace: Trace, limits: Limits) -> Iterator[Finding]:
    """Yield populations that are silent or out of reach of their surrogate."""
    seen = trace.observed
    for name in seen.silent:
        silent, unreached = float(seen.silent[name][-1]), float(seen.unreached[name])
        surrogate = sim.spec.population(name).neuron.surrogate_function.name
        if silent > limits.silent:
            message = f"{silent:.0%} of the neurons of `{name}` never spike in this run."
            yield Finding(Fault.SILENT, message, name)
        if unreached > limits.unreached and name not in inputs(sim):
            message = f"the surrogate {surrogate} never reaches {unreached:.0%} of the neurons of `{name}`."
            yield Finding(Fault.NARROW, message, name)


def inputs(sim: Simulation) -> set[str]:
    """Return the populations that spike, or vary, by chance or by a table: nothing need reach their state."""
    populations = sim.spec.populations
    return {p.name for p in populations if p.source is not None or p.neuron.surrogate == STRAIGHT_THROUGH}


def about_norms(sim: Simulation, trace: Trace, limits: Limits) -> Iterator[Finding]:
    """Yield populations whose gradient explodes, vanishes or is not there, going back in time."""
    for name, own in trace.norms.items():
        norms, dt = total(own), sim.dt
        if not norms.any():
            if name not in inputs(sim):
                yield Finding(Fault.CUT, f"the loss does not depend on the state of `{name}` at any step.", name)
            continue
        norms = np.where(np.isfinite(norms), norms, np.nan)  # what is not finite is a finding of its own
        yield from _exploding(name, norms, trace.sent, limits, dt)
        yield from _vanishing(name, norms, limits, dt)


def exploded(trace: Trace, limits: Limits) -> bool:
    """Tell whether a gradient passed the limit step by step, before it stopped being finite."""
    return any(
        (norms[_last(~np.isfinite(norms)) + 1 :] > limits.explodes * trace.sent).any()
        for norms in map(total, trace.norms.values())
    )


def _exploding(name: str, norms: np.ndarray, sent: float, limits: Limits, dt: float) -> Iterator[Finding]:
    step = _last(norms > limits.explodes * sent)
    if step >= 0:
        message = (
            f"going back in time, the gradient by the state of `{name}` passes {limits.explodes:g} times what the loss "
            f"sends ({sent:.2g}) at step {step} ({step * dt:g} ms), and reaches {np.nanmax(norms):.2g}."
        )
        yield Finding(Fault.EXPLODING, message, name, step=step)


def _vanishing(name: str, norms: np.ndarray, limits: Limits, dt: float) -> Iterator[Finding]:
    largest = int(np.nanargmax(norms))
    gone = norms[:largest] < limits.vanishes * norms[largest]
    step = _last(gone)
    if step >= 0 and gone[: step + 1].all():
        message = (
            f"of the gradient by the state of `{name}`, {norms[largest]:.2g} at step {largest}, less than "
            f"{limits.vanishes:g} is left at step {step} ({step * dt:g} ms) and before."
        )
        yield Finding(Fault.VANISHING, message, name, step=step)


def _last(flags: np.ndarray) -> int:
    """Return the index of the last flag that is set, -1 where none is."""
    found = np.flatnonzero(flags)
    return int(found[-1]) if len(found) else -1


def about_differences(agreement: Agreement | None) -> Iterator[Finding]:
    """Yield a disagreement with finite differences."""
    if agreement is None or agreement.agrees:
        return
    error = float(agreement.error.max())
    if agreement.held is None:
        message = f"the gradient differs from central differences by up to {error:.2g}, relative."
        yield Finding(Fault.WRONG, message)
        return
    how = (
        "with spikes as constants it agrees with them, so the difference is what surrogates add"
        if agreement.held_agrees
        else "so it does with spikes as constants: spikes appear, vanish or move within the step of the differences"
    )
    message = f"the gradient differs from central differences by up to {error:.2g}, relative; {how}."
    yield Finding(Fault.ROUGH, message)
