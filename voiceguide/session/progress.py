"""How far along a use case is."""

from collections.abc import Callable

# Called with the name of a stage, the pieces done, and the pieces in all.
Progress = Callable[[str, int, int], None]


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Ignore the progress."""


def share_of(progress: Progress, number: int, sessions: int) -> Progress:
    """Return the progress function of one session of several that share one bar: half speech, half file."""
    # Steps of the shared bar for each session.
    steps = 100

    def advance(stage: str, done: int, total: int) -> None:
        half = steps // 2
        part = half * done // max(total, 1) + (half if stage == "file" else 0)
        progress("sessions", steps * number + part, steps * sessions)

    return advance
