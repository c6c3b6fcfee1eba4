"""The grid of times at which sounds start, and how long each sound lasts."""

from collections.abc import Mapping
from dataclasses import dataclass

from voiceguide.script.segments import ChimeKind, Utterance

# Sounds whose time the contract leaves open start on the grid; so do release chimes, and with them the
# countdown (three seconds are 125 steps), while a begin chime starts one hold before its release chime. So
# the same words have the same position in their frames in every session, and are encoded only once. A
# pause is longer than the script says by less than one step.
# One MP3 frame, at either sample rate.
GRID_MS = 24


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long each sound lasts, in ms."""

    speech: Mapping[Utterance, int]
    chimes: Mapping[ChimeKind, int]


def on_grid(at_ms: int) -> int:
    """Return the first point of the grid that is not before a time."""
    return -(-at_ms // GRID_MS) * GRID_MS


def on_grid_before(at_ms: int) -> int:
    """Return the last point of the grid that is not after a time."""
    return at_ms // GRID_MS * GRID_MS
