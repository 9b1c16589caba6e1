"""Neurons, weights and delays that many cases share."""


def sources(ann):
    """Return three neurons that spike at given times, several of them together at 5, 6, and 20."""
    return ann.SpikeSourceArray([[2.0, 5.0, 6.0, 20.0, 21.0], [5.0, 6.0, 9.0, 20.0], [5.0, 12.0, 20.0, 33.0, 34.0]])


def late_sources(ann):
    """Return two neurons that spike at given times, some of them those of `sources`."""
    return ann.SpikeSourceArray([[4.0, 6.0, 11.0, 22.0, 35.0], [5.0, 8.0, 20.0, 21.0, 40.0]])


def accumulators(ann, n=2):
    """Return neurons with a decaying conductance that begins with 1."""
    equations = "dg_exc/dt = -g_exc / 10.0 : init = 1.0 ; v = g_exc"
    return ann.Population(n, ann.Neuron(equations=equations, spike="v > 1000.0"))


def integrators(ann, currents=(0.31, 0.17, 0.23)):
    """Return neurons that spike regularly, whose v keeps what is above threshold, and hears `g_exc`."""
    equations = "dv/dt = drive + 0.1 * g_exc ; dg_exc/dt = -g_exc / 5.0"
    P = ann.Population(len(currents), ann.Neuron("drive = 0.3", equations, spike="v > 1.0", reset="v -= 1.0"))
    P.drive = list(currents)
    return P


def waves(ann, n=3):
    """Return rates that differ between neurons and change at every step, 0.5 to 1 before the first."""
    r = "r = 1.0 + sin(f * (t + 1.0)) : init = 0.5"
    P = ann.Population(n, ann.Neuron("f = 0.3", r))
    P.f = [0.3 + 0.2 * k for k in range(n)]
    return P


def listeners(ann, n=2):
    """Return rates that follow their input slowly."""
    equations = "dr/dt = 0.2 * (sum(exc) - r) + 0.1 * sum(inh) : init = 0.25"
    return ann.Population(n, ann.Neuron(equations=equations))


W = [[1.0, 0.5, -0.25], [0.3, 2.0, 0.7]]
GAPS = [[1.0, None, -0.25], [None, 2.0, 0.7]]
D = [[1.0, 3.0, 2.0], [4.0, 1.0, 5.0]]


def delays_of(kind):
    """Return the delays of a connector."""
    return {"none": 0.0, "uniform": 3.0, "own": D}[kind]


DELAYS = ["none", "uniform", "own"]


def rate_projection(ann, delays=0.0):
    S, R = waves(ann), listeners(ann)
    synapse = ann.Synapse(
        equations="x += 0.1 * pre.r ; p = post.r : postsynaptic ; dk/dt = 1.0 : projection ; dw/dt = 0.01 * (x - w)",
    )
    proj = ann.Projection(S, R, "exc", synapse).connect_from_matrix(W, delays=delays)
    return proj, {"proj": ann.Monitor(proj, ["w", "x", "p", "k"]), "R": ann.Monitor(R, ["r", "sum(exc)"])}


def spike_projection(ann, delays=0.0):
    P, Q = integrators(ann), integrators(ann, (0.13, 0.27))
    synapse = ann.Synapse(
        equations="""
            10.0 * dx/dt = -x : event-driven
            10.0 * dy/dt = -y : exponential
            n += 1.0
            dw/dt = 0.001
        """,
        pre_spike="g_target += w ; x += 1.0 ; y += 0.5 ; w -= 0.1 * y",
        post_spike="z += 1.0 ; y -= 0.1 ; w += 0.05 * x",
    )
    proj = ann.Projection(P, Q, "exc", synapse).connect_from_matrix(W, delays=delays)
    return proj, {"proj": ann.Monitor(proj, ["w", "x", "y", "z", "n"]), "Q": ann.Monitor(Q, ["v", "g_exc", "spike"])}


def pulses(ann, kind, counts, times):
    """Return a projection from three neurons that spike together to one whose input lasts a step."""
    S = ann.SpikeSourceArray([times] * 3)
    post = ann.Population(1, ann.Neuron(equations="v = g_exc", spike="v > 1000.0"))
    synapse = ann.Synapse(pre_spike="g_target += w ; x += 1.0 ; y = t") if counts else None
    late = {"none": 0.0, "uniform": 5.0, "own": [[1.0, 3.0, 5.0]]}[kind]
    proj = ann.Projection(S, post, "exc", synapse).connect_from_matrix([[1.0, 10.0, 100.0]], delays=late)
    M = {"post": ann.Monitor(post, "g_exc")}
    return proj, M | ({"proj": ann.Monitor(proj, ["x", "y"])} if counts else {})
