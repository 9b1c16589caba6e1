"""BOLD monitors: the models against traces of ANNarchy, normalisation, derivatives, replicas, files, mistakes."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import jaxsnn as snn
from jaxsnn import errors
from jaxsnn.extensions import bold
from jaxsnn.extensions.bold import (
    BoldModel,
    BoldMonitor,
    balloon_CL,
    balloon_CN,
    balloon_maith2021,
    balloon_RL,
    balloon_RN,
    balloon_two_inputs,
)
from jaxsnn.network import named_leaves, replaced

from ..equations.running import golden

TRACES = golden("bold_traces")
MODELS = {
    "bold_RN": balloon_RN(),
    "bold_RL": balloon_RL(annarchy_units=True),
    "bold_CL": balloon_CL(),
    "bold_CN": balloon_CN(),
    "bold_maith2021": balloon_maith2021(),
    "bold_two_inputs": balloon_two_inputs(),
}
CHAOTIC = 7000  # step from which rounding decides what bold_RL does; see `_meta` of the traces


def test_models_follow_the_traces_of_annarchy(double):
    """Oracle: golden traces `bold_*` of ANNarchy 4.8.2, to 1e-9; `bold_RL` up to where it is chaotic."""
    net, steps = snn.Network(), np.array(TRACES["sample_steps"])
    P = net.create(5, snn.Neuron("b = 0.0", "r = b ; q = 0.5 * b"), name="P")
    feeds = {"I_CBF": "r", "I_CMRO2": "q"}

    def monitor(name: str, model: BoldModel) -> BoldMonitor:
        return BoldMonitor(
            P, model, {i: feeds[i] for i in model.inputs}, recorded_variables=list(TRACES[name]), start=True
        )

    monitors = {name: monitor(name, model) for name, model in MODELS.items()}
    published = BoldMonitor(P, balloon_RL(), start=True)
    net.compile()
    for duration, b in ((100.0, 0.0), (1900.0, 1.0), (18000.0, 0.0)):
        P.b = b
        net.simulate(duration)
    for name, m in monitors.items():
        used = steps < CHAOTIC if name == "bold_RL" else np.ones(len(steps), bool)
        for variable, trace in TRACES[name].items():
            mine, theirs = m.get(variable)[steps[used], 0], np.array(trace)[used]
            np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-15, err_msg=f"{name} {variable}")
    _check_published_linear_model(published.get("BOLD")[steps, 0])


def _check_published_linear_model(signal):
    """Oracle: the revised linear BOLD equation of Stephan et al. (2007), from q and v of the trace `bold_CL`."""
    q, v = np.array(TRACES["bold_CL"]["q"]), np.array(TRACES["bold_CL"]["v"])
    k_1, k_2, k_3 = 4.3 * 40.3 * 0.34 * 0.04, 1.43 * 25.0 * 0.34 * 0.04, 1.0 - 1.43
    expected = 0.02 * ((k_1 + k_2) * (1 - q) + (k_3 - k_2) * (1 - v))
    np.testing.assert_allclose(signal, expected, rtol=1e-9, atol=1e-15)


def test_everything_has_the_names_of_annarchy():
    """Oracle: the public names of `ANNarchy.extensions.bold` 4.8.2."""
    scope = {}
    exec("from jaxsnn.extensions.bold import *", scope)
    models = {f"balloon_{name}" for name in ("RN", "RL", "CN", "CL", "maith2021", "two_inputs")}
    assert scope.keys() >= {"BoldMonitor", "BoldModel"} | models
    assert all(issubclass(getattr(bold, name), BoldModel) for name in models)


LOW_PASS = "tau * dBOLD/dt = sum(I_CBF) - BOLD"


def test_inputs_are_means_in_shares_of_all_neurons_or_scaled_or_relative_to_a_baseline():
    """Oracle: the rules of ANNarchy 4.8.2, as measured there, computed by NumPy from recorded rates."""
    net = snn.Network(dt=0.5, seed=1)
    neuron = snn.Neuron("rise = 0.01", "r += rise ; q = 2.0 * r")
    P, Q = net.create(3, neuron, name="P"), net.create(1, neuron, name="Q")
    P.rise, P.r = [0.01, 0.02, 0.03], [1.0, 2.0, 3.0]
    model = BoldModel(equations="I = sum(I) ; BOLD = I", inputs="I")
    rates = [net.monitor(p, "r") for p in (P, Q)]
    shares = BoldMonitor([P, Q], model, mapping={"I": "r"}, start=True)
    scaled = BoldMonitor([P, Q], model, mapping={"I": "q"}, scale_factor=[0.5, 2.0], start=True)
    relative = BoldMonitor([P, Q], model, mapping={"I": "r"}, normalize_input=[5.0, 10.0], scale_factor=1.0)
    net.compile()
    net.simulate(10.0)
    relative.start()
    net.simulate(20.0)
    p, q = (m.get("r").mean(axis=1) for m in rates)
    before = {"p": np.concatenate([[2.0], p[:-1]]), "q": np.concatenate([[0.0], q[:-1]])}
    np.testing.assert_allclose(shares.get("BOLD")[:, 0], 0.75 * before["p"] + 0.25 * before["q"], rtol=1e-6)
    expected = 2.0 * (0.5 * p[:-1] + 2.0 * q[:-1])
    np.testing.assert_allclose(scaled.get("BOLD")[1:, 0], expected, rtol=1e-6)
    expected = _relative(before["p"][20:], 10) + _relative(before["q"][20:], 20)
    signal = relative.get("BOLD")[:, 0]
    assert signal.shape == (40,)
    np.testing.assert_allclose(signal, expected, rtol=1e-4, atol=1e-6)


def _relative(x: np.ndarray, steps: int) -> np.ndarray:
    baseline = x[:steps].mean()
    change = (x - baseline) / (abs(baseline) + 1e-7)
    change[:steps] = 0.0
    return change


def test_a_monitor_stands_still_until_it_is_started():
    """Oracle: closed form of a step of the low-pass filter, tau (x' - x) / dt = I - x."""
    net = snn.Network()
    P = net.create(snn.inputs.InputArray(2), name="P")
    m = BoldMonitor(P, BoldModel("tau = 10.0", LOW_PASS, "I_CBF"))
    net.compile()
    P.r = 1.0
    net.simulate(5.0)
    assert m.get("BOLD").shape == (0, 1)
    assert m.BOLD == 0.0
    m.start()
    net.simulate(2.0)
    np.testing.assert_allclose(m.get("BOLD")[:, 0], [0.1, 0.19], rtol=1e-6)
    m.stop()
    net.simulate(5.0)
    m.tau = 20.0
    m.start()
    net.simulate(1.0)
    np.testing.assert_allclose(m.get("BOLD")[:, 0], [0.19 + 0.81 / 20.0], rtol=1e-6)
    m.reset()
    assert (m.BOLD, m.tau) == (0.0, 10.0)


def test_initial_rates_count_and_a_parameter_is_a_number():
    """Oracle: I_CBF in the first steps after `start`, and types of attributes, measured in ANNarchy 4.8.2."""
    net = snn.Network()
    P = net.create(3, snn.Neuron("rise = 0.01", "r += rise"), name="P")
    P.r, P.rise = [1.0, 2.0, 3.0], [0.01, 0.02, 0.03]
    m = BoldMonitor(populations=P, bold_model=balloon_RN, recorded_variables="I_CBF")
    N = BoldMonitor([P], balloon_RN(), {"I_CBF": "r"}, [0.5], [5], ["I_CBF"])
    net.compile()
    net.simulate(3.0)
    assert m.get("I_CBF").shape == (0, 1)
    m.start()
    net.simulate(1.0)
    N.start()
    net.simulate(7.0)
    np.testing.assert_allclose(m.get("I_CBF")[:3, 0], [2.06, 2.08, 2.1], rtol=1e-6)
    # of a monitor that was started in the step 4, with r = 2 at the beginning: 0.01415, 0.01887 in steps 5 and 6
    np.testing.assert_allclose(
        N.get("I_CBF")[:, 0], [0.0] * 5 + [0.014150942728729132, 0.018867923638305407], rtol=1e-4
    )
    assert type(m.kappa) is float
    assert m.f_in.shape == (1,)
    with pytest.raises(AttributeError, match="foo"):
        m.foo = 3


@pytest.fixture(scope="module")
def pulse():
    """Return a network whose rates rise for two seconds, its pure functions, parameters and state."""
    net = snn.Network(dt=20.0)
    P = net.create(4, snn.Neuron("b = 0.5", "r = b * ite(t < 2000.0, 1.0, 0.0)"), name="P")
    BoldMonitor(P, balloon_RN(), start=True)
    sim = net.compile()
    return sim, *sim.init(0)


def percent(pulse, params) -> jax.Array:
    """Return the signal in percent, at 400 steps."""
    sim, _, state = pulse
    return 100.0 * sim.run(params, state, 8000.0)[1]["bold"]["BOLD"]


def test_a_signal_has_derivatives(pulse):
    """Oracle: central finite differences in double precision, by parameters of the model, of neurons, of the mean."""
    params = jax.tree.map(lambda x: x.astype(jnp.float32), pulse[1])
    names = ("bold.kappa", "bold.tau", "P.b", "proj0.scale")
    values = {name: named_leaves(params)[name] for name in names}
    loss = jax.jit(jax.value_and_grad(lambda v: (percent(pulse, replaced(params, v)) ** 2).sum()))
    gradient = loss(values)[1]
    for name, value in values.items():
        low, high = (float(loss({**values, name: value * (1.0 + d)})[0]) for d in (-0.01, 0.01))
        np.testing.assert_allclose(float(gradient[name]) * 0.02 * float(value), high - low, rtol=1e-2)


@pytest.mark.slow
def test_a_signal_can_be_fitted(pulse):
    """Oracle: the parameters with which the signal was made."""
    true = pulse[1]
    signal = percent(pulse, true)
    guess = replaced(true, {"bold.kappa": jnp.full_like(true.populations["bold"]["kappa"], 0.9), "P.b": jnp.array(0.3)})
    loss = lambda params: ((percent(pulse, params) - signal) ** 2).mean()  # noqa: E731
    found = snn.fit(loss, guess, optax.adam(0.02), 200, ["bold.kappa", "P.b"]).params
    np.testing.assert_allclose(float(np.ravel(found.populations["bold"]["kappa"])[0]), 1 / 1.54, rtol=0.02)
    np.testing.assert_allclose(float(found.populations["P"]["b"]), 0.5, rtol=0.02)


def spiking(**options) -> tuple[snn.Network, snn.Monitor, BoldMonitor]:
    net = snn.Network(**options)
    P = net.create(20, snn.Izhikevich(noise=5.0), name="P")
    P.compute_firing_rate(20.0)
    m = BoldMonitor(P, balloon_RN(), {"I_CBF": "r"}, normalize_input=10.0, recorded_variables=["BOLD", "I_CBF"])
    net.compile()
    return net, m


def test_replicas_start_their_own_monitors():
    """Oracle: a single network of the seed of the replica, to rounding: XLA chooses the order in a mean."""
    net, m = spiking(seed=5)

    def method(net, wait):
        mine = net.get(m)
        net.simulate(wait)
        mine.start()
        mine.kappa = 0.7
        net.simulate(60.0 - wait)
        return mine.get("I_CBF"), mine.get("BOLD"), mine.kappa

    together = net.parallel_run(method, 2, wait=[20.0, 30.0], seeds=[5, 6])
    for (inputs, signal, kappa), n in zip(together, (40, 30), strict=True):
        assert inputs.shape == signal.shape == (n, 1)
        assert kappa == pytest.approx(0.7)
        assert (inputs[:10] == 0.0).all()
        assert (inputs[10:] != 0.0).any()
    alone = method(net, 20.0)
    np.testing.assert_allclose(together[0][0], alone[0], atol=1e-6)
    np.testing.assert_allclose(together[0][1], alone[1], rtol=1e-4, atol=1e-9)


def test_a_saved_network_goes_on_in_the_middle_of_a_baseline(tmp_path):
    """Oracle: the network that was not saved."""
    net, m = spiking(seed=5)
    net.simulate(15.0)
    m.start()
    net.simulate(5.0)
    net.save(tmp_path / "net.npz")
    net.simulate(20.0)
    expected = m.get("I_CBF")[5:]
    net.load(tmp_path / "net.npz")
    net.simulate(20.0)
    np.testing.assert_array_equal(m.get("I_CBF"), expected)


def test_a_script_of_annarchy_runs():
    """Oracle: it ran in ANNarchy 4.8.2 with the import changed."""
    P = snn.Population(10, snn.Izhikevich)
    P.compute_firing_rate(10.0)
    m = BoldMonitor(
        populations=P,
        bold_model=balloon_RN(),
        mapping={"I_CBF": "r"},
        normalize_input=2000,
        recorded_variables=["BOLD"],
    )
    snn.compile(silent=True)
    m.start()
    snn.simulate(100.0)
    assert m.get("BOLD").shape == (100, 1)


def mistakes(P, Q):
    low_pass = ("tau = 10.0", LOW_PASS, "I_CBF")
    return [
        (lambda: BoldMonitor([]), "`populations` of a BOLD monitor is a population, or a list of them"),
        (lambda: BoldMonitor(P, "RN"), "`bold_model` is a `BoldModel` such as `balloon_RN()`, not 'RN'"),
        (lambda: BoldMonitor(P, mapping={"I_CFB": "r"}), "`I_CFB`, which .* does not have. Did you mean `I_CBF`"),
        (lambda: BoldMonitor([P], scale_factor=[1.0, 2.0]), "`scale_factor` is a number, or one for each of 1"),
        (lambda: BoldMonitor([P, Q]), "belongs to another network"),
        (lambda: BoldMonitor(P, normalize_input=-1.0), "`baseline` is a duration in ms"),
        (
            lambda: BoldMonitor(P, recorded_variables="BULD"),
            "`BULD` is not a variable of the model. Did you mean `BOLD`",
        ),
        (lambda: BoldModel(low_pass[0], low_pass[1], "I_CMRO2"), "`I_CMRO2` is no input of this BOLD model"),
        (lambda: BoldModel(*low_pass, output="BULD"), "`BULD` is no output of this BOLD model.* Did you mean `BOLD`"),
        (lambda: BoldModel(*low_pass, output=[]), "`output` of a BOLD model is the name of a variable, or several"),
        (lambda: BoldModel(*low_pass, output=[1]), "is a name or a list of names"),
    ]


def test_mistakes_say_what_to_do_and_change_nothing():
    """Oracle: the messages; the network has nothing of a monitor that could not be made."""
    net = snn.Network()
    P = net.create(2, snn.LeakyIntegrator, name="P")
    Q = snn.Network().create(2, snn.LeakyIntegrator, name="Q")
    for call, message in mistakes(P, Q):
        with pytest.raises(errors.JaxsnnError, match=message.replace("(", r"\(").replace(")", r"\)")):
            call()
    assert [p.name for p in net.populations()] == ["P"]
    assert net.projections() == net.monitors() == []


def test_a_variable_that_does_not_exist_is_found_at_compile():
    """Oracle: the message."""
    net = snn.Network()
    BoldMonitor(net.create(2, snn.LeakyIntegrator, name="P"), mapping={"I_CBF": "rate"})
    with pytest.raises(errors.EquationError, match="population `P` has no attribute `rate`"):
        net.compile()


def test_an_input_without_a_place_in_the_mapping_stays_0():
    """Oracle: the message of the warning."""
    net = snn.Network()
    P = net.create(2, snn.LeakyIntegrator, name="P")
    with pytest.warns(UserWarning, match="`mapping` names no variable for the input `I_CMRO2`"):
        BoldMonitor(P, balloon_two_inputs(), mapping={"I_CBF": "r"})
