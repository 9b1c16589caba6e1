"""The dense form: what it says of which pairs are synapses."""

import jax.numpy as jnp
import numpy as np
import pytest

from jaxsnn.connectivity import Side
from jaxsnn.connectivity._dense import Dense, DenseForm

from .pairs import N_POST, N_PRE, pairs


@pytest.mark.parametrize("by", list(Side))
def test_a_full_storage_says_nothing(by):
    """Oracle: what is said: None stands for all pairs, and stays so only where it was; pairs that go are kept apart."""
    full, some = pairs("parts", share=1.1), pairs("parts")
    form = DenseForm(full.ends, by)
    assert form.from_pairs(Dense(None), *full.ranks).exists is None
    spoken = form.from_pairs(Dense(jnp.zeros(form.shape, bool)), *full.ranks)
    assert np.asarray(spoken.exists).all() and spoken.exists.shape == form.shape
    assert np.asarray(form.from_pairs(Dense(None), *some.ranks).exists).sum() == len(some.pre)
    assert form.table(Dense(None)).size == N_PRE * N_POST


def test_nothing_to_trim_and_no_columns_to_find():
    """Oracle: the very object."""
    form, storage = DenseForm(pairs("whole").ends), Dense(None)
    assert form.trimmed(storage) is storage is form.with_columns(storage)
