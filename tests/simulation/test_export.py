"""A network as a file: the function and arrays that leave jaxsnn, run with it and without it."""

import json
import subprocess
import sys
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import ArgumentError, MissingPackageError, PrecisionError
from tests.simulation.export_networks import LIF, plastic, recurrent

WITHOUT_JAXSNN = """
import sys
sys.modules["jaxsnn"] = None  # an import of it raises
"""
RECEIVER = """
import jax, numpy as np
file = np.load(sys.argv[1], allow_pickle=False)
function = jax.export.deserialize(bytearray(file["function"]))
params, state = ({n.removeprefix(p): file[n] for n in file if n.startswith(p)} for p in ("params/", "state/"))
results = {}
for part in ("first", "second"):
    state, records = function.call(params, state)
    results |= {f"{part}/{m}.{v}": x for m, columns in records.items() for v, x in columns.items()}
np.savez(sys.argv[2], **results, **{"state/" + name: x for name, x in state.items()})
"""
IMPORTS = (
    WITHOUT_JAXSNN + "try:\n    import jaxsnn\nexcept ImportError:\n    sys.exit(0)\nsys.exit('it can be imported')\n"
)
DURATION = 30.0


def elsewhere(code: str, *arguments: str) -> None:
    """Run a program in a process that cannot import jaxsnn."""
    command = [sys.executable, "-c", WITHOUT_JAXSNN + code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def assert_same(one, other):
    """Assert that two trees have the same structure, types and bits."""
    assert jax.tree.structure(one) == jax.tree.structure(other)
    for x, y in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        assert x.dtype == y.dtype
        np.testing.assert_array_equal(x, y)


def small() -> snn.Network:
    """Describe three noisy neurons and their synapses."""
    net = snn.Network(dt=1.0, seed=3)
    cells = net.create(3, LIF, name="cells")
    net.connect(cells, cells, "exc", name="loop").all_to_all(weights=snn.Uniform(0.0, 0.5))
    net.monitor(cells, "spike")
    return net


@pytest.fixture(scope="module")
def sim():
    return small().compile()


@pytest.fixture(scope="module")
def started(sim):
    return sim.init(3)


def check_without_jaxsnn(net, tmp_path):
    """Run a network twice in a process without jaxsnn, and compare with `sim.run`; return records and final state."""
    sim = net.compile()
    params, state = sim.init(3)
    network = snn.export(sim, params, state, DURATION)
    network.save(tmp_path / "network.npz")
    elsewhere(RECEIVER, tmp_path / "network.npz", tmp_path / "results.npz")
    with np.load(tmp_path / "results.npz") as file:
        results = dict(file)
    runs = []
    for part in ("first", "second"):
        state, records = sim.run(params, state, DURATION)
        assert_same({f"{m}.{v}": x for m, c in records.items() for v, x in c.items()}, _of(results, part))
        runs.append(records)
    assert_same(network.restored(network.params, _of(results, "state")), (params, state))
    return runs, state


def _of(results: dict, part: str) -> dict:
    return {name.removeprefix(f"{part}/"): x for name, x in results.items() if name.startswith(f"{part}/")}


def test_the_other_process_has_no_jaxsnn():
    """Oracle: Python. The block of the tests below works."""
    assert subprocess.run([sys.executable, "-c", IMPORTS], check=False).returncode == 0


@pytest.mark.slow
def test_plastic_synapses_delays_and_noise_without_jaxsnn(tmp_path):
    """Oracle: `sim.run`, bit for bit, in records and in the state after two calls."""
    runs, _ = check_without_jaxsnn(plastic(), tmp_path)
    w = runs[1]["learning"]["w"]
    assert runs[0]["cells"]["spike"].sum() > 10 and (w[0] != w[-1]).any()


@pytest.mark.slow
def test_a_recurrent_network_without_jaxsnn(tmp_path):
    """Oracle: `sim.run`, and the spikes of the object surface, bit for bit."""
    net = recurrent()
    runs, _ = check_without_jaxsnn(net, tmp_path)
    spikes = np.concatenate([records["P"]["spike"] for records in runs])
    net.simulate(2 * DURATION)
    (monitor,) = net.monitors()
    found = monitor.get("spike")
    assert {rank: list(steps) for rank, steps in found.items() if len(steps)} == _spike_dictionary(spikes)
    assert spikes.sum() > 5


def _spike_dictionary(spikes: np.ndarray) -> dict[int, list[int]]:
    return {rank: np.flatnonzero(column).tolist() for rank, column in enumerate(spikes.T) if column.any()}


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
def test_a_batch_of_replicas(sim):
    """Oracle: `jax.vmap` of `sim.run`, bit for bit, and the spikes of each replica alone."""
    params, state = jax.vmap(sim.init)(jax.random.split(jax.random.key(0), 3))
    network = snn.export(sim, params, state, DURATION, in_axes=(0, 0))
    after, records = network.function.call(network.params, network.state)
    batch = jax.jit(jax.vmap(lambda params, state: sim.run(params, state, DURATION)))
    assert_same((network.restored(network.params, after)[1], records), batch(params, state))
    for i, spikes in enumerate(records["cells"]["spike"]):
        alone = sim.run(*jax.tree.map(lambda x, i=i: x[i], (params, state)), DURATION)
        assert_same(spikes, alone[1]["cells"]["spike"])


def test_a_batch_with_shared_parameters(sim, started):
    """Oracle: `sim.run` with the key of each replica, bit for bit."""
    params, state = started
    keys = jnp.asarray([[1, 2], [3, 4]], jnp.uint32)
    states = replace(jax.tree.map(lambda x: jnp.broadcast_to(x, (2, *x.shape)), state), key=keys)
    network = snn.export(sim, params, states, DURATION, in_axes=(None, 0))
    records = network.function.call(network.params, network.state)[1]
    for i in range(2):
        assert_same(
            records["cells"]["spike"][i], sim.run(params, replace(state, key=keys[i]), DURATION)[1]["cells"]["spike"]
        )


def test_gradients_of_a_file(sim, started):
    """Oracle: the gradient by `sim.run`, bit for bit; without `vjp_order` there is none."""
    params, state = started
    network = snn.export(sim, params, state, DURATION, vjp_order=1)
    function = jax.export.deserialize(bytearray(network.serialize()))
    here = jax.grad(lambda p: sim.run(p, state, DURATION)[1]["cells"]["spike"].mean())(params)
    there = jax.grad(lambda p: function.call(p, network.state)[1]["cells"]["spike"].mean())(network.params)
    assert_same(network.restored(there, network.state)[0], here)
    assert np.abs(there["loop.w"]).max() > 0
    plain = jax.export.deserialize(bytearray(snn.export(sim, params, state, DURATION).serialize()))
    with pytest.raises(ValueError, match="No VJP is available"):
        jax.grad(lambda p: plain.call(p, network.state)[1]["cells"]["spike"].mean())(network.params)


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
    with pytest.raises(ArgumentError, match="`vjp_order` is how many times one can differentiate, 0 or more, not -1"):
        snn.export(sim, *started, DURATION, vjp_order=-1)
    with pytest.raises(ArgumentError, match="a duration is a finite number of ms"):
        snn.export(sim, *started, -1.0)
    with pytest.raises(ArgumentError, match="not those of this network: take what its `sim.init`"):
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
    with pytest.raises(MissingPackageError, match="jaxsnn\\[export\\]"):
        snn.export(sim, *started, DURATION).save("nowhere")
