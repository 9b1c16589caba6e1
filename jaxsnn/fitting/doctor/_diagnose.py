"""`diagnose`: examine the gradient of a loss."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from jax import Array

from ... import arguments
from ...errors import ArgumentError
from ...simulation import Simulation, check_moment, check_precision, check_simulation, n_steps, of_records
from ...step import NetworkParams, NetworkState
from .._trainable import Leaves, select_trainable
from ._cure import with_cures
from ._diagnosis import Diagnosis
from ._find_faults import about_differences, about_norms, about_spikes, exploded, total
from ._findings import Finding, Limits
from ._finite_differences import Agreement, compare
from ._measure import Loss, Question, Trace, measure
from ._not_finite import about_batch, about_derivatives, about_values


def diagnose(  # noqa: PLR0913 - options of one thing, by keyword
    sim: Simulation,
    params: NetworkParams,
    state: NetworkState,
    duration: float,
    loss: Loss,
    trainable: Sequence[str] | str | None = None,
    *,
    data: Any = None,
    directions: int = 3,
    limits: Limits | None = None,
) -> Diagnosis:
    """Examine the gradient of a loss: who is silent, where it vanishes, explodes or is not finite, whether it is right.

    The state is perturbed by zeros after every step, and the gradient by these zeros is that by the state at each time;
    one backward pass gives all of them. It keeps the states of all steps, several times the memory of one state for
    each: examine a network as small and a run as short as show what is wrong.

    Where a gradient explodes, it is taken again with lower surrogates and with smaller recurrent weights: the finding
    says by how much it grows in a step, and the factors with which it would not.

    Args:
        sim: a compiled network.
        params, state: where the run starts.
        duration: ms.
        loss: maps the records of `sim.run` to a scalar; traced, so pure. With `data`, the loss that `fit` gets,
            `loss(params, data)`, which calls `sim.run` once, by itself or in a `vmap` over samples.
        trainable: names or shell patterns of the parameters by which the gradient is taken, as for `fit`.
        data: a batch for the loss: what `fit` gives it, or a part of that. Shares of neurons are then means over
            samples, and gradients by the state are sums over them. None for a loss of records.
        directions: how many random directions are compared with central differences, in the precision at hand; 0 leaves
            the comparison out, and with it two compilations.
        limits: where a number becomes a finding; None takes the defaults of `Limits`.

    Returns:
        Arrays by population, and findings with advice.

    Raises:
        UnknownNameError: a pattern matches nothing.
        ArgumentError: nothing to record or to train, a loss that is not a scalar, a duration without a step; a loss of
            data that does not run this network once, for this duration.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> P = net.create(4, snn.IF_curr_exp(i_offset=0.1), name="P")
        >>> M = net.monitor(P, "spike")
        >>> sim = net.compile()
        >>> rate = lambda records: records["P"]["spike"].mean()
        >>> print(snn.diagnose(sim, *sim.init(0), 20.0, rate, trainable="P.i_offset", directions=0).findings[0])
        silent: 100% of the neurons of `P` never spike in this run.
            Raise the weights or the input, or take a wider surrogate, which reaches neurons far below.
    """
    check_simulation(sim, "sim", Simulation)
    check_moment(params, state)
    arguments.function(loss, "loss")
    steps, limits = n_steps(duration, sim.dt), Limits() if limits is None else limits
    if not isinstance(limits, Limits):
        raise ArgumentError(f"`limits` are `snn.fitting.Limits(...)`, not {limits!r}")
    loss = of_records(loss, "loss") if data is None else loss
    check_precision(sim.compiled, state)
    leaves = _check_request(sim, params, trainable, steps, directions)
    question = Question(sim, params, state, steps, loss, data, limits.reach)
    trace = measure(question, leaves)
    broken = list(_about_what_is_not_finite(question, trace, limits))
    is_finite = not broken and all(np.isfinite(x).all() for x in trace.gradient.values())
    agreement = compare(sim, question.value, leaves, trace.gradient, directions) if directions and is_finite else None
    smooth = [] if broken else with_cures(question, leaves, list(about_norms(sim, trace, limits)))
    findings = (*broken, *about_spikes(sim, trace, limits), *smooth, *about_differences(agreement))
    return _diagnosis(sim, trace, agreement, findings)


def _about_what_is_not_finite(question: Question, trace: Trace, limits: Limits) -> Iterator[Finding]:
    """Yield what is not finite; of a batch without the equation, which runs again without the stimuli do not show."""
    if question.data is not None:
        yield from about_batch(trace, question.sim.dt)
        return
    start = question.sim, question.params, question.state, trace
    broken = list(about_values(*start))
    yield from broken
    if not broken and not exploded(trace, limits):
        yield from about_derivatives(*start)


def _check_request(
    sim: Simulation, params: NetworkParams, trainable: Sequence[str] | str | None, steps: int, directions: int
) -> Leaves:
    """Return the trainable parameters, or raise if there is nothing to examine."""
    if steps < 1:
        raise ArgumentError("`duration` is less than one step: there is nothing to examine")
    arguments.whole(directions, "directions", least=0)
    if not sim.spec.monitors:
        raise ArgumentError("the network has no monitor, so the loss has nothing to read: add `net.monitor(...)`")
    leaves = select_trainable(params, trainable)
    if not leaves:
        raise ArgumentError("the network has no parameter by which a gradient could be taken")
    return leaves


def _diagnosis(sim: Simulation, trace: Trace, agreement: Agreement | None, findings: tuple[Finding, ...]) -> Diagnosis:
    seen = trace.observed
    return Diagnosis(
        dt=sim.dt,
        loss=trace.loss,
        silent=_to_host(seen.silent),
        firing=_to_host(seen.firing),
        reached=_to_host(seen.reached),
        unreached={name: float(x) for name, x in seen.unreached.items()},
        gradient_norm={owner: total(own) for owner, own in trace.norms.items()},
        by_variable=trace.norms,
        gradient=trace.gradient,
        agreement=agreement,
        findings=findings,
    )


def _to_host(values: dict[str, Array]) -> dict[str, np.ndarray]:
    return {name: np.asarray(x) for name, x in values.items()}
