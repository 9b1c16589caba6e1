"""What spikes do to the input and to the synapse."""

from .harness import case
from .parts import DELAYS, GAPS, W, accumulators, delays_of, integrators, sources

# What adds up or multiplies, so that the order of spikes does not matter, and what does not.
ADDING = {"add": "g_target += w", "sub": "g_target -= w", "mul": "g_target *= w", "divide": "g_target /= 1.0 + w * w"}
ORDERED = {
    "set": "g_target = w",
    "two": "g_target += w ; g_target *= 0.9",
    "add_max": "g_target += w : max = 1.5",
    "add_bounds": "g_target += w : min = lo, max = hi",
    "sub_min": "g_target -= w : min = -0.7",
    "mul_max": "g_target *= 3.0 * w : max = 2.0 * hi",
    "set_bounds": "g_target = 2.0 * w : min = lo, max = hi",
}
READING = {
    "relax": "g_target += w * (2.0 - g_target)",
    "mix": "g_target = 0.5 * g_target + w",
    "relax_min": "g_target -= w * g_target : min = 0.1",
    "later": "g_target += w ; x += g_target ; g_target += x",
}
INPUTS = {
    "adding": (ADDING, "none"),
    "adding_uniform": (ADDING, "uniform"),
    "adding_own": (ADDING, "own"),
    "ordered": (ORDERED, "none"),
    "ordered_own": (ORDERED, "own"),
    "reading": (READING, "none"),
}


@case("events", kind=INPUTS)
def inputs(ann, kind):
    S, M = sources(ann), {}
    texts, late = INPUTS[kind]
    for name, text in texts.items():
        synapse, post = ann.Synapse(parameters="lo = -0.5 ; hi = 1.2", pre_spike=text), accumulators(ann)
        ann.Projection(S, post, "exc", synapse).connect_from_matrix(W, delays=delays_of(late))
        M[name] = ann.Monitor(post, "g_exc")
    yield
    return M


ORDERS = {
    "last": "x += 1.0 ; w = 0.9 * w ; g_target += w * x",
    "first": "g_target += w * x ; x += 1.0 ; w = 0.9 * w",
    "between": "x += 1.0 ; g_target -= w * x ; w = 0.9 * w : min = 0.2 ; y = w + x + z ; z = y",
    "reads": "x = 0.5 * x + 1.0 : max = 1.7 ; w += 0.1 * x ; g_target = w + x",
    "none": "x += 1.0 ; w *= 0.9",
}


@case("events", order=ORDERS)
def statements(ann, order):
    S, post = sources(ann), accumulators(ann)
    proj = ann.Projection(S, post, "exc", ann.Synapse(pre_spike=ORDERS[order])).connect_from_matrix(GAPS)
    M = {"proj": ann.Monitor(proj, ["w", "x"]), "post": ann.Monitor(post, "g_exc")}
    yield
    return M


@case("events", kind=DELAYS)
def remote(ann, kind):
    P, Q = integrators(ann), integrators(ann, (0.13, 0.27))
    # In ANNarchy `pre.x` on a spike does not compile where synapses have delays of their own.
    pre = "b" if kind == "own" else "pre.v"
    synapse = ann.Synapse(
        pre_spike=f"g_target += w * {pre} + 0.1 * post.v ; a = {pre} ; b = post.v ; c = {pre} + a",
        post_spike="d = pre.v ; e = post.v ; f = post.g_exc + a",
    )
    proj = ann.Projection(P, Q, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    M = {"proj": ann.Monitor(proj, list("abcdef")), "Q": ann.Monitor(Q, ["v", "g_exc", "spike"])}
    yield
    return M


@case("events", kind=["none", "uniform"])
def remote_everywhere(ann, kind):
    """The same attribute of the pre neuron in an equation, a continuous input, and on spikes."""
    P, Q = integrators(ann), integrators(ann, (0.13, 0.27))
    synapse = ann.Synapse(
        equations="a = pre.v", pre_spike="g_target += w * pre.v ; b = pre.v", post_spike="c = pre.v", psp="0.01 * pre.v"
    )
    proj = ann.Projection(P, Q, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    M = {"proj": ann.Monitor(proj, list("abc")), "Q": ann.Monitor(Q, ["v", "g_exc", "spike"])}
    yield
    return M


@case("events", kind=DELAYS)
def saturating(ann, kind):
    """Spikes whose effect depends on the conductance that those before them have left."""
    S, post = sources(ann), accumulators(ann)
    synapse = ann.Synapse(pre_spike="g_target += w * (2.0 - post.g_exc) ; x = post.g_exc")
    proj = ann.Projection(S, post, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    M = {"post": ann.Monitor(post, "g_exc"), "proj": ann.Monitor(proj, "x")}
    yield
    return M


@case("events", kind=DELAYS)
def clocks(ann, kind):
    S, L = sources(ann), integrators(ann, (0.13, 0.27))
    # In ANNarchy `t_pre` on a spike does not compile where synapses have delays of their own.
    pre = "a" if kind == "own" else "t_pre"
    synapse = ann.Synapse(
        equations="a = t_pre ; b = t_post ; c = t",
        pre_spike=f"g_target += w * (t - t_post) * 0.001 ; d = {pre} ; e = t_post ; f = t",
        post_spike="h = t_pre ; k = t_post ; l = t",
    )
    proj = ann.Projection(S, L, "exc", synapse).connect_from_matrix(W, delays=delays_of(kind))
    M = {"proj": ann.Monitor(proj, list("abcdefhkl")), "L": ann.Monitor(L, ["v", "spike"])}
    yield
    return M


@case("events")
def parameter(ann):
    """A parameter that spikes change."""
    S, post = sources(ann), accumulators(ann)
    synapse = ann.Synapse("U = 0.5", pre_spike="g_target += U * w ; U *= 0.9")
    proj = ann.Projection(S, post, "exc", synapse).connect_from_matrix(W)
    M = {"post": ann.Monitor(post, "g_exc")}
    yield
    yield
    return M | {"U": proj.U}
