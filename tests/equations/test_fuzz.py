"""Nonsense of every kind is refused politely: whatever the text, the answer is a model or an error of our own."""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, example, given, settings

import jaxsnn as snn
from jaxsnn.equations import Context, NeuronTexts, analyse_neuron, define_functions, parse_definitions, parse_expression
from jaxsnn.equations._vocabulary import DISTRIBUTIONS, FLAGS, FUNCTIONS, LANGUAGE_NAMES, RESERVED
from jaxsnn.errors import ArgumentError, EquationError

from ..cases import some
from .mistakes import SPIKING

NAMES = ("a", "r", "v", "w", "g_exc", "g", "tau", "exc", "f", "x", "y", "twice", "tau0", "pre", "population", "in")
DERIVATIVES = ("dv/dt", "da/dt", "dx/dt", "d/dt", "dw / dt", "dtau/dt")
NUMBERS = ("1", "2.5", ".5", "1e3", "1e400", "007", "0", "1.", "3e")
SYMBOLS = (*"=<>+-*/^(),:;.%#@&![]{}\\", "+=", "-=", "==", "!=", "<=", "**", "is", "'")
SPACES = ("\n", "\t", "\r\n", "\n\n", "\f", "# x\n", "\\\n", "\r", "\v", "\u2028", "\x00", "\xa0")
WORDS = ("if", "else", "not", "and", "or", "is not", "True", "false", "sum", "min=", "init=", "max=1", "min=a, max=b")
TOKENS = (*NAMES, *DERIVATIVES, *NUMBERS, *SYMBOLS, *SPACES, *WORDS)
LANGUAGE = (*FUNCTIONS, *DISTRIBUTIONS, *FLAGS, *LANGUAGE_NAMES, *RESERVED)
SENSE = ("r = t", "dv/dt = a", "x = 2 * r : min=0", "y = if t > 1: 2 else: 3", "f(x) = x", "v = 0", "a = 1.0 : int")

soup = st.lists(st.one_of(st.sampled_from(TOKENS), st.sampled_from(LANGUAGE)), max_size=14).map(" ".join)
dense = st.lists(st.sampled_from(TOKENS), max_size=10).map("".join)
mixture = st.tuples(st.lists(st.sampled_from(SENSE), max_size=2), soup).map(lambda pair: "\n".join([*pair[0], pair[1]]))
nonsense = st.one_of(soup, dense, mixture, st.text(max_size=30))
RANDOM = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
LONG = settings(RANDOM, max_examples=5_000)

TEXTS = ("parameters", "equations", "spike", "reset", "refractory", "axon_spike", "axon_reset", "functions")
VALID = {**SPIKING, "axon_spike": "v > 2", "axon_reset": "v = 0.0", "functions": "f(x) = x", "refractory": 1.0}


def points_into(error: EquationError, texts: dict[str, object]) -> bool:
    """Tell whether the position of the error lies within one of the texts, or right behind it."""
    lines = [text.split("\n") for text in texts.values() if isinstance(text, str)]
    return any(
        1 <= error.line <= len(rows) and 1 <= error.column <= len(rows[error.line - 1]) + 1 for rows in (*lines, [""])
    )


def refused_politely(texts: dict[str, object], stop_condition: str | None = None) -> None:
    """Create a population; any exception but an `EquationError` that points into the texts fails the test."""
    net = snn.Network()
    net.constant("tau0", 1.0)
    net.add_function("twice(x) = 2 * x")
    try:
        net.create(1, snn.Neuron(**texts), stop_condition=stop_condition)
    except EquationError as error:
        assert points_into(error, {**texts, "stop_condition": stop_condition}), str(error)
        assert str(error).endswith("^")
    except ArgumentError as error:
        assert "would hide that of the population" in str(error)


def check_alone(text: str) -> None:
    """Give the text to each function that reads text."""
    readers = (
        parse_definitions,
        parse_expression,
        lambda t: define_functions(t, Context()),
        lambda t: analyse_neuron(NeuronTexts("a = 1.0 ; tau = 10.0", t)),
        lambda t: analyse_neuron(NeuronTexts(t, "r = 1")),
    )
    for read in readers:
        try:
            read(text)
        except EquationError as error:
            assert points_into(error, {"text": text}), str(error)


def check_everywhere(text: str) -> None:
    """Put the text in the place of each text of a neuron that has all of them."""
    refused_politely({"parameters": "a = 1.0", "equations": text})
    for where in TEXTS:
        refused_politely({**VALID, where: text})
    refused_politely(VALID, stop_condition=text.replace("\n", " "))


