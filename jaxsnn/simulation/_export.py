"""`export`: a network as a file, which a process runs that has JAX and not jaxsnn."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax import Array
from jax.export import Exported, default_export_platform
from jax.export import export as jax_export

from .. import arguments
from ..errors import ArgumentError, MissingPackageError, did_you_mean
from ..files import check_ending, replaced
from ..network import named_arrays, rebuild
from ..recording import Record
from ..step import NetworkParams, NetworkState
from ._fingerprint import fingerprint_of, fingerprint_of_batch
from ._preconditions import check_moment, check_precision, check_simulation
from ._simulation import Simulation
from ._time import n_steps

Arrays = Mapping[str, Any]
PLATFORMS = ("cpu", "cuda", "rocm", "tpu")  # as `jax.export` calls them
VENDOR = {"gpu": "cuda"}


@dataclass(frozen=True, eq=False)
class ExportedNetwork:
    """A network as one function of plain arrays, and the arrays with which it begins.

    `function.call(params, state) -> (state, records)` is `sim.run` for one duration. Attributes go by their public name
    (`params["exc.w"]`, `state["P.v"]`), other arrays by their path (`state["spikes/P/words"]`). `state["key"]` is raw
    key data, (2,) uint32: another one draws other random numbers.

    Args:
        function: what `jax.export` made.
        params, state: arrays by name; the function takes them in these shapes and types.
        about: dt, ms; steps of a call; precision; platforms; version of JAX; order of derivatives in the file; the
            `fingerprint` of the network with these arrays.
        trees: parameters and state as they were given, as shapes.
    """

    function: Exported
    params: dict[str, np.ndarray]
    state: dict[str, np.ndarray]
    about: dict[str, Any]
    trees: tuple[NetworkParams, NetworkState]

    def serialize(self) -> bytes:
        """Return the function alone, as `jax.export.deserialize` reads it.

        Raises:
            MissingPackageError: the package `flatbuffers`, by which JAX writes it, is not there.
        """
        if find_spec("flatbuffers") is None:
            raise MissingPackageError(
                "`jax.export` writes and reads functions by the package `flatbuffers`, which is not installed: "
                "`pip install flatbuffers`, or the extra `export` of jaxsnn: `pip install '.[export]'` in its folder"
            )
        return bytes(self.function.serialize(vjp_order=self.about["vjp_order"]))

    def save(self, filename: str | PathLike[str]) -> None:
        """Write one file, an `.npz` without pickle.

        It holds `function`, the bytes of `serialize` as uint8; `params/<name>` and `state/<name>`; `about`, JSON.

        Raises:
            MissingPackageError: see `serialize`.
            OSError: the file cannot be written.
            FileFormatError: the ending of another format, such as `.h5`.
        """
        path = Path(filename)
        check_ending(path, (".npz",))
        entries = {"function": np.frombuffer(self.serialize(), np.uint8), "about": np.array(json.dumps(self.about))}
        for part, arrays in (("params", self.params), ("state", self.state)):
            entries |= {f"{part}/{name}": x for name, x in arrays.items()}
        with replaced(path) as file:
            np.savez_compressed(file, **entries)  # type: ignore[arg-type] - names have a slash: none is one of its options

    def restored(self, params: Arrays, state: Arrays) -> tuple[NetworkParams, NetworkState]:
        """Return what `sim.run` takes, of arrays that another process has returned.

        Raises:
            ArgumentError: names are missing, or there are others; an array has another shape or type.
        """
        for what, given, own in (("params", params, self.params), ("state", state, self.state)):
            for name in sorted(given.keys() ^ own.keys()):
                hint = "is missing" if name in own else f"is unknown.{did_you_mean(name, own)}"
                raise ArgumentError(f"`{what}`: the array `{name}` {hint}")
            for name, x in own.items():
                found = np.asarray(given[name])
                if (found.shape, found.dtype) != (x.shape, x.dtype):
                    message = f"`{what}`: `{name}` is {found.dtype.name} {found.shape}, not {x.dtype.name} {x.shape}"
                    raise ArgumentError(f"{message}: give what a call of the function has returned")
        return jax.tree.map(jax.numpy.asarray, (rebuild(self.trees[0], params), rebuild(self.trees[1], state)))


def export(  # noqa: PLR0913 - all but the first four are options, by keyword
    simulation: Simulation,
    params: NetworkParams,
    state: NetworkState,
    duration: float,
    *,
    platforms: Sequence[str] | None = None,
    in_axes: Any = None,
    vjp_order: int = 0,
    checkpoint: bool | None = None,
    memory: str | float | None = None,
    truncate: float | None = None,
) -> ExportedNetwork:
    """Return a network as a function that needs JAX and not jaxsnn, by `jax.export` (StableHLO; the format is JAX's).

    Args:
        simulation: the compiled network. Its kernels are those chosen for the platform on which it was compiled; for a
            GPU or TPU choose another than the walk over spikes, `Network(kernel="product")` or `"scatter"`.
        params, state: from `init` or an earlier run: shapes, and the numbers that the file holds.
        duration: of one call, ms. What a call returns is the state from which the next one goes on.
        platforms: where the function can run, of `cpu`, `cuda`, `rocm`, `tpu`; None is where the network was compiled.
        in_axes: of parameters and state, as for `jax.vmap`, for a batch of replicas in one call: `(0, 0)` where all
            arrays have a leading axis of replicas, `(None, 0)` where parameters are shared. None for one network.
        vjp_order: how many times the function of the file can be differentiated in reverse mode.
        checkpoint, memory, truncate: of the backward pass, as for `Simulation.run`.

    Returns:
        An `ExportedNetwork`. Records are those of `Simulation.run`: `{monitor: {variable: (n_steps, n)}}`, spikes as
        floats; under `in_axes` with a leading axis of replicas.

    Raises:
        ArgumentError: an unknown platform, arrays of another network, a duration that is none, a negative `vjp_order`.
        PrecisionError: the arrays, or the process, have another precision than the network.
        MemoryBudgetError: see `Simulation.run`.

    Example:
        >>> import jaxsnn as snn
        >>> net = snn.Network(dt=1.0, seed=1)
        >>> P = net.create(3, snn.IF_curr_exp(i_offset=1.5), name="P")
        >>> _ = net.monitor(P, "spike")
        >>> sim = net.compile()
        >>> network = snn.export(sim, *sim.init(1), duration=50.0, platforms=["cpu"])
        >>> state, records = network.function.call(network.params, network.state)
        >>> records["P"]["spike"].shape, int(state["step"])
        ((50, 3), 50)
    """
    _check(simulation, params, state, vjp_order)
    chosen = _platforms(simulation, platforms)
    steps = n_steps(duration, simulation.dt)
    trees = jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype), (params, state))

    def run(params: NetworkParams, state: NetworkState) -> tuple[NetworkState, Record]:
        return simulation.run(params, state, duration, checkpoint=checkpoint, memory=memory, truncate=truncate)

    if not isinstance(in_axes, int | tuple | list | None):
        raise ArgumentError(f"`in_axes` is that of `jax.vmap`, such as `(0, 0)` or `(None, 0)`, not {in_axes!r}")
    batched = run if in_axes is None else jax.vmap(run, in_axes=in_axes)

    def network(params: Arrays, state: Arrays) -> tuple[dict[str, Array], Record]:
        after, records = batched(rebuild(trees[0], params), rebuild(trees[1], state))
        return named_arrays(after), records

    on_host = [{name: np.asarray(x) for name, x in named_arrays(tree).items()} for tree in (params, state)]
    function = jax_export(jax.jit(network), platforms=chosen)(*on_host)
    about = {"dt": simulation.dt, "steps": steps, "precision": simulation.compiled.dtype.name, "platforms": chosen}
    about |= {"vjp_order": vjp_order, "jax": jax.__version__}
    told = fingerprint_of if in_axes is None else fingerprint_of_batch
    about |= {"fingerprint": told(simulation.compiled, params, state)}
    return ExportedNetwork(function, *on_host, about=about, trees=trees)


def _check(simulation: Simulation, params: NetworkParams, state: NetworkState, vjp_order: int) -> None:
    check_simulation(simulation, "simulation", Simulation)
    check_moment(params, state)
    check_precision(simulation.compiled, (params, state))
    if jax.tree.structure((params, state)) != jax.tree.structure(simulation.shapes):
        message = "`params` and `state` are not those of this network"
        raise ArgumentError(f"{message}: take what its `sim.init` or `sim.run` returns")
    arguments.whole(vjp_order, "vjp_order", least=0)


def _platforms(simulation: Simulation, platforms: Sequence[str] | None) -> list[str]:
    """Return platforms by the names of `jax.export`."""
    if platforms is None:
        here = simulation.platform == jax.default_backend()
        return [default_export_platform() if here else VENDOR.get(simulation.platform, simulation.platform)]
    chosen = arguments.names(platforms, "platforms")
    for name in chosen:
        if name not in PLATFORMS:
            hint = " A GPU is `cuda` or `rocm`." if name == "gpu" else did_you_mean(str(name), PLATFORMS)
            raise ArgumentError(f"`platforms`: unknown platform `{name}`.{hint}")
    if not chosen:
        raise ArgumentError(f"`platforms` names at least one of {', '.join(PLATFORMS)}; None takes the present one")
    return chosen
