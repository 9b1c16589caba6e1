"""What makes two fits the same one, so that a checkpoint of one is not taken for the other."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .. import rng
from ._checkpoint import as_numpy, digest
from ._loop import Problem


def identity(problem: Problem, params: Any, data: Any, key: Any, dtype: Any) -> dict[str, Any]:
    """Return the fields by which a checkpoint is known, as JSON would hold them.

    Constants of the optimizer and the loss itself are functions, which cannot be compared.
    """
    free = problem.space.start(params)
    state = jax.tree_util.tree_flatten_with_path(jax.eval_shape(problem.optimizer.init, free))[0]
    groups, batches = problem.space.groups, problem.batches
    return {
        "trained": {name: f"{x.dtype.name} {x.shape}" for name, x in free.items()} | {"loss": jnp.dtype(dtype).name},
        "bounds": {g.names[0]: [g.map.low, g.map.high] for g in groups},
        "tied": [list(g.names) for g in groups if len(g.names) > 1],
        "optimizer": [f"{jax.tree_util.keystr(path)} {x.dtype} {x.shape}" for path, x in state],
        "batches": None if batches is None else [batches.samples, batches.size],
        "validate_every": None if problem.validate is None else problem.validate_every,
        "key": np.ravel(as_numpy(rng.key(key))).tolist(),
        "params": digest(params),
        "data": digest(data),
    }
