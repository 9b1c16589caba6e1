"""Every mistake in a text has a message that names it, shows its line with a caret, and suggests what was meant."""

import ast
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

import jaxsnn as snn
from jaxsnn import equations
from jaxsnn.equations import analyse_neuron, parse_definitions, parse_expression
from jaxsnn.errors import ArgumentError, EquationError, UnsupportedError


@dataclass
class Mistake:
    """A text with one mistake: what the message says, and the line and column of its caret, counted from 1."""

    text: str
    message: str
    line: int
    column: int
    where: str = "equations"
    others: dict[str, object] = field(default_factory=dict)

    def model(self) -> snn.Neuron:
        return snn.Neuron(**{**self.others, self.where: self.text})


def rated(text: str, message: str, line: int, column: int, parameters: str = "") -> Mistake:
    """Return a mistake in the equations of a rate-coded neuron."""
    return Mistake(text, message, line, column, others={"parameters": parameters})


SPIKING = {
    "parameters": "v_thresh = 1.0",
    "equations": "dv/dt = g_exc - v\nw = 1.0 : population",
    "spike": "v > v_thresh",
    "reset": "v = 0.0",
}


def spiking(where: str, text: str, message: str, line: int, column: int) -> Mistake:
    """Return a mistake in one of the texts of a spiking neuron."""
    return Mistake(text, message, line, column, where, SPIKING)


def parameter(text: str, message: str, line: int, column: int) -> Mistake:
    return Mistake(text, message, line, column, "parameters", {"equations": "r = 1"})


ONLY_NUMBERS = "the value of parameter `b` must be a number or arithmetic on numbers"
ONE_ASSIGNMENT = "`=` a second time: an equation has one assignment operator (write `==` to compare)"
NOT_CLOSED = "this parenthesis is never closed"
CLOSES_NOTHING = "this parenthesis closes nothing: remove it or open one before it"
NO_ELSE = "every `if condition: a` needs an `else: b`"
IF_INSIDE = "`if` must begin the right-hand side; inside an expression use `ite(condition, a, b)`"
NO_VALUE = "the line ends where a value is expected"
NO_ASSIGNMENT = "this line has no assignment operator: a definition reads `name = value : flags`"
FLAGS = (
    "bool, event-driven, explicit, exponential, float, implicit, init, int, max, midpoint, min, population, rk4, "
    "runge-kutta4, semiimplicit, unless_refractory"
)
TWO_DERIVATIVES = "the left-hand side holds two derivatives: write `name = ...`, or an ODE with one `dx/dt`"
NO_NAME = (
    "the left-hand side holds neither a single name nor a derivative: write `name = ...`, or an ODE with one `dx/dt`"
)
DERIVATIVE_RIGHT = "`dx/dt` can only stand on the left-hand side, once per equation"
NOT_LINEAR = "the equation must be linear in `dx/dt`"
RANDOM = "`Uniform`: random numbers can stand in `equations` only. Assign one to a variable there."
REDUCED = "`mean(x)` runs over the population: x must be a per-neuron attribute of this neuron."
TWO_VALUES = " For the larger or smaller of two values write `Max(a, b)` or `Min(a, b)`."
OTHERS = "attributes of other objects (`pre.x`, `post.x`) exist in synapses"
ONE_TARGET = "`sum(target)` takes the name of one target, such as `sum(exc)`"
RESERVED = "is a word of the equation language and cannot be the name of an attribute"
NO_RATE = "a rate-coded neuron needs a variable or parameter `r` (a spiking one needs `spike=`)"
HAS_RATE = "a spiking neuron cannot define `r`: that name holds its mean firing rate"
STATEMENT = "a reset statement is an assignment, `name = value` or `name += value`"
KEEPS_VALUE = "is a parameter and keeps its value: declare it in `equations` to change it on spike"
NOT_PER_NEURON = "has no value per neuron that a spike could change"
INITIAL = "the initial value of `r` can depend on numbers, constants and parameters only"

