"""The names of a neuron's inputs, as texts and monitors write them: for the target `exc`, `g_exc` and `sum(exc)`.

Everywhere else an input is its target, in a dictionary of conductances or of sums.
"""


def conductance(target: str) -> str:
    """Return the name of the variable that receives spikes of a target: `g_exc` for `exc`."""
    return f"g_{target}"


def conductance_target(name: str) -> str | None:
    """Return the target of a conductance, `exc` for `g_exc`; None for the name of something else."""
    return name.removeprefix("g_") if name.startswith("g_") else None


def is_conductance(name: str) -> bool:
    """Tell whether a name is that of a conductance."""
    return conductance_target(name) is not None


def sum_name(target: str) -> str:
    """Return the name of the input of a target, summed over projections: `sum(exc)` for `exc`."""
    return f"sum({target})"


def sum_target(name: str) -> str | None:
    """Return the target of a sum, `exc` for `sum(exc)`; None for the name of something else."""
    return name.removeprefix("sum(").removesuffix(")") if name.startswith("sum(") else None
