"""Populations and synapses begin again while the network goes on: `editing/_reset.py`."""

from functools import cache

import jax
import numpy as np
import pytest

from jaxsnn.editing import (
    attribute_paths,
    drawn_synapse_paths,
    forget_events,
    population_paths,
    step_paths,
    synapse_paths,
)
from jaxsnn.step import LONG_AGO, Owner, Reset, find, owned_by, put, state_fields

from ..cases import some
from .network import STEPS, assert_same, started


@cache
def fresh():
    """Return parameters and state of a network that was just initialised, with another seed."""
    return started()[0].init(1)


def restored(now, paths):
    """Return parameters and state with the values of a fresh network at some paths."""
    for path in paths:
        now = put(*now, path, find(*fresh(), path))
    return now


def others(state, owner, but):
    """Return what the state has of all populations, or projections, but one."""
    names = {name for f in state_fields(owner) for name in getattr(state, f.name)} - {but}
    return {name: owned_by(state, owner, name) for name in names}


@pytest.mark.parametrize("values", [False, True])
@pytest.mark.parametrize("name", some(["P", "Q", "R", "drive"], 3))
def test_a_population_begins_again(name, values):
    """Oracle: what each field says of a reset; the fresh network; others are as they were."""
    sim, params, state = started()
    paths = population_paths(state, name, values) + (attribute_paths(sim.spec, name, None) if values else ())
    after_params, after = restored((params, state), paths)
    for path in step_paths(state, name):
        after_params, after = put(after_params, after, path, state.step)
    now, begun, new = (owned_by(s, Owner.POPULATION, name) for s in (state, fresh()[1], after))
    assert new.keys() == now.keys()
    for field in (f for f in state_fields(Owner.POPULATION) if f.name in now):
        if field.reset is Reset.NOW:
            assert int(new[field.name]) == STEPS
            continue
        begins = field.reset is Reset.BEGINS or values
        assert_same(new[field.name], (begun if begins else now)[field.name])
    assert_same(others(after, Owner.POPULATION, name), others(state, Owner.POPULATION, name))
    assert_same(after_params.populations[name], (fresh()[0] if values else params).populations[name])


def test_some_attributes_begin_again():
    """Oracle: the fresh network for those that are named, the present one for the others."""
    sim, params, state = started()
    after = restored((params, state), attribute_paths(sim.spec, "P", ("v",)))[1]
    assert_same(after.populations["P"]["v"], fresh()[1].populations["P"]["v"])
    for name in ("g_exc", "drive", "r"):
        assert_same(after.populations["P"][name], state.populations["P"][name])
    assert np.asarray(state.populations["P"]["g_exc"]).any()


def events(state):
    """Return the steps of the last events in projection `plastic`, of all its neurons."""
    return np.concatenate(jax.tree.leaves(state.last_events["plastic"]))


@pytest.mark.parametrize("pending", [False, True])
def test_events_are_forgotten(pending):
    """Oracle: the values of a network in which nothing has happened; the rest is the very same."""
    _, _, state = started()
    after = forget_events(state, ["plastic", "ring", "decoded"], pending)
    assert (events(after) == LONG_AGO).all()
    assert (events(state) != LONG_AGO).any()
    for field, name in (("pending", "ring"), ("decoded", "decoded")):
        old, new = (np.asarray(getattr(s, field)[name]) for s in (state, after))
        assert old.any() and new.any() is np.bool_(not pending)
    assert after.projections is state.projections and after.trains is state.trains


def test_events_of_some_projections_are_forgotten():
    """Oracle: projections that are not named keep their events."""
    _, _, state = started()
    assert_same(forget_events(state, ["uniform", "ring"], True).last_events, state.last_events)
    assert_same(forget_events(state, ["plastic"], True).pending, state.pending)


def test_synapses_begin_again():
    """Oracle: the fresh network for the attribute; no event has happened; other attributes are as they were."""
    sim, params, state = started()
    after = restored((params, state), synapse_paths(sim.spec, "plastic", ("x",)))[1]
    after = forget_events(after, ["plastic"])
    assert_same(after.projections["plastic"]["x"], fresh()[1].projections["plastic"]["x"])
    assert_same(after.projections["plastic"]["w"], state.projections["plastic"]["w"])
    assert (events(after) == LONG_AGO).all()
    assert_same(others(after, Owner.PROJECTION, "plastic"), others(state, Owner.PROJECTION, "plastic"))


@pytest.mark.parametrize("name", ["ring", "plastic", "grown"])
def test_synapses_are_drawn_anew(name):
    """Oracle: all that the fresh network has of the projection; switches and other projections are as they were."""
    sim, params, state = started()
    after_params, after = restored((params, state), drawn_synapse_paths(sim.compiled.plans[name]))
    after = forget_events(after, [name], pending=True)
    begun = fresh()[1]
    assert_same(after_params.projections[name], fresh()[0].projections[name])
    assert_same(owned_by(after, Owner.PROJECTION, name), owned_by(begun, Owner.PROJECTION, name))
    if name in begun.constants.connectivity:
        assert_same(after.constants.connectivity[name], begun.constants.connectivity[name])
    assert after.constants.switches is state.constants.switches
    assert_same(others(after, Owner.PROJECTION, name), others(state, Owner.PROJECTION, name))