MISTAKES = {
    # Names
    "unknown name": rated(
        "x = 1\nr = basline * 2", "unknown name `basline`. Did you mean `baseline`?", 2, 5, "baseline = 1.0"
    ),
    "unknown name, nothing near": rated(
        "r = 1 + zzz", "unknown name `zzz`. Known names: E, dt, pi, r, t, t_last.", 1, 9
    ),
    "unknown name in a bound": rated(
        "r = t : min=0, max=v_tresh", "unknown name `v_tresh`. Did you mean `v_thresh`?", 1, 20, "v_thresh = 1"
    ),
    "unknown name in an ODE": rated(
        "r = 1\ntaw * dx/dt = -x", "unknown name `taw`. Did you mean `tau`?", 2, 1, "tau = 10"
    ),
    "unknown name in spike": spiking("spike", "v > v_tresh", "unknown name `v_tresh`. Did you mean `v_thresh`?", 1, 5),
    "unknown name in reset": spiking("reset", "v = v_rest", "unknown name `v_rest`. Did you mean `v_thresh`?", 1, 5),
    "unknown function": rated("r = 1\nx = 2 * sinn(t)", "unknown function `sinn`. Did you mean `sin`?", 2, 9),
    "a function without arguments": rated(
        "r = exp + 1", "unknown name `exp`. Known names: E, dt, pi, r, t, t_last.", 1, 5
    ),
    "a call of an attribute": rated("r = tau(t)", "unknown function `tau`. Did you mean `tan`?", 1, 5, "tau = 10"),
    "reserved name": rated("r = 1 ; t = 3", f"`t` {RESERVED}", 1, 9),
    "reserved name of a parameter": parameter("a = 1\nsize = 3", f"`size` {RESERVED}", 2, 1),
    "name of a function": rated("r = 1\nmean = 3", f"`mean` {RESERVED}", 2, 1),
    "reserved name in an ODE": rated("r = 1\n2 * dactive/dt = 3", f"`active` {RESERVED}", 2, 3),
    "defined twice": rated("r = 1\nx = 2\n  r = 3", "`r` is defined twice", 3, 3),
    "defined twice as ODE": rated("r = 1\ndr/dt = 3", "`r` is defined twice", 2, 1),
    "parameter defined twice": parameter("a = 1 ; a = 2", "`a` is defined twice", 1, 9),
    "parameter and variable": rated("r = 1\na = 2", "`a` is defined twice", 2, 1, "a = 1"),
    # Parentheses
    "never closed": rated("r = 1\nx = 2 * (t + 2", NOT_CLOSED, 2, 9),
    "never closed, then another line": rated("r = f(t + 2\nx = 3", NOT_CLOSED, 1, 6),
    "inner one never closed": rated("r = ((t + 2) * 3", NOT_CLOSED, 1, 5),
    "closes nothing": rated("r = t + 2)\nx = 3", CLOSES_NOTHING, 1, 10),
    "closes nothing, at the end": rated("r = (t + 2)) + 1", CLOSES_NOTHING, 1, 12),
    "assignment in parentheses": rated(
        "r = Uniform(min=0, max=1)", "no assignment can stand in parentheses (write `==` to compare)", 1, 16
    ),
    "nothing in parentheses": rated("r = ()", "`)` is not expected here", 1, 6),
    "a pair": rated("r = (t, 2)", "`,` is not expected here", 1, 7),
    # What is not of the language
    "import with a string": rated("r = __import__('os')", "`'` has no meaning in an equation", 1, 16),
    "attribute of an attribute": rated("a = 1\nr = a.__class__", f"`a.__class__`: {OTHERS}", 2, 5),
    "attribute of pre": rated("r = pre.r", f"`pre.r`: {OTHERS}", 1, 5),
    "sum of pre": rated("r = 2 * pre.sum(exc)", f"`pre.sum`: {OTHERS}", 1, 9),
    "attribute of an attribute of an attribute": rated("r = a.b.c", "`.` is not expected here", 1, 8, "a = 1"),
    "remainder": rated("r = t % 3", "`%` has no meaning in an equation", 1, 7),
    "index": rated("r = t[0]", "`[` has no meaning in an equation", 1, 6),
    "quotes": rated('r = "t"', '`"` has no meaning in an equation', 1, 5),
    "whole division": rated("r = t // 3", "`/` is not expected here", 1, 8),
    "chained comparison": rated("r = 0 < t < 3", "`<` is not expected here", 1, 11),
    # Operators
    "two assignments": rated("x = 1\nr = t = 2", ONE_ASSIGNMENT, 2, 7),
    "two assignments, in a spike": spiking(
        "spike", "v = 1", "`=` has no meaning in a condition: write `==` to compare", 1, 3
    ),
    "two conditions": spiking(
        "spike", "v > 1; v < 2", "a condition is one expression: join several by `and` or `or`", 1, 6
    ),
    "no condition": spiking("spike", " ", NO_VALUE, 1, 1),
    "missing operand": rated("x = 1\nr = t +", NO_VALUE, 2, 8),
    "missing operand, then another line": rated("r = t *\nx = 1", NO_VALUE, 1, 8),
    "missing value": rated("r = \nx = 3", NO_VALUE, 1, 5),
    "missing left operand": rated("r = * 3", "`*` is not expected here", 1, 5),
    "two operators": rated("r = 1\n  x = 3 +* 2", "`*` is not expected here", 2, 10),
    "missing name": rated("r = 1\n= 3", "a value is expected before `=`", 2, 1),
    "missing operator": rated("r = 2 t", "an operator or a comma is missing before `t`", 1, 7),
    "missing comma": rated("r = Max(t 2)", "an operator or a comma is missing before `2`", 1, 11),
    "missing assignment": rated("r", NO_ASSIGNMENT, 1, 2),
    "missing assignment before a number": rated(
        "r 3", "`3` is not expected here: a definition reads `name = value : flags`", 1, 3
    ),
    "missing assignment before flags": rated("r : init=3", NO_ASSIGNMENT, 1, 3),
    # Conditionals
    "no else": rated("x = 1\nr = if t > 3: 1", NO_ELSE, 2, 5),
    "no else, then another conditional": rated("r = if t > 3: 1\nx = if t > 2: 1 else: 2", NO_ELSE, 1, 5),
    "inner one has no else": rated("r = if t > 3: if t > 4: 1 else: 2", NO_ELSE, 1, 5),
    "if inside": rated("r = 1 + if t > 3: 1 else: 2", IF_INSIDE, 1, 9),
    "if in parentheses": rated("r = (if t > 3: 1 else: 2)", IF_INSIDE, 1, 6),
    "else without if": rated("r = 1 else: 2", "`else` is not expected here", 1, 7),
    # Flags
    "unknown flag": rated("x = 1\nr = t : foobar", f"unknown flag `foobar`. Known names: {FLAGS}.", 2, 9),
    "unknown flag behind a known one": rated(
        "r = t : population, exponental", "unknown flag `exponental`. Did you mean `exponential`?", 1, 21
    ),
    "flag of a synapse": rated("r = t : postsynaptic", f"unknown flag `postsynaptic`. Known names: {FLAGS}.", 1, 9),
    "misspelt bound": rated("r = t : maxi=3", "unknown flag `maxi`. Did you mean `max`?", 1, 9),
    "flag of a parameter": parameter("a = 1 : populaton", "unknown flag `populaton`. Did you mean `population`?", 1, 9),
    "flag without a value": rated("r = t : init", "the flag `init` needs a value, such as `init=0.0`", 1, 9),
    "bound without a value": rated("r = t : int, min", "the flag `min` needs a value, such as `min=0.0`", 1, 14),
    "flag that ends": rated("r = t : min=", NO_VALUE, 1, 13),
    "flag with a value": rated("r = t : population=3", "the flag `population` takes no value", 1, 9),
    "flag twice": rated("r = t : min=0, min=1", "the flag `min` stands twice", 1, 9),
    "two types": rated("r = t : int, bool", "the flags `int` and `bool` exclude each other", 1, 14),
    "two methods": rated(
        "r = 1\ndx/dt = t : explicit, rk4", "the flags `explicit` and `rk4` exclude each other", 2, 23
    ),
    "no flags": rated("r = t : ", NO_VALUE, 1, 8),
    "initial value that is drawn": rated("r = t : init=Uniform(0, 1)", RANDOM, 1, 14),
    "initial value from dt": rated("r = t : init=2*dt", INITIAL, 1, 16),
    "initial value from a mean": rated("r = t : init=mean(p)", INITIAL, 1, 14, "p = 1"),
    "initial value from an input": rated("r = t : init=sum(exc)", INITIAL, 1, 14),
    # Parameters
    "parameter that depends on another": parameter("a = 1\nb = 2 * a", ONLY_NUMBERS, 2, 9),
    "parameter that is a function": parameter("b = exp(1)", ONLY_NUMBERS, 1, 5),
    "parameter that is drawn": parameter("b = Uniform(0, 1)", ONLY_NUMBERS, 1, 5),
    "parameter that is incremented": parameter("a = 1\nb += 1", "a parameter is defined by `name = value`", 2, 1),
    "parameter with a derivative": parameter("db/dt = 1", "a parameter is defined by `name = value`", 1, 1),
    # ODEs
    "two derivatives": rated("r = 1\ndx/dt + dy/dt = 3", TWO_DERIVATIVES, 2, 7),
    "the same derivative twice": rated("r = 1\ndx/dt * dx/dt = 3", TWO_DERIVATIVES, 2, 7),
    "no name on the left": rated("r = 1\n3 = t", NO_NAME, 2, 1),
    "two names on the left": rated("r + x = t", NO_NAME, 1, 3),
    "derivative on the right": rated("r = 1\ndy/dt = 1\nx = 2 * dx/dt", DERIVATIVE_RIGHT, 3, 9),
    "derivative on both sides": rated("r = 1\ndx/dt = dx/dt + 1", DERIVATIVE_RIGHT, 2, 9),
    "derivative in a condition": spiking(
        "spike", "dv/dt > 3", "`dv/dt` can only stand on the left-hand side, once per equation", 1, 1
    ),
    "square of the derivative": rated("r = 1\n(dx/dt)^2 = 1", NOT_LINEAR, 2, 8),
    "function of the derivative": rated("r = 1\nexp(dx/dt) = 1", NOT_LINEAR, 2, 1),
    "derivative below": rated("r = 1\n1/(dx/dt) = 1", NOT_LINEAR, 2, 2),
    "derivative in an exponent": rated("r = 1\n2^(dx/dt) = 1", NOT_LINEAR, 2, 2),
    "increment of a derivative": rated("r = 1\ndx/dt += 1", "an ODE is written with `=`, not `+=`", 2, 1),
    # Random numbers, inputs, reductions
    "random number in spike": spiking("spike", "v > Uniform(0, 1)", RANDOM, 1, 5),
    "random number in reset": spiking("reset", "v = 0\nv += Uniform(0, 1)", RANDOM, 2, 6),
    "one argument too many": rated("r = exp(1, 2)", "`exp` takes 1 argument, 2 given", 1, 5),
    "one argument too few": rated("r = 1\nx = clip(t, 2)", "`clip` takes 3 arguments, 2 given", 2, 5),
    "no argument": rated("r = exp()", "`exp` takes 1 argument, 0 given", 1, 5),
    "distribution with one argument": rated("r = t + Uniform(1)", "`Uniform` takes 2 arguments, 1 given", 1, 9),
    "exponential with two arguments": rated("r = Exponential(1, 2)", "`Exponential` takes 1 argument, 2 given", 1, 5),
    "reduction of an unknown": rated("r = mean(q)", REDUCED, 1, 5),
    "reduction of an expression": rated("y = t ; r = mean(2 * y)", REDUCED, 1, 13),
    "reduction of a population variable": rated("y = t : population\nr = mean(y)", REDUCED, 2, 5),
    "maximum of two": rated("y = t ; r = max(y, 2)", REDUCED.replace("mean", "max") + TWO_VALUES, 1, 13),
    "sum of an expression": rated("r = sum(exc + inh)", ONE_TARGET, 1, 5),
    "sum of a number": rated("r = sum(1)", ONE_TARGET, 1, 5),
    "population variable depends on a local one": rated(
        "y = t\nr = 2 * y : population",
        "a `population` variable cannot depend on `y`, which has one value per neuron",
        2,
        9,
    ),
    "population variable depends on a local parameter": rated(
        "r = p : population",
        "a `population` variable cannot depend on `p`, which has one value per neuron",
        1,
        5,
        "p = 1",
    ),
    "population bound depends on a local parameter": rated(
        "r = t : population, max=p",
        "a `population` variable cannot depend on `p`, which has one value per neuron",
        1,
        25,
        "p = 1",
    ),
    "population variable depends on the last spike": spiking(
        "equations",
        "v = 1\nx = t_last : population",
        "a `population` variable cannot depend on `t_last`, which has one value per neuron",
        2,
        5,
    ),
    # The neuron as a whole
    "rate-coded without r": rated("x = 1", NO_RATE, 1, 1),
    "spiking with r": spiking("equations", "v = 1\n  r = 2", HAS_RATE, 2, 3),
    "spiking with r as a parameter": spiking("parameters", "v_thresh = 1 ; r = 2", HAS_RATE, 1, 16),
    "refractory names nothing": spiking(
        "refractory", "v_tresh", "`refractory` names no attribute: `v_tresh`. Did you mean `v_thresh`?", 1, 1
    ),
    "reset assigns a parameter": spiking("reset", "v = 0\nv_thresh += 1", f"`v_thresh` {KEEPS_VALUE}", 2, 1),
    "reset assigns an unknown": spiking(
        "reset", "u = 0", "unknown name `u`. Known names: E, dt, g_exc, pi, t, t_last, v, v_thresh, w.", 1, 1
    ),
    "reset assigns a population variable": spiking("reset", "w = 0", f"`w` {NOT_PER_NEURON}", 1, 1),
    "reset assigns the time": spiking("reset", "t = 0", f"`t` {NOT_PER_NEURON}", 1, 1),
    "ODE in reset": spiking("reset", "v = 0\n dv/dt = 1", STATEMENT, 2, 2),
    "value in reset": spiking("reset", "v", NO_ASSIGNMENT, 1, 2),
}


