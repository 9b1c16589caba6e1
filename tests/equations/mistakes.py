"""A corpus of wrong models: each with one mistake, what the message says, and where its caret stands."""

from dataclasses import dataclass, field

import jaxsnn as snn


@dataclass
class Mistake:
    """A text with one mistake: what the message says, and the line and column of its caret, counted from 1.

    `where` is the argument of `Neuron` that holds the text, or `stop_condition`; `others` are the arguments without a
    mistake; `method` is that of the network.
    """

    text: str
    message: str
    line: int
    column: int
    where: str = "equations"
    others: dict[str, object] = field(default_factory=dict)
    method: str = "explicit"

    @property
    def is_late(self) -> bool:
        """Whether only a network can tell: what the model does not know may be a constant or function of it."""
        unknown = self.message.startswith(("unknown name", "unknown function"))
        unknown |= "`twice`" in self.message  # a function of the network
        return unknown or self.where == "stop_condition" or self.method != "explicit"

    def neuron(self) -> snn.Neuron:
        """Return the model, with the mistake unless it is in the stop condition."""
        return snn.Neuron(**{k: v for k, v in self._texts().items() if k != "stop_condition"})

    def create(self, strict: bool = True) -> None:
        """Create a population in a network with the constant `lambda0` and the function `twice`."""
        net = snn.Network(method=self.method, strict=strict)
        net.constant("lambda0", 2.0)
        net.add_function("twice(x) = 2 * x")
        net.create(1, self.neuron(), stop_condition=self._texts().get("stop_condition"))

    def _texts(self) -> dict[str, object]:
        return {**self.others, self.where: self.text}


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


def function(text: str, message: str, line: int, column: int, equations: str = "r = 1") -> Mistake:
    """Return a mistake in the definitions of functions."""
    return Mistake(text, message, line, column, "functions", {"equations": equations})


def stopping(text: str, message: str, line: int, column: int) -> Mistake:
    """Return a mistake in the stop condition of spiking neurons."""
    return Mistake(text, message, line, column, "stop_condition", SPIKING)


def axonal(where: str, text: str, message: str, line: int, column: int) -> Mistake:
    """Return a mistake in one of the texts of a neuron with axonal spikes."""
    others = {**SPIKING, "axon_spike": "v > 2", "axon_reset": "v = 0.0"}
    return Mistake(text, message, line, column, where, others)


def parameter(text: str, message: str, line: int, column: int) -> Mistake:
    return Mistake(text, message, line, column, "parameters", {"equations": "r = 1"})


