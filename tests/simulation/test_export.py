"""A network as a file: the function, the arrays, and what is refused."""

import json
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, MissingPackageError, PrecisionError
from tests.simulation.export_networks import DURATION, assert_same, small, small_started


@pytest.fixture(scope="module")
def sim():
    return small_started()[0]


@pytest.fixture(scope="module")
def started():
    return small_started()[1:]


def test_an_exported_function_goes_on(sim, started):
    """Oracle: one run of the whole duration, in the same process."""
    params, state = started
    network = snn.export(sim, params, state, DURATION)
    middle, first = network.function.call(network.params, network.state)
    final, second = network.function.call(network.params, middle)
    whole_state, whole = sim.run(params, state, 2 * DURATION)
    assert_same(jnp.concatenate([first["cells"]["spike"], second["cells"]["spike"]]), whole["cells"]["spike"])
    assert_same(network.restored(network.params, final), (params, whole_state))
    assert whole["cells"]["spike"].sum() > 0


def test_other_parameters_and_another_key(sim, started):
    """Oracle: `sim.run` with the same values."""
    params, state = started
    network = snn.export(sim, params, state, DURATION)
    key, w = np.array([5, 6], np.uint32), np.full((3, 3), 0.9, np.float32)
    _, records = network.function.call(network.params | {"loop.w": w}, network.state | {"key": key})
    other = replace(params, projections={"loop": {"w": jnp.asarray(w)}}), replace(state, key=jnp.asarray(key))
    assert_same(records, sim.run(*other, DURATION)[1])
    assert (records["cells"]["spike"] != sim.run(params, state, DURATION)[1]["cells"]["spike"]).any()


def test_names_are_public_and_keys_are_raw(sim, started):
    """Oracle: `sim.names` and NumPy: an `.npz` holds no other types without pickle."""
    network = snn.export(sim, *started, DURATION)
    assert set(network.params) | {"cells.v", "cells.g_exc"} == set(sim.names)
    assert {"cells.v", "cells.g_exc", "step", "key", "spikes/cells/words"} <= set(network.state)
    assert network.state["key"].shape == (2,) and network.state["key"].dtype == np.uint32
    assert all(x.dtype.kind in "fiub" for x in (network.params | network.state).values())


def test_the_file(sim, started, tmp_path):
    """Oracle: what was exported."""
    network = snn.export(sim, *started, DURATION, platforms=["cpu"])
    network.save(tmp_path / "a file")
    with np.load(tmp_path / "a file", allow_pickle=False) as file:
        assert bytes(file["function"]) == network.serialize()
        np.testing.assert_array_equal(file["state/cells.v"], started[1].populations["cells"]["v"])
        about = json.loads(str(file["about"]))
    assert (about["dt"], about["steps"], about["precision"], about["platforms"]) == (1.0, 30, "float32", ["cpu"])


def test_every_platform_in_one_file(sim, started):
    """Oracle: `sim.run`. A file for all platforms is written on any of them, and gives the same bits on this one."""
    network = snn.export(sim, *started, DURATION, platforms=("cpu", "cuda", "rocm", "tpu"))
    function = jax.export.deserialize(bytearray(network.serialize()))
    assert function.platforms == ("cpu", "cuda", "rocm", "tpu")
    assert_same(function.call(network.params, network.state)[1], sim.run(*started, DURATION)[1])


@pytest.mark.slow
def test_double_precision(double):
    """Oracle: `sim.run` in double precision; a process in single precision gets an error, no rounded numbers."""
    sim = small().compile()
    params, state = sim.init(3)
    network = snn.export(sim, params, state, DURATION)
    function = jax.export.deserialize(bytearray(network.serialize()))
    after, records = function.call(network.params, network.state)
    assert_same(((network.restored(network.params, after)[1]), records), sim.run(params, state, DURATION))
    assert network.about["precision"] == "float64" == after["cells.v"].dtype.name
    jax.config.update("jax_enable_x64", False)
    with pytest.raises(ValueError, match="float64"):
        function.call(network.params, network.state)
    with pytest.raises(PrecisionError, match="compiled for float64"):
        snn.export(sim, params, state, DURATION)


def test_wrong_arguments(sim, started):
    """Oracle: each message says what was given and what to do."""
    with pytest.raises(ArgumentError, match="unknown platform `gpu`. A GPU is `cuda` or `rocm`"):
        snn.export(sim, *started, DURATION, platforms="gpu")
    with pytest.raises(ArgumentError, match="unknown platform `cpus`. Did you mean `cpu`?"):
        snn.export(sim, *started, DURATION, platforms=("cpus", "tpu"))
    with pytest.raises(ArgumentError, match="at least one of cpu, cuda, rocm, tpu"):
        snn.export(sim, *started, DURATION, platforms=())
    with pytest.raises(ArgumentError, match="`vjp_order` is an integer, at least 0, not -1"):
        snn.export(sim, *started, DURATION, vjp_order=-1)
    with pytest.raises(ArgumentError, match="a duration is a finite number of ms"):
        snn.export(sim, *started, -1.0)
    with pytest.raises(ArgumentError, match="`state` is a `NetworkState`, as `sim.init` returns one"):
        snn.export(sim, started[0], started[0], DURATION)


def test_wrong_arrays(sim, started):
    """Oracle: JAX refuses other shapes and names; what comes back is looked at by name."""
    network = snn.export(sim, *started, DURATION)
    with pytest.raises(ValueError, match="loop.w"):
        network.function.call(network.params | {"loop.w": np.ones((2, 2), np.float32)}, network.state)
    with pytest.raises(ValueError, match="structure"):
        network.function.call({}, network.state)
    with pytest.raises(ArgumentError, match="`state`: the array `cells.vv` is unknown. Did you mean `cells.v`?"):
        network.restored(network.params, network.state | {"cells.vv": np.zeros(3)})
    with pytest.raises(ArgumentError, match="`params`: the array `cells.tau` is missing"):
        network.restored({n: x for n, x in network.params.items() if n != "cells.tau"}, network.state)


def test_without_flatbuffers(sim, started, monkeypatch):
    """Oracle: the message names the extra."""
    monkeypatch.setattr("jaxsnn.simulation._export.find_spec", lambda name: None)
    with pytest.raises(MissingPackageError, match="pip install flatbuffers`, or the extra `export`"):
        snn.export(sim, *started, DURATION).save("nowhere")