def shown(text: str, line: int, column: int) -> str:
    """Return the line of the text with a caret below the column."""
    head = f"  line {line}: "
    return f"{head}{text.splitlines()[line - 1]}\n{' ' * (len(head) + column - 1)}^"


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes(case):
    """Oracle: message, line and column written by hand."""
    mistake = MISTAKES[case]
    with pytest.raises(EquationError) as caught:
        mistake.model()
    message, _, picture = str(caught.value).partition("\n")
    assert message == mistake.message
    assert (caught.value.line, caught.value.column) == (mistake.line, mistake.column)
    assert picture == shown(mistake.text, mistake.line, mistake.column)


def test_known_functions_are_listed():
    """`__import__` is a name like any other: unknown."""
    with pytest.raises(EquationError, match=r"unknown function `__import__`\. Known names: Binomial, .*, trunc\."):
        snn.Neuron(equations="r = __import__(os)")


def test_the_caret_stands_below_its_character():
    """Tabs count as one column, in the message they are one space."""
    with pytest.raises(EquationError) as caught:
        snn.Neuron(equations="r = 1\n\tx =\t2 * nonsense # comment")
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


METHODS = ["implicit", "semiimplicit", "exponential", "midpoint", "rk4", "runge-kutta4", "event-driven"]


@pytest.mark.parametrize("method", METHODS)
def test_methods_of_later_versions(method):
    """The message names what is available, and the line."""
    with pytest.raises(UnsupportedError) as caught:
        snn.Neuron(equations=f"r = 1\ntau * dx/dt = -x : init=1, {method}", parameters="tau = 10.0")
    first, second, _ = str(caught.value).splitlines()
    assert first == f"the method `{method}` is not available in this version; available: explicit"
    assert second == f"  line 2: tau * dx/dt = -x : init=1, {method}"


