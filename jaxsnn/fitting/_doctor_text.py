"""The report of the gradient doctor in words."""

from typing import TYPE_CHECKING

import numpy as np

from ._doctor_agreement import Agreement

if TYPE_CHECKING:
    from ._doctor import Diagnosis


def report(diagnosis: "Diagnosis") -> str:
    """Return the report: populations, parameters, finite differences, findings."""
    n_steps = len(next(iter(diagnosis.gradient_norm.values())))
    lines = [f"gradient of a loss of {diagnosis.loss:.4g} over {n_steps} steps of {diagnosis.dt:g} ms"]
    lines += [_owner(diagnosis, name) for name in diagnosis.gradient_norm]
    lines += [f"parameter {name}: |dL/dp| {_norm(x):.2g}" for name, x in diagnosis.gradient.items()]
    lines += [] if diagnosis.agreement is None else [_differences(diagnosis.agreement)]
    lines += [f"{i + 1}. {finding}" for i, finding in enumerate(diagnosis.findings)]
    return "\n".join(lines if diagnosis.findings else [*lines, "nothing is wrong"])


def _owner(diagnosis: "Diagnosis", name: str) -> str:
    norms = diagnosis.gradient_norm[name]
    gradient = f"|dL/dstate| {norms[0]:.2g} at the first step, {norms[-1]:.2g} at the last, {np.max(norms):.2g} at most"
    if name not in diagnosis.silent:
        return f"{name}: {gradient}"
    silent, reached, never = diagnosis.silent[name][-1], diagnosis.reached[name].mean(), diagnosis.unreached[name]
    spikes = f"{silent:.0%} silent, the surrogate reaches {reached:.0%} in a step and {never:.0%} in none"
    return f"{name}: {spikes}; {gradient}"


def _norm(x: np.ndarray) -> float:
    return float(np.linalg.norm(np.asarray(x, np.float64)))


def _differences(agreement: Agreement) -> str:
    """Return a line on finite differences."""
    errors = ", ".join(f"{x:.1e}" for x in agreement.error)
    verdict = "agree" if agreement.agrees else "differ"
    return f"central differences (step {agreement.step:.1e}) {verdict}; relative errors by direction: {errors}"
