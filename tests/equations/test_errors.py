"""Every mistake in a text has a message that names it, shows its line with a caret, and suggests what was meant."""

import ast
from pathlib import Path

import pytest

import jaxsnn as snn
from jaxsnn import equations
from jaxsnn.equations import NeuronTexts, analyse_neuron, parse_definitions, parse_expression
from jaxsnn.errors import ArgumentError, EquationError, JaxsnnWarning

from .mistakes import MISTAKES, SPIKING, SUSPICIOUS


def shown(text: str, line: int, column: int) -> str:
    """Return the line of the text with a caret below the column."""
    head = f"  line {line}: "
    return f"{head}{(text.splitlines() or [''])[line - 1]}\n{' ' * (len(head) + column - 1)}^"


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes(case):
    """Oracle: message, line and column written by hand. What a network could know is left for `create` to report."""
    mistake = MISTAKES[case]
    is_late = mistake.is_late or case in SUSPICIOUS
    if is_late:
        mistake.neuron()
    with pytest.raises(EquationError) as caught:
        mistake.create() if is_late else mistake.neuron()
    message, _, picture = str(caught.value).partition("\n")
    assert message == mistake.message
    assert (caught.value.line, caught.value.column) == (mistake.line, mistake.column)
    assert picture == shown(mistake.text, mistake.line, mistake.column)


@pytest.mark.parametrize("case", SUSPICIOUS)
def test_suspicious_texts(case):
    """Oracle: the message of the error that a strict network raises; a network that is not strict creates neurons."""
    with pytest.raises(EquationError) as caught:
        MISTAKES[case].create()
    with pytest.warns(JaxsnnWarning) as warned:
        MISTAKES[case].create(strict=False)
    assert [str(w.message) for w in warned] == [str(caught.value)]


def test_known_functions_are_listed():
    """`__import__` is a name like any other: unknown."""
    with pytest.raises(EquationError, match=r"unknown function `__import__`\. Known names: Abs, Binomial, .*, trunc\."):
        snn.Network().create(1, snn.Neuron(equations="r = __import__(os)"))


def test_the_caret_stands_below_its_character():
    """Tabs count as one column, in the message they are one space."""
    with pytest.raises(EquationError) as caught:
        analyse_neuron(NeuronTexts("", "r = 1\n\tx =\t2 * nonsense # comment"))
    picture, caret = str(caught.value).splitlines()[1:]
    assert picture == "  line 2:  x = 2 * nonsense # comment"
    assert picture[caret.index("^") :].startswith("nonsense")


def test_both_kinds_of_exception():
    """An `EquationError` is a `JaxsnnError` and a `ValueError`."""
    with pytest.raises(snn.errors.JaxsnnError):
        parse_definitions("r = (")
    with pytest.raises(ValueError, match="never closed"):
        parse_expression("(a")


# Methods


def test_the_explicit_method_is_there():
    """Oracle: the flag changes nothing, because the method is the default one."""
    flagged, plain = (analyse_neuron(NeuronTexts("", f"dr/dt = -r {flag}")) for flag in (": explicit", ""))
    assert flagged == plain


# Neuron


@pytest.mark.parametrize("refractory", [-1.0, float("nan")])
def test_refractory_is_a_duration(refractory):
    with pytest.raises(ArgumentError, match="`refractory` is a duration in ms"):
        snn.Neuron(**SPIKING, refractory=refractory)


@pytest.mark.parametrize("option", [{"reset": "r = 0"}, {"refractory": 2.0}])
def test_reset_and_refractory_need_a_spike(option):
    with pytest.raises(ArgumentError, match="belong to spiking neurons: give the condition `spike` too"):
        snn.Neuron(equations="r = 1", **option)


@pytest.mark.parametrize("model", [snn.Neuron, snn.Synapse])
def test_extra_values(model):
    """They are numbers by name, and a parameter names one of them."""
    for wrong in ({"a": "x"}, 3, {1: 2.0}):
        with pytest.raises(ArgumentError, match="`extra_values` is a dictionary of numbers by name, not"):
            model(parameters="a = 1.0", extra_values=wrong)
    with pytest.raises(EquationError) as caught:
        model(parameters="b = 1.0 ; a = 'tau'", extra_values={"taw": 2.0})
    assert str(caught.value).startswith(
        "`extra_values` has no `tau`. Did you mean `taw`?\n  line 1: b = 1.0 ; a = 'tau'"
    )
    with pytest.raises(EquationError, match="`'` has no meaning in an equation"):
        model(parameters="a = 'tau'", equations="r = 1.0")


# Text is data

EQUATIONS = sorted(Path(equations.__file__).parent.glob("*.py"))
RUNS_TEXT = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "literal_eval",
    "sympify",
    "lambdify",
    "parse_expr",
    "run",
    "system",
}
READS_TEXT = {"ast", "re", "sympy", "importlib", "subprocess", "os", "code", "codeop", "runpy"}


@pytest.mark.parametrize("path", EQUATIONS, ids=lambda p: p.name)
def test_text_is_never_evaluated(path):
    """Oracle: the syntax trees of the source files of `jaxsnn.equations`: no eval, no regular expressions."""
    tree = ast.parse(path.read_text())
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    called |= {n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
    named = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    modules = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    modules |= {(n.module or "").split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and not n.level}
    assert (called | named) & RUNS_TEXT == set()
    assert modules & READS_TEXT == set()


def test_the_walk_over_sources_sees_the_parser():
    assert {"_grammar.py", "_evaluate.py", "_analyse.py"} <= {p.name for p in EQUATIONS}
