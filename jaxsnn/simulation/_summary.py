"""What a compiled network consists of, for a person to read."""

from math import prod

from ..compiler import Compiled
from ..network import PopulationSpec, ProjectionSpec
from ._records import row_bytes


def summary(compiled: Compiled, platform: str) -> str:
    """Return sizes, kernels with the reason for each, random numbers and precision."""
    spec = compiled.spec
    head = f"network: dt {spec.dt:g} ms, {compiled.dtype.name} on {platform}, random numbers: {compiled.generator.name}"
    lines = [head, *(_population(p) for p in spec.populations), *(_projection(p, compiled) for p in spec.projections)]
    lines += [f"monitor {m.name}: {', '.join(m.variables)} of {m.ranks.size} neurons" for m in spec.monitors]
    return "\n".join([*lines, f"records: {row_bytes(compiled)} bytes per step"])


def _population(p: PopulationSpec) -> str:
    model = p.neuron.name or ("spiking neuron" if p.neuron.is_spiking else "rate-coded neuron")
    shape = f"{p.size}" if len(p.geometry) == 1 else f"{p.size} {p.geometry}"
    return f"population {p.name}: {shape} x {model}"


def _projection(p: ProjectionSpec, compiled: Compiled) -> str:
    choice, shape = compiled.choices[p.name], p.ends.shape
    size = prod(shape) * compiled.dtype.itemsize / 2**20
    what = f"projection {p.name}: {p.pre} -> {p.post} ({p.target}), {shape[0]} x {shape[1]} dense, {size:.1f} MiB"
    return f"{what}, kernel {choice.algorithm.name}: {choice.reason}"
