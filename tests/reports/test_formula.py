r"""Formulas from the syntax tree."""

import re
from random import Random

import pytest

import jaxsnn as snn
from jaxsnn.equations import Context, parse_expression
from jaxsnn.reports._formula import formula, number
from jaxsnn.reports._statements import equation_lines
from jaxsnn.reports._symbols import symbol

from ..equations.random_models import Writer

FORMULAS = {
    "a + b - c": r"a + b - c",
    "a - (b - c)": r"a - \left(b - c\right)",
    "a + (b - c)": r"a + b - c",
    "a - -b": r"a - \left(-b\right)",
    "a + (-b)": r"a + \left(-b\right)",
    "-a * b": r"-a \, b",
    "a * -b": r"a \, \left(-b\right)",
    "2 * 3 * a": r"2 \cdot 3 \, a",
    "(a + b) * c / d": r"\frac{\left(a + b\right) \, c}{d}",
    "a / b / c": r"\frac{\frac{a}{b}}{c}",
    "-(a + b)^2": r"-\left(a + b\right)^{2}",
    "(a / b)**c": r"\left(\frac{a}{b}\right)^{c}",
    "pos(a)^2": r"{\left[a\right]^{+}}^{2}",
    "power(a + b, 3)": r"\left(a + b\right)^{3}",
    "sqrt(abs(a)) + floor(b)": r"\sqrt{\left|a\right|} + \left\lfloor b\right\rfloor ",
    "exp(-v / tau_m)": r"\exp\left(\frac{-v}{\tau_{\mathrm{m}}}\right)",
    "Max(a, expm1(b))": r"\max\left(a, \mathrm{expm1}\left(b\right)\right)",
    "a > 1 and (b <= 2 or c)": r"a > 1 \;\mathrm{and}\; \left(b \leq 2 \;\mathrm{or}\; c\right)",
    "not (a == b) or not c != d": r"\mathrm{not}\; a = b \;\mathrm{or}\; \mathrm{not}\; c \neq d",
    "ite(a > 0, 1, 2)": r"\begin{cases} 1 & \text{if } a > 0 \\ 2 & \text{otherwise} \end{cases}",
    "if a: 1 else: if b: 2 else: 3": (
        r"\begin{cases} 1 & \text{if } a \\ 2 & \text{if } b \\ 3 & \text{otherwise} \end{cases}"
    ),
    "True": r"\mathrm{true}",
}


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas(text):
    """Oracle: the formula by hand."""
    assert formula(parse_expression(text)) == FORMULAS[text]


def test_what_the_analysis_puts_in_the_place_of_calls():
    """Oracle: the formulas by hand."""
    neuron = snn.Neuron(
        functions="half_wave(x, y_0) = x / y_0",
        equations="r = half_wave(sum(exc), 2.0) * mean(r) : min = 0\ntau_2 = Normal(0.0, 1.0)\ndr_2/dt + r_2 = 1e-6",
    )
    assert [[getattr(x, "latex", x) for x in line] for line in equation_lines(neuron.analysed.updates)] == [
        [
            r"r = \mathrm{half\_wave}\left(\mathrm{sum}\left(\mathrm{exc}\right), 2\right)"
            r" \, \mathrm{mean}\left(r\right)",
            ", with ",
            r"r \geq 0",
        ],
        [r"\tau_{2} = \mathrm{Normal}\left(0, 1\right)"],
        [r"\frac{\mathrm{d}r_{2}}{\mathrm{d}t} + r_{2} = 10^{-6}"],
    ]
    noisy = snn.Neuron(equations="dr/dt = -r + 2.0 * xi_inh").within(Context())
    lines = equation_lines(noisy.analysed.updates)
    assert lines[0][0].latex == r"\frac{\mathrm{d}r}{\mathrm{d}t} = -r + 2 \, \xi_{\mathrm{inh}}"
    synapse = snn.Synapse(
        psp="w * mean(pre.r) * post.g_exc^2 * pre.sum(inh)", equations="w += t_last_0", parameters="t_last_0 = 0.0"
    )
    expected = r"w \, \mathrm{mean}\left({r}^{\mathrm{pre}}\right) \, {{g_{\mathrm{exc}}}^{\mathrm{post}}}^{2}"
    expected += r" \, \mathrm{sum}\left(\mathrm{inh}\right)^{\mathrm{pre}}"
    assert formula(synapse.analysed.psp) == expected


def test_names_and_numbers():
    """Oracle: the symbols by hand."""
    names = {
        "tau": r"\tau",
        "V": "V",
        "gNa": r"\mathrm{gNa}",
        "g_exc_slow": r"g_{\mathrm{exc},\mathrm{slow}}",
        "w_1": "w_{1}",
    }
    names |= {"x12": "x_{12}", "E_beta": r"E_{\beta}", "dt": r"\Delta t", "_x_": "x", "Omega_0": r"\Omega_{0}"}
    assert {name: symbol(name) for name in names} == names
    assert [number(x) for x in (1.0, -0.25, 1e-9, 2.5e12, -3e-7)] == [
        "1", "-0.25", "10^{-9}", r"2.5 \times 10^{12}", r"-3 \times 10^{-7}",
    ]  # fmt: skip


MARKS = re.compile(r"\\(left|right|begin|end)(?![a-z])(?:\{(\w+)\})?|(?<!\\)([{}])")


def is_balanced(latex: str) -> bool:
    """Tell whether braces, brackets and environments close in the order in which they open."""
    opened = []
    for opening, environment, kind in MARKS.findall(latex):
        if opening in ("left", "begin") or kind == "{":
            opened.append((opening, environment, kind))
        elif not opened:
            return False
        else:
            before = opened.pop()
            pair = {"left": "right", "begin": "end", "": ""}[before[0]]
            if pair != opening or before[1] != environment:
                return False
    return not opened


def test_brackets_of_random_models_are_balanced():
    """Oracle: a bracket of each kind is closed before those around it; formulas hold no name of Python's."""
    for seed in range(60):
        neuron, _, _ = Writer(Random(seed), spiking=seed % 2 == 0).write()
        lines = equation_lines((*neuron.analysed.shared_updates, *neuron.analysed.updates))
        for latex in (part.latex for line in lines for part in line if not isinstance(part, str)):
            assert is_balanced(latex), latex
            assert "object" not in latex
            assert "None" not in latex
