"""What a notebook shows of a population, or of some of its neurons."""

from collections.abc import Iterable
from itertools import islice

from ..connectivity import Ranks
from ..equations import Attribute
from ..html import Table, Text, page
from ..network import PopulationSpec, model_of, size_of
from ._core import Core
from ._shown_values import model_text, value_text

MOST_NAMES = 9


def neurons_html(core: Core, name: str, ranks: Ranks) -> str:
    """Return HTML for some neurons of a population.

    Args:
        core: of the network.
        name: of the population.
        ranks: the neurons.
    """
    spec = core.draft.populations.get(name)
    whole = ranks.is_everything
    kind = "population" if whole else f"{ranks.size} of {ranks.population_size} neurons of population"
    if spec is None:
        return page(kind, name, {"": "no longer part of its network"})
    attributes = spec.neuron.analysed.attributes
    parameters, variables = ([a for a in attributes if a.is_parameter is wanted] for wanted in (True, False))
    return page(
        kind,
        name,
        _facts(core, spec, ranks),
        _values("parameters", core, spec, ranks, parameters),
        _values("variables", core, spec, ranks, variables),
        Text("equations", model_text(spec.neuron)),
    )


def _facts(core: Core, spec: PopulationSpec, ranks: Ranks) -> dict[str, str]:
    draft, name = core.draft, spec.name
    receives = [f"{q.name} from {q.pre}" for q in draft.projections.values() if q.post == name]
    sends = [f"{q.name} to {q.post}" for q in draft.projections.values() if q.pre == name]
    monitors = [m.name for m in draft.monitors.values() if m.owner == name]
    return {
        "neurons": size_of(spec) if ranks.is_everything else "",
        "ranks": "" if ranks.is_everything else _listed(map(str, ranks.array[:MOST_NAMES].tolist()), ranks.size),
        "model": f"{model_of(spec)}{': ' if spec.neuron.description else ''}{spec.neuron.description}",
        "receives": _listed(receives, len(receives)),
        "sends": _listed(sends, len(sends)),
        "recorded by": _listed(monitors, len(monitors)),
        "stops at": spec.stop.text if spec.stop is not None else "",
        "state": "disabled" if name in draft.disabled else "",
    }


def _values(title: str, core: Core, spec: PopulationSpec, ranks: Ranks, attributes: list[Attribute]) -> Table:
    rows = ((a.name, value_text(core, ("populations", spec.name, a.name), ranks)) for a in attributes)
    return Table(title, ("name", "value"), rows, len(attributes))


def _listed(names: Iterable[str], number: int) -> str:
    """Return the first of so many names as one text."""
    first = list(islice(names, MOST_NAMES))
    more = f" and {number - len(first)} more" if number > len(first) else ""
    return ", ".join(first) + more
