"""Plasticity by spikes: traces, delays."""

import numpy as np

from .harness import case
from .parts import DELAYS, GAPS, W, accumulators, delays_of, integrators, late_sources, sources

EVENT_DRIVEN = """
    tau * dx/dt = -x : event-driven
    dy/dt = (A - y) / 12.0 : event-driven, init = 0.4
"""


@case("timing", kind=DELAYS)
def traces(ann, kind):
    S, L = sources(ann), late_sources(ann)
    synapse = ann.Synapse(
        parameters="tau = 8.0 ; A = 0.3 : projection",
        equations=EVENT_DRIVEN,
        pre_spike="g_target += w ; x += 1.0 ; w -= 0.1 * y",
        post_spike="y += 0.5 ; w = w + 0.05 * x : max = 1.1",
    )
    proj = ann.Projection(S, L, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    M = {"proj": ann.Monitor(proj, ["w", "x", "y"])}
    yield
    proj.tau = [[5.0, 8.0, 11.0], [6.0, 9.0, 14.0]]
    return M


@case("timing", kind=DELAYS)
def continuous_traces(ann, kind):
    S, Q = sources(ann), integrators(ann, (0.13, 0.27))
    synapse = ann.Synapse(
        parameters="tau = 8.0 : projection",
        equations="tau * dx/dt = -x : exponential ; dy/dt = -y / tau ; dw/dt = 0.01 * (x - y) : min = -0.3, max = 2.0",
        pre_spike="g_target += w ; x += 1.0 ; w -= 0.1 * y : min = 0.0",
        post_spike="y += 0.5 ; w = w + 0.05 * x : max = 1.1",
    )
    proj = ann.Projection(S, Q, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    M = {"proj": ann.Monitor(proj, ["w", "x", "y"]), "Q": ann.Monitor(Q, ["v", "g_exc", "spike"])}
    yield
    return M


@case("timing", kind=DELAYS)
def built_in_stdp(ann, kind):
    S, Q = sources(ann), integrators(ann, (0.13, 0.27))
    rule = ann.STDP(tau_plus=9.0, tau_minus=14.0, A_plus=0.2, A_minus=0.15, w_max=1.5)
    proj = ann.Projection(S, Q, "exc", rule).connect_from_matrix(np.abs(np.array(W, float)), delays=delays_of(kind))
    M = {"proj": ann.Monitor(proj, ["w", "x", "y"]), "Q": ann.Monitor(Q, ["v", "g_exc", "spike"])}
    yield
    return M


@case("timing", kind=DELAYS)
def built_in_stp(ann, kind):
    S, post = sources(ann), accumulators(ann)
    rule = ann.STP(tau_rec=30.0, tau_facil=20.0, U=0.2)
    proj = ann.Projection(S, post, "exc", rule).connect_from_matrix(W, delays=delays_of(kind))
    M = {"proj": ann.Monitor(proj, ["x", "u"]), "post": ann.Monitor(post, "g_exc")}
    yield
    proj.U = [[0.2, 0.5, 0.35], [0.6, 0.1, 0.2]]
    return M


@case("timing")
def bounded_traces(ann):
    S, L = sources(ann), late_sources(ann)
    synapse = ann.Synapse(
        equations="""
            dx/dt = (0.5 - x) / 8.0 : event-driven, init = 1.0
            z += 0.1
            9.0 * dy/dt = -y : event-driven, init = 0.2
        """,
        pre_spike="g_target += w ; x += z : max = 1.4 ; w = x",
        post_spike="y += x ; w = w + y",
    )
    proj = ann.Projection(S, L, "exc", synapse).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, ["w", "x", "y", "z"])}
    yield
    return M


@case("timing")
def post_only(ann):
    S, L = sources(ann), late_sources(ann)
    # Where only `post_spike` changes `w`, ANNarchy takes it for a parameter, which a monitor refuses.
    equations = "10.0 * dx/dt = -x : event-driven ; 5.0 * dy/dt = -y : event-driven ; seen = w"
    synapse = ann.Synapse(
        equations=equations, pre_spike="x += 1.0", post_spike="y += 1.0 ; w = clip(w + x - y, -2.0, 2.0)"
    )
    proj = ann.Projection(S, L, "exc", synapse).connect_from_matrix(GAPS)
    M = {"proj": ann.Monitor(proj, ["seen", "x", "y"])}
    yield
    yield
    return M | {"w": proj.w}


@case("timing")
def recurrent(ann):
    P = integrators(ann)
    synapse = ann.Synapse(
        equations="10.0 * dx/dt = -x : event-driven ; 10.0 * dy/dt = -y : event-driven",
        pre_spike="g_target += w ; x += 0.2 ; w = w - y",
        post_spike="y += 0.1 ; w = w + x",
    )
    proj = ann.Projection(P, P, "exc", synapse).connect_all_to_all(weights=0.3)
    late = ann.Projection(P, P, "exc", synapse).connect_all_to_all(weights=0.2, delays=2.0, allow_self_connections=True)
    M = {name: ann.Monitor(p, ["w", "x"]) for name, p in (("proj", proj), ("late", late))}
    M["P"] = ann.Monitor(P, ["v", "g_exc", "spike"])
    yield
    return M


@case("timing")
def kinds_of_values(ann):
    S, L = sources(ann), late_sources(ann)
    synapse = ann.Synapse(
        parameters="k = 3 : int ; on = True : bool",
        equations="n = n : int ; many = n > 2 : bool ; m = n / k : int ; f = if many: n * 0.5 else: -1.0",
        pre_spike="g_target += w ; n += 1 ; x = if n > 2: x + 1.5 else: x - 0.5",
        post_spike="n += k ; y = if many and on: y + 1.0 else: y",
    )
    proj = ann.Projection(S, L, "exc", synapse).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, ["n", "many", "m", "f", "x", "y"])}
    yield
    return M


@case("timing")
def functions_at_events(ann):
    S, L = sources(ann), late_sources(ann)
    synapse = ann.Synapse(
        parameters="hi = 1.5 : postsynaptic",
        functions="f(a, b) = a * b + 0.1",
        pre_spike="g_target += f(w, 2.0) ; w = f(w, 0.9) : max = hi",
        post_spike="w = f(w, 0.8)",
    )
    proj = ann.Projection(S, L, "exc", synapse).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, "w")}
    yield
    proj.hi = [1.5, 0.9]
    return M
