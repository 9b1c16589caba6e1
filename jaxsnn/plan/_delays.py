"""How long spikes and values of a projection are on their way at most."""

from math import ceil, inf

from ..distributions import Distribution
from ..equations import Number
from ..errors import ArgumentError
from ..network import Kind, ProjectionSpec


def longest_delay(spec: ProjectionSpec, dt: float) -> tuple[int, bool]:
    """Return the longest delay in steps, and whether synapses have delays of their own."""
    if spec.kind is Kind.DECODING:
        return 1, False
    longest = max(spec.connector.longest_delay(), spec.longest_delay)
    if longest == inf:
        message = f"projection `{spec.name}`: the delays have no upper bound, so nothing says how much must be kept"
        raise ArgumentError(f"{message}: give the distribution a `max`")
    if spec.fractional_delays:
        return max(1, ceil(longest / dt * (1.0 - 1e-6))) + 1, True
    own = spec.connector.delays is None or isinstance(spec.connector.delays, Distribution)
    created = _delay_of_created(spec)
    if created is None:
        return max(1, round(longest / dt)), own
    return max(1, round(max(longest, created) / dt)), own or created != spec.connector.delays


def _delay_of_created(spec: ProjectionSpec) -> float | None:
    """Return the delay of the synapses that a rule creates, ms; None where it is that of the projection."""
    rule = spec.synapse.analysed.creating
    if rule is None or rule.delay is None:
        return None
    if not isinstance(rule.delay, Number):
        message = "the delay `d` of created synapses is a number of ms, so that it is known how much must be kept"
        raise ArgumentError(f"projection `{spec.name}`: {message}")
    return rule.delay.value
