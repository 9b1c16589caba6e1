"""What the method `exact` solves, and what it refuses."""

import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import EquationError

from ..equations.running import rate, run

CHAIN = "dv/dt = a + drive : exact\nda/dt = k : exact, init=2.0"  # its matrix has no inverse


def test_a_matrix_without_inverse(double):
    """Oracle: v = drive t + 2 t + k t^2 / 2, where one matrix serves all neurons, and where each has its own."""
    texts = {"one": "drive = 3.0\nk = 0.5 : population", "each": "drive = 3.0\nk = 0.5"}
    found = run({name: rate(CHAIN, text) for name, text in texts.items()}, steps=20, dt=0.5)
    t = 0.5 * np.arange(1, 21)
    for name in texts:
        np.testing.assert_allclose(found[name]["v"][:, 0], 5.0 * t + 0.25 * t**2, rtol=1e-13)


@pytest.mark.parametrize(
    ("equation", "reason"),
    [
        ("dv/dt = -v * m : exact\nm = v", "the factors of `v` are constant, but `m` changes"),
        ("dv/dt = -v * t : exact", "but `t` changes"),
        ("dv/dt = -v * Uniform(0, 1) : exact", "but what multiplies them changes"),
        ("dv/dt = -v^2 : exact", "linear in `v`; this one is not"),
        ("m * dv/dt = -v : exact\nm = 2.0 + v", "but `m` changes"),
    ],
)
def test_what_is_not_constant_is_named(equation, reason):
    with pytest.raises(EquationError, match="(?s)" + reason.replace("^", r"\^") + ".*exact"):
        snn.Neuron(equations=f"{equation}\nr = v")


def test_a_choice_of_two_equations_is_explicit():
    """As every conditional that its method cannot solve; see docs/differences.md."""
    model = snn.Neuron(equations="dv/dt = if v > 1.0: -v else: -2.0 * v : exact\nr = v").analysed
    assert [ode.method.name for ode in model.updates[0].odes] == ["explicit"]
