"""The grammar: which texts are the same, what they are worth, and random expressions against NumPy.

Two kinds of oracle. A text is compared with another text whose meaning is beyond doubt (fully parenthesised, one
definition per line): both give the same tree. A value is computed by NumPy or `math` from the tree itself, never from
the text.
"""

import math

import hypothesis.strategies as st
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings

from jaxsnn.equations import NeuronTexts, Scope, analyse_neuron, evaluate, parse_definitions, parse_expression
from jaxsnn.equations._nodes import Binary, Boolean, Derivative, Name, Number, walk
from jaxsnn.equations._vocabulary import FUNCTIONS


def value_of(text: str, **names: object):
    """Return the value of an expression, unresolved: enough where it holds names, functions and constants only."""
    return np.asarray(evaluate(parse_expression(text), Scope(names)))


def is_derivative(text: str) -> bool:
    return any(isinstance(node, Derivative) for node in walk(parse_expression(text)))


# Layout: where a definition begins and ends

SAME_DEFINITIONS = {
    "semicolons": ("a = 1; b = 2;", "a = 1\nb = 2"),
    "semicolon before a line break": ("a = 1 ;\nb = 2", "a = 1\nb = 2"),
    "semicolon on the next line": ("a = 1\n; b = 2", "a = 1\nb = 2"),
    "empty definitions": (";; a = 1 ;;\n\n; b = 2 ;", "a = 1\nb = 2"),
    "blank and comment lines": ("\n# first\n\na = 1 # c = 3; d = 4\n   \n#\nb = 2\n# last", "a = 1\nb = 2"),
    "Windows line ends": ("a = 1 # one\r\nb = 2\r\n", "a = 1\nb = 2"),
    "tabs and spaces": ("\t a\t=1\t\n\tb=  2 ", "a = 1\nb = 2"),
    "a line without an assignment goes on": ("a = b\n    + c\n    - d\ne = 1", "a = b + c - d\ne = 1"),
    "an operator at the end of a line": ("a = b +\n    c *\n d", "a = b + c * d"),
    "a value on the next line": ("a =\n    b", "a = b"),
    "inside parentheses": ("a = f(b,\n   c\n) + (d\n - e)", "a = f(b, c) + (d - e)"),
    "a comparison does not begin a definition": ("a = b\n == c", "a = b == c"),
    "a comment in the middle": ("a = b # the first\n    + c # the second", "a = b + c"),
    "a backslash": ("a = b \\\n   + c", "a = b + c"),
    "flags on the next line": ("a = b\n   : init=1", "a = b : init=1"),
    "flags over two lines": (
        "a = b : init=1,\n    min=0, population\nc = 1",
        "a = b : init=1, min=0, population\nc = 1",
    ),
    "spaces in flags": ("a = b:init = 1 ,min=  0", "a = b : init=1, min=0"),
    "left-hand side over two lines": ("(tau * dv/dt\n   + v) = b", "tau * dv/dt + v = b"),
}


@pytest.mark.parametrize("case", SAME_DEFINITIONS)
def test_layout(case):
    """Oracle: the same definitions, one per line, without comments."""
    text, plain = SAME_DEFINITIONS[case]
    assert parse_definitions(text) == parse_definitions(plain)


@pytest.mark.parametrize("text", ["", "  \n\t\n", "# only a comment", ";;", "\r\n"])
def test_nothing_to_define(text):
    assert parse_definitions(text) == ()


def test_number_of_definitions():
    """Oracle: counted by hand."""
    text = "a = 1; b = if a == 1: 2\n else: 3 : min=0,\n max=4\n# c = 3\nd += 1 ; tau*de/dt + e =\n f(1,\n 2)"
    assert [type(d.left).__name__ for d in parse_definitions(text)] == ["Name", "Name", "Name", "Binary"]


def test_positions_count_lines_and_columns_from_one():
    definitions = parse_definitions("# comment\n  a = 1 ;  b = 2\n\tc = (3 +\n d)")
    assert [(d.at.line, d.at.column) for d in definitions] == [(2, 3), (2, 12), (3, 2)]
    assert (definitions[2].right.right.at.line, definitions[2].right.right.at.column) == (4, 2)


