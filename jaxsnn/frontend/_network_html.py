"""What a notebook shows of a network."""

from itertools import islice

from ..html import Table, Text, counted, page, shown
from ..network import network_tables, synapses_of
from ..reports import models_of
from ._core import Core
from ._shown_values import model_text

MOST_MODELS = 10


def network_html(core: Core) -> str:
    """Return HTML for a network, compiled or not."""
    spec = core.spec
    constants = ((name, shown(x)) for name, x in spec.constants.items())
    return page(
        "network",
        "",
        _facts(core),
        *network_tables(spec),
        Table("constants", ("name", "value"), constants, len(spec.constants)),
        *_models(core),
    )


def _facts(core: Core) -> dict[str, str]:
    spec, arrays = core.spec, core.own_arrays
    synapses = sum(synapses_of(q) or 0.0 for q in spec.projections)
    is_open = any(q.connector is None for q in spec.projections)
    return {
        "neurons": f"{sum(p.size for p in spec.populations):,} in {counted(len(spec.populations), 'population')}",
        "synapses": f"about {round(synapses):,} in {counted(len(spec.projections), 'projection')}"
        if spec.projections
        else "",
        "step (ms)": f"{core.dt:g}",
        "seed": "a fresh one at compilation" if core.seed is None else f"{core.seed}",
        "state": "compiled" if core.is_compiled else "described, not compiled yet",
        "time (ms)": "" if arrays is None else f"{arrays.step * core.dt:.10g}",
        "to do": "connect the projections that have no connector yet" if is_open else "",
    }


def _models(core: Core) -> list[Text]:
    """Return the texts of the different models."""
    found = models_of(core.spec)
    models = [*found.neurons.items(), *((name, synapse) for name, (synapse, _) in found.synapses.items())]
    return [Text(f"equations of {name}", model_text(model)) for name, model in islice(models, MOST_MODELS)]
