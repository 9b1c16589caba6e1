"""Bounds of parameters, as their models state them."""

from collections.abc import Iterator

from ..equations import Attribute, Expression, Scope, ValueType, evaluate
from ..network import NetworkSpec

Bounds = tuple[float | None, float | None]


def declared_bounds(spec: NetworkSpec) -> dict[str, Bounds]:
    """Return `(low, high)` of every floating-point parameter whose text has `min=` or `max=`; None where it has not."""
    scope = Scope({}, constants=dict(spec.constants))

    def value(bound: Expression | None) -> float | None:
        return None if bound is None else float(evaluate(bound, scope))

    return {name: (value(a.low), value(a.high)) for name, a in _bounded(spec)}


def _bounded(spec: NetworkSpec) -> Iterator[tuple[str, Attribute]]:
    models = [(p.name, p.neuron) for p in spec.populations]
    models += [(q.name, q.synapse) for q in spec.projections if q.kind.has_synapses]
    for owner, model in models:
        for a in model.analysed.attributes:
            if a.is_parameter and a.type is ValueType.FLOAT and not (a.low is None and a.high is None):
                yield f"{owner}.{a.name}", a
