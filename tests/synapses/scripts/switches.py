"""What goes on and what stands still where something is switched off."""

from .harness import case
from .parts import (
    DELAYS,
    D,
    W,
    accumulators,
    delays_of,
    integrators,
    listeners,
    pulses,
    rate_projection,
    sources,
    spike_projection,
    waves,
)

KINDS = {
    "rate": rate_projection,
    "rate_uniform": lambda ann: rate_projection(ann, 3.0),
    "rate_own": lambda ann: rate_projection(ann, D),
    "spike": spike_projection,
    "spike_uniform": lambda ann: spike_projection(ann, 3.0),
    "spike_own": lambda ann: spike_projection(ann, D),
}


@case("flags", kind=KINDS)
def transmission(ann, kind):
    proj, M = KINDS[kind](ann)
    yield
    yield
    proj.transmission = False
    yield
    proj.transmission = True
    return M


@case("flags", kind=["rate", "spike", "spike_uniform"])
def update(ann, kind):
    proj, M = KINDS[kind](ann)
    yield
    yield
    proj.update = False
    yield
    proj.update = True
    return M


@case("flags", kind=["rate", "rate_own", "spike", "spike_own"])
def plasticity(ann, kind):
    proj, M = KINDS[kind](ann)
    yield
    yield
    proj.plasticity = False
    yield
    proj.plasticity = True
    return M


@case("flags", kind=["rate", "spike"])
def learning(ann, kind):
    proj, M = KINDS[kind](ann)
    yield
    yield
    proj.disable_learning()
    yield
    proj.enable_learning(period=4.0, offset=1.0)
    yield
    proj.enable_learning()
    return M


@case("flags")
def offsets(ann):
    """When learning takes place, enabled at 12, 24, and 36 ms."""
    S, R = waves(ann), listeners(ann)
    proj = ann.Projection(S, R, "exc", ann.Synapse(equations="dx/dt = 1.0")).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, "x")}
    yield
    yield
    proj.enable_learning(period=5.0)
    yield
    proj.enable_learning(period=5.0, offset=0.0)
    yield
    proj.enable_learning(period=7.0, offset=2.0)
    return M


@case("flags", kind=["none", "uniform", "own"])
def silent_default(ann, kind):
    S, post = sources(ann), accumulators(ann)
    proj = ann.Projection(S, post, "exc").connect_from_matrix(W, delays=delays_of(kind))
    M = {"post": ann.Monitor(post, "g_exc")}
    yield
    proj.transmission = False
    yield
    proj.transmission = True
    yield
    proj.transmission = False
    return M


@case("flags", kind=[f"{k}_{c}" for k in DELAYS for c in ("plain", "counts")])
def in_flight(ann, kind):
    """Spikes that are emitted or arrive while nothing is transmitted."""
    kind, counts = kind.split("_")
    proj, M = pulses(ann, kind, counts == "counts", [4.0, 9.0, 15.0, 18.0, 22.0, 23.0, 29.0, 36.0, 40.0])
    yield
    yield
    proj.transmission = False
    yield
    proj.transmission = True
    return M


@case("flags")
def flags_of_a_continuous_input(ann):
    P, Q = integrators(ann), integrators(ann, (0.13, 0.27))
    synapse = ann.Synapse(
        equations="5.0 * dx/dt = -x : exponential", pre_spike="x += 0.3", psp="w * x * (1.0 - post.v)"
    )
    proj = ann.Projection(P, Q, "exc", synapse).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, "x"), "Q": ann.Monitor(Q, ["v", "g_exc", "spike"])}
    yield
    yield
    proj.transmission = False
    yield
    proj.transmission = True
    proj.update = False
    yield
    proj.update = True
    return M
