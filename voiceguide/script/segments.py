"""The script: what is said and done, in order, before anyone knows how long the words take."""

from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from typing import Literal, TypeAlias

from voiceguide.routine.values import Side

# Where there is room, words wait until the release chime has rung out, and a moment longer.
AFTER_RELEASE_MS = 700
# A silence just longer than the encoder remembers: what is heard before it and after it are blocks of their own.
APART_MS = 2550
# From the last word to the begin chime: time to settle, and the begin chime is one block in all holds.
BEFORE_BEGIN_MS = APART_MS

ChimeKind: TypeAlias = Literal["begin", "release", "next", "end"]

# What a sentence is for; a closed list. ``instruction`` is every text that moves the listener into a hold.
Role: TypeAlias = Literal[
    "welcome", "safety", "overview", "position", "instruction", "count", "length", "reminder", "halfway",
    "countdown", "phase", "breath", "number", "step", "transition", "closing",
]  # fmt: skip

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
    """Where in the routine a segment belongs: exercise id, repetition, side, set, round of a group; numbers from 1."""

    exercise: str | None = None
    rep: int | None = None
    side: Side | None = None
    set_number: int | None = None
    round_number: int | None = None


NOWHERE = Location()


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence.

    Attributes:
        is_authored: whether the routine's author wrote it, who wants to know if nobody hears it.
    """

    utterance: Utterance
    location: Location = NOWHERE
    role: Role = "instruction"
    is_authored: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence of a length the script chooses.

    Attributes:
        is_exact: whether an author chose it: then it is exactly so long between two sentences, instead of the pause
            that would be there.
        is_flexible: whether it may be shorter where a rest has little room.
    """

    duration_ms: int
    location: Location = NOWHERE
    is_exact: bool = False
    is_flexible: bool = False


@dataclass(frozen=True, slots=True)
class Chime:
    """A chime that stands outside a hold."""

    kind: ChimeKind
    location: Location = NOWHERE


class Priority(IntEnum):
    """Which cue stays when two collide: the lowest number wins."""

    NUMBER = 0
    COUNTDOWN = 1
    PHASE = 2
    HALFWAY = 3
    CALL = 4
    REMINDER = 5


@dataclass(frozen=True, slots=True)
class Cue:
    """Words inside a hold.

    Attributes:
        utterances: said one after the other.
        at_ms: from the start of the hold: where the words start, or their middle where ``centred``.
        every_ms: how far apart the utterances start, for a countdown; they stay or go together.
        pauses_ms: the silence after each utterance where they are not counted.
        slack_ms: how far the words may move to find room.
        only_later: whether they may move only to a later time.
        gap_ms: the least silence to the words before and after it.
        fits_in_ms: the time in which utterances are said; those that do not fit are left out, the last first.
        location: of its words, where that is more exact than the hold's.
    """

    utterances: tuple[Utterance, ...]
    at_ms: int
    priority: Priority
    centred: bool = False
    slack_ms: int = 0
    role: Role = "reminder"
    every_ms: int | None = None
    pauses_ms: tuple[int, ...] = ()
    gap_ms: int = 500
    fits_in_ms: int | None = None
    only_later: bool = False
    location: Location | None = None


Words: TypeAlias = "tuple[Say | Pause, ...]"


@dataclass(frozen=True, slots=True)
class Form:
    """One way to fill a rest with words.

    Attributes:
        head: said at the beginning: how to come out.
        tail: said at the end: how to go in again, and which repetition it is.
        quiet_ms: the least silence between the two.
    """

    head: Words = ()
    tail: Words = ()
    quiet_ms: int = 0


@dataclass(frozen=True, slots=True)
class TimedRest:
    """The time from the last release chime to the next begin chime, where somebody gave it.

    Attributes:
        duration_ms: exactly so long.
        forms: what may be said in it, from the fullest to the shortest; the first that fits is said, or nothing.
    """

    duration_ms: int
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold of exactly ``duration_ms``, from the onset of its begin chime to that of its release chime.

    Attributes:
        rest: what comes before it, where that has a given length.
        lead_in: numbers said before the begin chime, a second apart; the last one a second before it.
        rings_ms: when a chime marks the time, from the start of the hold.
    """

    duration_ms: int
    cues: tuple[Cue, ...]
    location: Location
    rest: TimedRest | None = None
    lead_in: tuple[Utterance, ...] = ()
    rings_ms: tuple[int, ...] = ()


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
        forms = segment.rest.forms if segment.rest else ()
        rest = chain.from_iterable((*form.head, *form.tail) for form in forms)
        between = [part.utterance for part in rest if isinstance(part, Say)]
        cues = (utterance for cue in segment.cues for utterance in cue.utterances)
        return (*between, *segment.lead_in, *cues)
    return ()
