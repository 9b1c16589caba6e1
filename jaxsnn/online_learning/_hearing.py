"""Which populations hear of the error at all, whatever the values."""

import jax
from jax import Array

from ..fitting._dependence import find_independent
from ..recording import build_record
from ..step import NetworkParams, NetworkState
from ._leaves import float_leaves
from ._online import OnlineRule

OWN = ("populations", "spikes")


def without_signal(rule: OnlineRule, params: NetworkParams, state: NetworkState, target: object) -> list[str]:
    """Return the trained names of populations that the loss of a step does not read, and that have no signal.

    Nothing is computed: the loss is traced, and what it reads has a derivative that reaches it.

    Args:
        rule: what learns.
        params, state: of its network.
        target: of one step.
    """
    if rule.algorithm == "full":
        return []
    compiled = rule.sim.compiled
    after, emitted = jax.eval_shape(lambda p, s: compiled.advance(p, s, s.step & 0x7FFFFFFF), params, state)
    own = float_leaves(after, lambda place: place.field in OWN)
    arriving = float_leaves(emitted, lambda _: True)
    values = (*own.of(after), *arriving.of(emitted))
    names = {f"x{i}": place.owner for i, place in enumerate((*own.places, *arriving.places))}
    record = build_record(compiled, dense=True)

    def loss(values: dict[str, Array], batch: tuple) -> Array:
        floats, (after, emitted, target) = list(values.values()), batch
        records = record(
            own.within(after, floats[: len(own.places)]), arriving.within(emitted, floats[len(own.places) :])
        )
        return rule.loss(records, target)

    populations = {t.population for t in rule.trained if t.population and t.population not in rule.signals}
    groups = {p: [name for name, owner in names.items() if owner == p] for p in populations}
    known = dict(zip(names, values, strict=True))
    cut = find_independent(loss, known, (after, emitted, target), list(groups.values()))
    deaf = {p for p, of in groups.items() if of[0] in cut}
    return [t.name for t in rule.trained if t.population in deaf]
