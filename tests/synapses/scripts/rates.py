"""Rate-coded synapses."""

import numpy as np

from .harness import case
from .parts import DELAYS, GAPS, W, delays_of, listeners, waves

PSPS = {
    "both": "w * pre.r * post.r",
    "difference": "w * (pre.r - post.r)",
    "shifted": "w * pre.r + B",
    "time": "w * pre.r * (1.0 + 0.01 * t)",
    "other": "w * pre.f * pre.r",
}


@case("rates", kind=DELAYS)
def psps(ann, kind):
    S, M = waves(ann), {}
    for name, text in PSPS.items():
        post = listeners(ann)
        synapse = ann.Synapse(parameters="B = 0.2", psp=text)
        ann.Projection(S, post, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
        M[name] = ann.Monitor(post, ["r", "sum(exc)"])
    yield
    return M


@case("rates", kind=DELAYS)
def sums(ann, kind):
    """What psp reads of a sum to which another projection has added in the same step."""
    S, post = waves(ann), listeners(ann)
    ann.Projection(S, post, "inh").connect_from_matrix(W)
    synapse = ann.Synapse(psp="w * pre.r * (1.0 + 0.1 * post.sum(inh))")
    ann.Projection(S, post, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    M = {"post": ann.Monitor(post, ["r", "sum(exc)"])}
    yield
    return M


@case("rates")
def order_of_sums(ann):
    """What psp reads of a sum to which other projections add before and after it."""
    S, A, B = waves(ann), listeners(ann, 3), listeners(ann, 2)
    ann.Projection(S, A, "exc").connect_one_to_one(weights=0.7)
    ann.Projection(A, B, "exc", ann.Synapse(psp="w * pre.sum(exc)")).connect_from_matrix(W)
    ann.Projection(A, B, "inh", ann.Synapse(psp="w * post.sum(exc)")).connect_from_matrix(W)
    ann.Projection(S, A, "exc").connect_one_to_one(weights=0.3)
    ann.Projection(S, B, "exc").connect_from_matrix(W)
    M = {"A": ann.Monitor(A, ["r", "sum(exc)"]), "B": ann.Monitor(B, ["r", "sum(exc)", "sum(inh)"])}
    yield
    return M


@case("rates", operation=["sum", "min", "max", "mean"])
def operations(ann, operation):
    S, M = waves(ann), {}
    for kind in DELAYS:
        for form, matrix in (("full", W), ("gaps", GAPS)):
            post = listeners(ann)
            synapse = ann.Synapse(psp="w * pre.r", operation=operation)
            ann.Projection(S, post, "exc", synapse).connect_from_matrix(matrix, delays=delays_of(kind))
            M[f"{kind}_{form}"] = ann.Monitor(post, ["r", "sum(exc)"])
    post = listeners(ann)
    synapse = ann.Synapse(psp="w * (pre.r - post.r) - 0.1", operation=operation)
    ann.Projection(S, post, "exc", synapse).connect_from_matrix(GAPS, delays=2.0)
    M["post"] = ann.Monitor(post, ["r", "sum(exc)"])
    yield
    return M


@case("rates", kind=DELAYS)
def delayed_learning(ann, kind):
    S, R = waves(ann), listeners(ann)
    ann.Projection(S, R, "inh").connect_from_matrix(W, delays=2.0)
    synapse = ann.Synapse(
        equations="""
            a = pre.r
            b = post.r + post.sum(exc)
            c = post.sum(inh) + pre.f
            dw/dt = 0.02 * (pre.r - 0.9) * post.r
        """,
        psp="w * pre.r",
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    M = {"proj": ann.Monitor(proj, ["a", "b", "c", "w"]), "R": ann.Monitor(R, ["r", "sum(exc)", "sum(inh)"])}
    yield
    return M


@case("rates")
def two_delayed_variables(ann):
    equations = "s = cos(0.3 * t) : init = 2.0 ; r += 0.1 * s : init = -1.0"
    S, R = ann.Population(3, ann.Neuron(equations=equations)), listeners(ann)
    synapse = ann.Synapse(equations="x += pre.s ; y = pre.r", psp="w * pre.r + 0.1 * pre.s + x")
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W, delays=4.0)
    M = {"proj": ann.Monitor(proj, ["x", "y"]), "R": ann.Monitor(R, "r")}
    yield
    return M


@case("rates")
def loops(ann):
    P = listeners(ann, 4)
    inputs = ann.TimedArray(
        rates=np.array([[1.0, 0.0, 0.5, 0.2], [0.0, 2.0, 0.1, 0.3]]), schedule=[0.0, 7.0], period=11.0
    )
    ann.Projection(inputs, P, "exc").connect_one_to_one(weights=1.0)
    synapse = ann.Synapse(equations="dw/dt = 0.01 * pre.r * (post.r - pre.r) : min = -0.5, max = 0.5")
    proj = ann.Projection(P, P, "exc", synapse).connect_all_to_all(weights=0.1)
    late = ann.Projection(P, P, "inh", synapse).connect_all_to_all(
        weights=-0.2, delays=3.0, allow_self_connections=True
    )
    M = {
        "proj": ann.Monitor(proj, "w"),
        "late": ann.Monitor(late, "w"),
        "P": ann.Monitor(P, ["r", "sum(exc)", "sum(inh)"]),
    }
    yield
    return M
