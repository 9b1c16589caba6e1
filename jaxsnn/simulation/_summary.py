"""What a compiled network consists of, for a person to read."""

from ..compiler import Compiled
from ..network import MonitorSpec, PopulationSpec, SynapseMonitorSpec
from ..plan import ProjectionPlan
from ..step import NetworkState
from ._records import row_bytes


def summary(compiled: Compiled, platform: str, shapes: NetworkState | None) -> str:
    """Return sizes, kernels with the reason for each, random numbers and precision."""
    spec = compiled.spec
    head = f"network: dt {spec.dt:g} ms, {compiled.dtype.name} on {platform}, random numbers: {compiled.generator.name}"
    lines = [head, *(_population(p) for p in spec.populations)]
    lines += [_projection(plan, compiled) for plan in compiled.plans.values()]
    lines += [_monitor(m) for m in spec.monitors]
    return "\n".join([*lines, f"records: {row_bytes(compiled, shapes)} bytes per step"])


def _population(p: PopulationSpec) -> str:
    model = p.neuron.name or ("spiking neuron" if p.neuron.is_spiking else "rate-coded neuron")
    shape = f"{p.size}" if len(p.geometry) == 1 else f"{p.size} {p.geometry}"
    return f"population {p.name}: {shape} x {model}{_gradients(p)}"


def _gradients(p: PopulationSpec) -> str:
    """Return how gradients pass its spikes."""
    if not p.neuron.is_spiking:
        return ""
    reset = ", differentiable reset" if p.neuron.differentiable_reset else ""
    return f", surrogate {p.neuron.surrogate_function.name}{reset}"


def _projection(plan: ProjectionPlan, compiled: Compiled) -> str:
    spec = plan.spec
    what = f"projection {spec.name}: {spec.pre} -> {spec.post} ({', '.join(spec.targets)})"
    if plan.form_choice is None:
        return f"{what}, {spec.kind.value}{_delay(plan)}{_kernel(plan)}"
    stored = f"{plan.form.summary(compiled.dtype.itemsize)} ({plan.form_choice.reason})"
    sent = _kernel(plan) or ", kernel weighted sum: rate-coded neurons send at every step"
    return f"{what}, {stored}{_delay(plan)}{sent}"


def _kernel(plan: ProjectionPlan) -> str:
    """Return the kernel of a projection and why it was chosen; nothing where it has none."""
    choice = plan.kernel_choice
    return "" if choice is None else f", kernel {choice.algorithm.name}: {choice.reason}"


def _delay(plan: ProjectionPlan) -> str:
    return f", delays up to {plan.longest} steps" if plan.longest > 1 else ""


def _monitor(monitor: MonitorSpec | SynapseMonitorSpec) -> str:
    of = (
        f"projection {monitor.projection}"
        if isinstance(monitor, SynapseMonitorSpec)
        else f"{monitor.ranks.size} neurons"
    )
    return f"monitor {monitor.name}: {', '.join(monitor.variables)} of {of}"
