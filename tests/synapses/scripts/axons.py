"""Axonal spikes."""

from .harness import case
from .parts import GAPS, accumulators

AXONS = {
    "same": ("g_target += w ; x += 1.0", "g_target += w ; x += 1.0"),
    "other": ("g_target += w ; x += 1.0", "g_target += 0.5 * w"),
    "only": ("x += 1.0", "g_target -= w * (1.0 + x)"),
    "none": ("g_target += w ; x += 1.0", None),
}


def _axons(ann, text):
    neuron = ann.Neuron(
        parameters="drive = 0.0",
        equations="dv/dt = drive ; w += 1.0",
        spike="v > 1.0",
        reset="v -= 1.0",
        axon_spike="v > 0.7",
        axon_reset="w = 0.0",
    )
    P, post = ann.Population(3, neuron), accumulators(ann)
    P.drive = [0.31, 0.17, 0.23]
    pre, axon = AXONS[text]
    synapse = ann.Synapse(pre_spike=pre, pre_axon_spike=axon)
    proj = ann.Projection(P, post, "exc", synapse).connect_from_matrix(GAPS)
    M = {
        "proj": ann.Monitor(proj, "x"),
        "post": ann.Monitor(post, "g_exc"),
        "P": ann.Monitor(P, ["spike", "axon_spike", "w"]),
    }
    return proj, M


@case("axons", text=AXONS)
def axons(ann, text):
    proj, M = _axons(ann, text)
    yield
    yield
    if text != "none":
        proj.axon_transmission = False
    yield
    proj.axon_transmission = True
    return M


@case("axons", text=["same", "other", "none"])
def silent_axons(ann, text):
    proj, M = _axons(ann, text)
    yield
    yield
    proj.transmission = False
    yield
    proj.transmission = True
    return M