# Conditionals

SAME_CONDITIONALS = {
    "over lines": ("r = if a > 1:\n    2\nelse:\n    3\ns = 1", "r = if a > 1: 2 else: 3 ; s = 1"),
    "without spaces": ("r=if(a>1):2 else:3", "r = if a > 1: 2 else: 3"),
    "nested in else": ("r = if a: 1\n else: if b: 2\n else: 3", "r = if a: 1 else: if b: 2 else: 3"),
    "nested in both": (
        "r = if a:\n  if b: 1\n  else: 2\nelse:\n  if c: 3\n  else: 4",
        "r = if a: if b: 1 else: 2 else: if c: 3 else: 4",
    ),
    "equality in the condition": ("r = if a == 1\n and b == 2: 3\n else: 4", "r = if a == 1 and b == 2: 3 else: 4"),
    "with flags": ("r = if a: 1\n else: 2\n : init=1, min=0", "r = if a: 1 else: 2 : init=1, min=0"),
}


@pytest.mark.parametrize("case", SAME_CONDITIONALS)
def test_conditionals_over_lines(case):
    """Oracle: the same conditional on one line."""
    text, plain = SAME_CONDITIONALS[case]
    assert parse_definitions(text) == parse_definitions(plain)


def test_flags_after_a_conditional_belong_to_the_definition():
    (definition,) = parse_definitions("r = if a > 1: if a > 2: 1 else: 2 else: 3 : bool, init=True")
    assert [f.name for f in definition.flags] == ["bool", "init"]
    assert definition.right.otherwise == Number(3.0)


@pytest.mark.parametrize("a, b", [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)])
def test_nested_conditionals_choose(a, b):
    """Oracle: Python's own conditional expressions."""
    text = "if a > 0: if b > 0: 1 else: 2 else: if b > 0: 3 else: 4"
    assert value_of(text, a=a, b=b) == ((1 if b > 0 else 2) if a > 0 else (3 if b > 0 else 4))
    assert value_of("10 * ite(a > 0, ite(b > 0, 1, 2), 3) + 1", a=a, b=b) == 10 * ((1 if b else 2) if a else 3) + 1


def test_a_number_is_true_unless_zero():
    """Oracle: C's rule."""
    assert [value_of("if a: 1 else: 2", a=a) for a in (-0.5, 0.0, 2.0)] == [1, 2, 1]
    assert [value_of("ite(a, 1, 2)", a=a) for a in (-0.5, 0.0, True, False)] == [1, 2, 1, 2]
    assert [bool(value_of("not a", a=a)) for a in (-0.5, 0.0, True)] == [False, True, False]


# Precedence

SAME_EXPRESSIONS = [
    ("a + b * c", "a + (b * c)"),
    ("a - b - c", "(a - b) - c"),
    ("a / b / c", "(a / b) / c"),
    ("a / b * c", "(a / b) * c"),
    ("a - b + c", "(a - b) + c"),
    ("-a * b", "(-a) * b"),
    ("a * -b", "a * (-b)"),
    ("- -a", "-(-a)"),
    ("a - -b", "a - (-b)"),
    ("+a", "+(a)"),
    ("-a^b", "-(a^b)"),
    ("a^-b", "a^(-b)"),
    ("a^b^c", "a^(b^c)"),
    ("a**b**c", "a**(b**c)"),
    ("a^b**c", "a**(b^c)"),
    ("a * b^c", "a * (b^c)"),
    ("a^b * c", "(a^b) * c"),
    ("f(a)^b", "(f(a))^b"),
    ("a + 1 > b * 2", "(a + 1) > (b * 2)"),
    ("a or b and c", "a or (b and c)"),
    ("a and b or c", "(a and b) or c"),
    ("not a and b", "(not a) and b"),
    ("not a == b", "not (a == b)"),
    ("not not a", "not (not a)"),
    ("a > b and c < d or e >= f", "((a > b) and (c < d)) or (e >= f)"),
    ("a is b", "a == b"),
    ("a is not b", "a != b"),
    ("a is not b and c", "(a != b) and c"),
    ("a + b is c", "(a + b) == c"),
    ("(((a)))", "a"),
    ("a^b", "a**b"),
    ("a*(b>c)", "a * (b > c)"),
]


