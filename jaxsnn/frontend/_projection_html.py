"""What a notebook shows of a projection."""

from ..connectivity import WEIGHT
from ..html import Table, Text, page
from ..network import (
    ProjectionSpec,
    count_of,
    delays_of,
    pattern_of,
    side_of,
    synapse_of,
    weights_of,
)
from ._core import Core
from ._shown_values import at_the_beginning, model_text, value_text


def projection_html(core: Core, name: str) -> str:
    """Return HTML for a projection of a network."""
    q = core.draft.projections.get(name)
    if q is None:
        return page("projection", name, {"": "no longer part of its network"})
    if not q.kind.has_synapses:
        return page("projection", name, _facts(core, q))
    attributes = q.synapse.analysed.attributes
    rows = ((a.name, _value(core, q, a.name, a.is_parameter)) for a in attributes)
    table = Table("parameters and variables of the synapses", ("name", "value"), rows, len(attributes))
    return page("projection", name, _facts(core, q), table, Text("equations", model_text(q.synapse)))


def _facts(core: Core, q: ProjectionSpec) -> dict[str, str]:
    facts = {
        "from": side_of(q, "pre"),
        "to": side_of(q, "post"),
        "target": ", ".join(q.targets),
        "connections": pattern_of(q),
        "synapses": count_of(q),
        "delays (ms)": delays_of(q),
        "model": ": ".join(x for x in (synapse_of(q), q.synapse.description if q.kind.has_synapses else "") if x),
    }
    return facts | (_plan_facts(core, q.name) if core.is_compiled else {})


def _plan_facts(core: Core, name: str) -> dict[str, str]:
    """Return what was decided about a projection."""
    plan = core.compiled.plans[name]
    stored, kernel = plan.form_choice, plan.kernel_choice
    return {
        "stored as": "" if stored is None else f"{plan.form.summary(core.compiled.dtype.itemsize)} ({stored.reason})",
        "kernel": "" if kernel is None else f"{kernel.algorithm.name}: {kernel.reason}",
    }


def _value(core: Core, q: ProjectionSpec, attribute: str, is_parameter: bool) -> str:
    """Return one value; of those that each synapse has, what they were declared as."""
    if attribute == WEIGHT:
        return weights_of(q) + at_the_beginning(core) if weights_of(q) else ""
    return value_text(core, ("projections", q.name, attribute), most=1)
