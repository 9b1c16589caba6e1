"""Tableaus whose stages see more than the slope before, and where the name of a method shows."""

from functools import partial
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.integrators import System
from jaxsnn.integrators._runge_kutta import Tableau, _advance

from .reference import NAMES

README = Path(__file__).parents[2] / "README.md"
# Stages that take several slopes, with zeros, ones and negative numbers among the factors.
TABLEAUS = {
    "bosh3": Tableau(((0.5,), (0.0, 0.75)), (2 / 9, 1 / 3, 4 / 9)),
    "kutta3": Tableau(((0.5,), (-1.0, 2.0)), (1 / 6, 2 / 3, 1 / 6)),
    "three_eighths": Tableau(((1 / 3,), (-1 / 3, 1.0), (1.0, -1.0, 1.0)), (1 / 8, 3 / 8, 3 / 8, 1 / 8)),
}
ORDERS = {"bosh3": 3, "kutta3": 3, "three_eighths": 4}


def slopes(values):
    x, y = values["x"], values["y"]
    return {"x": y - x * y, "y": x * x - 2.0 * y}


def by_hand(tableau: Tableau, x: np.ndarray, dt: float) -> np.ndarray:
    """Return (x, y) one step later, from the whole matrix a."""
    number = len(tableau.weights)
    a, k = np.zeros((number, number)), np.zeros((number, 2))
    for i, row in enumerate(tableau.stages, start=1):
        a[i, : len(row)] = row
    for i in range(number):
        at = x + dt * a[i] @ k
        k[i] = list(slopes({"x": at[0], "y": at[1]}).values())
    return x + dt * np.asarray(tableau.weights) @ k


def trajectory(tableau: Tableau, dt: float) -> np.ndarray:
    """Return (x, y) after 1 ms."""
    values, advance = {"x": jnp.array(0.4), "y": jnp.array(-0.3)}, partial(_advance, tableau)
    for _ in range(round(1 / dt)):
        values = advance(System(slopes, lambda values: {}, lambda values: {}), values, dt)
    return np.array([values["x"], values["y"]])


@pytest.mark.parametrize("name", TABLEAUS)
def test_a_stage_takes_the_slopes_of_all_before_it(name, double):
    """Oracle: NumPy, with the whole matrix of the tableau."""
    x = np.array([0.4, -0.3])
    for _ in range(4):
        x = by_hand(TABLEAUS[name], x, 0.25)
    np.testing.assert_allclose(trajectory(TABLEAUS[name], 0.25), x, rtol=1e-14)


@pytest.mark.parametrize("name", TABLEAUS)
def test_order_of_a_tableau(name, double):
    """Oracle: the order of the method; half the step divides the error by 2^order."""
    exact = trajectory(TABLEAUS["three_eighths"], 1 / 1024)
    errors = [np.abs(trajectory(TABLEAUS[name], dt) - exact).max() for dt in (1 / 8, 1 / 16, 1 / 32)]
    found = np.log2(np.divide(errors[:-1], errors[1:]))
    np.testing.assert_allclose(found, ORDERS[name], atol=0.3)


def test_rows_of_a_tableau_that_do_not_fit_its_stages():
    """Oracle: the definition, as many factors as there are stages before."""
    with pytest.raises(ValueError, match="zip"):
        trajectory(Tableau(((0.5,), (0.75,)), (2 / 9, 1 / 3, 4 / 9)), 0.5)


def test_the_readme_names_every_method():
    assert [name for name in NAMES if f"`{name}`" not in README.read_text()] == []