ALONE = [
    "r = delta/dt",
    "r = 1\x0b2",
    "x\u2028= 3 %",
    "\u0663 = a\u00b2",
    "r = 1" * 100,
    ":" * 50,
    "=" * 50,
    "if" * 20,
    "r = \\",
    "\\\n",
    "#",
    "\x00",
    "\ud800",
    "d\x00/dt = 1",
]


@pytest.mark.parametrize("text", ALONE, ids=ascii)
def test_odd_texts(text):
    check_alone(text)
    check_everywhere(text)


@RANDOM
@given(nonsense)
def test_nonsense(text):
    check_alone(text)


@settings(RANDOM, max_examples=150)
@given(nonsense)
@example("r = 1 : rk4")
def test_nonsense_in_every_text(text):
    check_everywhere(text)


@settings(RANDOM, max_examples=150)
@given(st.dictionaries(st.sampled_from(TEXTS), nonsense))
def test_nonsense_in_several_texts(texts):
    refused_politely({**VALID, **texts})


@pytest.mark.slow
@LONG
@given(nonsense)
def test_much_nonsense(text):
    check_alone(text)


@pytest.mark.slow
@settings(LONG, max_examples=800)
@given(nonsense)
def test_much_nonsense_in_every_text(text):
    check_everywhere(text)


# Depth and length

DEEP = {
    "parentheses": lambda k: "(" * k + "t" + ")" * k,
    "open parentheses": lambda k: "(" * k + "t",
    "closed parentheses": lambda k: "t" + ")" * k,
    "signs": lambda k: "-" * k + "t",
    "sums": lambda k: " + ".join(["t"] * k),
    "powers": lambda k: "^".join(["t"] * k),
    "negations": lambda k: "not " * k + "t",
    "conditionals": lambda k: "if t > 1: 1 else: " * k + "t",
    "conditionals without else": lambda k: "if t > 1: " * k + "t",
    "calls": lambda k: "exp(" * k + "t" + ")" * k,
    "calls of the user": lambda k: "f(" * k + "t" + ")" * k,
    "choices": lambda k: "ite(t > 1, 1, " * k + "t" + ")" * k,
    "conjunctions": lambda k: "(t and " * k + "t" + ")" * k,
    "draws": lambda k: "Uniform(0, " * k + "1" + ")" * k,
    "arguments": lambda k: "f(" + ", ".join(["t"] * k) + ")",
    "dots": lambda k: "t" + ".t" * k,
    "digits": lambda k: "1" * k,
    "a name": lambda k: "x" * k,
    "one long conjunction": lambda k: " and ".join(["t"] * k),
}
FORMS = {
    "a value": "r = {}",
    "an ODE": "r = 1\ndx/dt = {} : exponential",
    "its left side": "r = 1\ndx/dt + {} = 1 : implicit",
    "a bound": "r = t : min={}",
    "an initial value": "r = t : init={}",
}


@pytest.mark.parametrize("form", some(FORMS, 2))
@pytest.mark.parametrize("kind", DEEP)
def test_depth(kind, form):
    """5000 levels are a model or an error, wherever they stand; 90 levels of calls do not exhaust the stack."""
    for k in (90, 5000):
        refused_politely({"functions": "f(x) = x", "equations": FORMS[form].format(DEEP[kind](k))})


@pytest.mark.filterwarnings("ignore:.*not finite")  # exp(exp(exp(...
@pytest.mark.parametrize("kind", ["signs", "sums", "powers", "negations", "conditionals", "calls", "choices"])
def test_the_deepest_models_can_be_run(kind):
    """The limit leaves room on the stack for whoever calls us: the deepest models compile and run."""
    net = snn.Network()
    P = net.create(1, snn.Neuron(equations=f"r = {DEEP[kind](99)}"), name="P")
    net.compile()
    net.simulate(2.0)
    assert P.r.shape == (1,)


# What is no text


OTHERS = [3, 2.5, True, ["v = 1"], b"v = 1", {"v": 1}, object]
# Definitions of ANNarchy 5, which tests/models/test_definitions.py reads.
DEFINITIONS = [("parameters", dict), ("equations", list), ("reset", list), ("axon_reset", list)]
PLACES = [
    (where, value)
    for where in TEXTS
    for value in OTHERS
    if where != "refractory" and (where, type(value)) not in DEFINITIONS
]


@pytest.mark.parametrize(("where", "value"), PLACES, ids=repr)
def test_what_is_no_text_is_refused(where, value):
    with pytest.raises(ArgumentError, match=rf"`{where}` is a text in the equation language, not "):
        snn.Neuron(**{**VALID, where: value})


@pytest.mark.parametrize("value", [[1.0], b"v", {}, 1j, object], ids=repr)
def test_refractory_is_a_number_or_a_name(value):
    with pytest.raises(ArgumentError, match="`refractory` is a duration in ms or the name of an attribute, not "):
        snn.Neuron(**{**VALID, "refractory": value})