ONLY_NUMBERS = "the value of parameter `b` is a number, or an expression of numbers and Constants: `{}` is neither"
ONE_ASSIGNMENT = "`=` a second time: an equation has one assignment operator (write `==` to compare)"
NOT_CLOSED = "this parenthesis is never closed"
CLOSES_NOTHING = "this parenthesis closes nothing: remove it or open one before it"
NO_ELSE = "every `if condition: a` needs an `else: b`"
IF_INSIDE = "`if` must begin the right-hand side; inside an expression use `ite(condition, a, b)`"
NO_VALUE = "the line ends where a value is expected"
NO_ASSIGNMENT = "this line has no assignment operator: a definition reads `name = value : flags`"
FLAGS = (
    "bool, event-driven, exact, explicit, exponential, float, heun, implicit, init, int, max, midpoint, milstein, min, "
    "population, rk4, rosenbrock, runge-kutta4, semiimplicit, unless_refractory"
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
TOO_DEEP = (
    "operators or functions are nested more than 100 levels deep here: compute a part of the expression in an equation "
    "of its own"
)
HAS_RATE = "a spiking neuron cannot define `r`: that name holds its mean firing rate"
STATEMENT = "a reset statement is an assignment, `name = value` or `name += value`"
KEEPS_VALUE = "is a parameter and keeps its value: declare it in `equations` to change it on spike"
NOT_PER_NEURON = "has no value per neuron that a spike could change"
INITIAL = "the initial value of `r` can depend on numbers, constants and parameters only"

UNITLESS = "is a unit: equations have none. Write numbers alone; times are in ms, rates in Hz."
EQUATIONS_ONLY = "can stand in equations only, not in a function or a parameter"
FOR_VARIABLES = "is for variables: a parameter keeps the value that it is given"
COUPLED = "cannot be mixed in consecutive ODEs: both couple their variables within the step"
NOT_AFFINE = "solves equations that are linear in {}; this one is not. Use `exponential`, `rosenbrock` or `rk4`"
NO_LINEAR_TERM = "needs a term that is linear in `x`: use `explicit`"
CONSTANT = "solves equations in which the factors of `x` are constant"
AT_SPIKES = "integrates synaptic variables at spikes only; a neuron needs a method by step"
NO_METHOD = "is a method for ODEs such as `dx/dt = ...`; this equation assigns a value"
DEFINES = "a function is defined by `name(argument, ...) = expression`"
SEES = "a function sees its arguments and constants only: make `{}` an argument"
WORD = "is a word of the equation language and cannot be the name of"
SPIKE_INPUT = "a spiking neuron reads its input as `g_exc`; `sum()` is for rate-coded ones"
NOT_READ = (
    "a stop condition sees what the equations of the neuron compute, and none of them reads this: assign it to a "
    "variable there"
)
TWO_FLAGS = "a reset statement takes the flags `min` and `max`, not"

MISTAKES = {
    # Names
    "unknown name": rated(
        "x = 1\nr = basline * 2", "unknown name `basline`. Did you mean `baseline`?", 2, 5, "baseline = 1.0"
    ),
    "unknown name, nothing near": rated(
        "r = 1 + zzz", "unknown name `zzz`. Known names: E, dt, lambda0, pi, r, t, t_last.", 1, 9
    ),
    "a unit": rated(
        "tau * dr/dt = -r\nx = 20 * mV",
        f"unknown name `mV`. `mV` {UNITLESS}",
        2,
        10,
        "tau = 10.0",
    ),
    "a unit as a flag": rated(
        "dr/dt = -r : volt",
        f"unknown flag `volt`. `volt` {UNITLESS}",
        1,
        14,
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
        "r = exp + 1", "unknown name `exp`. Known names: E, dt, lambda0, pi, r, t, t_last.", 1, 5
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
    "remainder": rated("r = t % 3", "`%` has no meaning in an equation: write `modulo(a, b)`", 1, 7),
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
    "flag of a synapse": rated(
        "r = t : postsynaptic", "the flag `postsynaptic` is for synapses, not for neurons", 1, 9
    ),
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
    "initial value from another variable": rated("x = 1\nr = x : init=2*x", INITIAL, 2, 16),
    "initial value from itself": rated("r = t : init=r", INITIAL, 1, 14),
    "initial value from the time": rated("r = t : init=t", INITIAL, 1, 14),
    "initial value from the last spike": rated("r = t : init=t_last", INITIAL, 1, 14),
    "initial value from an unknown": rated(
        "r = t : init=lambda1", "unknown name `lambda1`. Did you mean `lambda0`?", 1, 14
    ),
    "initial value of all from one of each": rated(
        "r = 1 : population, init=p",
        "a `population` variable cannot depend on `p`, which has one value per neuron",
        1,
        26,
        "p = 1",
    ),
    "initial value that is drawn": rated("r = t : init=Uniform(0, 1)", RANDOM, 1, 14),
    "initial value from dt": rated("r = t : init=2*dt", INITIAL, 1, 16),
    "initial value from a mean": rated("r = t : init=mean(p)", INITIAL, 1, 14, "p = 1"),
    "initial value from an input": rated("r = t : init=sum(exc)", INITIAL, 1, 14),
    # Parameters
    "parameter that depends on another": parameter("a = 1\nb = 2 * a", ONLY_NUMBERS.format("a"), 2, 9),
    "parameter that depends on itself": parameter("b = 2 * b", ONLY_NUMBERS.format("b"), 1, 9),
    "parameter that depends on the time": parameter("a = 1\nb = a0 + t", ONLY_NUMBERS.format("t"), 2, 10),
    "parameter that depends on dt": parameter("b = 1 / dt", ONLY_NUMBERS.format("dt"), 1, 9),
    "parameter that depends on a variable": parameter(
        "b = 2 * x", "unknown name `x`. Known names: E, lambda0, pi.", 1, 9
    ),
    "parameter that depends on an unknown": parameter(
        "b = 2 * lamda0", "unknown name `lamda0`. Did you mean `lambda0`?", 1, 9
    ),
    "parameter that is drawn": parameter("b = Uniform(0, 1)", RANDOM, 1, 5),
    "parameter that is a mean": parameter("b = mean(1)", f"`mean` {EQUATIONS_ONLY}", 1, 5),
    "parameter that is an input": parameter("b = sum(exc)", f"`sum` {EQUATIONS_ONLY}", 1, 5),
    "parameter with a bound that varies": parameter(
        "b = 1 : min=a\na = 2",
        "the bound of parameter `b` is a number, or an expression of numbers and Constants: `a` is neither",
        1,
        13,
    ),
    "parameter with a bound without a value": parameter(
        "b = 1 : min", "the flag `min` needs a value, such as `min=0.0`", 1, 9
    ),
    "parameter with an initial value": parameter("b = 1 : init=0", f"the flag `init` {FOR_VARIABLES}", 1, 9),
    "parameter with a method": parameter("b = 1 : population, rk4", f"the flag `rk4` {FOR_VARIABLES}", 1, 21),
    "parameter that is a text": parameter("b = 'one'", "`'` has no meaning in an equation", 1, 5),
    "parameter that is a list": parameter("a = 1 ; b = [1, 2]", "`[` has no meaning in an equation", 1, 13),
    "parameter that is a pair": parameter("b = 1, 2", "`,` is not expected here", 1, 6),
    "parameter that is an unknown function": parameter(
        "b = thrice(2)", "unknown function `thrice`. Did you mean `twice`?", 1, 5
    ),
    "parameter with another number of arguments": parameter(
        "b = twice(2, 3)", "`twice` takes 1 argument, 2 given", 1, 5
    ),
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
    "reset assigns an unknown": spiking("reset", "u = 0", "unknown variable `u`. Known names: g_exc, v.", 1, 1),
    "reset assigns a population variable": spiking("reset", "w = 0", f"`w` {NOT_PER_NEURON}", 1, 1),
    "reset assigns the time": spiking("reset", "t = 0", f"`t` {NOT_PER_NEURON}", 1, 1),
    "ODE in reset": spiking("reset", "v = 0\n dv/dt = 1", STATEMENT, 2, 2),
    "value in reset": spiking("reset", "v", NO_ASSIGNMENT, 1, 2),
    "reset with an initial value": spiking("reset", "v = 0 : init=3", f"{TWO_FLAGS} `init`", 1, 9),
    "reset with a method": spiking("reset", "v = 0\nv += 1 : min=0, rk4", f"{TWO_FLAGS} `rk4`", 2, 17),
    "reset for the population": spiking("reset", "v = 0 : population", f"{TWO_FLAGS} `population`", 1, 9),
    "reset reads an input": spiking("reset", "v = sum(exc)", SPIKE_INPUT, 1, 5),
    "spike reads an input": spiking("spike", "v > sum(exc)", SPIKE_INPUT, 1, 5),
    "reset assigns a constant": spiking("reset", "pi = 3", f"`pi` {NOT_PER_NEURON}", 1, 1),
    "reset compares": spiking(
        "reset", "v == 0", "`==` is not expected here: a definition reads `name = value : flags`", 1, 3
    ),
    "misspelt variable in reset": spiking(
        "reset", "g_exc = 0 ; vv = 1", "unknown variable `vv`. Did you mean `v`?", 1, 13
    ),
    "refractory is an expression": spiking(
        "refractory", "2*v_thresh", "`refractory` names no attribute: `2*v_thresh`. Did you mean `v_thresh`?", 1, 1
    ),
    "conductance for the population": spiking(
        "equations",
        "v = 1\ng_exc = 3 : population",
        "`g_exc` receives spikes: it has one floating-point value per neuron, without these flags",
        2,
        1,
    ),
    # Methods
    "two coupling methods": rated(
        "r = 1\ndx/dt = -x : implicit\ndy/dt = -y : midpoint", f"`implicit` and `midpoint` {COUPLED}", 3, 1
    ),
    "two coupling methods around another": rated(
        "r = 1\ndx/dt = -x : midpoint\ndz/dt = 1\n  dy/dt = -y : rk4", f"`midpoint` and `rk4` {COUPLED}", 4, 3
    ),
    "a coupling method beside that of the network": Mistake(
        "r = 1\ndx/dt = -x\ndy/dt = -y : rk4", f"`midpoint` and `rk4` {COUPLED}", 3, 1, method="midpoint"
    ),
    "implicit square": rated("r = 1\ndx/dt = -x^2 : implicit", f"`implicit` {NOT_AFFINE.format('`x`')}", 2, 1),
    "implicit exponential": rated("dr/dt = 1 - exp(r) : implicit", f"`implicit` {NOT_AFFINE.format('`r`')}", 1, 1),
    "implicit product of two": rated(
        "r = 1\ndx/dt = -x * y : implicit\ndy/dt = -y : implicit", f"`implicit` {NOT_AFFINE.format('`x`, `y`')}", 2, 1
    ),
    "implicit function of the user": Mistake(
        "r = 1\n tau * dx/dt = twice(x) : implicit",
        f"`implicit` {NOT_AFFINE.format('`x`')}",
        2,
        6,
        others={"parameters": "tau = 10"},
    ),
    "implicit by the network": Mistake(
        "r = 1\ndx/dt = x / (1 + x)", f"`implicit` {NOT_AFFINE.format('`x`')}", 2, 1, method="implicit"
    ),
    "exponential without a linear term": rated(
        "r = 1\ndx/dt = 3 : exponential", f"`exponential` {NO_LINEAR_TERM}", 2, 1
    ),
    "semiimplicit without a linear term": rated(
        "r = 1\ndx/dt = 1 - x^2 : semiimplicit", f"`semiimplicit` {NO_LINEAR_TERM}", 2, 1
    ),
    "exponential by the network": Mistake(
        "r = 1\ndx/dt = t", f"`exponential` {NO_LINEAR_TERM}", 2, 1, method="exponential"
    ),
    "event-driven": rated("r = 1\ndx/dt = -x : event-driven", f"`event-driven` {AT_SPIKES}", 2, 1),
    "exact": rated(
        "r = 1\n  dx/dt = -r * x : exact", f"`exact` {CONSTANT}, but `r` changes. Use `exponential` or `rk4`", 2, 3
    ),
    "method of an assignment": rated("x = 1 : int\nr = 2 * x : min=0, rk4", f"`rk4` {NO_METHOD}", 2, 20),
    "event-driven assignment": rated("r = t : event-driven", f"`event-driven` {NO_METHOD}", 1, 9),
    # Functions
    "function defined twice": function("f(x) = x\nf(y) = y", "the function `f` is defined twice", 2, 1),
    "function of the network defined again": function("twice(x) = x", "the function `twice` is defined twice", 1, 1),
    "function with repeated arguments": function("f(x, y, x) = x", "the argument `x` stands twice", 1, 9),
    "function with a reserved name": function("mean(x) = x", f"`mean` {WORD} a function", 1, 1),
    "function with the name of a distribution": function(
        "f(x) = x; Normal(x) = x", f"`Normal` {WORD} a function", 1, 11
    ),
    "function of a number": function("f(2) = 3", "the arguments of a function are names, such as `f(x, y)`", 1, 3),
    "function that reads the time": function("f(x) = x * t", SEES.format("t"), 1, 12),
    "function that reads the step": function("f(delta) = delta/dt", SEES.format("dt"), 1, 12),
    "function that reads the last spike": function("f(x) = x - t_last", SEES.format("t_last"), 1, 12),
    "function that reads a variable": function(
        "f(x) = x + r", "unknown name `r`. Known names: E, lambda0, pi, x.", 1, 12
    ),
    "function that reads an unknown": function(
        "g(x) = x ; f(value) = vlaue", "unknown name `vlaue`. Did you mean `value`?", 1, 23
    ),
    "function that draws": function("f(x) = x + Uniform(0, 1)", RANDOM, 1, 12),
    "function of the population": function("f(x) = x - mean(x)", f"`mean` {EQUATIONS_ONLY}", 1, 12),
    "function of an input": function("f(x) = sum(exc)", f"`sum` {EQUATIONS_ONLY}", 1, 8),
    "function of another object": function("f(x) = pre.r", f"`pre.r`: {OTHERS}", 1, 8),
    "function with another number of arguments": function(
        "f(x) = x\ng(x) = f(x, 2)", "`f` takes 1 argument, 2 given", 2, 8
    ),
    "function that calls an unknown": function("f(x) = sinn(x)", "unknown function `sinn`. Did you mean `sin`?", 1, 8),
    "function that calls itself": function("f(x) = x * f(x - 1)", "the function `f` cannot call itself", 1, 12),
    "function that calls one below": function(
        "f(x) = 1 + g(x)\ng(x) = x", "`g` is defined below: a function sees those above it", 1, 12
    ),
    "function without arguments": function("f = 3", DEFINES, 1, 1),
    "function that is incremented": function("f(x) = x\nf(x) += 3", DEFINES, 2, 1),
    "product of a function": function("2 * f(x) = 3", DEFINES, 1, 3),
    "derivative of a function": function("df/dt = 3", DEFINES, 1, 1),
    "derivative in a function": function("f(x) = dx/dt", DERIVATIVE_RIGHT, 1, 8),
    "function without a value": function("f(x)", NO_ASSIGNMENT, 1, 5),
    "function with a bound": function(
        "f(x) = x : min=0", "a function has no flag `min`: behind its colon stand names of types", 1, 12
    ),
    "function for the population": function(
        "f(x) = x : population", "a function has no flag `population`: behind its colon stand names of types", 1, 12
    ),
    "function without else": function("f(x) = if x > 0: 1", NO_ELSE, 1, 8),
    "call with another number of arguments": Mistake(
        "r = 1 + f(t)", "`f` takes 2 arguments, 1 given", 1, 9, others={"functions": "f(x, y) = x"}
    ),
    "call with an unknown": Mistake(
        "r = f(vv)",
        "unknown name `vv`. Known names: E, dt, lambda0, pi, r, t, t_last.",
        1,
        7,
        others={"functions": "f(x) = x"},
    ),
    "function as a value": Mistake(
        "r = f + 1",
        "unknown name `f`. Known names: E, dt, lambda0, pi, r, t, t_last.",
        1,
        5,
        others={"functions": "f(x) = x"},
    ),
    "attribute with the name of a function": Mistake(
        "r = f\nf = 3",
        "`f` is the name of a function of this neuron: give the attribute another one",
        2,
        1,
        others={"functions": "f(x) = x"},
    ),
    # Axonal spikes
    "axonal condition with an unknown": axonal(
        "axon_spike", "v > v_tresh", "unknown name `v_tresh`. Did you mean `v_thresh`?", 1, 5
    ),
    "axonal condition that assigns": axonal(
        "axon_spike", "v = 1", "`=` has no meaning in a condition: write `==` to compare", 1, 3
    ),
    "axonal condition that draws": axonal("axon_spike", "v > Uniform(0, 1)", RANDOM, 1, 5),
    "axonal condition that reads an input": axonal("axon_spike", "sum(exc) > 1", SPIKE_INPUT, 1, 1),
    "two axonal conditions": axonal(
        "axon_spike", "v > 1; v < 2", "a condition is one expression: join several by `and` or `or`", 1, 6
    ),
    "axonal reset of a parameter": axonal("axon_reset", "v = 0\nv_thresh = 1", f"`v_thresh` {KEEPS_VALUE}", 2, 1),
    "axonal reset of an unknown": axonal("axon_reset", "u = 1", "unknown variable `u`. Known names: g_exc, v.", 1, 1),
    "axonal reset with an ODE": axonal("axon_reset", "dv/dt = 1", STATEMENT, 1, 1),
    "axonal reset for all": axonal("axon_reset", "v = 1\nw = 1", f"`w` {NOT_PER_NEURON}", 2, 1),
    # Stop conditions
    "stop at an unknown": stopping(
        "v > 1 and u < 2", "unknown name `u`. Known names: E, dt, g_exc, lambda0, pi, t, t_last, v, v_thresh, w.", 1, 11
    ),
    "stop for some": stopping("v > 1 : some", "a stop condition ends in `: any` or `: all`, not `: some`", 1, 9),
    "stop at spikes of some": stopping(
        "spiked : most", "a stop condition ends in `: any` or `: all`, not `: most`", 1, 10
    ),
    "stop that assigns": stopping("v = 1", "`=` has no meaning in a condition: write `==` to compare", 1, 3),
    "stop that adds": stopping("v += 1", "`+=` has no meaning in a condition: write `==` to compare", 1, 3),
    "stop at nothing": stopping("", NO_VALUE, 1, 1),
    "stop at random": stopping("v > Uniform(0, 1)", RANDOM, 1, 5),
    "stop at a derivative": stopping(
        "dv/dt > 1", "`dv/dt` can only stand on the left-hand side, once per equation", 1, 1
    ),
    "stop at a mean that nobody reads": stopping("v > 1 or mean(v) > 2", NOT_READ, 1, 10),
    "stop at an input": stopping("sum(exc) > 1", NOT_READ, 1, 1),
    "stop long after the last spike": stopping("t - t_last > 10", NOT_READ, 1, 5),
    "stop at two": stopping("v > 1; w < 2", "a condition is one expression: join several by `and` or `or`", 1, 6),
    "stop at a spike of a rate-coded neuron": Mistake(
        "spiked", "`spiked` is a condition for spiking neurons", 1, 1, "stop_condition", {"equations": "r = 1"}
    ),
    # Depth
    "a long sum": rated("r = " + " + ".join(["t"] * 102), TOO_DEEP, 1, 5),
    "many signs": rated("r = 1\nx = " + "-" * 5000 + "t", TOO_DEEP, 2, 106),
    "a deep flag": rated("r = 1 : min=" + "exp(" * 101 + "t" + ")" * 101, TOO_DEEP, 1, 417),
    "a deep condition": spiking("spike", "not " * 102 + "v", TOO_DEEP, 1, 409),
    "a deep chain of functions": function(
        "f0(x) = x\n" + "\n".join(f"f{i}(x) = f{i - 1}(x) + 1" for i in range(1, 60)), TOO_DEEP, 52, 10
    ),
    # Words of other languages
    "and of C": rated("r = t > 1 && t < 3", "`&` has no meaning in an equation: write `and`", 1, 11),
    "or of C": rated("r = t > 1 || t < 3", "`|` has no meaning in an equation: write `or`", 1, 11),
    "not of C": rated("r = !t", "`!` has no meaning in an equation: write `not`", 1, 5),
    "choice of C": rated(
        "r = t > 3 ? 1 : 2", "`?` has no meaning in an equation: write `if condition: a else: b`", 1, 11
    ),
    "choice of Python": rated("r = 5 if t > 3 else 2", IF_INSIDE, 1, 7),
    "increment of C": rated("r++", NO_VALUE, 1, 4),
    "hexadecimal": rated("r = 0x10", "an operator or a comma is missing before `x10`", 1, 6),
    "loop": rated("r = 2\nfor i in range(3): r = 1", "an operator or a comma is missing before `for`", 2, 1),
    "a character that cannot be seen": rated("r = 1\nx = 2\x00", "`\\x00` has no meaning in an equation", 2, 6),
    "prime": rated("r = 1\nx' = 3", "`'` has no meaning in an equation", 2, 2),
    "second derivative": rated("r = 1\nd2x/dt2 = 3", NO_NAME, 2, 4),
    "unbalanced flags": rated("r = 1 : min=0 max=1", "an operator or a comma is missing before `max`", 1, 15),
}

# What runs in ANNarchy 4.8.2, where it has no effect or another one than it seems: errors in strict networks alone.
SUSPICIOUS = (
    "unknown flag behind a known one",
    "flag without a value",
    "flag with a value",
    "flag twice",
    "two types",
    "two methods",
    "parameter with an initial value",
    "parameter with a method",
    "reset assigns a parameter",
    "reset with an initial value",
    "reset with a method",
    "reset for the population",
    "method of an assignment",
    "event-driven assignment",
    "axonal reset of a parameter",
)
