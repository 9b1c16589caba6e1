"""A second, plain reading of the equation language: NumPy, one loop per rule, nothing of jaxsnn but its parser.

It walks the tree that the parser made, at each step anew, and follows the rules in words of sections 2, 3, 4 and 6 of
`annarchy-reference.md`. Everything is a float64 array; integers and booleans are rounded when they are stored.

`noise` makes every result of an operation wrong by about that much, unless it is a multiple of 1/1024 (those are exact
in any order of operations): what a run with noise changes cannot be expected of another implementation either.
"""

from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from typing import Any

import numpy as np
from scipy import special

from jaxsnn.equations import _nodes as n
from jaxsnn.equations import parse_definitions, parse_expression

COUPLED = ("midpoint", "rk4", "implicit")
METHODS = ("explicit", "exponential", "semiimplicit", *COUPLED)
NEVER = -10_000

FUNCTIONS = {
    "abs": np.abs,
    "Abs": np.abs,
    "fabs": np.abs,
    "pos": lambda x: np.where(x > 0, x, 0.0),
    "positive": lambda x: np.where(x > 0, x, 0.0),
    "neg": lambda x: np.where(x < 0, x, 0.0),
    "negative": lambda x: np.where(x < 0, x, 0.0),
    "clip": lambda x, low, high: np.where(x < low, low, np.where(x > high, high, x)),
    "ite": lambda c, a, b: np.where(c != 0, a, b),
    "power": lambda x, k: x**k,
    "modulo": lambda a, b: np.fmod(np.trunc(a), np.trunc(b)),
    "Max": np.maximum,
    "Min": np.minimum,
    "fmax": np.maximum,
    "fmin": np.minimum,
    "floor": np.floor,
    "ceil": np.ceil,
    "sign": np.sign,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "atan": np.arctan,
    "asinh": np.arcsinh,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "log": np.log,
    "log1p": np.log1p,
    "hypot": np.hypot,
    "erf": special.erf,
    "fdim": lambda a, b: np.where(a > b, a - b, 0.0),
}
COMPARISONS = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
ARITHMETIC = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power}
REDUCTIONS = {
    "min": np.min,
    "max": np.max,
    "mean": np.mean,
    "norm1": lambda x: np.sum(np.abs(x)),
    "norm2": lambda x: np.sqrt(np.sum(x**2)),
}
Values = dict[str, np.ndarray]


