"""`Diagnosis`: what the gradient doctor saw, in arrays, in words and as a picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ._findings import Finding
from ._finite_differences import Agreement
from ._plot import draw


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What the gradient doctor saw. `print` it for a report in words; arrays are on the host.

    Args:
        dt: step, ms.
        loss: value of the loss.
        silent: (n_steps,) share of neurons without a spike so far, by spiking population.
        firing: (n_steps,) share of neurons that spike in a step.
        reached: (n_steps,) share of neurons whose surrogate derivative is not zero or, for a surrogate of infinite
            support, above a share of its value at the threshold (`Limits.reach`).
        unreached: share of neurons for which it is so in no step.
        gradient_norm: (n_steps,) norm of the gradient of the loss by the state after each step, by population, and by
            projection whose synapses have variables.
        by_variable: the same by variable; `spike` is the gradient by the distance of the spike condition.
        gradient: gradient by trainable parameter.
        agreement: with finite differences; None if it was not asked for, or if something is not finite.
        findings: what is wrong, in the order in which to look at it; empty if nothing is.
    """

    dt: float
    loss: float
    silent: dict[str, np.ndarray]
    firing: dict[str, np.ndarray]
    reached: dict[str, np.ndarray]
    unreached: dict[str, float]
    gradient_norm: dict[str, np.ndarray]
    by_variable: dict[str, dict[str, np.ndarray]]
    gradient: dict[str, np.ndarray]
    agreement: Agreement | None
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        """Return the report: populations, parameters, finite differences, findings."""
        n_steps = len(next(iter(self.gradient_norm.values())))
        lines = [f"gradient of a loss of {self.loss:.4g} over {n_steps} steps of {self.dt:g} ms"]
        lines += [self._line_of(owner) for owner in self.gradient_norm]
        lines += [f"parameter {name}: |dL/dp| {_norm(x):.2g}" for name, x in self.gradient.items()]
        lines += [] if self.agreement is None else [_line_of_differences(self.agreement)]
        lines += [f"{i + 1}. {finding}" for i, finding in enumerate(self.findings)]
        return "\n".join(lines if self.findings else [*lines, "nothing is wrong"])

    __repr__ = __str__

    def _line_of(self, owner: str) -> str:
        """Return the line on a population or a projection."""
        norms = self.gradient_norm[owner]
        first, last, most = norms[0], norms[-1], np.max(norms)
        gradient = f"|dL/dstate| {first:.2g} at the first step, {last:.2g} at the last, {most:.2g} at most"
        if owner not in self.silent:
            return f"{owner}: {gradient}"
        silent, reached, never = self.silent[owner][-1], self.reached[owner].mean(), self.unreached[owner]
        spikes = f"{silent:.0%} silent, the surrogate reaches {reached:.0%} in a step and {never:.0%} in none"
        return f"{owner}: {spikes}; {gradient}"

    def plot(self) -> Any:
        """Draw shares of neurons and norms of gradients over time; returns the figure.

        Example:
            >>> import jaxsnn as snn
            >>> net = snn.Network(dt=1.0, seed=1)
            >>> P = net.create(2, snn.LeakyIntegrator(), name="P")
            >>> M = net.monitor(P, "r")
            >>> sim = net.compile()
            >>> diagnosis = snn.diagnose(sim, *sim.init(0), 5.0, lambda records: records["P"]["r"].sum(), directions=0)
            >>> [axes.get_ylabel() for axes in diagnosis.plot().axes]
            ['norm of dL/dstate']
        """
        return draw(self.dt, self.gradient_norm, self.silent, self.reached, self.findings)


def _norm(x: np.ndarray) -> float:
    return float(np.linalg.norm(np.asarray(x, np.float64)))


def _line_of_differences(agreement: Agreement) -> str:
    errors = ", ".join(f"{x:.1e}" for x in agreement.error)
    verdict = "agree" if agreement.agrees else "differ"
    return f"central differences (step {agreement.step:.1e}) {verdict}; relative errors by direction: {errors}"