@pytest.mark.parametrize("text, explicit", SAME_EXPRESSIONS)
def test_precedence(text, explicit):
    """Oracle: the rules of Python (powers bind tighter than a sign on their left and group to the right)."""
    assert parse_expression(text) == parse_expression(explicit)


@pytest.mark.parametrize(
    "text, value",
    [
        ("2^3^2", 512),
        ("-2^2", -4),
        ("2^-1", 0.5),
        ("(-2)^3", -8),
        ("2**0.5", math.sqrt(2)),
        ("1 - 2 - 3", -4),
        ("8 / 4 / 2", 1),
        ("7 / 2", 3.5),
        ("2 * 3 ^ 2", 18),
        ("(1 < 2) + (2 > 1) * 3", 4),
        ("-(1 > 0)", -1),
        ("True + True", 2),
        ("1/0", math.inf),
        ("0^-1", math.inf),
        ("10^400", math.inf),
        ("1e300^2", math.inf),
    ],
)
def test_values_of_constants(text, value, double):
    """Oracle: worked by hand."""
    assert value_of(text) == value


# Literals and words


@pytest.mark.parametrize(
    "text", ["1", "1.", ".5", "0.5", "1e3", "1e-3", "1E+3", "1.e2", ".5e-2", "12.25", "007", "65536", "1e-30"]
)
def test_numbers(text):
    """Oracle: Python's float()."""
    assert parse_expression(text) == Number(float(text))


@pytest.mark.parametrize("text, value", [("True", True), ("False", False), ("true", True), ("false", False)])
def test_truth_values(text, value):
    assert parse_expression(text) == Boolean(value)


@pytest.mark.parametrize(
    "name",
    ["iffy", "order", "android", "nothing", "island", "elsewhere", "Truely", "_x", "x1", "dtau", "in", "lambda", "E1"],
)
def test_words_of_the_grammar_do_not_eat_names(name):
    assert parse_expression(name) == Name(name)


def test_constants(double):
    """Oracle: the `math` module; a declared name wins over a constant."""
    assert value_of("pi + E") == math.pi + math.e
    assert value_of("E * 2", E=-70.0) == -140.0


# Derivatives and quotients


@pytest.mark.parametrize(
    "text", ["dv/dt", "dv / dt", "dv\t/dt", "tau*dv/dt", "-dv/dt", "(dv/dt)", "C*dv/dt + v", "dd/dt"]
)
def test_derivatives(text):
    assert is_derivative(text)


@pytest.mark.parametrize("text", ["d/dt", "v/dt", "1/dt", "dv/dtau", "dv/(dt)", "dv*dt", "ad/dt", "dv/dt2", "1/dv/dt"])
def test_quotients(text):
    assert not is_derivative(text)


def test_the_variable_of_a_derivative():
    assert [d.left.name for d in parse_definitions("dv_mem/dt = 1; dd/dt = 2 ; ddt/dt = 3")] == ["v_mem", "d", "dt"]


@pytest.mark.parametrize(
    "text, value",
    [
        ("delta/dt", 3 / 0.5),
        ("delta / dt", 3 / 0.5),
        ("-delta/dt", -3 / 0.5),
        ("a - delta/dt", 2 - 3 / 0.5),
        ("a*delta/dt", 2 * 3 / 0.5),
        ("a/delta/dt", 2 / 3 / 0.5),
        ("a/-delta/dt", 2 / -3 / 0.5),
        ("a/(delta/dt)", 2 / (3 / 0.5)),
        ("a^delta/dt", 2**3 / 0.5),
        ("a**-delta/dt", 2**-3 / 0.5),
        ("delta/dt^2", 3 / 0.5**2),
        ("delta/dt*a", 3 / 0.5 * 2),
    ],
)
def test_a_quotient_of_an_attribute_is_no_derivative(text, value, double):
    """Oracle: the same arithmetic in Python. `delta/dt` looks like the derivative of `elta`."""
    model = analyse_neuron(NeuronTexts("delta = 3.0 ; a = 2.0", f"r = {text}"))
    names = {"delta": jnp.asarray(3.0), "a": jnp.asarray(2.0), "dt": 0.5}
    assert np.asarray(evaluate(model.updates[0].expression, Scope(names))) == value


