"""What the fields of the state say of themselves, and how code that knows no field by name goes over them."""

from dataclasses import fields, replace
from itertools import pairwise

import jax.numpy as jnp
import numpy as np

from jaxsnn.step import (
    Clock,
    Emitted,
    NetworkState,
    Owner,
    owned_by,
    population_state,
    state_fields,
    with_owned,
    with_population_state,
    without_projections,
)

ALL = {owner: state_fields(owner) for owner in Owner}


def test_every_field_has_an_owner():
    """Oracle: the list of fields; the clock, the seed and the constants belong to the network."""
    owned = {f.name for f in (*ALL[Owner.POPULATION], *ALL[Owner.PROJECTION])}
    assert {f.name for f in fields(NetworkState)} - owned == {"step", "key", "constants"}
    assert ALL[Owner.NETWORK] == ()


def test_keys_in_files_differ():
    """Oracle: no key begins like another one of the same owner, or a file could not tell whose part it is."""
    for described in ALL.values():
        keys = sorted(f.file for f in described if f.file)
        assert not any(b.startswith(a) for a, b in pairwise(keys))


def test_rings_ahead_belong_to_projections():
    """Oracle: a ring of inputs has parts of the size of a post-synaptic population, which a population has not."""
    assert not any(f.clock is Clock.AHEAD for f in ALL[Owner.POPULATION])


def state():
    """Return the state of two populations and a projection, each with a few fields."""
    one, two = jnp.arange(3.0), jnp.arange(2.0)
    return NetworkState(
        step=jnp.int32(4),
        key=jnp.zeros(2, jnp.uint32),
        populations={"P": {"v": one}, "Q": {"v": two}},
        refractory={"P": jnp.arange(3)},
        projections={"exc": {"w": one}},
        pending={"exc": two},
    )


def test_what_belongs_to_one():
    """Oracle: the dictionaries that were put in."""
    now = state()
    mine = {"populations": now.populations["P"], "refractory": now.refractory["P"]}
    assert owned_by(now, Owner.POPULATION, "P") == mine
    assert set(owned_by(now, Owner.POPULATION, "Q")) == {"populations"}
    assert set(owned_by(now, Owner.PROJECTION, "exc")) == {"projections", "pending"}
    new = with_owned(now, "exc", {"pending": jnp.ones(2), "last_events": jnp.zeros(3, jnp.int32)})
    assert set(owned_by(new, Owner.PROJECTION, "exc")) == {"projections", "pending", "last_events"}
    assert np.asarray(new.pending["exc"]).tolist() == [1.0, 1.0] and new.projections is now.projections


def test_the_part_of_a_population():
    """Oracle: what is read and written back is the same; None where there is nothing."""
    now = state()
    own = population_state(now, "P")
    assert own.variables is now.populations["P"] and own.refractory is now.refractory["P"]
    assert own.spikes is None and own.train is None and population_state(now, "Q").refractory is None
    assert with_population_state(now, "P", own) == now
    changed = with_population_state(now, "Q", replace(own, refractory=None))
    assert changed.populations["Q"] is now.populations["P"] and "Q" not in changed.refractory


def test_populations_alone():
    """Oracle: nothing of a projection is left, populations are the very same."""
    now = state()
    alone = without_projections(now)
    assert alone.projections == {} and alone.pending == {} and alone.constants.projections == {}
    assert alone.populations is now.populations and alone.refractory is now.refractory


def test_inputs_by_their_names():
    """Oracle: the names of the equation language; a conductance is a sum too, and no other name is an input."""
    exc, inh = jnp.zeros(1), jnp.ones(1)
    emitted = Emitted(conductances={"P": {"exc": exc}}, sums={"P": {"exc": inh, "inh": inh}})
    assert emitted.input("P", "g_exc") is exc and emitted.input("P", "sum(exc)") is exc
    assert emitted.input("P", "sum(inh)") is inh
    assert emitted.input("P", "v") is None and emitted.input("P", "g_inh") is None
    assert emitted.input("Q", "v") is None
