"""Networks in files: state, connectivity, parameters; what handles of populations and projections need for theirs."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .. import io
from ..connectivity import SynapseTable
from ..equations import Attribute
from ..errors import StateError
from ..step import storage_of
from . import _attributes as attributes
from . import _synaptic as synaptic
from ._live import Live
from ._pathway import Pathway
from ._population import Population
from ._progress import say
from ._wired import Wired

Owner = Population | Pathway


class Saving(Wired):
    """What a network does with files; see `Network`."""

    def save(self, filename: io.Filename, populations: bool = True, projections: bool = True) -> None:
        """Write the state of the network into a file: a loaded network goes on as this one would, to the bit.

        The file holds time, the state of the random numbers, constants, attributes, spikes on their way, and who is
        connected to whom. It holds neither the description (equations, who is enabled) nor what monitors have recorded:
        load it into a network of the same description. Populations and projections are named in it, so give them names.

        Args:
            filename: `.mat` for MATLAB's format; any other name gets the format of NumPy's `.npz`, compressed.
                Missing folders are created. Nothing is pickled.
            populations, projections: whether to write those.

        Raises:
            StateError: the network is not compiled, or a replica.
            FileFormatError: a `.gz`, which in ANNarchy is a pickle.

        Example:
            >>> import os, tempfile, jaxsnn as snn
            >>> net = snn.Network(seed=1)
            >>> P = net.create(3, snn.Izhikevich(noise=5.0), name="P")
            >>> _ = net.compile()
            >>> net.simulate(100.0)
            >>> filename = os.path.join(tempfile.mkdtemp(), "network.npz")
            >>> net.save(filename)
            >>> before = P.v
            >>> net.simulate(100.0)
            >>> net.load(filename)
            >>> net.get_time(), bool((P.v == before).all())
            (100.0, True)
        """
        self._must_hold_files("save()")
        io.write(filename, io.network_document(self._snapshot(), populations, projections))

    def load(self, filename: io.Filename, populations: bool = True, projections: bool = True) -> None:
        """Read the state of the network from a file of `save`, connectivity included.

        Everything is checked before anything changes: if this raises, the network is as it was. Names that only the
        file or only the network has are left out, with a warning. Time and random numbers are always those of the file.
        Monitors of synapses forget what they hold where the connectivity changes. Replicas begin as declared, not with
        what was loaded.

        Args:
            filename: of a file that `save` has written; its content counts, not its name.
            populations, projections: whether to load those.

        Raises:
            StateError: the network is not compiled, or a replica.
            OSError: there is no such file.
            FileFormatError: a damaged file, one of another program, or one of a network that differs: in `dt`,
                precision, the geometry of a population, a model, or what a projection connects.
        """
        self._must_hold_files("load()")
        self._restore(io.select_network(io.read(filename), self._snapshot(), populations, projections))

    def save_population(self, name: str, filename: io.Filename) -> None:
        """Write one population; see `Population.save`."""
        self._must_hold_files("save()")
        io.write(filename, io.population_document(self._snapshot(), name))

    def load_population(self, name: str, filename: io.Filename) -> None:
        """Read one population; see `Population.load`."""
        self._must_hold_files("load()")
        self._restore(io.select_population(io.read(filename), self._snapshot(), name))

    def save_projection(self, name: str, filename: io.Filename) -> None:
        """Write one projection; see `Projection.save`."""
        self._must_hold_files("save()")
        io.write(filename, io.projection_document(self._snapshot(), name))

    def load_projection(self, name: str, filename: io.Filename) -> None:
        """Read one projection; see `Projection.load`."""
        self._must_hold_files("load()")
        self._restore(io.select_projection(io.read(filename), self._snapshot(), name))

    def save_connectivity(self, name: str, filename: io.Filename) -> None:
        """Write who is connected to whom; see `Projection.save_connectivity`."""
        found = synaptic.table(self, name)  # type: ignore[arg-type]
        weights = found.read(synaptic.stored(self, name, "w"))  # type: ignore[arg-type]
        delays = found.read(synaptic.stored(self, name, "delay")) * float(self.dt)  # type: ignore[arg-type]
        parts = found.post_ranks, found.counts, found.pre, weights, delays
        io.write_connectivity(filename, io.Connectivity(name, *parts))

    # Parameters

    def save_parameters(self, filename: io.Filename) -> None:
        """Write what has one value per population or projection, and constants, as JSON to be read and edited.

        Parameters with their present values, variables with their initial ones; what is drawn at random is left out.

        Args:
            filename: usually `.json`. Missing folders are created.
        """
        populations = {p.name: self._shared_values(p) for p in self.populations()}
        projections = {p.name: self._shared_values(p) for p in self.projections()}
        constants = {name: _plain(self.constant_value(name)) for name in self._draft.constants}
        io.write_parameters(filename, io.Parameters(populations, projections, {}, constants))

    def load_parameters(
        self, filename: io.Filename, global_only: bool = True, verbose: bool = False
    ) -> dict[str, float]:
        """Assign what a JSON file gives: `{"populations": {"P": {"tau": 10.0}}, "projections": {}, "constants": {}}`.

        Names that the network does not have are left out; constants are created before `compile()`.

        Args:
            filename: as `save_parameters` writes it, or by hand.
            global_only: assign only what has one value per population or projection; False assigns everything: one
                number, or lists as reading the attribute gives them.
            verbose: print what is assigned.

        Returns:
            The numbers under `"network"`, which are for the script.

        Raises:
            FileFormatError: not JSON, or not of this form. ShapeError, ArgumentError: a value that an attribute does
                not take. The network stays as it was.

        Example:
            >>> import os, tempfile, jaxsnn as snn
            >>> net = snn.Network()
            >>> neuron = snn.Neuron(parameters="tau = 10.0 : population", equations="tau * dr/dt = 1.0 - r")
            >>> P = net.create(2, neuron, name="P")
            >>> filename = os.path.join(tempfile.mkdtemp(), "parameters.json")
            >>> net.save_parameters(filename)
            >>> P.tau = 20.0
            >>> net.load_parameters(filename)
            {}
            >>> P.tau
            10.0
        """
        self.must_be_free()
        if self.is_compiled:
            self._must_hold_files("load_parameters()")
        found = io.read_parameters(filename)
        with self._all_or_nothing():
            self._take(found.populations, self.populations(), global_only, verbose)
            self._take(found.projections, self.projections(), global_only, verbose)
            self._take_constants(found.constants, verbose)
        return found.network

    def _shared_values(self, owner: Owner) -> dict[str, Any]:
        """Return the attributes with one value in all, as far as they are known."""
        found = {}
        for attribute in _attributes_of(owner):
            if attribute.shared and attribute.name != "w":
                try:
                    found[attribute.name] = _plain(self._shared_value(owner, attribute))
                except StateError:  # drawn when the network starts
                    continue
        return found

    def _shared_value(self, owner: Owner, attribute: Attribute) -> Any:
        """Return the present value of a parameter, the initial one of a variable."""
        is_present = self.is_compiled and attribute.is_parameter
        if isinstance(owner, Population):
            path = ("populations", owner.name, attribute.name)
            return attributes.read(self, path) if is_present else self._draft.read(path)  # type: ignore[arg-type]
        if is_present:
            return synaptic.stored(self, owner.name, attribute.name)  # type: ignore[arg-type]
        return synaptic._declared(self, owner.name, attribute)  # type: ignore[arg-type]

    def _take(
        self, values: dict[str, dict[str, Any]], owners: Sequence[Owner], global_only: bool, verbose: bool
    ) -> None:
        """Assign values by the names of their owners."""
        for owner in owners:
            for attribute in _attributes_of(owner):
                given = values.get(owner.name, {})
                if attribute.name in given and (attribute.shared or not global_only):
                    setattr(owner, attribute.name, given[attribute.name])
                    if verbose:
                        say(f"{owner.name}.{attribute.name} = {given[attribute.name]}")

    def _take_constants(self, values: dict[str, float], verbose: bool) -> None:
        """Assign constants, and add those that are missing while that is possible."""
        for name, value in values.items():
            is_known = name in self._draft.constants
            if is_known:
                self.set_constant(name, value)
            elif not self.is_compiled:
                self.constant(name, value)
            if verbose and (is_known or not self.is_compiled):
                say(f"{name} = {value}")

    # What all of these need

    def _must_hold_files(self, what: str) -> None:
        """Raise where there are no arrays that are this network's own."""
        self._must_run(what)
        if not isinstance(self.values, Live):
            message = "replicas share one set of arrays and cannot be saved or loaded (yet)"
            raise StateError(
                f"{what} in a replica: {message}. Return arrays from the method, or use a network of its own"
            )

    def _snapshot(self) -> io.Snapshot:
        live = self.values
        random = io.Randomness(live.raw_seed, live.weights_seed, live.resets, self._assignments)
        compiled = self.simulation.compiled
        return io.Snapshot(compiled, live.params, live.state, self.schedules, self.synapse_table, random)

    def _restore(self, selection: io.Selection) -> None:
        """Take what was selected from a file, all of it or nothing."""
        with self._all_or_nothing():
            self._make_room(io.longest_delays(selection))
            step = selection.document.header["step"]
            if selection.whole and step != self.values.step:
                self.values.set_step(step)
            new, skipped = io.restored(selection, self._snapshot())
            if skipped:
                message = f"`{selection.document.filename}`: {'; '.join(skipped)}"
                warnings.warn(f"{message}. What only one of them has was left as it is", stacklevel=3)
            self._become(new)

    def _make_room(self, longest: dict[str, int]) -> None:
        """Let projections see so many steps ahead or back, where they do not yet."""
        plans = self.simulation.compiled.plans
        short = {name: steps for name, steps in longest.items() if steps > plans[name].longest}
        if short:
            with self._changing():
                for name, steps in short.items():
                    self._draft.describe(name, longest_delay=float(steps * self.dt))

    def _become(self, new: io.Snapshot) -> None:
        """Take the arrays of a snapshot."""
        live, before = self.values, self._snapshot()
        live.take(new.params, new.state)
        live.raw_seed, live.weights_seed, live.resets = new.random.seed, new.random.weights_seed, new.random.resets
        self._assignments, self.schedules = new.random.assignments, dict(new.schedules)
        moved = _moved(before, new)
        live.rewired = live.rewired | moved
        self.forget_records(moved)

    def restart_synapses(self, names: list[str], attributes: list[str] | None, synapses: bool) -> None:
        """Let synapses begin again; those of a file, or made by hand, which the seed would not draw, stay."""
        self._must_run("reset()")
        mine = frozenset() if synapses else self.values.rewired.intersection(names)
        super().restart_synapses([name for name in names if name not in mine], attributes, synapses)
        fresh = self._fresh() if mine else None
        for name in mine:
            own = self.projection_spec(name).synapse.analysed.names
            chosen = [a for a in own if a != "w"] if attributes is None else attributes
            now = io.with_initial(self._snapshot(), fresh, name, chosen)  # type: ignore[arg-type]
            self.values.params, self.values.state = now.params, now.state

    def _fresh(self) -> io.Snapshot:
        """Return the network as it draws its synapses."""
        plans, (params, state) = self.simulation.compiled.plans, self.values.fresh_synapses()

        def synapses(name: str) -> SynapseTable:
            return plans[name].form.table(jax.tree.map(np.asarray, storage_of(plans[name], state)))

        return replace(self._snapshot(), params=params, state=state, synapses=synapses)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Surround a change that leaves the network as it was if it fails."""
        live = self._values
        mine = {"_simulation": self._simulation, "_assignments": self._assignments, "schedules": dict(self.schedules)}
        before, arrays = self._draft.copied(), None if live is None else dict(vars(live))
        try:
            yield
        except BaseException:
            self._draft.restore(before)
            vars(self).update(mine)
            if arrays is not None:
                vars(live).clear()
                vars(live).update(arrays)
            raise


def _moved(before: io.Snapshot, now: io.Snapshot) -> frozenset[str]:
    """Return the projections whose synapses are other ones, or stand in other places."""
    storages = [{**x.state.constants.connectivity, **x.state.connectivity} for x in (before, now)]
    leaves = [{name: list(map(id, jax.tree.leaves(storage))) for name, storage in x.items()} for x in storages]
    return frozenset(name for name, old in leaves[0].items() if old != leaves[1][name])


def _attributes_of(owner: Owner) -> tuple[Attribute, ...]:
    model = owner.neuron_type if isinstance(owner, Population) else owner.synapse_type
    return model.analysed.attributes


def _plain(value: Any) -> Any:
    """Return a number as JSON has it, with as many digits as the network computes with."""
    array = np.asarray(value).reshape(())
    return float(str(array.astype(jnp.result_type(float)))) if array.dtype.kind == "f" else array.item()
