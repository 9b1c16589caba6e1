"""What a notebook shows of a compiled network."""

from ..compiler import CompiledNetwork
from ..html import Table, counted, page
from ..network import network_tables
from ..plan import ProjectionPlan


def simulation_html(compiled: CompiledNetwork, platform: str, batch: int) -> str:
    """Return HTML for a compiled network.

    Args:
        compiled: the network.
        platform: where it runs.
        batch: how many stimuli share one set of weights.
    """
    spec = compiled.spec
    facts = {
        "neurons": f"{sum(p.size for p in spec.populations):,} in {counted(len(spec.populations), 'population')}",
        "step (ms)": f"{spec.dt:g}",
        "runs on": f"{platform}, in {compiled.dtype.name}",
        "random numbers": compiled.generator.name,
        "batch": "" if batch == 1 else f"{batch} stimuli share one set of weights",
    }
    return page("simulation", "", facts, *network_tables(spec), _decisions(compiled))


def _decisions(compiled: CompiledNetwork) -> Table:
    """Return what was decided about each projection, and why."""
    plans = compiled.plans.values()
    rows = ((p.name, *_stored(p, compiled), *_kernel(p), p.delivery.value) for p in plans)
    header = ("projection", "stored as", "because", "kernel", "because", "delivery")
    return Table("how spikes and rates travel", header, rows, len(plans), is_open=False)


def _stored(plan: ProjectionPlan, compiled: CompiledNetwork) -> tuple[str, str]:
    choice = plan.form_choice
    return ("", "") if choice is None else (choice.form.summary(compiled.dtype.itemsize), choice.reason)


def _kernel(plan: ProjectionPlan) -> tuple[str, str]:
    choice = plan.kernel_choice
    return ("", "") if choice is None else (choice.algorithm.name, choice.reason)
