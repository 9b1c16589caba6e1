"""`diagnose`: examine the gradient of a loss."""

from collections.abc import Sequence

import numpy as np
from jax import Array

from ... import arguments
from ...errors import ArgumentError
from ...network import replaced
from ...simulation import Simulation, check_moment, check_precision, check_simulation, n_steps, of_records
from ...step import NetworkParams, NetworkState
from .._trainable import Leaves, select_trainable
from ._diagnosis import Diagnosis
from ._find_faults import about_differences, about_norms, about_spikes, exploded, total
from ._findings import Finding, Limits
from ._finite_differences import Agreement, compare
from ._measure import Loss, Trace, measure
from ._not_finite import about_derivatives, about_values


def diagnose(
    sim: Simulation,
    params: NetworkParams,
    state: NetworkState,
    duration: float,
    loss: Loss,
    trainable: Sequence[str] | str | None = None,
    *,
    directions: int = 3,
    limits: Limits | None = None,
) -> Diagnosis:
    """Examine the gradient of a loss: who is silent, where it vanishes, explodes or is not finite, whether it is right.

    The state is perturbed by zeros after every step, and the gradient by these zeros is that by the state at each time;
    one backward pass gives all of them. It keeps the states of all steps, several times the memory of one state for
    each: examine a network as small and a run as short as show what is wrong.

    Args:
        sim: a compiled network.
        params, state: where the run starts.
        duration: ms.
        loss: maps the records of `sim.run` to a scalar; traced, so pure.
        trainable: names or shell patterns of the parameters by which the gradient is taken, as for `fit`.
        directions: how many random directions are compared with central differences, in the precision at hand; 0 leaves
            the comparison out, and with it two compilations.
        limits: where a number becomes a finding; None takes the defaults of `Limits`.

    Returns:
        Arrays by population, and findings with advice.

    Raises:
        UnknownNameError: a pattern matches nothing.
        ArgumentError: nothing to record or to train, a loss that is not a scalar, a duration without a step.

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
    loss = of_records(loss, "loss")
    check_precision(sim.compiled, state)
    leaves = _check_request(sim, params, trainable, steps, directions)
    trace = measure(sim, params, state, steps, loss, leaves, limits.reach)

    def value(sim: Simulation, leaves: Leaves) -> Array:
        return loss(sim.run(replaced(params, leaves), state, duration)[1])

    broken = list(about_values(sim, params, state, trace))
    if not broken and not exploded(trace, limits):
        broken = list(about_derivatives(sim, params, state, trace))
    is_finite = not broken and all(np.isfinite(x).all() for x in trace.gradient.values())
    agreement = compare(sim, value, leaves, trace.gradient, directions) if directions and is_finite else None
    smooth = [] if broken else about_norms(sim, trace, limits)
    findings = (*broken, *about_spikes(sim, trace, limits), *smooth, *about_differences(agreement))
    return _diagnosis(sim, trace, agreement, findings)


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
