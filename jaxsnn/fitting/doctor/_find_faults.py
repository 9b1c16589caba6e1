"""How the doctor finds faults in what it measured: silence, reach, norms over time, finite differences."""

from collections.abc import Iterator

import numpy as np

from ...equations import Boolean
from ...inputs import STRAIGHT_THROUGH
from ...simulation import Simulation
from ._findings import Fault, Finding, Limits
from ._finite_differences import Agreement
from ._measure import Trace


def total(norms: dict[str, np.ndarray]) -> np.ndarray:
    """Return the norm over the variables of one population, (n_steps,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.linalg.norm([np.asarray(x, np.float64) for x in norms.values()], axis=0)


def about_spikes(sim: Simulation, trace: Trace, limits: Limits) -> Iterator[Finding]:
    """Yield populations that are silent or out of reach of their surrogate."""
    seen = trace.observed
    for name in seen.silent:
        if isinstance(sim.spec.population(name).neuron.analysed.spike, Boolean):
            continue  # a readout, which has no spikes whatever its state
        silent, unreached = float(seen.silent[name][-1]), float(seen.unreached[name])
        surrogate = sim.spec.population(name).neuron.surrogate_function.name
        if silent > limits.silent:
            message = f"{silent:.0%} of the neurons of `{name}` never spike in this run."
            yield Finding(Fault.SILENT, message, name)
        if unreached > limits.unreached and name not in input_populations(sim):
            message = f"the surrogate {surrogate} never reaches {unreached:.0%} of the neurons of `{name}`."
            yield Finding(Fault.NARROW, message, name)


def input_populations(sim: Simulation) -> set[str]:
    """Return the populations that spike, or vary, by chance or by a table: nothing need reach their state."""
    populations = sim.spec.populations
    return {
        p.name
        for p in populations
        if (p.source is not None and not p.source.parameters) or p.neuron.surrogate == STRAIGHT_THROUGH
    }


def about_norms(sim: Simulation, trace: Trace, limits: Limits) -> Iterator[Finding]:
    """Yield populations whose gradient explodes, vanishes or is not there, going back in time."""
    for name, own in trace.norms.items():
        norms, dt = total(own), sim.dt
        if not norms.any():
            if name not in input_populations(sim):
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
