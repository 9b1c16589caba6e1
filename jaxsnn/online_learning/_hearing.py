"""What the loss of a step reads: of which type it is, and which populations hear of it at all, whatever the values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
from jax import Array

from ..fitting._dependence import find_independent
from ..recording import build_record
from ..step import NetworkParams, NetworkState
from ._leaves import float_leaves
from ._online import OnlineRule

OWN = ("populations", "spikes")


@dataclass(frozen=True, eq=False)
class TracedLoss:
    """The loss of a step as a function of shapes; nothing is computed.

    Args:
        loss: `loss(values, batch)`.
        values: what a step has made of floating-point type, by a name.
        owners: population of each.
        batch: the rest.
    """

    loss: Callable[[dict[str, Any], Any], Array]
    values: dict[str, Any]
    owners: dict[str, str]
    batch: Any

    @property
    def dtype(self) -> Any:
        """Type of the loss."""
        return jax.eval_shape(self.loss, self.values, self.batch).dtype

    def unread(self, populations: set[str]) -> set[str]:
        """Return the populations from which no derivative reaches the loss."""
        groups = {p: [name for name, owner in self.owners.items() if owner == p] for p in populations}
        cut = find_independent(self.loss, self.values, self.batch, list(groups.values()))
        return {p for p, names in groups.items() if names[0] in cut}


def traced_loss(rule: OnlineRule, params: NetworkParams, state: NetworkState, target: Any) -> TracedLoss:
    """Return the loss of a step, for the shapes of a network.

    Args:
        rule: what learns.
        params, state: of its network.
        target: of one step.
    """
    compiled = rule.sim.compiled
    after, emitted = jax.eval_shape(lambda p, s: compiled.advance(p, s, s.step & 0x7FFFFFFF), params, state)
    own = float_leaves(after, lambda place: place.field in OWN)
    arriving = float_leaves(emitted, lambda _: True)
    owners = {f"x{i}": place.owner for i, place in enumerate((*own.places, *arriving.places))}
    values = dict(zip(owners, (*own.of(after), *arriving.of(emitted)), strict=True))
    record, n = build_record(compiled, dense=True), len(own.places)

    def loss(values: dict[str, Array], batch: tuple) -> Array:
        (after, emitted, target), floats = batch, [values[name] for name in owners]
        return rule.loss(record(own.within(after, floats[:n]), arriving.within(emitted, floats[n:])), target)

    return TracedLoss(loss, values, owners, (after, emitted, target))


def without_signal(rule: OnlineRule, loss: TracedLoss) -> list[str]:
    """Return the trained names of populations that the loss of a step does not read, and that have no signal."""
    if rule.algorithm == "full":
        return []
    deaf = loss.unread({t.population for t in rule.trained if t.population and t.population not in rule.signals})
    return [t.name for t in rule.trained if t.population in deaf]
