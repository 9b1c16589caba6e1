"""Learning signals: how a neuron hears of the error."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import arguments
from ..compiler import CompiledNetwork
from ..errors import ArgumentError, ShapeError, UnknownNameError, did_you_mean
from ..plan import ProjectionPlan


@dataclass(frozen=True, eq=False)
class Broadcast:
    """A learning signal that comes back from a readout, through weights of its own.

    The loss reads the readout. What the loss would gain by a change of readout neuron k goes to each neuron j with the
    weight B[j, k]; the eligibility of j for a spike is filtered as the readout filters the spike. With weights of the
    projection to the readout themselves (`"symmetric"`) and no other path between j and the loss, this is the gradient.

    Args:
        readout: name of the population that the loss reads.
        weights: `"symmetric"`, or (neurons, readout neurons), such as random numbers (feedback alignment:
            T. P. Lillicrap et al., Nature Communications 7, 2016, doi:10.1038/ncomms13276).

    Example:
        >>> import jaxsnn as snn
        >>> snn.Broadcast("readout").weights
        'symmetric'
    """

    readout: str
    weights: Any = "symmetric"


@dataclass(frozen=True, eq=False)
class Reward:
    """A learning signal that is the same for all neurons: what the loss says, a number, such as a negative reward.

    The derivative of the loss is not used. Each parameter changes by the loss times its eligibility for spikes, of the
    last `tau` ms: a rule of three factors (N. Frémaux, W. Gerstner, Frontiers in Neural Circuits 9, 2016,
    doi:10.3389/fncir.2015.00085).

    Args:
        tau: time constant with which eligibility decays until the reward comes, ms.

    Example:
        >>> import jaxsnn as snn
        >>> snn.Reward(tau=100.0).tau
        100.0
    """

    tau: float = 100.0


Signal = Broadcast | Reward


def checked_signals(compiled: CompiledNetwork, signals: Any) -> dict[str, Signal]:
    """Return the learning signals by population.

    Raises:
        UnknownNameError: no population has this name.
        ArgumentError: no signal; a readout to which nothing leads, or only after a longer delay.
        ShapeError: feedback weights of another shape.
    """
    given = arguments.by_name({} if signals is None else signals, "signals")
    for name, signal in given.items():
        _check_population(compiled, name)
        if isinstance(signal, Broadcast):
            _check_broadcast(compiled, name, signal)
        elif isinstance(signal, Reward):
            arguments.real(signal.tau, "tau", "ms", above=0.0)
        else:
            message = "a learning signal is `snn.Broadcast(readout)` or `snn.Reward(tau)`"
            raise ArgumentError(f"`signals`: {message}, not {signal!r}; without one, it is the derivative of the loss")
    return given


def way_to_readout(compiled: CompiledNetwork, population: str, readout: str) -> ProjectionPlan:
    """Return the only projection from a population to the readout.

    Raises:
        ArgumentError: there is none, or there are several, or spikes take more than a step.
    """
    ends = population, readout
    found = [q for q in compiled.plans.values() if q.is_spiking and (q.pre.name, q.post.name) == ends]
    if len(found) == 1 and found[0].longest == 1:
        return found[0]
    listed = ", ".join(f"`{q.name}` of up to {q.longest} steps" for q in found) or "none"
    needed = "one projection of spikes with a delay of one step"
    raise ArgumentError(
        f"`signals`: from `{population}` to the readout `{readout}` must lead {needed}; there is {listed}"
    )


def _check_population(compiled: CompiledNetwork, name: str) -> None:
    known = {p.name: p for p in compiled.spec.populations}
    if name not in known:
        raise UnknownNameError(f"`signals`: the network has no population `{name}`.{did_you_mean(name, known)}")
    if not known[name].neuron.is_spiking:
        raise ArgumentError(
            f"`signals`: `{name}` does not spike; a learning signal is weighed by the eligibility of spikes"
        )


def _check_broadcast(compiled: CompiledNetwork, name: str, signal: Broadcast) -> None:
    _check_population(compiled, signal.readout)
    plan = way_to_readout(compiled, name, signal.readout)
    if isinstance(signal.weights, str):
        if signal.weights != "symmetric":
            raise ArgumentError(f'`signals`: feedback weights are "symmetric" or an array, not {signal.weights!r}')
        return
    wanted, shape = (plan.pre.size, plan.post.size), np.shape(signal.weights)
    if shape != wanted:
        raise ShapeError(f"`signals`: feedback weights from `{signal.readout}` to `{name}` are {wanted}, not {shape}")
