"""The timeline: every segment at its absolute start, in integer milliseconds.

The timing contract is kept here: holds are exact whatever the words are, cues never overlap, and
a phrase that does not fit is dropped and listed, never cut or sped up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from voiceguide.errors import SessionTooLong
from voiceguide.routine.limits import MAX_SESSION_HOURS
from voiceguide.routine.model import Side
from voiceguide.script.segments import (
    GRID_MS,
    NOWHERE,
    Chime,
    ChimeKind,
    Cue,
    Hold,
    Location,
    Pause,
    Priority,
    Say,
    Script,
    Section,
    Segment,
    Utterance,
)
from voiceguide.text.printable import printable

# The minimum silence between two cues of a hold, and between its begin chime and the first.
CUE_GAP_MS = 500
_UNLIMITED_MS = 10**9
# The minimum silence between the last cue and the release chime.
RELEASE_GAP_MS = 250
# The minimum quiet that words at the beginning of a timed rest have to leave.
_REST_QUIET_MS = 3000

# Sounds whose time the contract leaves open start on the grid; so do release chimes, and with them the
# countdown (three seconds are 125 steps), while a begin chime starts one hold before its release chime. So
# the same words have the same position in their frames in every session, and are encoded only once. A
# pause is longer than the script says by less than one step.

EventKind: TypeAlias = Literal["say", "chime", "hold", "pause"]


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long each sound lasts, in ms."""

    speech: Mapping[Utterance, int]
    chimes: Mapping[ChimeKind, int]


# The limits are for timelines read from files, which anyone may have written.
Milliseconds = Annotated[int, Field(ge=0, le=(MAX_SESSION_HOURS + 1) * 3_600_000)]
Shown = Annotated[str, AfterValidator(printable)]
Text = Annotated[Shown, Field(max_length=2000)]
Name = Annotated[Shown, Field(max_length=200)]
MAX_EVENTS = 100_000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens from ``start_ms`` to ``end_ms``.

    For a hold, from chime to chime; for a say and a chime, where the sound begins and ends.

    Attributes:
        text: of a say, as written.
        exercise, rep, side, set_number: where it belongs; None outside of exercises.
        natural_rate: of a say; see ``Utterance``.
    """

    start_ms: Milliseconds
    end_ms: Milliseconds
    kind: EventKind
    text: Text = ""
    chime: ChimeKind | None = None
    exercise: Name | None = None
    rep: Annotated[int, Field(ge=1, le=10_000)] | None = None
    side: Side | None = None
    set_number: Annotated[int, Field(ge=1, le=100)] | None = None
    natural_rate: bool = False

    @property
    def duration_ms(self) -> int:
        """How long it lasts."""
        return self.end_ms - self.start_ms

    @property
    def utterance(self) -> Utterance | None:
        """What is spoken, for a say."""
        return Utterance(self.text, self.natural_rate) if self.kind == "say" else None

    @property
    def location(self) -> Location:
        """Where in the routine it belongs."""
        return Location(self.exercise, self.rep, self.side, self.set_number)

    def to_dict(self) -> dict[str, object]:
        """Return the fields that are set, as values JSON can hold."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in values.items() if name in _ALWAYS or value}


