"""Reading and assigning synapses, monitors, the way back to the beginning."""

from .harness import GROUPS, case
from .parts import D, W, accumulators, integrators, listeners, rate_projection, sources, spike_projection, waves


@case("access", kind=["rate", "spike"])
def values(ann, kind):
    proj, M = (rate_projection if kind == "rate" else spike_projection)(ann)
    yield
    proj.w = 0.25
    seen = {"scalar": proj.w, "x": proj.x}
    yield
    proj.w = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]
    proj.x = 1.5
    seen |= {"lists": proj.w, "set": proj.x}
    yield
    dendrite = proj.dendrite(1)
    dendrite.w = 0.7
    proj[0].w = [0.9, 0.8, 0.7]
    dendrite.x = [1.0, 2.0, 3.0]
    synapse = proj.synapse(2, 0)
    synapse.w = -0.4
    seen |= {"dendrites": proj.w, "x3": proj.x, "w1": dendrite.w, "one": synapse.w, "ranks": dendrite.pre_ranks}
    return M | seen


@case("access")
def localities(ann):
    proj, M = rate_projection(ann)
    yield
    seen = {"p": proj.p, "k": proj.k, "delay": proj.delay, "sizes": [proj.size, len(proj), proj.nb_synapses]}
    yield
    proj.p, proj.k = [0.5, 1.5], 3.0
    seen |= {"p2": proj.p, "k2": proj.k, "per": proj.nb_synapses_per_dendrite()}
    yield
    d = proj.dendrite(0)
    seen |= {"d": [d.p, d.k, d.size], "matrix": proj.connectivity_matrix()}
    return M | seen


@case("access")
def sparse(ann):
    S, R = waves(ann, 4), listeners(ann, 3)
    synapse = ann.Synapse("q = 0.1", "x = q * pre.r + w ; p = post.r : postsynaptic")
    proj = ann.Projection(S, R, "exc", synapse)
    proj.connect_from_matrix([[None, 0.5, None, 0.2], [None] * 4, [1.0, None, None, None]], delays=2.0)
    M = {"x": ann.Monitor(proj, ["x", "p"])}
    yield
    seen = {"w": proj.w, "q": proj.q, "ranks": proj.post_ranks, "matrix": proj.connectivity_matrix(fill=-1.0)}
    proj.w, proj.q = [[0.1, 0.2], [0.3]], 0.4
    yield
    proj.dendrite(2).q = 0.9
    seen |= {"w2": proj.w, "q2": proj.q, "per": proj.nb_synapses_per_dendrite(), "d": proj.dendrite(0).x}
    return M | seen


@case("access")
def monitors(ann):
    proj, M = spike_projection(ann)
    M |= {
        "period": ann.Monitor(proj, ["w", "x"], period=4.0),
        "offset": ann.Monitor(proj, ["w", "x"], period=4.0, period_offset=3.0),
        "later": ann.Monitor(proj, "w", period=3.0, start=False),
    }
    yield
    M["dendrite"] = ann.Monitor(proj.dendrite(1), ["w", "x", "n"])
    M["dendrite_period"] = ann.Monitor(proj.dendrite(0), ["w", "x"], period=5.0)
    yield
    M["later"].start()
    M["offset"].pause()
    yield
    M["offset"].resume()
    return M


@case("access")
def shared_weight(ann):
    S, R = waves(ann), listeners(ann)
    proj = ann.Projection(S, R, "exc").connect_all_to_all(weights=0.5)
    M = {"R": ann.Monitor(R, "r")}
    yield
    proj.w = 0.25
    yield
    proj.w = 0.75
    return M


def _again(make):
    def run(ann):
        proj, M = make(ann)
        names = [n for n in ("w", "x", "y", "z", "n", "p", "k") if n in proj.attributes]
        yield
        yield
        seen = {f"{n}_end": getattr(proj, n) for n in names}
        yield
        seen |= {f"{n}_reset": getattr(proj, n) for n in names}
        return M | seen

    return run


def _continuous(ann, delays=0.0):
    P, Q = integrators(ann), integrators(ann, (0.13, 0.27))
    synapse = ann.Synapse(
        equations="10.0 * dx/dt = -x : exponential, init = 0.5 ; n += 1.0 ; a = t_pre ; b = t_post ; dw/dt = 0.001",
        pre_spike="g_target += w ; x += 1.0 ; w -= 0.1 * x",
        post_spike="z += 1.0 ; w += 0.05 * x",
    )
    proj = ann.Projection(P, Q, "exc", synapse).connect_from_matrix(W, delays=delays)
    return proj, {
        "proj": ann.Monitor(proj, ["w", "x", "z", "n", "a", "b"]),
        "Q": ann.Monitor(Q, ["v", "g_exc", "spike"]),
    }


def _default(delays):
    def make(ann):
        S, post = sources(ann), accumulators(ann)
        proj = ann.Projection(S, post, "exc").connect_from_matrix(W, delays=delays)
        return proj, {"post": ann.Monitor(post, "g_exc")}

    return make


RESETS = {
    "rate": rate_projection,
    "rate_uniform": lambda ann: rate_projection(ann, 3.0),
    "rate_own": lambda ann: rate_projection(ann, D),
    "spike": _continuous,
    "spike_uniform": lambda ann: _continuous(ann, 3.0),
    "spike_own": lambda ann: _continuous(ann, D),
    "default_uniform": _default(3.0),
    "default_own": _default(D),
}
for _name, _make in RESETS.items():
    GROUPS["reset"].cases[_name] = GROUPS["reset_projections"].cases[_name] = _again(_make)
for _group in ("reset_projections", "reset_synapses"):
    GROUPS[_group].cases["event_driven"] = _again(spike_projection)
for _name in ("rate_own", "spike_uniform", "spike_own", "default_own"):
    GROUPS["reset_synapses"].cases[_name] = GROUPS["reset"].cases[_name]


def _with_period(ann):
    proj, M = rate_projection(ann)
    yield
    proj.enable_learning(period=4.0, offset=3.0)
    yield
    proj.x = 7.0
    yield
    return M


GROUPS["reset"].cases["with_period"] = GROUPS["reset_projections"].cases["with_period"] = _with_period
