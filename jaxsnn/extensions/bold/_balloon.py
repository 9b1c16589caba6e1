"""The balloon model, piece by piece: neural activity drives blood flow, which inflates a venous balloon.

Time constants and rates of the papers are in seconds, the network's time is in ms, hence the parameter `second`.
"""

from collections.abc import Mapping

from ...models import parameter_block

INPUT = "I_CBF"

FLOW = """
    I_CBF = sum(I_CBF)                                                      : init=0
    ds/dt = (phi * I_CBF - kappa * s - gamma * (f_in - 1)) / second          : init=0
    df_in/dt = s / second                                                   : init=1, min=0.01
"""  # damped vasodilatory signal s, blood inflow f_in

EXTRACTION = """
    E = 1 - (1 - E_0)**(1 / f_in)                                           : init=0.3424
"""  # the fraction of oxygen that leaves the blood

BALLOON = """
    dq/dt = (f_in * E / E_0 - (q / v) * f_out) / (tau * {unit})             : init=1, min=0.01
    dv/dt = (f_in - f_out) / (tau * {unit})                                 : init=1, min=0.01
    f_out = v**(1 / alpha)                                                  : init=1, min=0.01
"""  # deoxyhaemoglobin q and volume v of the balloon, blood outflow f_out

CLASSIC = """
    k_1 = (1 - V_0) * 4.3 * v_0 * E_0 * TE
    k_2 = 2 * E_0
    k_3 = 1 - epsilon
"""
REVISED = """
    k_1 = 4.3 * v_0 * E_0 * TE
    k_2 = epsilon * r_0 * E_0 * TE
    k_3 = 1 - epsilon
"""
LINEAR = "BOLD = V_0 * ((k_1 + k_2) * (1 - q) + (k_3 - k_2) * (1 - v)) : init=0"
NON_LINEAR = "BOLD = V_0 * (k_1 * (1 - q) + k_2 * (1 - q / v) + k_3 * (1 - v)) : init=0"


def single_input(
    values: Mapping[str, float], coefficients: str, signal: str, name: str, description: str, unit: str = "second"
) -> tuple:
    """Return the arguments of a balloon model that blood flow alone drives.

    Args:
        values: of its parameters, by name.
        coefficients: equations of `k_1`, `k_2` and `k_3`.
        signal: equation of `BOLD`.
        name, description: for the reader.
        unit: of the time constant of the balloon, ms.
    """
    equations = f"{FLOW}{EXTRACTION}{BALLOON.format(unit=unit)}{coefficients}{signal}"
    return parameter_block({**values, "second": 1000.0}), equations, INPUT, "BOLD", name, description