_ALWAYS = frozenset({"start_ms", "end_ms", "kind"})


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the session with a title."""

    start_ms: Milliseconds
    end_ms: Milliseconds
    title: Name


@dataclass(frozen=True, slots=True)
class Dropped:
    """A phrase that is left out because it does not fit.

    Attributes:
        at_ms: when it would have been said.
        text: of the phrase, as written.
        reason: why it does not fit, such as ``no room next to the countdown in a hold of 10 s``.
    """

    at_ms: Milliseconds
    text: Text
    reason: Text


@dataclass(frozen=True)
class Timeline:
    """The whole session; events are in order of their start.

    This is the one model of a session's times: it is laid out here, printed, embedded in files, and read back.
    """

    duration_ms: Milliseconds
    chapters: Annotated[tuple[Chapter, ...], Field(max_length=255)]
    events: Annotated[tuple[Event, ...], Field(max_length=MAX_EVENTS)]
    dropped: Annotated[tuple[Dropped, ...], Field(max_length=MAX_EVENTS)] = ()

    def of_kind(self, kind: EventKind) -> tuple[Event, ...]:
        """Return the events of one kind, in order."""
        return tuple(event for event in self.events if event.kind == kind)

    def to_dict(self) -> dict[str, object]:
        """Return the timeline as values JSON can hold; fields may be added, never changed or removed."""
        return {
            "duration_ms": self.duration_ms,
            "chapters": [asdict(chapter) for chapter in self.chapters],
            "events": [event.to_dict() for event in self.events],
            "dropped": [asdict(drop) for drop in self.dropped],
        }

    def check_order(self) -> None:
        """Refuse a timeline that is out of order; one that was laid out here is in order by construction.

        Raises:
            ValueError: says what is out of order.
        """
        if not self.duration_ms or not self.chapters:
            raise ValueError("a session needs a duration and a chapter")
        for name, times in (
            ("chapters", [(chapter.start_ms, chapter.end_ms) for chapter in self.chapters]),
            ("events", [(event.start_ms, event.end_ms) for event in self.events]),
        ):
            if any(end < start for start, end in times):
                raise ValueError(f"one of the {name} ends before it begins")
            if any(one > other for (one, _), (other, _) in pairwise(times)):
                raise ValueError(f"the {name} are not in order")


def lay_out(script: Script, lengths: Lengths) -> Timeline:
    """Put every segment of the script at its time.

    Args:
        script: what is said and done.
        lengths: of every utterance and chime of the script.

    Raises:
        UsageError: the session is longer than the limit.
    """
    builder = _TimelineBuilder(lengths)
    chapters = tuple(builder.section(section) for section in script.sections)
    if builder.now_ms > MAX_SESSION_HOURS * 3_600_000:
        raise SessionTooLong(builder.now_ms / 3_600_000, MAX_SESSION_HOURS)
    return Timeline(
        duration_ms=builder.now_ms,
        chapters=chapters,
        events=tuple(sorted(builder.events, key=lambda event: event.start_ms)),
        dropped=tuple(sorted(builder.dropped, key=lambda drop: drop.at_ms)),
    )


@dataclass
class _TimelineBuilder:
    """Puts one segment after the other on the timeline."""

    lengths: Lengths
    now_ms: int = 0
    _pause_ms: int = 0
    _released_ms: int = 0
    _pause_location: Location = NOWHERE
    events: list[Event] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def section(self, section: Section) -> Chapter:
        start_ms = self.now_ms
        self.dropped += [Dropped(start_ms, text, reason) for text, reason in section.dropped]
        for segment in section.segments:
            self._lay(segment)
        self._wait(self._pause_location)
        return Chapter(start_ms, self.now_ms, section.title)

    def _lay(self, segment: Segment) -> None:
        match segment:
            case Say(utterance, location):
                self._say(utterance, location)
            case Pause(duration_ms, location):
                self._pause_ms += duration_ms
                self._pause_location = location
            case Chime(kind, location):
                self._wait(location)
                self._chime(kind, location)
            case Hold():
                self._rest_before(segment)
                self._hold(segment)

    def _say(self, utterance: Utterance, location: Location) -> None:
        self._wait(location)
        end_ms = self.now_ms + self.lengths.speech[utterance]
        self.events.append(_said(self.now_ms, end_ms, location, utterance))
        self.now_ms = end_ms

    def _wait(self, location: Location, until_grid_ms: int = 0) -> None:
        """Add the pauses since the last sound, and the time up to the grid.

        Args:
            location: of the next sound in the routine.
            until_grid_ms: how far before the grid the next sound starts.
        """
        end_ms = _on_grid(self.now_ms + self._pause_ms + until_grid_ms) - until_grid_ms
        if end_ms > self.now_ms:
            self.events.append(_event(self.now_ms, end_ms, "pause", location))
        self.now_ms, self._pause_ms = end_ms, 0

    def _chime(self, kind: ChimeKind, location: Location) -> None:
        end_ms = self.now_ms + self.lengths.chimes[kind]
        self.events.append(_event(self.now_ms, end_ms, "chime", location, kind))
        self.now_ms = end_ms

    def _rest_before(self, hold: Hold) -> None:
        """Add a timed rest, so that the lead-in ends when the hold begins."""
        if hold.since_release_ms is None:
            return
        begins_ms = self._released_ms + hold.since_release_ms
        room_ms = begins_ms - self.now_ms - self._pause_ms
        lead = next((lead for lead in hold.lead_ins if self._length_ms(lead) <= room_ms), hold.lead_ins[-1])
        quiet_ms = room_ms - self._length_ms(lead) - self._length_ms(hold.rest)
        rest = hold.rest if quiet_ms >= _REST_QUIET_MS else ()
        for segment in (*hold.rest, *hold.lead_ins[0]):
            if isinstance(segment, Say) and segment not in (*rest, *lead):
                reason = f"no room in a rest of {hold.since_release_ms // 1000} s"
                self.dropped.append(Dropped(self.now_ms, segment.utterance.text, reason))
        for segment in rest:
            self._lay(segment)
        self._pause_ms = max(self._pause_ms, begins_ms - self._length_ms(lead) - self.now_ms)
        for segment in lead:
            self._lay(segment)

    def _length_ms(self, segments: "tuple[Say | Pause, ...]") -> int:
        """Return how long words and pauses last if they begin on the grid."""
        now_ms = pause_ms = 0
        for segment in segments:
            if isinstance(segment, Pause):
                pause_ms += segment.duration_ms
            else:
                now_ms = _on_grid(now_ms + pause_ms) + self.lengths.speech[segment.utterance]
                pause_ms = 0
        return now_ms + pause_ms

    def _hold(self, hold: Hold) -> None:
        self._wait(hold.location, hold.duration_ms)
        start_ms = self.now_ms
        placement = _CuePlacement(hold.duration_ms, self.lengths)
        for cue in sorted(hold.cues, key=lambda cue: (cue.priority, cue.at_ms)):
            placement.place(cue)
        self.events.append(_event(start_ms, start_ms + hold.duration_ms, "hold", hold.location))
        self._chime("begin", hold.location)
        for at_ms, utterance in placement.placed:
            begins_ms = start_ms + at_ms
            ends_ms = begins_ms + self.lengths.speech[utterance]
            self.events.append(_said(begins_ms, ends_ms, hold.location, utterance))
        self.dropped += [Dropped(start_ms + at, text, reason) for at, text, reason in placement.dropped]
        self.now_ms = self._released_ms = start_ms + hold.duration_ms
        self._chime("release", hold.location)


def _event(
    start_ms: int,
    end_ms: int,
    kind: EventKind,
    location: Location,
    chime: ChimeKind | None = None,
    text: str = "",
    natural_rate: bool = False,
) -> Event:
    exercise, rep, side, set_number = location.exercise, location.rep, location.side, location.set_number
    return Event(start_ms, end_ms, kind, text, chime, exercise, rep, side, set_number, natural_rate)


def _said(start_ms: int, end_ms: int, location: Location, utterance: Utterance) -> Event:
    return _event(start_ms, end_ms, "say", location, None, utterance.text, utterance.natural_rate)


def _on_grid(at_ms: int) -> int:
    """Return the first point of the grid that is not before a time."""
    return -(-at_ms // GRID_MS) * GRID_MS


_TAKEN_BY = {
    Priority.COUNTDOWN: "the countdown",
    Priority.HALFWAY: "the halfway call",
    Priority.PHASE: "the calls of the movement",
    Priority.REMINDER: "another reminder",
}


@dataclass(frozen=True, slots=True)
class _Taken:
    """A span that is taken, and the silence to leave before it."""

    start_ms: int
    end_ms: int
    by: str
    gap_before_ms: int = CUE_GAP_MS

    def collides(self, start_ms: int, end_ms: int) -> bool:
        return start_ms < self.end_ms + CUE_GAP_MS and end_ms > self.start_ms - self.gap_before_ms


class _CuePlacement:
    """Places the cues of a hold one after the other, the most important first."""

    def __init__(self, hold_ms: int, lengths: Lengths) -> None:
        self._off_grid_ms = hold_ms % GRID_MS  # the grid counts back from the end of the hold
        self._hold_ms = hold_ms
        self._lengths = lengths
        # Words start after the begin chime has ended and end before the release chime; the rest is taken.
        self._taken = [
            _Taken(-_UNLIMITED_MS, lengths.chimes["begin"], "the begin chime"),
            _Taken(hold_ms, _UNLIMITED_MS, "the release chime", RELEASE_GAP_MS),
        ]
        self.placed: list[tuple[int, Utterance]] = []
        self.dropped: list[tuple[int, str, str]] = []

    def place(self, cue: Cue) -> None:
        spans = self._spans(cue)
        starts = self._possible_starts(cue, spans)
        for start_ms in starts:
            moved = [(start_ms + at, start_ms + end) for at, end in spans]
            reason = self._reason_against(moved)
            if reason is None:
                self._take(cue, moved)
                return
        text = " ".join(utterance.text for utterance in cue.utterances)
        self.dropped.append((max(cue.at_ms, 0), text, f"{reason} in a hold of {self._hold_ms // 1000} s"))

    def _spans(self, cue: Cue) -> list[tuple[int, int]]:
        """Return when each utterance begins and ends, from the start of the cue; several are a second apart."""
        return [
            (second * 1000, second * 1000 + self._lengths.speech[utterance])
            for second, utterance in enumerate(cue.utterances)
        ]

    def _possible_starts(self, cue: Cue, spans: list[tuple[int, int]]) -> Iterator[int]:
        """Yield the planned start, then the nearest ones that end or begin a gap away from what is there."""
        planned = cue.at_ms - spans[-1][1] // 2 if cue.centred else cue.at_ms
        neighbours = [
            start
            for taken in self._taken
            for start in (
                self._on_grid(taken.start_ms - taken.gap_before_ms - spans[-1][1] - GRID_MS + 1),
                self._on_grid(taken.end_ms + CUE_GAP_MS),
            )
        ]
        yield self._on_grid(planned) if cue.slack_ms else planned
        yield from sorted(
            (start for start in neighbours if 0 < abs(start - planned) <= cue.slack_ms),
            key=lambda start: abs(start - planned),
        )

    def _on_grid(self, at_ms: int) -> int:
        return _on_grid(at_ms - self._off_grid_ms) + self._off_grid_ms

    def _reason_against(self, spans: list[tuple[int, int]]) -> str | None:
        for (_, end_ms), (next_start_ms, _) in pairwise(spans):
            if next_start_ms - end_ms < CUE_GAP_MS:
                return "words too long to be said a second apart"
        for start_ms, end_ms in spans:
            for taken in self._taken:
                if taken.collides(start_ms, end_ms):
                    return f"no room next to {taken.by}"
        return None

    def _take(self, cue: Cue, spans: list[tuple[int, int]]) -> None:
        for (start_ms, end_ms), utterance in zip(spans, cue.utterances, strict=True):
            self._taken.append(_Taken(start_ms, end_ms, _TAKEN_BY[cue.priority]))
            self.placed.append((start_ms, utterance))
