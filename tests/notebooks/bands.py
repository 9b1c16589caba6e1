"""What the notebook tests share: outcomes of ANNarchy 4.8.2 over seeds, the comparison with ours, and its table."""

from typing import Any

import numpy as np

from ..equations.running import golden

BANDS = golden("notebook_bands")
ERRORS = 4.0


def check(name: str, runs: list[dict[str, Any]]) -> None:
    """Compare metrics over seeds with those of ANNarchy, and print one line for each metric.

    Both simulators sample the same random process, so the difference of their means is compared with its standard
    error: it must not exceed `ERRORS` times sqrt(s1^2 / n1 + s2^2 / n2). For a vector the variance is the mean over its
    elements, since a handful of runs does not tell the variance of each.

    Args:
        name: of the notebook in `tests/golden/notebook_bands.json`.
        runs: the metrics of each of our seeds, all those of the notebook.
    """
    bands = BANDS[name]
    assert set(runs[0]) == set(bands), set(runs[0]) ^ set(bands)
    print(f"\n{name}, {len(runs)} seeds: metric, ours, ANNarchy's, difference in standard errors (allowed: {ERRORS})")
    outside = {metric: _errors(metric, band, [run[metric] for run in runs]) for metric, band in bands.items()}
    outside = {metric: errors for metric, errors in outside.items() if errors > ERRORS}
    assert not outside, f"metrics and their distances in standard errors: {outside}"


def _errors(metric: str, band: dict[str, Any], values: list[Any]) -> float:
    """Return by how many standard errors our mean differs, for a vector the largest; print it."""
    found, theirs = np.asarray(values, float), np.asarray(band["mean"])
    ours, n = found.mean(axis=0), len(found)
    spread, their_spread = (np.sqrt(np.mean(np.square(s))) for s in (found.std(axis=0, ddof=1), band["std"]))
    distances = (ours - theirs) / np.sqrt(spread**2 / n + their_spread**2 / band["n"])
    largest = distances.flat[np.argmax(np.abs(distances))]
    shown = (
        f"{np.mean(ours):10.5g} ± {spread:<8.2g} (n={n}) {np.mean(theirs):10.5g} ± {their_spread:<8.2g} (n={band['n']})"
    )
    print(f"  {metric:25}{shown} {largest:+6.1f}")
    return float(abs(largest))
