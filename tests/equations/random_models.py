"""Random well-formed neuron models as text: every construct of the language, values that stay small."""

from dataclasses import dataclass, field
from random import Random

import jaxsnn as snn

CONSTANTS = {"c0": 1.5, "c1": -0.625}
FUNCTIONS = "net0(x) = c0 * tanh(x) + c1\nnet1(x, y) = if x > y: net0(x - y) else: 0.5 * y"
SMOOTH = ("sin", "cos", "tanh", "atan", "asinh", "erf", "abs", "Abs", "fabs", "pos", "neg", "positive", "negative")
TWO = ("Max", "Min", "fmax", "fmin", "hypot", "fdim", "net1")
STEPPED = ("floor", "ceil", "sign")
REDUCTIONS = ("min", "max", "mean", "norm1", "norm2")
COUPLED = ("midpoint", "rk4", "implicit")


@dataclass
class Writer:
    """Writes the texts of one model.

    Args:
        random: source of all choices.
        spiking: whether the neuron has a spike condition.
    """

    random: Random
    spiking: bool
    floats: list[str] = field(default_factory=list)  # names that a per-neuron equation may read
    shared: list[str] = field(default_factory=list)  # names that every equation may read
    truths: list[str] = field(default_factory=list)
    reduced: list[str] = field(default_factory=list)
    user: list[str] = field(default_factory=list)

    def number(self) -> str:
        """Return a multiple of 1/8, which is exact in every order of operations."""
        return f"{self.random.randrange(-16, 17) / 8:g}"

    def atom(self, names: list[str]) -> str:
        kinds = [*names, *names, *CONSTANTS, "pi", self.number(), self.number(), "E"]
        return self.random.choice(kinds)

    def expression(self, names: list[str], depth: int) -> str:
        """Return an expression whose values grow slowly with those of the names."""
        if depth == 0 or self.random.random() < 0.15:
            return self.atom(names)
        kind = self.random.choice(("sum", "product", "call", "call", "two", "fraction", "choice", "power", "more"))
        a, b = (self.expression(names, depth - 1) for _ in range(2))
        return {
            "sum": f"{a} {self.random.choice('+-')} ({b})",
            "product": f"0.25 * ({a}) * ({b})",
            "call": f"{self.random.choice((*SMOOTH, 'net0', *self.user))}({a})",
            "two": f"{self.random.choice(TWO)}({a}, {b})",
            "fraction": f"({a}) / (1 + abs({b}))",
            "choice": f"ite({self.condition(names, depth - 1)}, {a}, {b})",
            "power": f"-sin({a}){self.random.choice(('^2', '**3', ' ^ (1 + 1)'))} + power(tanh({b}), 3)",
            "more": self._more(a, b),
        }[kind]

    def _more(self, a: str, b: str) -> str:
        return self.random.choice(
            (
                f"clip({a}, -1, 2)",
                f"exp(-abs({a}))",
                f"sqrt(1 + abs({b}))",
                f"log(1.5 + abs({a}))",
                f"log1p(fabs({b}))",
                f"{self.random.choice(STEPPED)}({a})",
                f"modulo(4 * ({a}), 3)",
                f"(({a}) > ({b})) * 0.5",
                f"-({a})",
            )
        )

    def condition(self, names: list[str], depth: int) -> str:
        left, right = (self.expression(names, max(depth - 1, 0)) for _ in range(2))
        compared = f"{left} {self.random.choice(('<', '<=', '>', '>='))} {right}"
        simple = self.random.choice([compared, compared, *(x for x in self.truths if x in names)])
        if depth > 1 and self.random.random() < 0.4:
            other = self.condition(names, depth - 1)
            return self.random.choice((f"({simple}) and ({other})", f"({simple}) or ({other})", f"not ({simple})"))
        return simple

    def value(self, names: list[str]) -> str:
        """Return a right-hand side: an expression, or a conditional of them."""
        if self.random.random() < 0.8:
            return self.expression(names, self.random.randrange(1, 4))
        inner = f"if {self.condition(names, 1)}: {self.expression(names, 1)} else: {self.expression(names, 1)}"
        last = inner if self.random.random() < 0.4 else self.expression(names, 2)
        return f"if {self.condition(names, 2)}:\n    {self.expression(names, 2)}\n  else: {last}"

    # Models

    def write(self) -> tuple[snn.Neuron, dict[str, list[float]], int]:
        """Return a model, values of parameters, and a size."""
        size = self.random.randrange(1, 5)
        functions = self._functions()
        parameters, values = self._parameters(size)
        equations = self._equations()
        texts = {"parameters": parameters, "equations": equations, "functions": functions}
        return snn.Neuron(**texts, **(self._spikes() if self.spiking else {})), values, size

    def _functions(self) -> str:
        lines = []
        for i in range(self.random.randrange(3)):
            body = self.expression(["x"], 2)
            other = self.expression(["x"], 1)
            lines.append(f"own{i}(x) = " + (body if i else f"if x > 0.5: {body} else: {other}"))
            self.user.append(f"own{i}")
        return "\n".join(lines)

    def _parameters(self, size: int) -> tuple[str, dict[str, list[float]]]:
        lines, values = [], {}
        for i in range(self.random.randrange(1, 5)):
            name, flags = f"p{i}", self.random.choice(("", "", " : int", " : bool", " : population"))
            number = self.number().partition(".")[0] if "int" in flags else self.number()  # no literal is cut
            value = self.random.choice((number, "2 * c0 - 1", "net0(0.5)", "7 / 4", "sqrt(4) + c1"))
            lines.append(f"{name} = {'True' if 'bool' in flags else value}{flags}")
            self.floats.append(name)
            if "population" in flags:
                self.shared.append(name)
            elif not flags and size > 1:
                values[name] = [float(self.number()) for _ in range(size)]
            if "bool" in flags:
                self.truths.append(name)
        return "\n".join([*lines, "pause = 1.0"]), values

    def _equations(self) -> str:
        kinds = [self.random.choice(("float", "ode", "ode", "ode", "int", "bool", "step")) for _ in range(6)]
        names = [f"x{i}" for i in range(len(kinds))]
        names[0] = "r" if not self.spiking else names[0]
        kinds[0] = self.random.choice(("float", "ode"))
        is_shared = [bool(k) and self.random.random() < 0.2 for k in range(len(kinds))]
        constant_part, coupled = list(self.floats), self.random.choice(COUPLED)
        methods = [self.random.choice(("explicit", "exponential", "semiimplicit", coupled, coupled)) for _ in kinds]
        implicit = {x for x, k, m in zip(names, kinds, methods, strict=True) if k == "ode" and m == "implicit"}
        self.reduced = [x for x, s in zip(names, is_shared, strict=True) if not s]
        self.shared += [x for x, s in zip(names, is_shared, strict=True) if s]
        self.floats += names
        self.truths += [x for x, k in zip(names, kinds, strict=True) if k == "bool"]
        self.inits = constant_part
        lines = [self._equation(*row, implicit) for row in zip(names, kinds, methods, is_shared, strict=True)]
        if self.spiking:
            lines.insert(
                self.random.randrange(len(lines)), f"dv/dt = (3 + {self._tame(self.floats)} - v) / 4 : init=p0"
            )
            lines.append("2 * dg_exc/dt = -g_exc : init=2.0, exponential")
            self.floats += ["v", "g_exc", "t_last / 1024"]
        return "\n".join(lines)

    def _equation(self, name: str, kind: str, method: str, shared: bool, implicit: set[str]) -> str:
        names = [*(self.shared if shared else self.floats), "t", "dt"]
        mean = f" + 0.25 * {self.random.choice(REDUCTIONS)}({self.random.choice(self.reduced)})"
        extra = mean if self.random.random() < 0.3 else ""
        high = self.random.choice(("3", "2 + abs(c1)", f"3 + tanh({self.atom(names)})"))
        bounds = f"min=-{self.random.randrange(1, 4)}, max={high}"
        init = self.random.choice((self.number(), "c0", "2 * c1 + 1", *(self.inits if not shared else [])))
        flags = [bounds, f"init={init}", *(["population"] if shared else [])]
        if kind == "ode":
            flags.append(self.random.choice((method, method)))
            return f"{self._ode(name, method, names, implicit, extra)} : {', '.join(self._shuffled(flags))}"
        if kind == "bool":
            return f"{name} = {self.condition(names, 2)} : {', '.join(['bool', *flags[2:]])}"
        if kind == "int":
            change = self.random.choice((f"{name} + 1", f"{name} / 2 + 1.5", f"2 * ({self._tame(names)})"))
            return f"{name} = {change} : {', '.join(['int', *flags])}"
        if kind == "step":
            operator = self.random.choice(("+=", "-=", "*=", "/="))
            right = self._tame(names) if operator in ("+=", "-=") else f"1.5 + 0.25 * tanh({self._tame(names)})"
            return f"{name} {operator} {right}{extra} : {', '.join(flags)}"
        return f"{name} = {self.value(names) if not extra else self._tame(names) + extra} : {', '.join(flags)}"

    def _ode(self, name: str, method: str, names: list[str], implicit: set[str], extra: str) -> str:
        slope = f"d{name}/dt"
        if method not in ("exponential", "semiimplicit", "implicit"):
            right = self._tame(names) + extra
            forms = (
                f"{slope} = {right}",
                f"{slope} = ({right}) - {name}",
                f"2 * {slope} + {name} = {right}",
                f"-(1.5 * {slope}) - ({right}) = {name} / (1 + {name}^2)",
            )
            return self.random.choice(forms)
        others = [x for x in names if x != name and not (method == "implicit" and x in implicit)]
        a, b = self._tame(others) + extra, f"(0.5 + abs({self._tame(others)}))"
        partner = self.random.choice([x for x in sorted(implicit) if x in names] or [name])
        more = f" - 0.25 * {partner}" if method == "implicit" and partner != name else ""
        forms = (
            f"{slope} = {a} - {b} * {name}{more}",
            f"{b} * {slope} + {name} = {a}{more}",
            f"{slope} = ({a} - {name}) / 2{more}",
            f"2 * {slope} - {a} = -{name} - {b} * {name}{more}",
        )
        return self.random.choice(forms)

    def _tame(self, names: list[str]) -> str:
        """Return an expression between -2 and 2."""
        wrap = self.random.choice(("clip({}, -2, 2)", "tanh({})", "2 * sin({})"))
        return wrap.format(self.expression(names, self.random.randrange(1, 3)))

    def _spikes(self) -> dict[str, object]:
        changed = [x for x in self.reduced if self.random.random() < 0.4]
        statements = [f"{x} += {self._tame(self.floats)} : max=3" for x in changed]
        statements.insert(self.random.randrange(len(statements) + 1), "v = -1 + 0.25 * tanh(x0)")
        refractory = self.random.choice((None, 0.5, 2.0, "pause"))
        spike = f"v > {self.random.choice(('1', '0.75 + 0.25 * tanh(x0)', 'c0'))}"
        return {"spike": spike, "reset": " ; ".join(statements), "refractory": refractory}

    def _shuffled(self, flags: list[str]) -> list[str]:
        return self.random.sample(flags, len(flags))
