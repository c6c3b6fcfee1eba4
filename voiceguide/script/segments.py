"""The script: what is said and done, in order, before anyone knows how long the words take."""

from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from typing import Literal, TypeAlias

from voiceguide.routine.model import Side

# The step at which sounds may start: one MP3 frame, at either sample rate. See the timeline.
GRID_MS = 24

ChimeKind: TypeAlias = Literal["begin", "release", "next", "end"]

# How long each built-in chime sounds; audio.chimes synthesises them to these lengths.
CHIME_MS: dict[ChimeKind, int] = {"begin": 1200, "release": 1700, "next": 1100, "end": 4200}


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence to be spoken.

    Attributes:
        text: as written, also in captions.
        natural_rate: spoken at the voice's natural rate even where the session's pace is slower; for words
            that count seconds and have to fit between them.
    """

    text: str
    natural_rate: bool = False


@dataclass(frozen=True, slots=True)
class Location:
    """Where in the routine a segment belongs: exercise id, repetition from 1, side, set from 1."""

    exercise: str | None = None
    rep: int | None = None
    side: Side | None = None
    set_number: int | None = None


NOWHERE = Location()


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence."""

    utterance: Utterance
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence of a length the script chooses."""

    duration_ms: int
    location: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Chime:
    """A chime that stands outside a hold."""

    kind: ChimeKind
    location: Location = NOWHERE


class Priority(IntEnum):
    """Which cue stays when two collide: the lowest number wins."""

    COUNTDOWN = 0
    HALFWAY = 1
    PHASE = 2
    REMINDER = 3


@dataclass(frozen=True, slots=True)
class Cue:
    """Words inside a hold.

    Attributes:
        utterances: said one a second from ``at_ms`` on where there are several (a countdown); they
            stay or go together.
        at_ms: from the start of the hold: where the words start, or their middle where ``centred``.
        slack_ms: how far the words may move to find room.
    """

    utterances: tuple[Utterance, ...]
    at_ms: int
    priority: Priority
    centred: bool = False
    slack_ms: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold of exactly ``duration_ms``, from the onset of its begin chime to that of its release chime.

    Attributes:
        since_release_ms: how long after the last release chime the hold begins, where the rest before it is timed;
            None where only pauses decide.
        rest: words that a timed rest begins with, where it leaves enough quiet after them.
        lead_ins: what may come right before a hold after a timed rest, from the fullest to the shortest: the
            first that has room is said. Only a rest too short for the shortest is made longer.
    """

    duration_ms: int
    cues: tuple[Cue, ...]
    location: Location
    since_release_ms: int | None = None
    rest: "tuple[Say | Pause, ...]" = ()
    lead_ins: "tuple[tuple[Say | Pause, ...], ...]" = ()


Segment: TypeAlias = Say | Pause | Chime | Hold


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the session: intro, one exercise, or outro; a chapter of the file.

    Attributes:
        dropped: texts for which the options leave no place, as (text, reason).
    """

    title: str
    segments: tuple[Segment, ...]
    dropped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """All sections in order."""

    sections: tuple[Section, ...]

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """Every different utterance, in the order in which they are first heard."""
        found: dict[Utterance, None] = {}
        for section in self.sections:
            for segment in section.segments:
                found.update(dict.fromkeys(_spoken_in(segment)))
        return tuple(found)


def _spoken_in(segment: Segment) -> tuple[Utterance, ...]:
    if isinstance(segment, Say):
        return (segment.utterance,)
    if isinstance(segment, Hold):
        between = [part.utterance for part in chain(segment.rest, *segment.lead_ins) if isinstance(part, Say)]
        return (*between, *(utterance for cue in segment.cues for utterance in cue.utterances))
    return ()
