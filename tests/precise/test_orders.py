"""Precise spikes: their times against closed forms, and the order with which errors fall with dt."""

import numpy as np
import pytest

import jaxsnn as snn

pytestmark = pytest.mark.usefixtures("double")

TAU, CURRENT, PAUSE = 20.0, 1.5, 2.3


def lif(method: str) -> snn.Neuron:
    return snn.Neuron(
        parameters=f"tau = {TAU}; I = {CURRENT}",
        equations=f"tau * dv/dt = I - v : {method}",
        spike="v > 1.0",
        reset="v = 0.0",
        refractory=PAUSE,
    )


def times_of(model: snn.Neuron, dt: float, duration: float, spikes: str = "precise", **given) -> np.ndarray:
    """Return the spike times of a neuron, ms; those on the grid are the ends of their steps."""
    net = snn.Network(dt=dt, seed=1, spikes=spikes)
    cell = net.create(1, model, name="cell")
    for name, value in given.items():
        setattr(cell, name, value)
    monitor = net.monitor(cell, "spike")
    net.compile()
    net.simulate(duration)
    if spikes == "grid":
        return (np.asarray(monitor.get("spike")[0]) + 1) * dt
    return np.asarray(monitor.get("spike_times")[0])


def in_closed_form(number: int) -> np.ndarray:
    """Return the spike times of a leaky neuron with a constant current: tau ln(I / (I - 1)), and pauses in between."""
    interval = TAU * np.log(CURRENT / (CURRENT - 1.0))
    return interval + np.arange(number) * (interval + PAUSE)


@pytest.mark.parametrize("dt", [1.0, 0.4])
def test_a_linear_neuron_is_exact(dt):
    """Oracle: the closed form; the refractory period ends within a step, too."""
    found = times_of(lif("exponential"), dt, 100.0)
    np.testing.assert_allclose(found, in_closed_form(len(found)), rtol=0, atol=1e-12)
    assert len(found) == 4


@pytest.mark.slow
@pytest.mark.parametrize(("method", "order"), [("explicit", 1.0), ("midpoint", 2.0), ("heun", 2.0), ("rk4", 4.0)])
def test_the_order_is_that_of_the_method(method, order):
    """Oracle: the closed form; the error falls by two to the order of the method when dt is halved."""
    errors = [np.abs(times_of(lif(method), dt, 30.0) - in_closed_form(1)).max() for dt in (1.0, 0.5, 0.25)]
    orders = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    assert (orders > order - 0.2).all(), orders


HODGKIN_HUXLEY = snn.Neuron(
    parameters="I = 10.0",
    functions="""
        an(v) = 0.01 * (v + 55.0) / (1.0 - exp(-(v + 55.0) / 10.0))
        am(v) = 0.1 * (v + 40.0) / (1.0 - exp(-(v + 40.0) / 10.0))
        bn(v) = 0.125 * exp(-(v + 65.0) / 80.0)
        bm(v) = 4.0 * exp(-(v + 65.0) / 18.0)
        ah(v) = 0.07 * exp(-(v + 65.0) / 20.0)
        bh(v) = 1.0 / (1.0 + exp(-(v + 35.0) / 10.0))
    """,
    equations="""
        dn/dt = an(v) * (1.0 - n) - bn(v) * n : init = 0.32, midpoint
        dm/dt = am(v) * (1.0 - m) - bm(v) * m : init = 0.05, midpoint
        dh/dt = ah(v) * (1.0 - h) - bh(v) * h : init = 0.6, midpoint
        dv/dt = I - 120.0 * m**3 * h * (v - 50.0) - 36.0 * n**4 * (v + 77.0) - 0.3 * (v + 54.4) : init = -64.3, midpoint
    """,
    spike="v > 0.0",
    refractory=5.0,
)
MODELS = {
    "AdEx": (
        snn.Neuron(
            parameters="I = 0.7",
            equations="""
                0.2 * dv/dt = -0.01 * (v + 70.0) + 0.02 * exp((v + 50.0) / 2.0) - 0.001 * w + I : init = -70.0, midpoint
                30.0 * dw/dt = 2.0 * (v + 70.0) - w : midpoint
            """,
            spike="v > -40.0",
            reset="v = -58.0; w += 50.0",
        ),
        0.05,
    ),
    "Izhikevich": (
        snn.Neuron(
            equations="""
                dv/dt = 0.04 * v**2 + 5.0 * v + 140.0 - u + 15.0 : init = -65.0, midpoint
                du/dt = 0.02 * (0.2 * v - u) : init = -13.0, midpoint
            """,
            spike="v > 30.0",
            reset="v = -65.0; u += 8.0",
        ),
        0.1,
    ),
    "Hodgkin-Huxley": (HODGKIN_HUXLEY, 0.02),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_errors_fall_with_the_square_of_dt(name):
    """Oracle: the same network with dt / 64; on the grid, errors fall with dt itself."""
    model, dt = MODELS[name]
    wanted = times_of(model, dt / 64, 80.0)
    errors = {}
    for spikes in ("precise", "grid"):
        found = [times_of(model, d, 80.0, spikes) for d in (dt, dt / 2, dt / 4)]
        assert all(len(f) == len(wanted) >= 3 for f in found)
        errors[spikes] = np.array([np.abs(f - wanted).mean() for f in found])
    orders = np.log2(errors["precise"][:-1] / errors["precise"][1:])
    assert (orders > 1.7).all(), (name, orders)
    assert errors["grid"][-1] > 4.0 * errors["precise"][-1]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["exact", "implicit"])
def test_neurons_have_steps_of_their_own(method):
    """Oracle: one neuron alone; coupled equations of several neurons that spike at different moments of a step."""
    model = snn.Neuron(
        parameters="I = 0.0",
        equations=f"20.0 * dv/dt = I - v - w : {method}\n 50.0 * dw/dt = 0.5 * v - w : {method}",
        spike="v > 1.0",
        reset="v = 0.0",
    )
    currents = np.array([1.9, 2.4])  # as many neurons as equations
    net = snn.Network(dt=1.0, seed=1, spikes="precise")
    cells = net.create(2, model, name="cells")
    cells.I = currents
    monitor = net.monitor(cells, "spike")
    net.compile()
    net.simulate(60.0)
    together = monitor.get("spike_times")
    for rank, current in enumerate(currents):
        alone = times_of(model, 1.0, 60.0, I=current)
        assert len(alone) >= 2
        np.testing.assert_allclose(together[rank], alone, rtol=0, atol=1e-12)
