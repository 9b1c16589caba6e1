"""Several targets, views, gap junctions, continuous inputs."""

from .harness import case
from .parts import DELAYS, GAPS, W, accumulators, delays_of, integrators, listeners, sources, waves


def two_inputs(ann):
    """Return neurons with two conductances."""
    equations = "dg_exc/dt = -g_exc / 10.0 : init = 1.0 ; dg_inh/dt = -g_inh / 4.0 : init = 0.5 ; v = g_exc - g_inh"
    return ann.Population(2, ann.Neuron(equations=equations, spike="v > 1000.0"))


TARGETS = {
    "default": None,
    "ordered": "g_target *= 1.0 + w : max = 1.5 ; x += 1.0 ; w *= 0.95",
    "add": "g_target += w * x ; x += 1.0",
}


@case("wiring", text=TARGETS)
def targets(ann, text):
    S, post, M = sources(ann), two_inputs(ann), {}
    synapse = None if text == "default" else ann.Synapse(pre_spike=TARGETS[text])
    proj = ann.Projection(S, post, ["exc", "inh"], synapse).connect_from_matrix(W)
    if text != "default":
        M["proj"] = ann.Monitor(proj, ["x", "w"] if text == "ordered" else "x")
    M["post"] = ann.Monitor(post, ["g_exc", "g_inh", "v"])
    yield
    return M


@case("wiring")
def one_target_of_two(ann):
    S, post = sources(ann), accumulators(ann)
    ann.Projection(S, post, "exc", ann.Synapse(pre_spike="g_target = w")).connect_from_matrix(W)
    ann.Projection(S, post, "exc", ann.Synapse(pre_spike="g_target *= 1.0 + w")).connect_from_matrix(W)
    ann.Projection(S, post, "exc").connect_from_matrix(W, delays=2.0)
    M = {"post": ann.Monitor(post, "g_exc")}
    yield
    return M


@case("wiring", kind=DELAYS)
def views(ann, kind):
    P, Q = integrators(ann, (0.31, 0.17, 0.23, 0.29, 0.37)), integrators(ann, (0.13, 0.27, 0.07, 0.11, 0.19))
    synapse = ann.Synapse(
        equations="""
            10.0 * dx/dt = -x : event-driven
            10.0 * dy/dt = -y : event-driven
            p = post.v : postsynaptic
            a = pre.v
        """,
        pre_spike="g_target += w ; x += 0.2 ; w = w - y",
        post_spike="y += 0.1 ; w = w + x ; b = post.v",
    )
    one = ann.Projection(P[1:4], Q[::3], "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    two = ann.Projection(P[[0, 2, 4]], Q[[1, 4]], "exc", synapse).connect_from_matrix(GAPS, delays=delays_of(kind))
    M = {"one": ann.Monitor(one, ["w", "x", "p", "a", "b"]), "two": ann.Monitor(two, ["w", "y", "p", "a", "b"])}
    M["Q"] = ann.Monitor(Q, ["v", "g_exc", "spike"])
    yield
    return M | {"post_ranks": [one.post_ranks, two.post_ranks], "pre_ranks": [d.pre_rank for d in two.dendrites]}


@case("wiring", kind=DELAYS)
def views_of_rates(ann, kind):
    S, R = waves(ann, 5), listeners(ann, 5)
    synapse = ann.Synapse(
        equations="a = pre.r + mean(pre.r) ; p = post.r + mean(post.r) : postsynaptic ; dw/dt = 0.01 * (a - p)",
        psp="w * pre.r * (1.0 - 0.1 * post.r)",
    )
    one = ann.Projection(S[1:4], R[::3], "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    two = ann.Projection(S[[0, 2, 4]], R[[1, 4]], "exc", synapse).connect_from_matrix(GAPS, delays=delays_of(kind))
    M = {
        "one": ann.Monitor(one, ["w", "p", "a"]),
        "two": ann.Monitor(two, ["w", "p", "a"]),
        "R": ann.Monitor(R, ["r", "sum(exc)"]),
    }
    yield
    return M


@case("wiring", kind=DELAYS)
def gap_junctions(ann, kind):
    equations = "10.0 * dv/dt = 1.05 + 0.1 * drive - v + g_gap"
    P = ann.Population(3, ann.Neuron("drive = 0.0", equations, spike="v > 1.0", reset="v = 0.0"))
    P.drive, P.v = [0.0, 1.0, 2.0], [0.0, 0.5, 0.8]
    own = [[0.0, 2.0, 3.0], [1.0, 0.0, 4.0], [2.0, 5.0, 0.0]]
    matrix = [[None, 0.2, 0.1], [0.3, None, 0.15], [0.05, 0.2, None]]
    proj = ann.Projection(P, P, "gap", ann.Synapse(psp="w * (pre.v - post.v)"))
    proj.connect_from_matrix(matrix, delays=own if kind == "own" else delays_of(kind))
    M = {"P": ann.Monitor(P, ["v", "g_gap", "spike"])}
    yield
    return M


@case("wiring", kind=DELAYS)
def psp_and_pre_spike(ann, kind):
    P, post = integrators(ann), accumulators(ann)
    synapse = ann.Synapse(
        equations="5.0 * dx/dt = -x : exponential ; a = post.g_exc",
        pre_spike="g_target += 0.5 * w ; x += 0.3",
        psp="w * x * (pre.v - 0.5)",
    )
    proj = ann.Projection(P, post, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    M = {"proj": ann.Monitor(proj, ["x", "a"]), "post": ann.Monitor(post, ["v", "g_exc"])}
    yield
    return M


@case("wiring")
def live_conductances(ann):
    """What synapses read of the conductances to which projections before them have added in the same step."""
    S, post = sources(ann), two_inputs(ann)
    ann.Projection(S, post, "inh").connect_from_matrix(W)
    spikes = ann.Synapse(pre_spike="g_target += w * post.g_inh ; x = post.g_inh")
    proj = ann.Projection(S, post, "exc", spikes).connect_from_matrix(W)
    continuous = ann.Synapse(pre_spike="y += 1.0", psp="0.05 * w * (post.g_exc - post.g_inh)")
    ann.Projection(S, post, "exc", continuous).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, "x"), "post": ann.Monitor(post, ["g_exc", "g_inh", "v"])}
    yield
    return M
