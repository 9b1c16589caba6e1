"""What steps have recorded goes to the monitors of a network; what has lost its meaning is forgotten."""

from ..errors import warn
from ._arrays import Piece
from ._core import Core


def keep_records(core: Core, pieces: list[Piece]) -> None:
    """Hand what steps have recorded to the monitors."""
    for piece in pieces:
        for name, rows in piece.samples.items():
            core.recordings[name].add(piece.first, piece.steps, rows, core.draft.monitors[name].period)


def forget_records(core: Core, projections: frozenset[str]) -> None:
    """Drop what monitors have recorded of synapses that are other ones now, or stand in other places."""
    lost = []
    for name, recording in core.recordings.items():
        if core.draft.monitors[name].owner in projections and recording.chunks:
            recording.clear(core.step)
            lost.append(name)
    if lost:
        message = "have lost their samples of synapses that have changed: read them before"
        warn(f"monitors {', '.join(f'`{name}`' for name in lost)} {message}")
