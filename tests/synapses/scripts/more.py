"""What synapses read of their surroundings, and networks that are run on."""

import numpy as np

from .harness import case
from .parts import DELAYS, GAPS, W, accumulators, delays_of, integrators, listeners, sources, waves


@case("more")
def attributes_of_populations(ann):
    # In ANNarchy nothing of a synapse but `psp` can read what a population has in common, and of the pre neurons only.
    equations = "m = mean(r) : population ; r = tau + 0.1 * t + 0.01 * m + b : init = 0.5"
    S, R = ann.Population(3, ann.Neuron("tau = 3.0 : population ; b = 1.0", equations)), listeners(ann)
    S.b = [1.0, 2.0, 3.0]
    synapse = ann.Synapse(equations="a = pre.b * pre.r", psp="w * pre.r / pre.tau + pre.b")
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(GAPS)
    M = {"proj": ann.Monitor(proj, "a"), "R": ann.Monitor(R, "r"), "S": ann.Monitor(S, ["r", "m"])}
    yield
    yield
    S.tau, S.b = 1.5, 0.3
    return M


@case("more")
def surroundings(ann):
    ann.Constant("halves", 0.5)
    ann.add_function("bent(x, y) = x / (1.0 + abs(y))")
    S, R = waves(ann), listeners(ann)
    synapse = ann.Synapse(
        parameters="own = halves",
        equations="dx/dt = bent(pre.r, x) * halves ; z = dt * own * x",
        psp="bent(w, x) * pre.r",
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, ["x", "z"]), "R": ann.Monitor(R, "r")}
    yield
    return M


@case("more", text=["default", "reads"])
def refractory_targets(ann, text):
    """Inputs of neurons that are refractory; with a conductance that lasts a step they pile up."""
    S = sources(ann)
    equations = "10.0 * dv/dt = 0.8 - v + g_exc"
    Q = ann.Population(2, ann.Neuron("", equations, spike="v > 0.5", reset="v = 0.0", refractory=4.0))
    synapse = None if text == "default" else ann.Synapse(pre_spike="g_target += w : max = 1.2 ; x += post.v")
    proj = ann.Projection(S, Q, "exc", synapse).connect_from_matrix(W)
    M = {"Q": ann.Monitor(Q, ["v", "g_exc", "spike"])} | ({} if synapse is None else {"proj": ann.Monitor(proj, "x")})
    yield
    return M


@case("more")
def before_compile(ann):
    S, R = waves(ann), listeners(ann)
    synapse = ann.Synapse(
        "tau = 5.0 ; eta = 0.1 : projection ; th = 0.2 : postsynaptic",
        "tau * dx/dt = pre.r - x : init = 0.3 ; p = p + th : postsynaptic, init = 1.0 ; dw/dt = eta * x * (p - w)",
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W)
    proj.tau, proj.eta, proj.x = 7.0, 0.01, 0.9
    M = {"proj": ann.Monitor(proj, ["x", "p", "w"]), "R": ann.Monitor(R, "r")}
    yield
    yield
    proj.th = [0.1, -0.1]
    return M


@case("more", kind=DELAYS)
def stale_traces(ann, kind):
    """What equations and a continuous input read of variables that are integrated at events only."""
    S, Q = sources(ann), integrators(ann, (0.13, 0.27))
    synapse = ann.Synapse(
        equations="10.0 * dx/dt = -x : event-driven ; seen = x + w ; dw/dt = 0.01 * x",
        pre_spike="x += 1.0 ; g_target += w",
        post_spike="x -= 0.3",
        psp="0.1 * x",
    )
    proj = ann.Projection(S, Q, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    M = {"proj": ann.Monitor(proj, ["x", "seen", "w"]), "Q": ann.Monitor(Q, ["v", "g_exc", "spike"])}
    yield
    return M


@case("more")
def semiglobal_at_events(ann):
    P, Q = integrators(ann), integrators(ann, (0.13, 0.27))
    synapse = ann.Synapse(
        parameters="eta = 0.1 : projection",
        equations="20.0 * dth/dt = post.v - th : postsynaptic ; k = k + eta : projection ; 9.0 * dx/dt = -x",
        pre_spike="g_target += w * th ; x += 0.1 * k ; w -= eta * th : min = -0.5",
        post_spike="w += eta * x * (1.0 + th) : max = 2.0 + 0.1 * k",
    )
    proj = ann.Projection(P, Q, "exc", synapse).connect_from_matrix(GAPS)
    M = {"proj": ann.Monitor(proj, ["x", "w", "th", "k"]), "Q": ann.Monitor(Q, ["v", "g_exc", "spike"])}
    yield
    return M


@case("more")
def sources_that_change(ann):
    S, post = sources(ann), accumulators(ann)
    proj = ann.Projection(S, post, "exc", ann.STP(tau_rec=30.0, U=0.3)).connect_from_matrix(W, delays=4.0)
    M = {"proj": ann.Monitor(proj, ["x", "u"]), "post": ann.Monitor(post, "g_exc")}
    yield
    yield
    S.spike_times = [[33.0, 40.0], [28.0, 41.0], [32.0, 33.0, 57.0]]
    return M


@case("more")
def both_directions(ann):
    """Two populations that excite each other, created before and after the projections' other end."""
    Q, P = integrators(ann, (0.13, 0.27)), integrators(ann)
    rule = ann.STDP(tau_plus=9.0, tau_minus=14.0, A_plus=0.1, A_minus=0.15, w_max=1.5)
    there = ann.Projection(P, Q, "exc", rule).connect_from_matrix(np.abs(np.array(W, float)))
    back = ann.Projection(Q, P, "exc", rule).connect_from_matrix(np.abs(np.array(W, float)).T, delays=2.0)
    M = {"there": ann.Monitor(there, ["w", "x", "y"]), "back": ann.Monitor(back, ["w", "x", "y"])}
    yield
    return M | {"P": ann.Monitor(P, ["v", "g_exc", "spike"]), "Q": ann.Monitor(Q, ["v", "g_exc", "spike"])}