# Flags and increments


def test_flags_of_a_definition():
    """Every flag of a neuron, hyphens included, with bounds that are expressions."""
    (d,) = parse_definitions("r = t : population, int, init=-65, min=-2*a, max=b + clip(a, 0, 1), runge-kutta4")
    assert [f.name for f in d.flags] == ["population", "int", "init", "min", "max", "runge-kutta4"]
    values = [f.value for f in d.flags]
    assert values[0] is None and values[3] == parse_expression("-2*a")
    assert values[4] == parse_expression("b + clip(a, 0, 1)")
    (d,) = parse_definitions("tau*dg/dt = -g : event-driven, init=1e-3")
    assert [f.name for f in d.flags] == ["event-driven", "init"]


def test_a_bound_can_compare_and_choose():
    (d,) = parse_definitions("r = t : min=ite(a > 1, 0, 1), max=a == 1 or b")
    assert [f.value for f in d.flags] == [parse_expression("ite(a > 1, 0, 1)"), parse_expression("(a == 1) or b")]


def test_a_name_may_look_like_a_flag():
    """A name is a flag behind a colon only."""
    (d,) = parse_definitions("population = init + event - driven : init=1")
    assert (d.left, d.right) == (Name("population"), parse_expression("(init + event) - driven"))


@pytest.mark.parametrize("operator", ["=", "+=", "-=", "*=", "/="])
def test_assignment_operators(operator):
    (d,) = parse_definitions(f"v {operator} 2 * w : max=3")
    assert (d.left, d.operator, d.right) == (Name("v"), operator, parse_expression("2 * w"))


# Functions

REAL = np.array([-2.5, -1.5, -1.0, -0.75, 0.25, 0.5, 1.0, 1.25, 2.5, 3.0])
POSITIVE = np.abs(REAL)
UNIT = np.array([-0.9, -0.5, 0.0, 0.25, 0.99])
ABOVE_ONE = 1.0 + POSITIVE
OTHER = REAL[::-1] + 0.125
WHOLE = np.array([7.0, -7.0, 7.9, -7.9, 8.0, 3.0])
DIVISOR = np.array([3.0, 3.0, 3.9, 3.9, -3.0, -5.0])
ODD = np.array([math.nan, math.inf, -math.inf, 0.0, 1.0])


def by_math(f):
    return np.vectorize(f, otypes=[float])


def half_away(x):
    return np.sign(x) * np.array([float(int(abs(v) + 0.5)) for v in x])


