"""Where a run, or its backward pass, stops being finite."""

from collections.abc import Iterator

import numpy as np

from ...recording import SPIKES
from ...simulation import Simulation
from ...step import NetworkParams, NetworkState
from ._find_equation import Culprit, find_derivative, find_value, state_before
from ._findings import Fault, Finding
from ._measure import Trace


def about_values(sim: Simulation, params: NetworkParams, state: NetworkState, trace: Trace) -> Iterator[Finding]:
    """Yield the first step whose state is not finite, with the equation that made it so."""
    bad = {(o, v): np.flatnonzero(~x) for o, own in trace.observed.finite.items() for v, x in own.items()}
    first = {where: int(steps[0]) for where, steps in bad.items() if len(steps)}
    if not first:
        return
    step = min(first.values())
    names = [where for where, at in first.items() if at == step]
    before = state_before(sim, params, state, step)
    owner, variable = names[0]
    for population in dict.fromkeys(o for o, _ in names if _is_population(sim, o)):
        culprit = find_value(sim, params, before, population)
        if culprit is not None:
            yield _value(population, culprit, step, sim.dt)
            return
    message = f"`{variable}` of `{owner}` is not finite after step {step} ({step * sim.dt:g} ms)."
    yield Finding(Fault.NOT_FINITE, message, owner, variable, step=step)


def _value(population: str, culprit: Culprit, step: int, dt: float) -> Finding:
    how = f": `{culprit.text}`" if culprit.text else ", which arrives so from its projections"
    when = f"step {step} ({step * dt:g} ms)"
    message = f"`{culprit.variable}` of `{population}` is not finite for the first time in {when}{how}."
    return Finding(Fault.NOT_FINITE, message, population, culprit.variable, culprit.text, step)


def about_batch(trace: Trace, dt: float) -> Iterator[Finding]:
    """Yield what is not finite in some samples of a batch, or in the loss."""
    bad = [
        (int(np.flatnonzero(~x)[0]), o, v)
        for o, own in trace.observed.finite.items()
        for v, x in own.items()
        if not x.all()
    ]
    if bad:
        step, owner, variable = min(bad)
        message = (
            f"`{variable}` of `{owner}` is not finite after step {step} ({step * dt:g} ms) in some of the samples."
        )
        yield Finding(Fault.NOT_FINITE, message, owner, variable, step=step)
    elif trace.bad_records or not np.isfinite(trace.loss):
        of = ", ".join(f"`{name}`" for name in trace.bad_records)
        what = f"the derivative of the loss by {of}" if of else f"the loss, {trace.loss},"
        yield Finding(Fault.LOSS, f"{what} is not finite.", variable=of.strip("`"))


def about_derivatives(sim: Simulation, params: NetworkParams, state: NetworkState, trace: Trace) -> Iterator[Finding]:
    """Yield where the backward pass of a finite run stops being finite, with the equation whose derivative does so."""
    if trace.bad_records or not np.isfinite(trace.loss):
        of = ", ".join(f"`{name}`" for name in trace.bad_records)
        what = f"the derivative of the loss by {of}" if of else f"the loss, {trace.loss},"
        yield Finding(Fault.LOSS, f"{what} is not finite.", variable=of.strip("`"))
        return
    last = {(o, v): np.flatnonzero(~np.isfinite(x)) for o, own in trace.norms.items() for v, x in own.items()}
    last = {where: int(steps[-1]) for where, steps in last.items() if len(steps)}
    if last:
        step = max(last.values())
        yield _derivative(sim, params, state, [where for where, at in last.items() if at == step], step)
        return
    yield from _of_parameters(sim, params, state, trace)


def _derivative(
    sim: Simulation, params: NetworkParams, state: NetworkState, names: list[tuple[str, str]], step: int
) -> Finding:
    """Return the finding for a gradient by the state after a step, which the next step or the loss made not finite."""
    owner, variable = names[0]
    if all(v in SPIKES for _, v in names):  # the distance, which the surrogate alone reads
        surrogate = sim.spec.population(owner).neuron.surrogate_function.name
        message = f"the surrogate {surrogate} of `{owner}` has a derivative that is not finite in step {step}."
        return Finding(Fault.DERIVATIVE, message, owner, variable, step=step)
    # What reads the state after this step is the next one.
    before = state_before(sim, params, state, step + 1)
    own = [o for o, _ in names if _is_population(sim, o)]
    found = _search(sim, params, before, [*own, *(p.name for p in sim.spec.populations)])
    when = f"step {step + 1} ({(step + 1) * sim.dt:g} ms)"
    if found is None:
        message = f"the derivative of {when} by `{variable}` of `{owner}` is not finite."
        return Finding(Fault.DERIVATIVE, message, owner, variable, step=step + 1)
    population, culprit = found
    by = ", ".join(f"`{name}`" for name in culprit.reads)
    message = f"in {when}, the derivative of `{culprit.text}` of `{population}` by {by} is not finite."
    return Finding(Fault.DERIVATIVE, message, population, culprit.variable, culprit.text, step + 1)


def _of_parameters(sim: Simulation, params: NetworkParams, state: NetworkState, trace: Trace) -> Iterator[Finding]:
    """Yield parameters whose gradient is not finite though that by every state is."""
    bad = [name for name, x in trace.gradient.items() if not np.isfinite(x).all()]
    if not bad:
        return
    names = [p.name for p in sim.spec.populations]
    found = _search(sim, params, state, names)
    which = ", ".join(f"`{name}`" for name in bad)
    if found is None:
        yield Finding(Fault.DERIVATIVE, f"the derivative of the loss by {which} is not finite.", variable=bad[0])
        return
    population, culprit = found
    message = f"the derivative of the loss by {which} is not finite, because of `{culprit.text}` of `{population}`."
    yield Finding(Fault.DERIVATIVE, message, population, culprit.variable, culprit.text, 0)


def _search(
    sim: Simulation, params: NetworkParams, before: NetworkState, names: list[str]
) -> tuple[str, Culprit] | None:
    """Return the first population, and its equation, whose derivative is not finite in the step after a state."""
    for name in dict.fromkeys(names):
        culprit = find_derivative(sim, params, before, name)
        if culprit is not None:
            return name, culprit
    return None


def _is_population(sim: Simulation, name: str) -> bool:
    return any(p.name == name for p in sim.spec.populations)
