"""What reaches the loss of a step: its type, and which populations have a derivative there, whatever the values."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from ..compiler import with_own_paths
from ..fitting._dependence import find_independent
from ..network import named_leaves, replaced
from ..recording import build_record
from ..step import NetworkParams, NetworkState
from ._leaves import Leaves, float_leaves
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


@dataclass(frozen=True)
class _Population:
    """What is changed in a population to see what it reaches; each value has a name of its own.

    Args:
        leaves: of the state, its own variables.
        variables: their names here.
        targets: names here of what arrives, by target.
        trained: names of parameters that act on it.
    """

    leaves: Leaves
    variables: tuple[str, ...]
    targets: dict[str, str]
    trained: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return [*self.variables, *self.targets.values(), *self.trained]


def without_derivative(rule: OnlineRule, params: NetworkParams, state: NetworkState, target: Any) -> list[str]:
    """Return the trained names of populations in which no change reaches the loss, or a spike that a signal weighs.

    What a neuron carries, what arrives, and what is trained is changed for one step; it is traced, not computed.

    Args:
        rule: what learns.
        params, state: of its network.
        target: of one step.
    """
    # What keeps a CPU in order ties neurons together, and their derivatives with them; no other platform needs it.
    compiled = with_own_paths(replace(rule.sim.compiled, platform="any"))
    record = build_record(compiled, dense=True)
    own = {name: _population(rule, state, name) for name in {t.population: None for t in rule.trained if t.population}}

    def loss(values: dict[str, Array], batch: tuple) -> Array:
        params, before, target = batch
        for p in own.values():
            before = p.leaves.within(before, [values[name] for name in p.variables])
        fed = {name: {t: values[x] for t, x in p.targets.items()} for name, p in own.items()}
        now = replaced(params, {name: values[name] for p in own.values() for name in p.trained})
        after, emitted = compiled.advance(now, before, before.step & 0x7FFFFFFF, fed)
        spikes = sum(jnp.sum(after.spikes[name].distance) for name in rule.signals)
        return rule.loss(record(after, emitted), target) + spikes

    values = {name: x for p in own.values() for name, x in zip(p.variables, p.leaves.of(state), strict=True)}
    for name, p in own.items():
        nothing = jnp.zeros(compiled.spec.population(name).size, compiled.dtype)
        values |= dict.fromkeys(p.targets.values(), nothing) | {t: named_leaves(params)[t] for t in p.trained}
    cut = find_independent(loss, values, (params, state, target), [p.names for p in own.values()])
    return [name for p in own.values() if p.names[0] in cut for name in p.trained]


def _population(rule: OnlineRule, state: NetworkState, name: str) -> _Population:
    leaves = float_leaves(state, lambda place: place.field == "populations" and place.owner == name)
    trained = [t for t in rule.trained if t.population == name]
    plans = [rule.sim.compiled.plans[t.projection] for t in trained if t.projection]
    targets = dict.fromkeys(target for plan in plans for target in plan.targets)
    variables = tuple(f"{name}.{i}" for i in range(len(leaves.positions)))
    return _Population(leaves, variables, {t: f"{name}.to.{t}" for t in targets}, tuple(t.name for t in trained))
