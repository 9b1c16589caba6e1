"""Networks with synapses against traces of ANNarchy 4.8.2, in double precision, in every form of storage."""

import numpy as np
import pytest

import jaxsnn as snn

from ..cases import some
from ..equations.running import golden

pytestmark = pytest.mark.optimised  # the bits and golden numbers of optimised programs, too

TRACES = golden("synapse_traces")
STORAGE = ("dense", "rows")
SUM = snn.Neuron(equations="r = sum(exc)")


def check(trace, data):
    """Compare the recorded samples of all variables of a trace, to a relative 1e-9."""
    for name, values in trace["values"].items():
        ours = np.asarray(data[name])[trace["sample_steps"]]
        np.testing.assert_allclose(ours, values, rtol=1e-9, atol=0, err_msg=name)


def run(net, trace):
    net.compile()
    net.simulate((max(trace["sample_steps"]) + 1) * trace["dt_ms"])


@pytest.mark.parametrize("storage", STORAGE)
@pytest.mark.parametrize("name", ["plasticity_Hebb", "plasticity_Oja", "plasticity_bcm_nb"])
def test_rate_plasticity(double, name, storage):
    """Oracle: ANNarchy; inputs 1.0 and 0.1, the output is their weighted sum."""
    trace = TRACES[name]
    rule, w = {
        "plasticity_Hebb": (snn.Hebb(eta=0.001), 0.5),
        "plasticity_Oja": (snn.Oja(eta=0.01, alpha=1.0), 0.5),
        "plasticity_bcm_nb": (snn.IBCM(eta=0.01, tau=100.0), 1.0),
    }[name]
    net = snn.Network(seed=0)
    pre, post = net.create(snn.inputs.InputArray(2), name="pre"), net.create(1, SUM, name="post")
    pre.r = [1.0, 0.1]
    projection = net.connect(pre, post, "exc", rule, storage=storage).all_to_all(weights=w)
    variables = [v for v in projection.variables if v in ("w", "theta")]
    M, R = net.monitor(projection, variables), net.monitor(post, "r")
    run(net, trace)
    data = M.get(force_dict=True)
    found = {"r": R.get("r")[:, 0], "w0": data["w"][:, 0, 0], "w1": data["w"][:, 0, 1]}
    check(trace, found | ({"theta": data["theta"][:, 0]} if "theta" in data else {}))


@pytest.mark.slow
@pytest.mark.parametrize("storage", STORAGE)
@pytest.mark.parametrize(("name", "tau_rec"), [("stp_default", 100.0), ("stp_depressing", 800.0)])
def test_short_term_plasticity(double, name, tau_rec, storage):
    """Oracle: ANNarchy; a regular train of ten spikes and a late one."""
    trace = TRACES[name]
    net = snn.Network(dt=trace["dt_ms"], seed=0)
    pre = net.create(snn.inputs.SpikeSourceArray(trace["stimulus"]["pre_spike_times_ms"]), name="pre")
    post = net.create(
        1, snn.Neuron(equations="5.0 * dg_exc/dt = -g_exc : exponential", spike="g_exc > 1e9"), name="post"
    )
    projection = net.connect(pre, post, "exc", snn.STP(tau_rec=tau_rec), storage=storage).one_to_one(weights=1.0)
    M, G = net.monitor(projection, ["x", "u"]), net.monitor(post, "g_exc")
    run(net, trace)
    data = M.get()
    check(trace, {"x": data["x"][:, 0, 0], "u": data["u"][:, 0, 0], "g_exc": G.get("g_exc")[:, 0]})