def test_the_explicit_method_is_there():
    """Oracle: the flag changes nothing, because the method is the default one."""
    flagged, plain = (analyse_neuron("", f"dr/dt = -r {flag}") for flag in (": explicit", ""))
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


# Nonsense

TOKENS = [
    *(
        "a",
        "r",
        "v",
        "g_exc",
        "t",
        "dt",
        "dv/dt",
        "da/dt",
        "tau",
        "mean",
        "sum",
        "exc",
        "Uniform",
        "exp",
        "ite",
        "pre",
        ".",
    ),
    *("=", "+=", "==", "<", "is", "is not", "+", "-", "*", "/", "^", "(", ")", ",", ":", ";", "\n", "# x", "'", "%"),
    *(
        "if",
        "else",
        "not",
        "and",
        "or",
        "True",
        "1",
        "2.5",
        ".5",
        "1e3",
        "init",
        "min",
        "population",
        "bool",
        "rk4",
        "\t",
    ),
]
NONSENSE = st.lists(st.sampled_from(TOKENS), max_size=14).map(" ".join)
SENSE = st.lists(st.sampled_from(["r = t", "dv/dt = a", "x = 2 * r : min=0", "y = if t > 1: 2 else: 3"]), max_size=2)
RANDOM_TEXTS = settings(deadline=None, derandomize=True, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


@RANDOM_TEXTS
@given(SENSE, NONSENSE)
def test_nonsense_is_refused_politely(sense, nonsense):
    """Whatever the text, the answer is a model or one of our own errors, with its caret in the text."""
    text = "\n".join([*sense, nonsense])
    try:
        analyse_neuron("a = 1.0 ; tau = 10.0", text)
    except EquationError as error:
        lines = text.splitlines() or [""]
        assert 1 <= error.line <= max(len(lines), 1)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
    except UnsupportedError:
        pass


@RANDOM_TEXTS
@given(NONSENSE)
def test_nonsense_in_every_text_is_refused_politely(nonsense):
    for where in ("parameters", "spike", "reset"):
        try:
            snn.Neuron(**{**SPIKING, where: nonsense})
        except EquationError as error:
            assert str(error).endswith("^")
        except UnsupportedError:
            pass
