"""Networks in files: the whole state, that of one population or projection, and who is connected to whom."""

from dataclasses import replace

import jax

from .. import io
from ..connectivity import DELAY, SynapseTable
from ..editing import Provenance, at_step
from ..errors import StateError, warn
from ..step import storage_of
from . import _synapse_attributes as synapse_attributes
from ._changes import change_longest_delay
from ._core import Core, HasCore
from ._records import forget_records


def save(network: HasCore, filename: io.Filename, populations: bool = True, projections: bool = True) -> None:
    """Write the state of the network into a file: a loaded network goes on as this one would, to the bit.

    The file holds time, the state of the random numbers, constants, attributes, spikes on their way, and who is
    connected to whom. It holds neither the description (equations, who is enabled) nor what monitors have recorded:
    load it into a network of the same description. Populations and projections are named in it, so give them names.

    Args:
        filename: `.npz` for NumPy's format, compressed, which names without a known ending get too; `.mat` for
            MATLAB's. Missing folders are created. Nothing is pickled.
        populations, projections: whether to write those.

    Raises:
        StateError: the network is not compiled, or a replica.
        FileFormatError: the ending of another format, such as `.h5`, or `.gz`, which in ANNarchy is a pickle.

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
    core = network._core
    check_has_files(core, "save()")
    io.write(filename, io.network_document(snapshot(core), populations, projections))


def load(
    network: HasCore,
    filename: io.Filename,
    populations: bool = True,
    projections: bool = True,
    pickle_encoding: str | None = None,
) -> None:
    """Read the state of the network from a file of `save`, connectivity included.

    Everything is checked before anything changes: if this raises, the network is as it was. Values that are not finite
    are loaded with a warning that names them. Names that only the
    file or only the network has are left out, with a warning. Time and random numbers are always those of the file.
    Monitors of synapses forget what they hold where the connectivity changes. Replicas begin as declared, not with
    what was loaded.

    Args:
        filename: of a file that `save` has written; its content counts, not its name.
        populations, projections: whether to load those.
        pickle_encoding: accepted and ignored: no file is a pickle.

    Raises:
        StateError: the network is not compiled, or a replica.
        OSError: there is no such file.
        FileFormatError: a damaged file, one of another program, or one of a network that differs: in `dt`,
            precision, the geometry of a population, a model, or what a projection connects.
    """
    core = network._core
    check_has_files(core, "load()")
    load_state(core, filename, populations, projections)


def load_state(core: Core, filename: io.Filename, populations: bool = True, projections: bool = True) -> None:
    """Read the state of a network from a file; see `load`."""
    _take(core, io.select_network(io.read(filename), snapshot(core), populations, projections))


def save_population(core: Core, name: str, filename: io.Filename) -> None:
    """Write one population; see `Population.save`."""
    check_has_files(core, "save()")
    io.write(filename, io.population_document(snapshot(core), name))


def load_population(core: Core, name: str, filename: io.Filename) -> None:
    """Read one population; see `Population.load`."""
    check_has_files(core, "load()")
    _take(core, io.select_population(io.read(filename), snapshot(core), name))


def save_projection(core: Core, name: str, filename: io.Filename) -> None:
    """Write one projection; see `Projection.save`."""
    check_has_files(core, "save()")
    io.write(filename, io.projection_document(snapshot(core), name))


def load_projection(core: Core, name: str, filename: io.Filename) -> None:
    """Read one projection; see `Projection.load`."""
    check_has_files(core, "load()")
    _take(core, io.select_projection(io.read(filename), snapshot(core), name))


def save_connectivity(core: Core, name: str, filename: io.Filename) -> None:
    """Write who is connected to whom; see `Projection.save_connectivity`."""
    table = core.synapses(name)
    weights = table.read(synapse_attributes.stored(core, name, "w"))
    delays = table.read(synapse_attributes.stored(core, name, DELAY)) * float(core.dt)
    parts = table.post_ranks, table.counts, table.pre, weights, delays
    io.write_connectivity(filename, io.Connectivity(name, *parts))


# Between a network and what `io` reads and writes


def check_has_files(core: Core, what: str) -> None:
    """Raise where there are no arrays that are this network's own."""
    core.check_compiled(what)
    if core.original is not None:
        message = "replicas share one set of arrays and cannot be saved or loaded (yet)"
        raise StateError(f"{what} in a replica: {message}. Return arrays from the method, or use a network of its own")


def snapshot(core: Core) -> io.Snapshot:
    """Return the network at this moment, as files hold it."""
    compiled, moment = core.compiled, core.arrays.moment
    p = moment.provenance
    random = io.Randomness(p.seed, p.weights_seed, p.resets, p.assignments)
    return io.Snapshot(compiled, moment.params, moment.state, p.schedules, core.synapses, random)


def _take(core: Core, selection: io.Selection) -> None:
    """Take what was selected from a file, all of it or nothing."""
    with core.all_or_nothing():
        change_longest_delay(core, io.longest_delays(selection, snapshot(core)))
        arrays, step = core.arrays, selection.document.header["step"]
        if selection.whole and step != arrays.step:
            arrays.moment = at_step(arrays.moment, core.compiled, step)
        before = snapshot(core)
        new, skipped = io.restored(selection, before)
        if skipped:
            message = f"`{selection.document.filename}`: {'; '.join(skipped)}"
            warn(f"{message}. What only one of them has was left as it is")
        if odd := io.not_finite(selection):
            warn(f"`{selection.document.filename}`: {', '.join(odd)} are not finite, and were loaded as they are")
        rewired = _moved(before, new)
        arrays.moment = replace(
            arrays.moment,
            params=new.params,
            state=new.state,
            provenance=Provenance(
                new.random.seed,
                new.random.weights_seed,
                dict(new.schedules),
                new.random.resets,
                new.random.assignments,
                arrays.provenance.rewired | rewired,
            ),
        )
        forget_records(core, rewired)


def _moved(before: io.Snapshot, now: io.Snapshot) -> frozenset[str]:
    """Return the projections whose synapses are other ones, or stand in other places.

    Arrays that a file has not replaced are the same objects as before, so identities tell without a comparison.
    """
    storages = [{**x.state.constants.connectivity, **x.state.connectivity} for x in (before, now)]
    leaves = [{name: list(map(id, jax.tree.leaves(storage))) for name, storage in x.items()} for x in storages]
    return frozenset(name for name, old in leaves[0].items() if old != leaves[1][name])


def restart_loaded_synapses(core: Core, name: str, attributes: list[str]) -> None:
    """Set attributes of synapses that came from a file, or by hand, to those with which the network would begin."""
    simulation, now = core.simulation, snapshot(core)
    plans = simulation.compiled.plans
    drawn = simulation.init_raw(core.arrays.provenance.weights_seed, simulation.declared)
    params, state = simulation.trimmed(*drawn)

    def synapses(projection: str) -> SynapseTable:
        return plans[projection].form.table(storage_of(plans[projection], state))

    fresh = replace(now, params=params, state=state, synapses=synapses)
    begun = io.with_initial(now, fresh, name, attributes)
    core.arrays.moment = replace(core.arrays.moment, params=begun.params, state=begun.state)
