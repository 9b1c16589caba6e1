"""Public names: a network's description, its parameters and state, and an exported file call an attribute the same."""

from functools import cache

import jax
import numpy as np
import pytest

import jaxsnn as snn
from jaxsnn.errors import UnknownNameError
from jaxsnn.network import expand_patterns, match_names, named_arrays, named_leaves, public_name, rebuild, replaced


@cache
def simulation():
    """Return a network that has each kind of attribute: of every type and locality, tables, filters, delays."""
    net = snn.Network(dt=1.0, seed=1)
    net.constant("gain", 2.0)
    cell = snn.Neuron(
        parameters="tau = 10.0 : population ; n = 2 : int",
        equations="tau * dv/dt = -v + gain * g_exc + n\nis_up = v > 0.5 : bool",
        spike="v > 1.0",
        reset="v = 0.0",
        refractory=1.0,
    )
    raster = net.create(snn.inputs.SpikeRaster([[0, 1], [1, 0]]), name="raster")
    times = net.create(snn.inputs.SpikeSourceArray([[1.0], [2.0]]), name="times")
    P = net.create(2, cell, name="P")
    net.connect(raster, P, target="exc", synapse=snn.STDP, name="plastic").all_to_all(weights=0.5)
    net.connect(times, P, target="exc", name="late", fractional_delays=True).all_to_all(weights=0.5, delays=1.5)
    return net.compile()


@cache
def trees():
    return simulation().init(0)


def attributes(tree) -> dict[str, object]:
    """Return the arrays that have a public name; the name of any other array is a path."""
    names = simulation().names
    return {name: x for name, x in named_arrays(tree).items() if name in names}


def test_every_attribute_has_one_name():
    """Oracle: the description of the network: each name is that of one array, among parameters or in the state."""
    params, state = (attributes(tree) for tree in trees())
    assert params.keys().isdisjoint(state)
    assert {*params, *state} == set(simulation().names)
    assert {"gain", "P.tau", "P.n", "P.v", "P.is_up", "raster.spikes", "plastic.w", "late.w", "late.delay"} <= {
        *params,
        *state,
    }


def test_fit_and_export_name_parameters_alike():
    """Oracle: the names of the description, in both."""
    params, _ = trees()
    assert list(named_leaves(params)) == list(named_arrays(params)) == list(attributes(params))


def test_names_come_from_paths():
    """Oracle: the path of the name, and back."""
    assert {name: public_name(path) for name, path in simulation().names.items()} == {n: n for n in simulation().names}
    assert simulation().names["plastic.w"] == ("projections", "plastic", "w")


def test_what_is_no_attribute_has_its_path():
    """Oracle: by hand. Dots are for attributes, and for delays in whole steps, which stand among them; slashes for all
    else."""
    others = {name for name in named_arrays(trees()[1]) if name not in simulation().names}
    assert {"step", "key", "spikes/P/words", "constants/switches/plastic/update"} <= others
    assert [name for name in others if "." in name.split("/")[0]] == ["plastic.delay"]


def test_trees_are_rebuilt_from_named_arrays():
    """Oracle: the trees themselves; an array that was replaced by its name stands in its place."""
    for tree in trees():
        again = rebuild(tree, named_arrays(tree))
        jax.tree.map(np.testing.assert_array_equal, again, tree)
    params = trees()[0]
    changed = replaced(params, {"P.tau": np.float32(3.0)})
    assert changed.populations["P"]["tau"] == 3.0
    assert named_leaves(changed).keys() == named_leaves(params).keys()


def test_patterns():
    """Oracle: by hand. A name goes before a pattern that it could be; of two that match, the last holds."""
    known = ["P.tau", "P.v", "Q.tau", "P.*"]
    assert match_names("P.*", known, "values") == ["P.*"]
    assert match_names("?.tau", known, "values") == ["P.tau", "Q.tau"]
    assert expand_patterns({"Q.tau": 1.0, "*.tau": 2.0}, known, "values") == {"Q.tau": 2.0, "P.tau": 2.0}
    with pytest.raises(UnknownNameError, match=r"`values`: no parameter matches `P.tou`. Did you mean `P.tau`"):
        match_names("P.tou", known, "values")


def test_replaced_leaves():
    """Oracle: the tree written by hand; a number fills an array, and keeps its type."""
    tree = {"gain": np.float32(1.0), "layer": {"w": np.ones((2, 2), np.float32)}}
    found = replaced(tree, {"layer.w": 3})
    np.testing.assert_array_equal(found["layer"]["w"], np.full((2, 2), 3.0))
    assert found["layer"]["w"].dtype == np.float32 and found["gain"] is tree["gain"]
    with pytest.raises(UnknownNameError, match="no parameter is called `layer.v`. Did you mean `layer.w`?"):
        replaced(tree, {"layer.v": 3.0})
