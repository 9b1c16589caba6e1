"""What the notebook tests share: outcomes of ANNarchy 4.8.2 over seeds, the comparison with ours, and its table."""

from typing import Any

import numpy as np

from ..equations.running import golden

BANDS = golden("notebook_bands")
ERRORS = 4.0
FEW = 4  # seeds of ANNarchy of which a standard deviation would say little


def check(name: str, runs: list[dict[str, Any]]) -> None:
    """Compare metrics over seeds with those of ANNarchy, and print one line for each metric.

    Both simulators sample the same random process, so the difference of their means is compared with its standard
    error: it must not exceed `ERRORS` times sqrt(s1^2 / n1 + s2^2 / n2). For a vector the variance is the mean over its
    elements, since a handful of runs does not tell the variance of each. Where ANNarchy has only a few seeds, s1 and s2
    are the pooled deviation of both, and ours where it has a single one. What does not vary at all must agree in
    single precision.

    Args:
        name: of the notebook in `tests/golden/notebook_bands.json`.
        runs: the metrics of each of our seeds, all those of the notebook.
    """
    bands = BANDS[name]
    assert set(runs[0]) == set(bands), set(runs[0]) ^ set(bands)
    print(f"\n{name}, {len(runs)} seeds: metric, ours, ANNarchy's, difference in standard errors (allowed: {ERRORS})")
    outside = {metric: errors(metric, band, [run[metric] for run in runs]) for metric, band in bands.items()}
    outside = {metric: distance for metric, distance in outside.items() if distance > ERRORS}
    assert not outside, f"metrics and their distances in standard errors: {outside}"


def errors(metric: str, band: dict[str, Any], values: list[Any]) -> float:
    """Return by how many standard errors our mean over seeds differs from a band, for a vector the most; print it."""
    found, theirs = np.asarray(values, float), np.asarray(band["mean"], float)
    ours, n = found.mean(axis=0), len(found)
    spread, their_spread = _spreads(found, band)
    error = np.sqrt(spread**2 / n + their_spread**2 / band["n"])
    distances = (ours - theirs) / error if error else _unequal(ours, theirs)
    largest = distances.flat[np.argmax(np.abs(distances))]
    shown = (
        f"{np.mean(ours):10.5g} ± {spread:<8.2g} (n={n}) {np.mean(theirs):10.5g} ± {their_spread:<8.2g} (n={band['n']})"
    )
    print(f"  {metric:25}{shown} {largest:+6.1f}")
    return float(abs(largest))


def _spreads(found: np.ndarray, band: dict[str, Any]) -> tuple[float, float]:
    """Return standard deviations over our seeds, and over those of ANNarchy."""
    n, theirs = len(found), band["n"]
    ours = np.mean(found.var(axis=0, ddof=1))
    known = np.mean(np.square(band["std"])) if theirs > 1 else 0.0
    if theirs > FEW:
        return np.sqrt(ours), np.sqrt(known)
    pooled = np.sqrt(((n - 1) * ours + (theirs - 1) * known) / (n + theirs - 2))
    return pooled, pooled


def _unequal(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Return infinity where numbers that no seed changes differ by more than single precision explains, else 0."""
    return np.where(np.isclose(ours, theirs, rtol=1e-5, atol=1e-7), 0.0, np.inf)