ORACLES = {
    "pos": (lambda x: np.where(x > 0, x, 0), [REAL]),
    "positive": (lambda x: np.where(x > 0, x, 0), [REAL]),
    "neg": (lambda x: np.where(x < 0, x, 0), [REAL]),
    "negative": (lambda x: np.where(x < 0, x, 0), [REAL]),
    "clip": (np.clip, [REAL, -1.0, 2.0]),
    "modulo": (lambda a, b: np.fmod(np.trunc(a), np.trunc(b)), [WHOLE, DIVISOR]),
    "power": (lambda x, n: x * x * x, [REAL, 3.0]),
    "pow": (np.power, [POSITIVE, OTHER]),
    "ite": (np.where, [REAL > 0, REAL, OTHER]),
    "round": (half_away, [np.array([-2.5, -1.5, -0.5, -0.4, 0.4, 0.5, 1.5, 2.5, 2.6])]),
    "isnan": (np.isnan, [ODD]),
    "isfinite": (np.isfinite, [ODD]),
    "isinf": (np.isinf, [ODD]),
    "Max": (np.maximum, [REAL, OTHER]),
    "Min": (np.minimum, [REAL, OTHER]),
    "fmax": (np.fmax, [ODD, 0.5]),
    "fmin": (np.fmin, [ODD, 0.5]),
    "fmod": (np.fmod, [WHOLE, DIVISOR]),
    "fabs": (np.abs, [REAL]),
    "abs": (np.abs, [REAL]),
    "Abs": (np.abs, [REAL]),
    "sign": (np.sign, [UNIT]),
    "sqrt": (np.sqrt, [POSITIVE]),
    "cbrt": (np.cbrt, [REAL]),
    "hypot": (np.hypot, [REAL, OTHER]),
    "exp": (np.exp, [REAL]),
    "exp2": (np.exp2, [REAL]),
    "expm1": (np.expm1, [REAL]),
    "log": (np.log, [POSITIVE]),
    "ln": (np.log, [POSITIVE]),
    "log2": (np.log2, [POSITIVE]),
    "log10": (np.log10, [POSITIVE]),
    "log1p": (np.log1p, [POSITIVE]),
    "floor": (np.floor, [REAL]),
    "ceil": (np.ceil, [REAL]),
    "ceiling": (np.ceil, [REAL]),
    "trunc": (np.trunc, [REAL]),
    "sin": (np.sin, [REAL]),
    "cos": (np.cos, [REAL]),
    "tan": (np.tan, [REAL]),
    "asin": (np.arcsin, [UNIT]),
    "acos": (np.arccos, [UNIT]),
    "atan": (np.arctan, [REAL]),
    "atan2": (np.arctan2, [REAL, OTHER]),
    "sinh": (np.sinh, [REAL]),
    "cosh": (np.cosh, [REAL]),
    "tanh": (np.tanh, [REAL]),
    "asinh": (np.arcsinh, [REAL]),
    "acosh": (np.arccosh, [ABOVE_ONE]),
    "atanh": (np.arctanh, [UNIT]),
    "erf": (by_math(math.erf), [REAL]),
    "erfc": (by_math(math.erfc), [REAL]),
    "gamma": (by_math(math.gamma), [POSITIVE]),
    "tgamma": (by_math(math.gamma), [POSITIVE]),
    "lgamma": (by_math(math.lgamma), [POSITIVE + 0.1]),
    "copysign": (by_math(math.copysign), [REAL, OTHER]),
    "fdim": (lambda a, b: np.where(a > b, a - b, 0.0), [REAL, OTHER]),
}


def test_every_function_has_an_oracle():
    assert set(ORACLES) == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions(function, double):
    """Oracle: NumPy or the `math` module; `modulo`, `power`, `round`, `pos` and `neg` are defined as in ANNarchy."""
    oracle, arguments = ORACLES[function]
    names = dict(zip("abc", arguments, strict=False))
    found = value_of(f"{function}({', '.join(names)})", **{k: jnp.asarray(v) for k, v in names.items()})
    np.testing.assert_allclose(found, oracle(*arguments), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("function", [f for f in FUNCTIONS if f not in ("isnan", "isfinite", "isinf", "ite")])
def test_functions_of_integers_and_booleans_keep_double_precision(function, double):
    """Oracle: the same function of the same numbers in double. JAX alone would compute with float32."""
    arity = FUNCTIONS[function].arity
    text = f"{function}({', '.join('abc'[:arity])})"
    with np.errstate(all="ignore"):
        for stored, plain in (
            (jnp.asarray([1, 3], jnp.int32), jnp.asarray([1.0, 3.0])),
            (jnp.asarray([True, False]), jnp.asarray([1.0, 0.0])),
        ):
            names = (dict.fromkeys("abc"[:arity], stored), dict.fromkeys("abc"[:arity], plain))
            found, expected = (value_of(text, **n) for n in names)
            assert found.dtype == np.float64
            np.testing.assert_array_equal(found, expected)


def test_round_at_the_edges(double):
    """Oracle: C's round(): x + 0.5 is not exact for these."""
    below_half, large = 0.49999999999999994, 4503599627370497.0
    points = jnp.array([below_half, -below_half, large, -large, math.inf, math.nan])
    np.testing.assert_array_equal(value_of("round(a)", a=points), [0, 0, large, -large, math.inf, math.nan])


def test_power_of_a_negative_number(double):
    """Oracle: repeated multiplication."""
    base = jnp.array([-1.5, 2.0])
    for n in (1, 2, 5):
        expected = math.prod([np.asarray(base)] * n)
        np.testing.assert_allclose(value_of("power(x, n)", x=base, n=jnp.asarray(float(n))), expected, rtol=1e-15)
        np.testing.assert_allclose(value_of(f"power(x, {n})", x=base), expected, rtol=1e-15)


# Random expressions against NumPy

POINTS = {
    "a": np.array([-2.5, -1.0, 0.0, 0.75, 3.0]),
    "b": np.array([0.25, -1.0, 2.0, 0.75, -0.5]),
    "flag": np.array([True, False, True, False, False]),
}
LEVELS = {"or": 1, "and": 2, "not": 3, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6, "unary": 7, "**": 8, "atom": 9}
COMPARISONS = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "is": np.equal,
    "is not": np.not_equal,
}
ARITHMETIC = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
POWERS = {2.0: np.square, 1.0: np.positive, -1.0: np.reciprocal}
EXACT = {"abs": np.abs, "floor": np.floor, "ceil": np.ceil, "sqrt": np.sqrt}