@pytest.mark.parametrize("storage", STORAGE)
def test_gap_junctions(double, storage):
    """Oracle: ANNarchy; ten neurons, `psp = w * (pre.v - post.v)` between all pairs; spike steps exactly."""
    trace = TRACES["gap_junctions"]
    net = snn.Network(dt=trace["dt_ms"], seed=0)
    neuron = snn.Neuron(
        parameters="v0 = 1.05 ; tau = 10.0", equations="tau * dv/dt = v0 - v + g_gap", spike="v > 1.0", reset="v = 0.0"
    )
    P = net.create(10, neuron, name="P")
    P.v = np.linspace(0.0, 1.0, 10)
    synapse = snn.Synapse(psp="w * (pre.v - post.v)")
    net.connect(P, P, "gap", synapse, storage=storage).all_to_all(weights=0.02)
    M = net.monitor(P, ["v", "spike"])
    net.compile()
    net.simulate(trace["n_steps_run"] * trace["dt_ms"])
    v = M.get("v")
    check(trace, {name: v[:, int(name[1:])] for name in trace["values"]})
    spikes = M.get("spike")
    assert {str(rank): steps for rank, steps in spikes.items()} == trace["spike_steps"]


@pytest.mark.parametrize("storage", STORAGE)
def test_nonlinear_synapse(double, storage):
    """Oracle: ANNarchy; two synapses with equations of their own and a continuous `psp`, from different pre spikes."""
    trace = TRACES["nonlinear_NMDA_synapse"]
    net = snn.Network(dt=trace["dt_ms"], seed=0)
    pre = net.create(2, snn.Neuron(equations="dv/dt = 0.1", spike="v > 1.0", reset="v = 0.0"), name="pre")
    post = net.create(1, snn.Neuron(equations="dv/dt = 0.1 * (g_exc - v)", spike="v > 2.0", reset=""), name="post")
    pre.v = [0.0, 0.5]
    synapse = snn.Synapse(
        parameters="tau = 10.0 : projection",
        equations="tau * dx/dt = -x ; tau * dg/dt = -g + x * (1.0 - g)",
        pre_spike="x += w",
        psp="g",
    )
    projection = net.connect(pre, post, "exc", synapse, storage=storage).from_matrix([trace["parameters"]["w"]])
    M, V = net.monitor(projection, ["x", "g"]), net.monitor(post, "v")
    run(net, trace)
    data = M.get()
    found = {f"{name}{i}": data[name][:, 0, i] for name in ("x", "g") for i in (0, 1)}
    check(trace, found | {"post_v": V.get("v")[:, 0]})


def test_synaptic_transmission(double):
    """Oracle: ANNarchy; one spike reaches three targets, without dynamics, exponential, alpha."""
    trace = TRACES["synaptic_transmission"]
    net = snn.Network(seed=0)
    neuron = snn.Neuron(
        parameters="tau = 20.0 ; E_L = -70.0 ; tau_b = 10.0 ; tau_c = 10.0",
        equations="""
            tau * dv/dt = (E_L - v) + g_a + g_b + alpha_c : init = -70.0
            tau_b * dg_b/dt = -g_b : exponential
            tau_c * dg_c/dt = -g_c : exponential
            tau_c * dalpha_c/dt = exp((tau_c - dt / 2.0) / tau_c) * g_c - alpha_c : exponential
        """,
        spike="v > 0.0",
        reset="v = E_L",
    )
    pre = net.create(snn.inputs.SpikeSourceArray([10.0]), name="pre")
    post = net.create(1, neuron, name="post")
    for target in "abc":
        net.connect(pre, post, target).one_to_one(weights=1.0)
    M = net.monitor(post, list(trace["values"]))
    run(net, trace)
    check(trace, {name: x[:, 0] for name, x in M.get().items()})


