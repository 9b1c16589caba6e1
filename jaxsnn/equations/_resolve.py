"""Give every name in an expression its meaning, or say which name has none.

The result has no `Call` of `sum`, of a reduction or of a distribution left: these become `Input`, `Reduction` and
`Draw`. Names and functions are checked on the way.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from ..errors import EquationError, Remark, did_you_mean
from . import _nodes as n
from ._context import Context, UserFunction
from ._input_names import conductance
from ._kinds import NEURON, Kind
from ._model import Locality
from ._units import unit_hint
from ._vocabulary import CONSTANTS, DISTRIBUTIONS, FUNCTIONS, REDUCTIONS
from ._white_noise import MISPLACED, Noises, is_noise_name


@dataclass
class Resolver:
    """Resolves the expressions of one text.

    Args:
        text: for error messages.
        attributes: known names, and how many values they have.
        draws: next free number for a random draw; counts through all equations of a neuron.
        targets, inputs: names of inputs and their places seen so far, filled on the way.
        context: constants and functions from outside.
        random: whether distributions may stand here.
        reads_inputs: whether `sum(target)` may; a spiking neuron reads `g_target` instead.
        is_function: whether this is the body of a function, which sees its arguments and constants only.
        level: how many values the equation computes: it sees nothing that has more.
        kind: of the model.
        reads: places of `pre.x` and `post.x` seen so far, with the text that they stand in, filled on the way.
        remarks: what was suspicious so far, filled on the way.
        variables: the attributes that are no parameters.
        noises: white noises seen so far, filled on the way.
        takes_noise: whether white noise may stand here; see `with_noise`.
    """

    text: str
    attributes: Mapping[str, Locality]
    targets: dict[str, None] = field(default_factory=dict)
    inputs: list[n.Input] = field(default_factory=list)
    draws: int = 0
    context: Context = Context()
    random: bool = True
    reads_inputs: bool = True
    is_function: bool = False
    level: Locality = Locality.LOCAL
    kind: Kind = NEURON
    reads: list[tuple[str, n.Remote]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    variables: frozenset[str] = frozenset()
    noises: Noises = field(default_factory=Noises)
    takes_noise: bool = False
    _seen: dict[n.Call, n.Draw] = field(default_factory=dict)

    def fail(self, message: str, at: n.Position) -> EquationError:
        """Return the error for a place in the text."""
        return at.error(message, self.text)

    def changes(self, node: n.Expression) -> bool:
        """Tell whether a leaf of a resolved expression may have another value in the next step."""
        if isinstance(node, n.Name):
            return node.name in self.variables or (node.name != "dt" and node.name in self.kind.words)
        return isinstance(node, n.Draw | n.Noise | n.Input | n.Remote | n.Reduction | n.Derivative)

    @contextmanager
    def with_noise(self) -> Iterator[None]:
        """Let white noise stand in what is resolved inside: the sides of an ODE."""
        self.takes_noise = True
        try:
            yield
        finally:
            self.takes_noise = False

    def equation(self, *expressions: n.Expression) -> tuple[n.Expression, ...]:
        """Resolve the expressions of one equation: equal distributions in it share one draw."""
        self._seen = {}
        return tuple(self.resolve(e) for e in expressions)

    def resolve(self, node: n.Expression) -> n.Expression:
        """Return the node with names checked and calls replaced by their meaning."""
        match node:
            case n.Name() if self._is_noise(node.name):
                return self._noise(node)
            case n.Name():
                self._check_name(node)
                return node
            case n.Quoted(text):
                raise self.fail(f"`{text[0]}` has no meaning in an equation", node.at)
            case n.Derivative():
                return self._derivative(node)
            case n.Remote():
                return self._remote(node)
            case n.Call():
                return self._call(node)
        return n.rebuild(node, self.resolve)

    def resolve_optional(self, node: n.Expression | None) -> n.Expression | None:
        """Return the node resolved where there is one, such as the value of a flag."""
        return None if node is None else self.resolve(node)

    def _is_noise(self, name: str) -> bool:
        """Tell whether a name is white noise: nothing else has it, here or in a network that is not known yet."""
        mine = name in self.attributes or name in self.context.constants
        return is_noise_name(name) and not (mine or self.is_function or self.context.is_open)

    def _noise(self, node: n.Name) -> n.Noise:
        """Return the noise of a name, one in the whole model."""
        objection = self.noises.objection(node.name, self.level, self._seen)
        if objection is not None or not self.takes_noise:
            raise self.fail(objection or MISPLACED.format(node.name), node.at)
        if (known := self.noises.find(node.name)) is not None:
            return replace(known, at=node.at)
        drawn = n.Draw(self.draws, "Normal", (n.Number(0.0), n.Number(1.0)), node.at)
        self.draws += 1
        self.noises.add(n.Noise(node.name, drawn, node.at), self.level, self._seen)
        return n.Noise(node.name, drawn, node.at)

    def _check_name(self, node: n.Name) -> None:
        if self.is_function:
            self._check_known(node, (*self.attributes, *CONSTANTS, *self.context.constants))
        elif node.name in self.attributes or node.name in self.kind.words:
            self._check_level(f"`{node.name}`", self._level_of(node.name), node.at)
        else:
            self._check_known(node, (*self.attributes, *self.kind.words, *CONSTANTS, *self.context.constants))

    def _level_of(self, name: str) -> Locality:
        return self.attributes[name] if name in self.attributes else self.kind.words[name]

    def _check_level(self, what: str, level: Locality, at: n.Position) -> None:
        if level.value < self.level.value:
            flag, unit = self.kind.flag_of(self.level), self.kind.unit_of(level)
            raise self.fail(f"a `{flag}` variable cannot depend on {what}, which has one value per {unit}", at)

    def _check_known(self, node: n.Name, known: tuple[str, ...]) -> None:
        if node.name in known or (self.context.is_open and node.name not in self.kind.words):
            return
        if self.is_function and (node.name in self.kind.words or is_noise_name(node.name)):
            message = f"a function sees its arguments and constants only: make `{node.name}` an argument"
            raise self.fail(message, node.at)
        hint = unit_hint(node.name) or did_you_mean(node.name, known)
        raise self.fail(f"unknown name `{node.name}`.{hint}", node.at)

    def _remote(self, node: n.Remote) -> n.Remote:
        """Check `pre.x`, `post.x` or `post.sum(target)`; whether the neurons have it shows when they are connected."""
        shown, owners = f"`{node.owner}.{node.name}`", self.kind.owners
        if not owners:
            raise self.fail(f"{shown}: attributes of other objects (`pre.x`, `post.x`) exist in synapses", node.at)
        if self.is_function:
            message = f"a function sees its arguments and constants only: make {shown} an argument"
            raise self.fail(message, node.at)
        if node.owner not in owners:
            raise self.fail(f"{shown}: a synapse reads its two neurons, as `pre.x` and `post.x`", node.at)
        if node.called and (node.name != "sum" or node.target is None):
            example = f"`{node.owner}.sum(exc)`"
            raise self.fail(f"{shown} is no function of a neuron: its input is read as {example}", node.at)
        self._check_level(shown, owners[node.owner], node.at)
        self.reads.append((self.text, node))
        return node

    def _derivative(self, node: n.Derivative) -> n.Expression:
        """Read `delta/dt` as a quotient where `delta` is an attribute, and refuse a derivative elsewhere."""
        if f"d{node.name}" in self.attributes:
            over, dt = n.Name(f"d{node.name}", node.at), n.Name("dt", node.at)
            return n.Binary("/", self.resolve(over), self.resolve(dt), node.at)
        message = f"`d{node.name}/dt` can only stand on the left-hand side, once per equation"
        raise self.fail(message, node.at)

    def _call(self, node: n.Call) -> n.Expression:
        users = {f.name: f for f in self.context.functions}
        if node.function in users:
            return self._apply(node, users[node.function])
        if node.function in FUNCTIONS:
            self._check_arity(node, FUNCTIONS[node.function].arity)
            return n.rebuild(node, self.resolve)
        if node.function in ("sum", *REDUCTIONS):
            if self.is_function:
                message = f"`{node.function}` can stand in equations only, not in a function or a parameter"
                raise self.fail(message, node.at)
            return self._input(node) if node.function == "sum" else self._reduction(node)
        if node.function in DISTRIBUTIONS:
            return self._draw(node)
        if self.context.is_open:
            return n.rebuild(node, self.resolve)
        known = (*FUNCTIONS, *users) if self.is_function else (*FUNCTIONS, *users, *REDUCTIONS, *DISTRIBUTIONS, "sum")
        raise self.fail(f"unknown function `{node.function}`.{did_you_mean(node.function, known)}", node.at)

    def _apply(self, node: n.Call, function: UserFunction) -> n.Apply:
        self._check_arity(node, len(function.names))
        arguments = tuple(self.resolve(a) for a in node.arguments)
        applied = n.Apply(function.name, function.names, function.body, arguments, node.at)
        if n.too_deep(applied, n.MAX_DEPTH) is not None:
            raise self.fail(n.TOO_DEEP, node.at)
        return applied

    def _check_arity(self, node: n.Call, arity: int) -> None:
        if len(node.arguments) != arity:
            plural = "" if arity == 1 else "s"
            message = f"`{node.function}` takes {arity} argument{plural}, {len(node.arguments)} given"
            raise self.fail(message, node.at)

    def _input(self, node: n.Call) -> n.Input:
        target = node.arguments[0] if len(node.arguments) == 1 else None
        if self.kind.owners:
            message = "a synapse reads the inputs of its neurons, as `pre.sum(target)` and `post.sum(target)`"
            raise self.fail(message, node.at)
        if node.arguments and not isinstance(target, n.Name):
            raise self.fail("`sum(target)` takes the name of one target, such as `sum(exc)`", node.at)
        name = target.name if isinstance(target, n.Name) else None
        if not self.reads_inputs:
            read = conductance(name or "target")
            message = f"a spiking neuron reads its input as `{read}`; `sum()` is for rate-coded ones"
            raise self.fail(message, node.at)
        if name is not None:
            self.targets.setdefault(name)
        self.inputs.append(n.Input(name, node.at))
        return self.inputs[-1]

    def _reduction(self, node: n.Call) -> n.Reduction:
        match node.arguments:
            case (n.Name(name),) if self._runs_over(name):
                return n.Reduction(node.function, name, None, node.at)
            case (n.Remote(owner, name, None, False) as remote,) if owner in self.kind.owners:
                self.reads.append((self.text, remote))
                return n.Reduction(node.function, name, owner, node.at)
        two = (
            " For the larger or smaller of two values write `Max(a, b)` or `Min(a, b)`."
            if node.function in ("min", "max")
            else ""
        )
        if self.kind.owners:
            over = f"`{node.function}(pre.x)` runs over the pre-synaptic population, `{node.function}(post.x)` over the"
            raise self.fail(f"{over} post-synaptic one: a synapse has no other.{two}", node.at)
        message = (
            f"`{node.function}(x)` runs over the population: x must be a per-neuron attribute of this neuron.{two}"
        )
        raise self.fail(message, node.at)

    def _runs_over(self, name: str) -> bool:
        return not self.kind.owners and self.attributes.get(name) is Locality.LOCAL

    def _draw(self, node: n.Call) -> n.Draw:
        if not self.random:
            message = (
                f"`{node.function}`: random numbers can stand in `equations` only. Assign one to a variable there."
            )
            raise self.fail(message, node.at)
        self._check_arity(node, DISTRIBUTIONS[node.function][0])
        if node not in self._seen:
            arguments = tuple(self.resolve(a) for a in node.arguments)
            self._seen[node] = n.Draw(self.draws, node.function, arguments, node.at)
            self.draws += 1
        return self._seen[node]
