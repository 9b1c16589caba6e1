"""A step of 0.1 ms."""

import numpy as np

from .harness import case
from .parts import DELAYS, D, W, listeners, waves


@case("fine", kind=["none", "uniform"])
def fine_rates(ann, kind):
    S, R = waves(ann), listeners(ann)
    S.f = [3.0, 5.0, 7.0]
    synapse = ann.Synapse(
        "tau = 2.0 : projection",
        """
            tau * da/dt = pre.r - a : exponential
            tau * db/dt = a - b : implicit
            dc/dt = (b - c) / tau : semiimplicit
            dw/dt = 0.1 * (c - w) * post.r : explicit, max = 1.5
        """,
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W, delays=0.7 if kind == "uniform" else 0.0)
    M = {"proj": ann.Monitor(proj, ["a", "b", "c", "w"]), "R": ann.Monitor(R, "r")}
    yield
    return M | {"delay": proj.delay}


@case("fine")
def fine_period(ann):
    S, R = waves(ann), listeners(ann)
    S.f = [3.0, 5.0, 7.0]
    equations = "2.0 * da/dt = pre.r - a : exponential ; dw/dt = 0.1 * (a - w) * post.r"
    proj = ann.Projection(S, R, "exc", ann.Synapse(equations=equations)).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, ["a", "w"]), "R": ann.Monitor(R, "r")}
    yield
    proj.enable_learning(period=0.5)
    return M


@case("fine", offset=[0.2, 1.0, 1.3])
def fine_offset(ann, offset):
    S, R = waves(ann), listeners(ann)
    proj = ann.Projection(S, R, "exc", ann.Synapse(equations="dx/dt = 1.0")).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, "x")}
    yield
    proj.enable_learning(period=2.0, offset=offset)
    return M


@case("fine", kind=DELAYS)
def fine_spikes(ann, kind):
    S = ann.SpikeSourceArray([[0.2, 0.5, 0.6, 2.0, 2.1], [0.5, 0.6, 0.9, 2.0], [0.5, 1.2, 2.0, 3.3, 3.4]])
    L = ann.SpikeSourceArray([[0.4, 0.6, 1.1, 2.2, 3.5], [0.5, 0.8, 2.0, 2.1, 4.0]])
    synapse = ann.Synapse(
        equations="0.8 * dx/dt = -x : event-driven ; 1.2 * dy/dt = 0.3 - y : event-driven ; a = t_pre ; b = t_post",
        pre_spike="g_target += w ; x += 1.0 ; w -= 0.1 * y",
        post_spike="y += 0.5 ; w = w + 0.05 * x : max = 1.1",
    )
    late = {"none": 0.0, "uniform": 0.3, "own": (0.1 * np.array(D)).tolist()}[kind]
    proj = ann.Projection(S, L, "exc", synapse).connect_from_matrix(W, delays=late)
    M = {"proj": ann.Monitor(proj, ["w", "x", "y", "a", "b"])}
    yield
    return M