def leaves():
    numbers = st.integers(0, 32).map(lambda k: ("number", k / 8))
    return st.one_of(numbers, st.sampled_from([("name", n) for n in POINTS]), st.sampled_from([("truth", True)]))


def branches(children):
    exponents = st.sampled_from([("number", 2.0), ("number", 1.0), ("unary", "-", ("number", 1.0))])
    return st.one_of(
        st.tuples(st.just("binary"), st.sampled_from("+-*"), children, children),
        st.tuples(st.just("binary"), st.just("/"), children, divisors(children)),
        st.tuples(st.just("unary"), st.sampled_from("+-"), children),
        st.tuples(st.just("power"), st.sampled_from(["^", "**"]), children, exponents),
        st.tuples(st.just("compare"), st.sampled_from([*COMPARISONS]), children, children),
        st.tuples(st.just("logic"), st.sampled_from(["and", "or"]), children, children),
        st.tuples(st.just("not"), children),
        st.tuples(st.just("call"), st.sampled_from([*EXACT]), children),
        st.tuples(st.just("ite"), children, children, children),
        st.tuples(st.just("parenthesis"), children),
    )


def divisors(children):
    """Return expressions with one value per point: XLA replaces a division by a scalar, and rounds it differently."""
    name = ("name", "b")
    simple = [name, ("unary", "-", name), ("power", "^", name, ("number", 2.0)), ("binary", "*", name, ("name", "a"))]
    return st.one_of(st.sampled_from(simple), children.map(lambda c: ("binary", "+", c, name)))


TREES = st.recursive(leaves(), branches, max_leaves=12)
CONDITIONALS = st.recursive(TREES, lambda c: st.tuples(st.just("if"), TREES, c, c), max_leaves=3)


def text_of(tree, at_least: int = 0) -> str:
    """Print a tree with no more parentheses than Python's precedence asks for."""
    level, text = _printed(tree)
    return text if level >= at_least else f"({text})"


def _printed(tree) -> tuple[int, str]:
    match tree:
        case ("number", value):
            return LEVELS["atom"], f"{value:g}"
        case ("name", name) | ("truth", name):
            return LEVELS["atom"], str(name)
        case ("parenthesis", inner):
            return LEVELS["atom"], f"({text_of(inner)})"
        case ("call", name, argument):
            return LEVELS["atom"], f"{name}({text_of(argument)})"
        case ("ite", *parts):
            return LEVELS["atom"], f"ite({', '.join(map(text_of, parts))})"
        case ("power", symbol, base, exponent):
            return LEVELS["**"], f"{text_of(base, LEVELS['atom'])} {symbol} {text_of(exponent, LEVELS['unary'])}"
        case ("unary", symbol, operand):
            return LEVELS["unary"], f"{symbol} {text_of(operand, LEVELS['unary'])}"
        case ("not", operand):
            return LEVELS["not"], f"not {text_of(operand, LEVELS['not'])}"
        case ("compare", symbol, left, right):
            return LEVELS["compare"], f"{text_of(left, LEVELS['+'])} {symbol} {text_of(right, LEVELS['+'])}"
        case ("binary" | "logic", symbol, left, right):
            level = LEVELS[symbol]
            return level, f"{text_of(left, level)} {symbol} {text_of(right, level + 1)}"
        case ("if", condition, then, otherwise):
            return 0, f"if {text_of(condition)} : {text_of(then)} else : {text_of(otherwise)}"
    raise ValueError(tree)


