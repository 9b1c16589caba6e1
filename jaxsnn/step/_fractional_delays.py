"""Delays that are real numbers: what is between two steps arrives in both, in parts.

A spike, or a value, with the delay (k + f) dt arrives to the part 1 - f after k steps and to the part f after k + 1:
linear interpolation of the past. The derivative by the delay is the difference of the two, so delays can be fitted.
Delays are kept between one step and the longest one; beyond, their derivative is 0.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import jax.numpy as jnp
from jax import Array, lax

from ..connectivity import DELAY
from ..plan import ProjectionPlan
from ..propagation import Outcome, Rule
from ._state import NetworkParams, NetworkState
from ._state_access import synapse_value

SHARE = "share of a tap"  # key of a value that a rule reads: no name in an equation
PASSED = "part of the step that has passed"  # likewise, at the spike
LATE = "in the next step"  # key of an input that is added to then


@dataclass(frozen=True)
class Tap:
    """One of the two times at which something arrives.

    Args:
        steps: of the shape of the places, int32.
        share: which part of it, of the shape of the places.
    """

    steps: Array
    share: Array


def taps(
    plan: ProjectionPlan, params: NetworkParams, state: NetworkState, dt: float, passed: Array | None = None
) -> tuple[Tap, Tap]:
    """Return when and how much of it arrives.

    `passed` is the part of the step that had passed when it left, for every place; None for none.
    """
    steps = synapse_value(plan, DELAY, params, state) / dt
    steps = steps if passed is None else steps + passed
    low, high = 1.0, plan.longest - 1.0
    inside = jnp.where(steps < low, low, jnp.where(steps > high, high, steps))
    whole = lax.stop_gradient(jnp.floor(inside))
    rest, k = inside - whole, whole.astype(jnp.int32)
    return Tap(k, 1.0 - rest), Tap(k + 1, rest)


def interpolated(past: Callable[[Array], Array], both: tuple[Tap, Tap]) -> Array:
    """Return a value of the past between two steps.

    Args:
        past: `past(steps)` returns it so many steps ago.
        both: the taps.
    """
    first, second = both
    return first.share * past(first.steps) + second.share * past(second.steps)


def in_part(rule: Rule) -> Rule:
    """Return the rule of which the part `share` takes place."""

    def apply(values) -> Outcome:
        outcome = rule.apply(values)
        return replace(outcome, gain=None if outcome.gain is None else outcome.gain * values[SHARE])

    return Rule(apply, rule.adds, is_tame=rule.is_tame)


def in_two_parts(rule: Rule) -> Rule:
    """Return the rule of spikes that have moments: it takes place in part now, in part in the next step.

    A spike that arrives when the part f of a step has passed acts to the part 1 - f in this step and to the part f in
    the next: what arrives until the end of the next step, and the mean time at which it does, are right. The synapses
    are read once, and what comes later is added to the input `LATE`.
    """

    def apply(values) -> Outcome:
        outcome, f = rule.apply(values), values[PASSED]
        if outcome.gain is None:
            return outcome
        return replace(outcome, gain=outcome.gain * (1.0 - f), gains={LATE: outcome.gain * f})

    return Rule(apply, rule.adds, rule.adds_weight, rule.is_tame)
