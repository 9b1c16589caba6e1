"""Equations of synapses: methods, order, localities."""

import numpy as np

from .harness import case
from .parts import GAPS, W, delays_of, listeners, waves

METHODS = ["explicit", "implicit", "semiimplicit", "exponential", "midpoint", "rk4"]


def _method(ann, method):
    S, R = waves(ann), listeners(ann)
    flags = f": {method}"
    synapse = ann.Synapse(
        parameters="tau = 6.0 ; slow = 15.0 : projection",
        equations=f"""
            slow * dk/dt = 1.0 - k {flags}, projection
            m = 0.5 * k : projection
            tau_p = 7.0 + post.r : postsynaptic
            dp/dt = (post.r - p) / slow {flags}, postsynaptic
            q = 0.1 * p : postsynaptic
            tau * da/dt + a = pre.r {flags}
            db/dt = (a - b) / tau + 0.02 * m {flags}, init = 0.2
            c = a + b
            tau * dw/dt = c * 0.1 - w + q {flags}, min = 0.05, max = 0.6
        """,
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W)
    return proj, {"proj": ann.Monitor(proj, ["k", "p", "a", "b", "w"]), "R": ann.Monitor(R, "r")}


@case("equations", method=METHODS)
def methods(ann, method):
    proj, M = _method(ann, method)
    yield
    proj.tau = [[5.0, 8.0, 11.0], [6.0, 9.0, 14.0]]
    return M


@case("equations", method=METHODS)
def periods(ann, method):
    proj, M = _method(ann, method)
    yield
    proj.enable_learning(period=5.0)
    yield
    proj.enable_learning(period=2.0, offset=1.0)
    return M


@case("equations", method=METHODS)
def across(ann, method):
    """Equations of one method whose variables have different localities, or that an assignment separates."""
    S, R = waves(ann), listeners(ann)
    flags = f": {method}"
    synapse = ann.Synapse(
        equations=f"""
            15.0 * dk/dt = 1.0 - k {flags}, projection
            9.0 * dp/dt = post.r + k - p {flags}, postsynaptic
            5.0 * da/dt = pre.r - a + k {flags}
            7.0 * db/dt = p - b + 0.2 * k {flags}
        """,
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, ["k", "p", "a", "b"])}
    yield
    return M


@case("equations", method=METHODS)
def across_neurons(ann, method):
    """As `across`, in neurons."""
    equations = f"""
        15.0 * dk/dt = 1.0 - k : {method}, population
        5.0 * dr/dt = k - r : {method}
        7.0 * db/dt = 0.1 * t - b : {method}
    """
    P = ann.Population(2, ann.Neuron("", equations))
    M = {"P": ann.Monitor(P, ["k", "r", "b"])}
    yield
    return M


@case("equations")
def mean_for_all(ann):
    S, R = waves(ann), listeners(ann)
    proj = ann.Projection(S, R, "exc", ann.Synapse(equations="k = mean(pre.r) : projection ; x += k"))
    proj.connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, ["k", "x"])}
    yield
    return M


@case("equations")
def split(ann):
    """Implicit equations that an assignment separates."""
    S, R = waves(ann), listeners(ann)
    synapse = ann.Synapse(
        equations="""
            5.0 * da/dt = pre.r - a : implicit
            c = 2.0 * a
            7.0 * db/dt = c + a - b : implicit
        """,
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, ["a", "b", "c"])}
    yield
    return M


@case("equations")
def nonlinear(ann):
    S, R = waves(ann), listeners(ann)
    synapse = ann.Synapse(
        equations="""
            dx/dt = 0.3 * x * (pre.r - x) : midpoint, init = 0.1
            dy/dt = 0.2 * (x - y * y * y) : midpoint
            z = x * y
        """,
        psp="w * x * pre.r",
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, ["x", "y", "z"]), "R": ann.Monitor(R, "r")}
    yield
    return M


@case("equations")
def order(ann):
    S, R = waves(ann), listeners(ann)
    synapse = ann.Synapse(
        equations="""
            x = p * pre.r + z
            z = 0.5 * x + k
            dy/dt = z - y
            du/dt = y - u
            p = 0.1 * post.r + 0.3 * p + 0.1 * k : postsynaptic
            dq/dt = p - q : postsynaptic
            k = 0.1 * m + 0.01 * t : projection
            dm/dt = 1.0 - 0.3 * m : projection
            dw/dt = 0.01 * (u + q - w)
        """,
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(GAPS)
    M = {"proj": ann.Monitor(proj, ["x", "z", "y", "u", "p", "q", "k", "m", "w"]), "R": ann.Monitor(R, "r")}
    yield
    return M


@case("equations")
def language(ann):
    S, R = waves(ann), listeners(ann)
    synapse = ann.Synapse(
        parameters="n = 2 : int ; top = 1.3 ; on = True : bool, projection",
        equations="""
            c += 1 : int
            h = 2.7 * pre.r : int
            b = (c > 5) and not (pre.r > 1.5) : bool
            x = if b: pre.r ^ 2 else: if post.r > 0.3: -post.r else: 0.5
            y += pre.r - 0.9 : min = -0.2, max = top
            z = clip(y, 0.0, 0.4) + pos(pre.r - 1.0) + neg(pre.r - 1.0) + ite(b, 1.0, 2.0) + power(pre.r, 3)
            u *= 0.9 : init = 3.0
            v -= 0.1 : min = -1.5
            l /= 1.1 : init = 2.0
            s = modulo(c, 4) + Max(pre.r, post.r)
        """,
        functions="g(a) = a * a",
        psp="if b and on: w * g(pre.r) else: w * pre.r",
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W)
    M = {"proj": ann.Monitor(proj, ["c", "h", "b", "x", "y", "z", "u", "v", "l", "s"]), "R": ann.Monitor(R, "r")}
    yield
    return M


@case("equations", kind=["none", "uniform"])
def reductions(ann, kind):
    S, R = waves(ann), listeners(ann)
    synapse = ann.Synapse(
        equations="""
            a = mean(pre.r)
            b = max(post.r) + min(pre.r)
            c = norm1(post.r) - norm2(pre.r)
            p = mean(post.r) : postsynaptic
            w += 0.01 * (pre.r - mean(pre.r)) * (post.r - mean(post.r))
        """,
        psp="w * (pre.r - 0.5 * mean(pre.r)) + 0.1 * max(post.r)",
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    M = {"proj": ann.Monitor(proj, list("abcpw")), "R": ann.Monitor(R, "r")}
    yield
    return M


@case("equations", rule=["Hebb", "Oja", "IBCM"])
def built_in_rates(ann, rule):
    S, R = waves(ann), listeners(ann)
    model = {"Hebb": lambda: ann.Hebb(eta=0.002), "Oja": lambda: ann.Oja(eta=0.02), "IBCM": lambda: ann.IBCM(tau=20.0)}
    proj = ann.Projection(S, R, "exc", model[rule]()).connect_from_matrix(np.abs(np.array(W, float)), delays=2.0)
    M = {"proj": ann.Monitor(proj, ["w", "theta"] if rule == "IBCM" else ["w"]), "R": ann.Monitor(R, "r")}
    yield
    return M