@pytest.mark.parametrize("storage", STORAGE)
def test_rates_with_delays(double, storage):
    """Oracle: ANNarchy; a uniform delay, a Gaussian projection, and a matrix whose synapses have their own delays."""
    trace = TRACES["leaky_integrator_network"]
    net = snn.Network(seed=0)
    ext = net.create(10, snn.Neuron(equations="r = 0.5 * sin(0.05 * t) + 0.5"), name="ext")
    P = net.create(10, snn.LeakyIntegrator(tau=10.0, B=0.1, T=0.05), name="P")
    net.connect(ext, P, "exc", storage=storage).one_to_one(weights=0.8, delays=4.0)
    lateral = net.connect(P, P, "exc", name="lateral", storage=storage).gaussian(amp=0.2, sigma=0.15)
    i, j = np.indices((10, 10))
    w = np.where(np.isin(abs(i - j), (1, 3)), 0.05 * abs(i - j), np.nan)
    net.connect(P, P, "inh", storage=storage).from_matrix(w, delays=1.0 + (3 * i + j) % 4)
    M = net.monitor(P, ["v", "r"])
    run(net, trace)
    np.testing.assert_allclose(lateral.connectivity_matrix(), trace["parameters"]["W_gauss"], rtol=1e-9, atol=0)
    data = M.get()
    check(trace, {name: data[name[0]][:, int(name[1:])] for name in trace["values"]})


def matrix(net, connect):
    """Return the connectivity matrix of a projection from a 5 x 4 to a 3 x 2 population."""
    pre = net.create((5, 4), snn.LeakyIntegrator, name="pre")
    post = net.create((3, 2), snn.LeakyIntegrator, name="post")
    projection = connect(net.connect(pre, post, "exc"))
    net.compile()
    return projection.connectivity_matrix()


def test_gaussian_weights(double):
    """Oracle: ANNarchy, in its single precision; which synapses exist, exactly."""
    ours = matrix(snn.Network(seed=0), lambda p: p.gaussian(amp=1.0, sigma=0.3, limit=0.05))
    theirs = np.asarray(TRACES["conn_gaussian"]["values"])
    np.testing.assert_array_equal(ours != 0, theirs != 0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=0)


def test_weights_of_a_difference_of_gaussians(double):
    """Oracle: ANNarchy, as above."""
    ours = matrix(snn.Network(seed=0), lambda p: p.dog(1.0, 0.2, 0.5, 0.5, limit=0.01))
    theirs = np.asarray(TRACES["conn_dog"]["values"])
    np.testing.assert_array_equal(ours != 0, theirs != 0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=0)


NOTEBOOK_STDP = snn.Synapse(
    parameters="""
        tau_pre = 20.0 : projection ; tau_post = 20.0 : projection
        cApre = 0.01 : projection ; cApost = 0.01 : projection ; wmax = 2.0 : projection
    """,
    equations="tau_pre * dApre/dt = -Apre : event-driven ; tau_post * dApost/dt = -Apost : event-driven",
    pre_spike="g_target += w ; Apre += cApre * wmax ; w = clip(w - Apost, 0.0, wmax)",
    post_spike="Apost += cApost * wmax ; w = clip(w + Apre, 0.0, wmax)",
)


@pytest.mark.parametrize("storage", some(STORAGE, 2))
def test_stdp_curve(double, storage):
    """Oracle: ANNarchy; one pair of spikes, the post spike at 50 ms, for all differences from -50 to 50 ms at once."""
    trace = TRACES["stdp_curve"]
    differences = np.asarray(trace["dt_post_minus_pre_ms"])
    n = len(differences)
    for rule, w0, name in ((NOTEBOOK_STDP, 1.0, "dw_notebook"), (snn.STDP(A_minus=0.0105), 0.5, "dw_builtin")):
        net = snn.Network(seed=0)
        pre = net.create(snn.inputs.SpikeSourceArray([[100.0 - d] for d in differences]), name="pre")
        post = net.create(snn.inputs.SpikeSourceArray([[100.0]] * n), name="post")
        projection = net.connect(pre, post, "exc", rule, storage=storage).one_to_one(weights=w0)
        net.compile()
        net.simulate(200.0)
        change = np.asarray(projection.w)[:, 0] - w0
        # A difference of two weights near w0 carries their rounding.
        np.testing.assert_allclose(change, trace[name], rtol=1e-9, atol=4e-16 * w0)