def number(x):
    return np.where(x, 1.0, 0.0) if np.asarray(x).dtype == bool else x


def truth(x):
    return np.not_equal(x, 0)


def numpy_of(tree):
    """Return the value of a tree by NumPy."""
    match tree:
        case ("number", value) | ("truth", value):
            return np.asarray(value)
        case ("name", name):
            return POINTS[name]
        case ("parenthesis", inner):
            return numpy_of(inner)
        case ("call", name, argument):
            return EXACT[name](number(numpy_of(argument)))
        case ("ite" | "if", condition, then, otherwise):
            return np.where(truth(numpy_of(condition)), number(numpy_of(then)), number(numpy_of(otherwise)))
        case ("power", _, base, exponent):
            return POWERS[float(numpy_of(exponent))](number(numpy_of(base)))
        case ("unary", symbol, operand):
            return number(numpy_of(operand)) * (-1.0 if symbol == "-" else 1.0)
        case ("not", operand):
            return np.logical_not(truth(numpy_of(operand)))
        case ("compare", symbol, left, right):
            return COMPARISONS[symbol](numpy_of(left), numpy_of(right))
        case ("binary", symbol, left, right):
            return ARITHMETIC[symbol](number(numpy_of(left)), number(numpy_of(right)))
        case ("logic", symbol, left, right):
            combine = np.logical_and if symbol == "and" else np.logical_or
            return combine(truth(numpy_of(left)), truth(numpy_of(right)))
    raise ValueError(tree)


RANDOM = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@settings(RANDOM, max_examples=100)
@given(CONDITIONALS)
@example(("power", "^", ("unary", "-", ("name", "a")), ("unary", "-", ("number", 1.0))))
@example(("unary", "-", ("power", "^", ("name", "a"), ("number", 2.0))))
def test_random_expressions(double, tree):
    """Oracle: NumPy, from the tree. All operations are exact or correctly rounded, so the bits agree."""
    with np.errstate(all="ignore"):
        expected = numpy_of(tree)
    found = value_of(text_of(tree), **{name: jnp.asarray(x) for name, x in POINTS.items()})
    np.testing.assert_array_equal(number(found), number(expected))


@settings(RANDOM, max_examples=150)
@given(CONDITIONALS)
def test_line_breaks_anywhere(tree):
    """Oracle: the same text on one line. A line without an assignment goes on with the definition before it."""
    text = text_of(tree)
    one_line = parse_definitions(f"x = {text} : init=1\ny = 2")
    assert parse_definitions(f"x = {text.replace(' ', chr(10))} : init=1\ny = 2") == one_line


@settings(RANDOM, max_examples=150)
@given(TREES)
def test_spaces_do_not_matter(tree):
    """Oracle: the same text with spaces; those around words stay."""
    text = text_of(tree)
    dense = text
    for symbol in ("+", "-", "*", "/", "^", "**", "<", "<=", ">", ">=", "==", "!=", ","):
        dense = dense.replace(f" {symbol} ", symbol).replace(f"{symbol} ", symbol)
    assert parse_expression(dense) == parse_expression(text)


def test_long_sums():
    """A hundred terms; the tree leans to the left."""
    node = parse_expression(" + ".join(["a"] * 100))
    assert sum(isinstance(n, Binary) for n in walk(node)) == 99
    assert value_of(" + ".join(["a"] * 100), a=2.0) == 200.0
