"""How calm a session is: how much of it is talk, and how long a body waits in a stretch before its time begins."""

from collections.abc import Iterator
from dataclasses import dataclass

from voiceguide.script.timeline import Timeline

# Between what moves the listener into a stretch and the begin chime stands at most which round or side it is.
MAX_LOADED_MS = 5500
# From the last word, whatever it is.
MAX_WAIT_MS = 3200


@dataclass(frozen=True, slots=True)
class Approach:
    """The last moments before a hold.

    Attributes:
        exercise: its id.
        wait_ms: from the end of the last word to the begin chime.
        loaded_ms: from the end of the last instruction to the begin chime; 0 where none leads into the hold.
    """

    exercise: str | None
    wait_ms: int
    loaded_ms: int

    @property
    def is_calm(self) -> bool:
        """Whether nobody waits in the stretch for long."""
        return self.wait_ms <= MAX_WAIT_MS and self.loaded_ms <= MAX_LOADED_MS


def approaches(timeline: Timeline) -> Iterator[Approach]:
    """Yield the approach to each hold into which words lead."""
    spoken_ms = moved_ms = None
    for event in timeline.events:
        if event.kind == "say":
            spoken_ms = event.end_ms
            if event.role == "instruction":
                moved_ms = event.end_ms
        elif event.kind == "hold":
            if spoken_ms is not None:
                loaded_ms = 0 if moved_ms is None else event.start_ms - moved_ms
                yield Approach(event.exercise, event.start_ms - spoken_ms, loaded_ms)
            spoken_ms = moved_ms = None


@dataclass(frozen=True, slots=True)
class Shares:
    """What a session consists of, each as a share of its length.

    Attributes:
        speech: words.
        hold: holds, with the words in them.
        quiet: neither words nor chimes.
        wait_ms: the longest wait between an instruction and the begin chime.
    """

    speech: float
    hold: float
    quiet: float
    wait_ms: int


def shares_of(timeline: Timeline) -> Shares:
    """Return what a session consists of."""
    lengths = {
        kind: sum(event.duration_ms for event in timeline.of_kind(kind)) for kind in ("say", "chime", "hold")
    }
    whole_ms = timeline.duration_ms
    return Shares(
        speech=lengths["say"] / whole_ms,
        hold=lengths["hold"] / whole_ms,
        quiet=1 - (lengths["say"] + lengths["chime"]) / whole_ms,
        wait_ms=max((approach.loaded_ms for approach in approaches(timeline)), default=0),
    )
