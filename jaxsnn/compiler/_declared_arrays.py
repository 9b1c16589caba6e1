"""What of a description is numbers, and what a key decides."""

import numpy as np

from ..distributions import Distribution
from ..network import NetworkSpec
from ..step import Path, is_drawn


def declared_arrays(spec: NetworkSpec) -> dict[Path, np.ndarray]:
    """Return everything declared as numbers: these enter `init` as arguments, not as constants of the program."""
    given: dict[Path, np.ndarray] = {}
    for p in spec.populations:
        given |= {("populations", p.name, k): np.asarray(v) for k, v in p.values.items() if isinstance(v, np.ndarray)}
        given |= {("populations", p.name, k): v for k, v in (p.source.arrays if p.source else {}).items()}
    for q in spec.projections:
        given |= {("connector", q.name, name): x for name, x in q.connector.arrays.items()}
        given |= {("projections", q.name, k): np.asarray(v) for k, v in q.values.items() if isinstance(v, np.ndarray)}
        given |= {("switches", q.name, k): v for k, v in q.switches.items()}
    return given | {("constants", "", name): np.asarray(value, float) for name, value in spec.constants.items()}


def drawn_paths(spec: NetworkSpec) -> tuple[Path, ...]:
    """Return what a key decides: distributions, weights and delays that are drawn, random connectivity."""
    paths: list[Path] = [
        ("populations", p.name, k) for p in spec.populations for k, v in p.values.items() if is_drawn(v)
    ]
    for q in spec.projections:
        random = q.connector.is_random(q.ends)
        paths += [("connectivity", q.name, "")] if random else []
        drawn = {"w": q.connector.weights, "delay": q.connector.delays, **q.values}
        # Values of random connectivity are drawn with it; weights of any are kept, as they may be computed.
        paths += [
            ("projections", q.name, n) for n, x in drawn.items() if isinstance(x, Distribution) or (random and n == "w")
        ]
    return tuple(dict.fromkeys(paths))
