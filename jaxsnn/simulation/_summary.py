"""What a compiled network consists of, for a person to read."""

from ..compiler import CompiledNetwork
from ..models import Neuron
from ..network import PopulationSpec, model_of
from ..plan import Delivery, ProjectionPlan
from ..recording import Recorder, recorders_of, row_bytes
from ..step import NetworkState


def summary(compiled: CompiledNetwork, platform: str, shapes: NetworkState | None) -> str:
    """Return sizes, kernels with the reason for each, random numbers and precision."""
    spec = compiled.spec
    head = f"network: dt {spec.dt:g} ms, {compiled.dtype.name} on {platform}, random numbers: {compiled.generator.name}"
    lines = [head, *(_population(p) for p in spec.populations)]
    lines += [_projection(plan, compiled) for plan in compiled.plans.values()]
    lines += [_monitor(r) for r in recorders_of(compiled)]
    return "\n".join([*lines, f"records: {row_bytes(compiled, shapes)} bytes per step"])


def _population(p: PopulationSpec) -> str:
    shape = f"{p.size}" if len(p.geometry) == 1 else f"{p.size} {p.geometry}"
    return f"population {p.name}: {shape} x {model_of(p)}{_gradients(p)}"


def _gradients(p: PopulationSpec) -> str:
    """Return how gradients pass its spikes."""
    if not p.neuron.is_spiking:
        return ""
    reset = ", differentiable reset" if p.neuron.differentiable_reset else ""
    return f", surrogate {p.neuron.surrogate_function.name}{reset}{_moments(p.neuron)}"


def _moments(neuron: Neuron) -> str:
    """Return when spikes happen, if not at the end of a step."""
    if neuron.spikes == "grid":
        return ""
    if not neuron.is_precise:
        return ", spikes on the grid: the condition has no distance to a threshold"
    return f", precise spikes with {neuron.gradients} gradients"


def _projection(plan: ProjectionPlan, compiled: CompiledNetwork) -> str:
    spec = plan.spec
    what = f"projection {spec.name}: {spec.pre} -> {spec.post} ({', '.join(spec.targets)})"
    if plan.form_choice is None:
        return f"{what}, {spec.kind.value}{_delay(plan)}{_kernel(plan)}"
    stored = f"{plan.form.summary(compiled.dtype.itemsize)} ({plan.form_choice.reason})"
    sent = _kernel(plan) or ", kernel weighted sum: rate-coded neurons send at every step"
    return f"{what}, {stored}{_delay(plan)}{_event_clock(plan)}{sent}"


def _kernel(plan: ProjectionPlan) -> str:
    """Return the kernel of a projection and why it was chosen; nothing where it has none."""
    choice = plan.kernel_choice
    return "" if choice is None else f", kernel {choice.algorithm.name}: {choice.reason}"


def _delay(plan: ProjectionPlan) -> str:
    """Return how what a projection transmits is delivered, where it does not arrive in the next step."""
    if plan.delivery is Delivery.NEXT_STEP:
        return ""
    return f", delays up to {plan.longest} {'step' if plan.longest == 1 else 'steps'} ({plan.delivery.value})"


def _event_clock(plan: ProjectionPlan) -> str:
    """Return where the steps of last events are kept, where event-driven variables need them."""
    return "" if plan.event_clock is None else f", steps of last events {plan.event_clock.value}"


def _monitor(recorder: Recorder) -> str:
    return f"monitor {recorder.name}: {', '.join(recorder.variables)} of {recorder.describe()}"
