"""From a document to a running network."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np

from ..step import Owner
from ._array_checks import must_fit, one_sided
from ._document import Document
from ._load_synapses import with_projection
from ._populations import with_population
from ._select import Selection
from ._snapshot import Randomness, Snapshot
from ._sound_values import check_values
from ._special_projections import with_virtual
from ._write_network import KEY, SEED, WEIGHTS


def restored(selection: Selection, now: Snapshot) -> tuple[Snapshot, list[str]]:
    """Return a network with what a file has of it, and sentences about what was skipped.

    Args:
        selection: what of the file goes where.
        now: the network. A whole network stands at the step of the file already, and its delays have room for those of
            the file: see `longest_delays`.

    Raises:
        FileFormatError: the file does not fit. Nothing has changed, as everything here is a value.
    """
    document, skipped = selection.document, list(selection.skipped)
    if selection.whole:
        now, more = _with_surroundings(now, document)
        skipped += more
    for theirs, ours in selection.populations.items():
        _must_be_complete(document, "populations", theirs)
        check_values(document, f"population `{ours}`", Owner.POPULATION, document.parts("populations", theirs))
        now, more = with_population(now, ours, document, document.parts("populations", theirs))
        skipped += more
    for theirs, ours in selection.projections.items():
        _must_be_complete(document, "projections", theirs)
        record = document.header["projections"][theirs]
        parts = document.parts("projections", theirs)
        check_values(document, f"projection `{ours}`", Owner.PROJECTION, parts)
        is_real = now.has_synapses(ours)
        now, more = (
            with_projection(now, ours, document, record, parts) if is_real else with_virtual(now, ours, document, parts)
        )
        skipped += more
    params, state = jax.tree.map(jnp.asarray, (now.params, now.state))
    return replace(now, params=params, state=state), skipped


def _must_be_complete(document: Document, section: str, name: str) -> None:
    """Raise if the header promises an attribute that the file does not hold."""
    parts = document.parts(section, name)
    missing = [a for a in document.header[section][name]["attributes"] if a not in parts]
    if missing:
        raise document.error(f"`{missing[0]}` of `{name}` is missing: the file is damaged")


def _with_surroundings(now: Snapshot, document: Document) -> tuple[Snapshot, list[str]]:
    """Return the network with the random numbers and constants of the file."""
    start = "constants/"
    theirs = {key: x for key, x in document.arrays.items() if key in (KEY, SEED, WEIGHTS) or key.startswith(start)}
    mine = {f"{start}{name}": np.asarray(x) for name, x in now.params.constants.items()}
    mine |= {KEY: np.asarray(now.state.key), SEED: now.random.seed, WEIGHTS: now.random.weights_seed}
    missing = [key for key in (KEY, SEED, WEIGHTS) if key not in theirs]
    if missing:
        raise document.error(f"`{missing[0]}` is missing: the file is damaged")
    must_fit(document, "the network", theirs, mine, {})
    constants = {name: theirs.get(f"{start}{name}", x) for name, x in now.params.constants.items()}
    counts = document.header["counts"]
    random = Randomness(theirs[SEED], theirs[WEIGHTS], counts["resets"], counts["assignments"])
    state, params = replace(now.state, key=theirs[KEY]), replace(now.params, constants=constants)
    names = [[key[len(start) :] for key in side if key.startswith(start)] for side in (theirs, mine)]
    skipped = one_sided("the constants", *names) + _other_generator(document, now)
    return replace(now, params=params, state=state, random=random), skipped


def _other_generator(document: Document, now: Snapshot) -> list[str]:
    theirs, ours = document.header["generator"], now.compiled.generator.name
    message = f"the random numbers to come are other ones, of the generator `{ours}`, not of `{theirs}`"
    return [] if theirs == ours else [message]
