"""Delays that change, and delays between two steps."""

from .harness import case
from .parts import D, W, accumulators, listeners, pulses, rate_projection, sources, spike_projection, waves


@case("growth", kind=["rate", "spike"])
def uniform(ann, kind):
    make = rate_projection if kind == "rate" else spike_projection
    proj, M = make(ann, 3.0)
    yield
    yield
    proj.delay = 2.0
    shorter = proj.delay
    yield
    proj.delay = 6.0
    return M | {"delays": [shorter, proj.delay]}


@case("growth")
def longer_than_before(ann):
    S, post = sources(ann), accumulators(ann)
    proj = ann.Projection(S, post, "exc").connect_from_matrix(W, delays=2.0)
    M = {"post": ann.Monitor(post, "g_exc")}
    yield
    proj.delay = 5.0
    return M


@case("delays", kind=["rate", "spike", "default"])
def own(ann, kind):
    if kind == "default":
        S, post = sources(ann), accumulators(ann)
        proj = ann.Projection(S, post, "exc").connect_from_matrix(W, delays=D)
        M = {"post": ann.Monitor(post, "g_exc")}
    else:
        proj, M = (rate_projection if kind == "rate" else spike_projection)(ann, D)
    yield
    yield
    proj.delay = [[2.0, 2.0, 5.0], [1.0, 3.0, 4.0]]
    return M | {"delay": proj.delay}


@case("delays", kind=[f"{k}_{c}" for k in ("uniform", "own") for c in ("plain", "counts")])
def in_flight_changes(ann, kind):
    """Spikes that are on their way when delays change, to shorter ones and to longer ones."""
    kind, counts = kind.split("_")
    proj, M = pulses(ann, kind, counts == "counts", [10.0, 11.0, 12.0, 13.0, 14.0, 19.0, 26.0, 27.0, 28.0, 29.0, 34.0])
    yield
    yield
    proj.delay = 2.0 if kind == "uniform" else [[2.0, 5.0, 1.0]]
    yield
    proj.delay = 4.0 if kind == "uniform" else [[4.0, 1.0, 5.0]]
    return M


@case("delays", kind=["2.5", "3.5", "0.4", "own"])
def rounding(ann, kind):
    """Delays between two steps."""
    S, post, R = sources(ann), accumulators(ann), listeners(ann)
    late = [[2.5, 3.5, 1.4], [1.5, 1.0, 4.5]] if kind == "own" else float(kind)
    proj = ann.Projection(S, post, "exc").connect_from_matrix(W, delays=late)
    rates = ann.Projection(waves(ann), R, "exc").connect_from_matrix(W, delays=late)
    M = {"post": ann.Monitor(post, "g_exc"), "R": ann.Monitor(R, "r")}
    yield
    return M | {"delay": [proj.delay, rates.delay]}
