"""`Core`: all that a network is, between its description and its arrays. Handles hold a core and a name.

Functions over a core do what a network can do, each in a module of its own: `_describe`, `_simulate`, `_files` and
others. `Network` offers them as methods.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock, get_ident
from typing import Any, Protocol
from weakref import WeakSet, WeakValueDictionary

import numpy as np

from .. import rng
from ..compiler import CompiledNetwork
from ..connectivity import SynapseTable
from ..errors import JaxsnnWarning, Remark, StateError, UnknownNameError, did_you_mean, warn
from ..inputs import Schedule
from ..network import NetworkSpec, PopulationSpec, ProjectionSpec
from ..plan import ProjectionPlan, remarks_of
from ..recording import Recorder, Recording
from ..simulation import Simulation, build_simulation, check_process
from ._arrays import Arrays
from ._callbacks import Callbacks
from ._draft import Draft
from ._network_arrays import NetworkArrays

KEPT_SIMULATIONS = 8  # forms of one network that are kept compiled
OTHER_THREAD = (
    "another thread is simulating this network, whose values change while it does: wait for that thread, or give each "
    "thread a network of its own"
)


@dataclass(frozen=True)
class Options:
    """How a network is compiled.

    Args:
        generator: of random numbers.
        kernel: how spikes go through weights, None for a choice.
        batch: how many stimuli share one set of weights.
        strict: whether what is suspicious is an error, not a warning; None for what `is_strict` says.
    """

    generator: rng.Generator
    kernel: str | None = None
    batch: int = 1
    strict: bool | None = None


@dataclass(eq=False)
class Core:
    """A network.

    Args:
        draft: its description.
        options: how it is compiled.
        seed: of everything random; None before compilation if none was given.
        original: the core of the network of which this is a replica; None for a network.
        source: the core of the network of whose parts this one has copies; None for none.
        copies: cores of the networks that have copies of parts of this one.
        recordings: what monitors have recorded, by name.
        folders: of monitors that record to a folder of their own, by name.
        callbacks: what `simulate` calls.
        generator: of NumPy, for draws in Python; None before it is needed.
        has_replicas: whether replicas of this network run, so that what is done to it was meant for one of them.
        warned: of what the user was warned.
        parts: the handles that stand for its parts, by kind and name, one for each, as long as somebody holds it.
        turn: what a thread holds while it advances the network.
        runner: that thread, None while nobody advances it.
    """

    draft: Draft
    options: Options
    seed: int | None
    original: "Core | None" = None
    source: "Core | None" = None
    copies: "WeakSet[Core]" = field(default_factory=WeakSet)
    recordings: dict[str, Recording] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    callbacks: Callbacks = field(default_factory=Callbacks)
    has_replicas: bool = False
    warned: set[Remark] = field(default_factory=set)
    generator: np.random.Generator | None = None
    parts: WeakValueDictionary[tuple[str, str], Any] = field(default_factory=WeakValueDictionary, repr=False)
    turn: Any = field(default_factory=RLock, repr=False)
    runner: int | None = None
    _simulation: Simulation | None = None
    _simulations: dict[tuple, Simulation] = field(default_factory=dict)  # of earlier drafts too, by their key
    _arrays: Arrays | None = None
    _tables: dict[str, tuple[Any, SynapseTable]] = field(default_factory=dict)

    @property
    def is_strict(self) -> bool:
        """Whether what is suspicious is an error: as was asked for, or as in the network that this one is a copy of."""
        if self.options.strict is not None:
            return self.options.strict
        model = self.original or self.source
        return model is None or model.is_strict

    @property
    def is_compiled(self) -> bool:
        """Whether the network is compiled."""
        return self._simulation is not None

    @property
    def simulation(self) -> Simulation:
        """The pure functions of the compiled network."""
        if self._simulation is None:
            raise StateError("the network is not compiled: call `compile()` first")
        return self._simulation

    @property
    def compiled(self) -> CompiledNetwork:
        """What the compiler has decided and built."""
        return self.simulation.compiled

    @property
    def arrays(self) -> Arrays:
        """The arrays of the compiled network: made when they are first needed, or those of one replica."""
        if self._arrays is None:
            self._arrays = NetworkArrays(self.simulation, self.seed or 0, self.draft.schedules)
        return self._arrays

    @property
    def own_arrays(self) -> NetworkArrays | None:
        """The arrays of a network that is no replica, None before they are made."""
        return self._arrays if isinstance(self._arrays, NetworkArrays) else None

    @property
    def step(self) -> int:
        """Number of steps done."""
        return self.arrays.step if self.is_compiled else 0

    @property
    def dt(self) -> float:
        """Step, ms."""
        return self.draft.dt

    # Parts by name

    def population(self, name: str) -> PopulationSpec:
        """Return the description of a population."""
        return _found(self.draft.populations, name, "population")

    def projection(self, name: str) -> ProjectionSpec:
        """Return the description of a projection."""
        return _found(self.draft.projections, name, "projection")

    def recorder(self, name: str) -> Recorder:
        """Return what a monitor records."""
        return _found(self.draft.monitors, name, "monitor")

    def recording(self, name: str) -> Recording:
        """Return what a monitor has recorded."""
        self.check_free()
        return _found(self.recordings, name, "monitor")

    def schedule(self, population: str) -> Schedule | None:
        """Return what drives a population at present; None for one that follows no table."""
        return self.schedules.get(population)

    @property
    def schedules(self) -> Mapping[str, Schedule | None]:
        """What drives each population at present."""
        return self.draft.schedules if self._arrays is None else self._arrays.provenance.schedules

    # What a recorder asks

    @property
    def spec(self) -> NetworkSpec:
        """The description, as far as it goes."""
        return self.draft.sketch()

    def plan(self, projection: str) -> ProjectionPlan:
        """Return what was decided about a projection."""
        return self.compiled.plans[projection]

    def synapses(self, projection: str) -> SynapseTable:
        """Return where the synapses of a projection are stored, in the order of ANNarchy's lists.

        Raises:
            StateError: the network is not compiled, so they are not drawn yet.
        """
        if not self.is_compiled:
            message = f"the synapses of projection `{projection}` are drawn when the network starts: compile it first"
            raise StateError(message)
        storage = self.arrays.storage(projection)
        if projection not in self._tables or self._tables[projection][0] is not storage:
            self._tables[projection] = (storage, self.plan(projection).form.table(storage))
        return self._tables[projection][1]

    # What a call needs

    def is_same_network(self, other: "Core") -> bool:
        """Tell whether another core is this network or one that it has copies from, replicas of both included."""
        mine, theirs = self.original or self, other.original or other
        return mine is theirs or (mine.source is not None and mine.source.is_same_network(theirs))

    def check_free(self) -> None:
        """Raise while replicas of this network run, for which it was meant, or another thread advances the network."""
        if self.has_replicas:
            raise StateError("inside parallel_run act on the replica: `net.get(P)` in the place of `P`")
        if self.runner is not None and self.runner != get_ident():
            raise StateError(OTHER_THREAD)

    def take_turn(self) -> tuple[int | None, tuple]:
        """Let this thread alone advance the network; return who did before, for `end_turn`, and a mark.

        Raises:
            StateError: another thread does.
        """
        if not self.turn.acquire(blocking=False):
            raise StateError(OTHER_THREAD)
        outer, self.runner = self.runner, get_ident()
        return outer, self.mark()

    def end_turn(self, outer: int | None) -> None:
        """Let others advance the network again, unless this thread has begun to do so before."""
        self.runner = outer
        self.turn.release()

    def check_compiled(self, what: str) -> None:
        """Raise before compilation, and while replicas run."""
        if not self.is_compiled:
            raise StateError(f"{what} before compile(): the network is described, but not compiled yet")
        check_process()
        self.check_free()

    def check_open(self, what: str) -> None:
        """Raise after compilation, when nothing can be added."""
        if self.is_compiled:
            raise StateError(f"{what} cannot be added: the network is compiled. Describe all of it before `compile()`")

    def check_alone(self) -> None:
        """Raise in a replica, whose structure is that of all replicas, and while replicas run."""
        self.check_free()
        if self.original is not None:
            raise StateError("a replica has the structure of its network: change that before `parallel_run`")

    def judge(self, *remarks: Remark) -> None:
        """Raise what is suspicious in a strict network; in any other warn of it, once."""
        for remark in remarks:
            if self.is_strict:
                raise remark.error()
            self.warn_once(remark)

    def warn_once(self, remark: Remark) -> None:
        """Warn of something, once in a network and its replicas; no error in a strict one either."""
        said = (self.original or self).warned
        if remark not in said:
            said.add(remark)
            warn(str(remark.error()), JaxsnnWarning)

    # Changes of the description

    def compile(self, batch: int) -> Simulation:
        """Compile the description, once."""
        check_process()
        if self._simulation is None:
            self.options = replace(self.options, batch=batch)
            self._simulation = self._simulation_of(self.draft)
            self.seed = rng.entropy() if self.seed is None else self.seed
        return self._simulation

    def change(self, draft: Draft) -> None:
        """Take another draft, which arrays of a compiled network survive; if it cannot be compiled, nothing changes."""
        with self.all_or_nothing():
            if self._simulation is not None:
                self._simulation = self._simulation_of(draft)
                if self.own_arrays is not None:
                    self.own_arrays.adopt(self._simulation)
            self.draft = draft

    def _simulation_of(self, draft: Draft) -> Simulation:
        """Return the compiled network of a draft, from those that are kept where it is among them."""
        spec, key, options = draft.spec(), draft.key(), self.options
        if key not in self._simulations:
            made = build_simulation(spec, generator=options.generator, kernel=options.kernel, batch=options.batch)
            self.judge(*remarks_of(spec))
            kept = list(self._simulations.items())[-(KEPT_SIMULATIONS - 1) :]
            self._simulations = {**dict(kept), key: made}
        return self._simulations[key]

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Surround several changes that leave the network as it was if one of them fails, or is interrupted."""
        before = self.mark()
        try:
            yield
        except BaseException:
            self.return_to(before)
            raise

    def mark(self) -> tuple:
        """Return what `return_to` needs to undo all that happens from now on."""
        own, recordings = self.own_arrays, {name: (r, r.mark()) for name, r in self.recordings.items()}
        parts = self.draft, self._simulation, self._arrays, self.seed, self.folders.copy()
        return parts, recordings, None if own is None else (own, own.mark())

    def return_to(self, mark: tuple) -> None:
        """Be again as when a mark was made: description, arrays, time, and what monitors hold."""
        parts, recordings, arrays = mark
        self.draft, self._simulation, self._arrays, self.seed, self.folders = parts
        for recording, held in recordings.values():
            recording.return_to(held)
        self.recordings = {name: recording for name, (recording, _) in recordings.items()}
        if arrays is not None:
            own, before = arrays
            own.return_to(before)


class HasCore(Protocol):
    """What has a core: a network, or a replica of it. The methods of `Network` are functions of such an object."""

    @property
    def _core(self) -> Core: ...


def _found(parts: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in parts:
        raise UnknownNameError(f"the network has no {what} `{name}`.{did_you_mean(name, parts)}")
    return parts[name]