@dataclass
class Interpreter:
    """One population.

    Args:
        model: what has the texts `parameters`, `equations`, `spike`, `reset`, `functions` and `refractory`.
        size: number of neurons.
        given: values of parameters that differ from the text.
        dt: step, ms.
        constants, functions: of the network; the functions as text.
        noise: relative error of operations.
    """

    model: Any
    size: int
    given: dict[str, Any]
    dt: float
    constants: dict[str, float] = field(default_factory=dict)
    functions: str = ""
    noise: float = 0.0

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(0)
        texts = "\n".join(text for text in (self.functions, self.model.functions) if text)
        self.user = {d.left.function: ([a.name for a in d.left.arguments], d.right) for d in parse_definitions(texts)}
        self.parameters = list(parse_definitions(self.model.parameters))
        self.equations = list(parse_definitions(self.model.equations))
        self.reset = parse_definitions(self.model.reset or "")
        self.spike = None if self.model.spike is None else parse_expression(self.model.spike)
        self.step, self.spikes = 0, {i: [] for i in range(self.size)}
        self.waiting = np.zeros(self.size, int)
        self.last_spike = np.full(self.size, NEVER)
        self.reductions = {name: {} for name in REDUCTIONS}
        self.values: Values = {}
        self._initialise()

    def _initialise(self) -> None:
        for d in self.parameters:
            value = self.given.get(name_of(d), None)
            self._set(d, self.value(d.right, {}) if value is None else np.asarray(value, float))
        for d in self.equations:
            init = flag(d, "init")
            self._set(d, np.zeros(()) if init is None else self.value(init, self.values))

    def _set(self, d: n.Definition, value: np.ndarray) -> None:
        """Store a value in the shape and with the type that the flags say."""
        flags = {f.name for f in d.flags}
        if "int" in flags:
            value = np.trunc(value)
        if "bool" in flags:
            value = np.where(value != 0, 1.0, 0.0)
        self.values[name_of(d)] = np.array(np.broadcast_to(value, () if is_shared(d) else (self.size,)), float)

    # Expressions

    def value(self, node: n.Expression, names: Values) -> np.ndarray:
        """Return the value of an expression."""
        match node:
            case n.Number(x) | n.Boolean(x):
                return np.float64(x)
            case n.Name(name):
                known = {"pi": np.pi, "E": np.e, **self.constants, "t": self.step * self.dt, "dt": self.dt}
                return names[name] if name in names else np.float64(known[name])
            case n.Derivative(name):
                return names[f"d{name}/dt"]
            case n.Call(name, arguments):
                return self._call(name, arguments, names)
            case n.Unary(operator, operand):
                return self.value(operand, names) * (-1.0 if operator == "-" else 1.0)
            case n.Binary(operator, left, right):
                return self._disturbed(ARITHMETIC[operator](self.value(left, names), self.value(right, names)))
            case n.Compare(operator, left, right):
                return COMPARISONS[operator](self.value(left, names), self.value(right, names)) * 1.0
            case n.Negation(operand):
                return (self.value(operand, names) == 0) * 1.0
            case n.Logic(operator, operands):
                join = np.logical_and if operator == "and" else np.logical_or
                return reduce(join, [self.value(o, names) != 0 for o in operands]) * 1.0
            case n.Conditional(condition, then, otherwise):
                return self._call("ite", (condition, then, otherwise), names)
        raise TypeError(node)

    def _call(self, name: str, arguments: tuple[n.Expression, ...], names: Values) -> np.ndarray:
        if name in self.user:
            inner, body = self.user[name]
            return self.value(body, {k: self.value(a, names) for k, a in zip(inner, arguments, strict=True)})
        if name in REDUCTIONS:
            return self.reductions[name].get(arguments[0].name, np.float64(0.0))
        return self._disturbed(FUNCTIONS[name](*(self.value(a, names) for a in arguments)))

    def _disturbed(self, x: np.ndarray) -> np.ndarray:
        if not self.noise:
            return x
        error = self.noise * self.random.uniform(-1, 1, np.shape(x))
        return np.where(x * 1024 == np.trunc(x * 1024), x, x * (1 + error))

    # Updates

    def run(self, steps: int) -> dict[str, Any]:
        """Return the values of all variables at the end of each step, and the spikes."""
        names = [name_of(d) for d in self.equations]
        rows: dict[str, list] = {name: [] for name in names}
        for _ in range(steps):
            before = dict(self.values)
            self.advance()
            for name in names:
                rows[name].append(before[name] if name.startswith("g_") else self.values[name])
        recorded = {name: np.array(row) for name, row in rows.items()}
        return recorded if self.spike is None else {**recorded, "spike": self.spikes}

    def advance(self) -> None:
        """Execute one step."""
        active = self.waiting == 0
        self._sequence([d for d in self.equations if is_shared(d)], np.array(True))
        self._sequence([d for d in self.equations if not is_shared(d)], active)
        self.waiting = np.maximum(self.waiting - 1, 0)
        if self.spike is not None:
            self._fire(active)
        for name, total in REDUCTIONS.items():
            self.reductions[name] = {k: np.float64(total(v)) for k, v in self.values.items() if np.ndim(v)}
        self.step += 1

    def _names(self) -> Values:
        return {**self.values, "t_last": self.last_spike * self.dt}

    def _sequence(self, definitions: list[n.Definition], active: np.ndarray) -> None:
        for is_ode, group in groupby(definitions, key=lambda d: not isinstance(d.left, n.Name)):
            if is_ode:
                self._block(list(group), active)
            else:
                for d in group:
                    self._finish(d, self._assigned(d), active)

    def _assigned(self, d: n.Definition) -> np.ndarray:
        value, old = self.value(d.right, self._names()), self.values[name_of(d)]
        return value if d.operator == "=" else self._disturbed(ARITHMETIC[d.operator[0]](old, value))

    def _finish(self, d: n.Definition, value: np.ndarray, active: np.ndarray) -> None:
        """Keep the old value of neurons that are not active; then the bounds, which apply to all."""
        value = np.where(active, value, self.values[name_of(d)])
        self._set(d, self._bounded(d, value))

    def _bounded(self, d: n.Definition, value: np.ndarray) -> np.ndarray:
        low, high = flag(d, "min"), flag(d, "max")
        if low is not None:
            value = np.maximum(value, self.value(low, self._names()))
        return value if high is None else np.minimum(value, self.value(high, self._names()))

    def _fire(self, active: np.ndarray) -> None:
        fires = np.broadcast_to(self.value(self.spike, self._names()) != 0, (self.size,)) & active
        kinds = {name_of(d): d for d in self.equations}
        for d in self.reset:
            old, value = self.values[name_of(d)], self._bounded(d, self._assigned(d))
            self._set(kinds[name_of(d)], np.where(fires, value, old))
        self.last_spike = np.where(fires, self.step, self.last_spike)
        for i in np.flatnonzero(fires):
            self.spikes[int(i)].append(self.step)
        pause = self.model.refractory
        if pause is not None:
            duration = np.asarray(self.values[pause] if isinstance(pause, str) else pause)
            self.waiting = np.where(fires, (duration / self.dt + 1e-9).astype(int), self.waiting)

    # Differential equations

    def _block(self, odes: list[n.Definition], active: np.ndarray) -> None:
        """Take every new value from the old ones; then switch and bound one after the other."""
        new: Values = {}
        for method in METHODS:
            group = [d for d in odes if method_of(d) == method]
            if group:
                new |= getattr(self, f"_{method}")(group)
        for d in odes:
            keeps_running = name_of(d).startswith("g_")
            self._finish(d, new[name_of(d)], np.array(True) if keeps_running else active)

    def _slopes(self, odes: list[n.Definition], values: Values) -> Values:
        """Return the derivatives: each equation is linear in its own, so two points tell."""
        names, slopes = {**self._names(), **values}, {}
        for d in odes:
            at_0, at_1 = (self.value(d.left, {**names, f"d{name_of(d)}/dt": np.float64(x)}) for x in (0.0, 1.0))
            slopes[name_of(d)] = (self.value(d.right, names) - at_0) / (at_1 - at_0)
        return slopes

    def _shifted(self, slopes: Values, by: float) -> Values:
        return {name: self.values[name] + by * slope for name, slope in slopes.items()}

    def _explicit(self, odes: list[n.Definition]) -> Values:
        return self._shifted(self._slopes(odes, {}), self.dt)

    def _midpoint(self, odes: list[n.Definition]) -> Values:
        half = self._shifted(self._slopes(odes, {}), self.dt / 2)
        return self._shifted(self._slopes(odes, half), self.dt)

    def _rk4(self, odes: list[n.Definition]) -> Values:
        k1 = self._slopes(odes, {})
        k2 = self._slopes(odes, self._shifted(k1, self.dt / 2))
        k3 = self._slopes(odes, self._shifted(k2, self.dt / 2))
        k4 = self._slopes(odes, self._shifted(k3, self.dt))
        return self._shifted({x: (k1[x] + 2 * k2[x] + 2 * k3[x] + k4[x]) / 6 for x in k1}, self.dt)

    def _own_line(self, d: n.Definition) -> tuple[np.ndarray, np.ndarray]:
        """Return (A, tau) of tau dx/dt + x = A, from the slope at x = 0 and x = 1."""
        name = name_of(d)
        at_0, at_1 = (self._slopes([d], {name: np.float64(x)})[name] for x in (0.0, 1.0))
        tau = -1 / (at_1 - at_0)
        return at_0 * tau, tau

    def _exponential(self, odes: list[n.Definition]) -> Values:
        new = {}
        for d in odes:
            target, tau = self._own_line(d)
            x = self.values[name_of(d)]
            new[name_of(d)] = x + (1 - np.exp(-self.dt / tau)) * (target - x)
        return new

    def _semiimplicit(self, odes: list[n.Definition]) -> Values:
        new = {}
        for d in odes:
            target, tau = self._own_line(d)
            h, x = self.dt / tau, self.values[name_of(d)]
            new[name_of(d)] = x + h / (1 + h) * (target - x)
        return new

    def _implicit(self, odes: list[n.Definition]) -> Values:
        """Solve x' = x + dt (a + J x') neuron by neuron."""
        names = [name_of(d) for d in odes]
        at = {name: {k: np.float64(k == name) for k in names} for name in [*names, None]}
        rows = {key: self._slopes(odes, point) for key, point in at.items()}
        old = np.stack(np.broadcast_arrays(*(self.values[k] for k in names)), -1)

        def table(slopes: Values) -> np.ndarray:
            return np.stack([np.broadcast_to(slopes[k], old.shape[:-1]) for k in names], -1)

        a = table(rows[None])
        jacobian = np.stack([table(rows[k]) - a for k in names], -1)
        new = np.linalg.solve(np.eye(len(names)) - self.dt * jacobian, (old + self.dt * a)[..., None])[..., 0]
        return {name: new[..., k] for k, name in enumerate(names)}


def name_of(d: n.Definition) -> str:
    """Return the name that a definition gives a value."""
    nodes = [d.left] if isinstance(d.left, n.Name) else [x for x in n.walk(d.left) if isinstance(x, n.Derivative)]
    return nodes[0].name


def is_shared(d: n.Definition) -> bool:
    """Tell whether a definition has the flag `population`."""
    return any(f.name == "population" for f in d.flags)


def method_of(d: n.Definition) -> str:
    """Return the method of an ODE."""
    return next((f.name for f in d.flags if f.name in METHODS), "explicit")


def flag(d: n.Definition, name: str) -> n.Expression | None:
    """Return the value of a flag."""
    return next((f.value for f in d.flags if f.name == name), None)
