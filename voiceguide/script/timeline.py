"""The timeline: every segment at its absolute start, in integer milliseconds.

The timing contract is kept here: holds are exact whatever the words are, cues never overlap, and
a phrase that does not fit is dropped and listed, never cut or sped up.
"""

from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from voiceguide.errors import SessionTooLong
from voiceguide.routine.limits import MAX_SESSION_HOURS
from voiceguide.routine.values import Side
from voiceguide.script.cue_placement import CuePlacement
from voiceguide.script.grid import Lengths, on_grid
from voiceguide.script.rest_room import DAMP_FROM_MS, RestRoom
from voiceguide.script.segments import (
    NOWHERE,
    Chime,
    ChimeKind,
    Hold,
    Location,
    Pause,
    Role,
    Say,
    Script,
    Section,
    Segment,
    TimedRest,
    Utterance,
)
from voiceguide.text.formatting import format_seconds
from voiceguide.text.printable import printable

# A release chime that something else follows is damped in so many ms.
DAMPING_MS = 100
# The least silence between the last word of a rest and the begin chime.
_MIN_BEFORE_BEGIN_MS = 250
NO_ROOM_IN_A_REST = "no room in a rest"
# Between the last word and the numbers that lead in.
_BEFORE_LEAD_IN_MS = 500

EventKind: TypeAlias = Literal["say", "chime", "hold", "pause"]


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
        exercise, rep, side, set_number, round_number: where it belongs; None outside of exercises.
        natural_rate: of a say; see ``Utterance``.
        role: of a say: what it is for.
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
    role: Role | None = None
    round_number: Annotated[int, Field(ge=1, le=1000)] | None = None

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
        return Location(self.exercise, self.rep, self.side, self.set_number, self.round_number)

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
        exercise: in which it would have been said.
    """

    at_ms: Milliseconds
    text: Text
    reason: Text
    exercise: Name | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the fields that are set, as values JSON can hold."""
        return {name: value for name, value in asdict(self).items() if value is not None}


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
            "dropped": [drop.to_dict() for drop in self.dropped],
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
        lengths: of every utterance and chime of the script; a chime that is not there is not heard.

    Raises:
        UsageError: the session is longer than the limit, or a number takes longer than the repetition it counts.
    """
    builder = _TimelineBuilder(lengths)
    starts = [builder.section(section) for section in script.sections]
    builder.finish()
    if builder.now_ms > MAX_SESSION_HOURS * 3_600_000:
        raise SessionTooLong(builder.now_ms / 3_600_000, MAX_SESSION_HOURS)
    ends = [*starts[1:], builder.now_ms]
    return Timeline(
        duration_ms=builder.now_ms,
        chapters=tuple(
            Chapter(start_ms, end_ms, section.title)
            for section, start_ms, end_ms in zip(script.sections, starts, ends, strict=True)
        ),
        events=tuple(sorted(builder.events, key=lambda event: event.start_ms)),
        dropped=tuple(sorted(builder.dropped, key=lambda drop: drop.at_ms)),
    )


@dataclass
class _TimelineBuilder:
    """Puts one segment after the other on the timeline."""

    lengths: Lengths
    now_ms: int = 0
    _pause_ms: int = 0
    _exact_pause_ms: int | None = None
    _pause_location: Location = NOWHERE
    # The release chime that rings: when it began, and where. How long it sounds, what comes next decides.
    _released_ms: int = 0
    _ringing: Location | None = None
    events: list[Event] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def section(self, section: Section) -> int:
        """Lay out a section, and return when it begins: with its first sound or silence."""
        self.dropped += [Dropped(self.now_ms, text, reason) for text, reason in section.dropped]
        start_ms = None
        for segment in section.segments:
            before_ms = self.now_ms
            begins_ms = self._lay(segment)
            if start_ms is None:
                start_ms = before_ms if begins_ms is None else begins_ms
        if self._pause_ms or self._exact_pause_ms:
            self._wait(self._pause_location)
        return self.now_ms if start_ms is None else start_ms

    def finish(self) -> None:
        """Let the last chime ring out."""
        self._ring_out()

    def _lay(self, segment: Segment) -> int | None:
        """Lay out a segment; return when its first words begin, where they begin before anything else does."""
        if isinstance(segment, Hold):
            begins_ms = self._rest_before(segment, segment.rest) if segment.rest else None
            self._hold(segment)
            return begins_ms
        self._ring_out()
        match segment:
            case Say():
                self._say(segment)
            case Pause():
                self._pause(segment)
            case Chime(kind, location):
                self._wait(location)
                self.now_ms += self._chime(kind, self.now_ms, location)
        return None

    def _ring_out(self) -> None:
        """Let the release chime sound to its end."""
        if self._ringing is not None:
            location, self._ringing = self._ringing, None
            self.now_ms += self._chime("release", self._released_ms, location)

    def _damp_for(self, next_ms: int) -> None:
        """Let the release chime sound until something else does, which starts a moment later or with it."""
        if self._ringing is None:
            return
        location, self._ringing = self._ringing, None
        since_ms = next_ms - self._released_ms
        self._chime("release", self._released_ms, location, since_ms + DAMPING_MS if since_ms else 0)

    def _pause(self, pause: Pause) -> None:
        if pause.is_exact:
            self._exact_pause_ms = (self._exact_pause_ms or 0) + pause.duration_ms
        else:
            self._pause_ms += pause.duration_ms
        self._pause_location = pause.location

    def _say(self, say: Say) -> None:
        self._wait(say.location)
        self._say_at(self.now_ms, say)
        self.now_ms += self.lengths.speech[say.utterance]

    def _say_at(self, start_ms: int, say: Say) -> None:
        end_ms = start_ms + self.lengths.speech[say.utterance]
        self.events.append(_event(start_ms, end_ms, "say", say.location, None, say))

    def _wait(self, location: Location, until_grid_ms: int = 0) -> None:
        """Add the pauses since the last sound, and the time up to the grid.

        Args:
            location: of the next sound in the routine.
            until_grid_ms: how far before the grid the next sound starts.
        """
        if self._exact_pause_ms is not None and self._exact_pause_ms >= self._pause_ms:
            end_ms = self.now_ms + self._exact_pause_ms
        else:
            end_ms = on_grid(self.now_ms + self._pause_ms + until_grid_ms) - until_grid_ms
        self._silence(end_ms, location)

    def _silence(self, end_ms: int, location: Location) -> None:
        if end_ms > self.now_ms:
            self.events.append(_event(self.now_ms, end_ms, "pause", location))
        self.now_ms, self._pause_ms, self._exact_pause_ms = max(end_ms, self.now_ms), 0, None

    def _chime(
        self, kind: ChimeKind, start_ms: int, location: Location, at_most_ms: int | None = None
    ) -> int:
        """Add a chime, and return how long it sounds."""
        length_ms = self.lengths.chimes.get(kind)
        if length_ms is None:
            return 0
        if at_most_ms is not None:
            length_ms = min(length_ms, at_most_ms)
        self.events.append(_event(start_ms, start_ms + length_ms, "chime", location, kind))
        return length_ms

    # --- rests of a given length -----------------------------------------------------------------

    def _rest_before(self, hold: Hold, rest: TimedRest) -> int:
        """Fill a rest of given length with the fullest form that fits; return when its first sound begins."""
        self._pause_ms, self._exact_pause_ms = 0, None
        begins_ms = self._released_ms + rest.duration_ms
        lead_in = self._lead_in_that_fits(hold, rest)
        ends_ms = begins_ms - 1000 * len(lead_in) - (_BEFORE_LEAD_IN_MS if lead_in else 0)
        chime_ms = self.lengths.chimes.get("release", 0)
        room = RestRoom(
            self.lengths, self._released_ms, chime_ms, ends_ms, _MIN_BEFORE_BEGIN_MS if not lead_in else 0
        )
        said = room.first_that_fits(rest.forms)
        self._list_unsaid(hold, rest, [say for _, say in said])
        numbers = [
            (begins_ms - 1000 * (len(lead_in) - number), Say(utterance, hold.location, "countdown"))
            for number, utterance in enumerate(lead_in)
        ]
        first_ms = min((start_ms for start_ms, _ in (*said, *numbers)), default=begins_ms)
        if first_ms >= self._released_ms + chime_ms:
            self._ring_out()
        else:
            self._damp_for(first_ms)
            self.now_ms = first_ms
        for start_ms, say in (*said, *numbers):
            self._silence(start_ms, say.location)
            self._say_at(start_ms, say)
            self.now_ms = start_ms + self.lengths.speech[say.utterance]
        self._silence(begins_ms, hold.location)
        return first_ms

    def _lead_in_that_fits(self, hold: Hold, rest: TimedRest) -> tuple[Utterance, ...]:
        """Return the last numbers of the lead-in for which there is time; the others are listed as dropped."""
        possible = max(rest.duration_ms - DAMP_FROM_MS, 0) // 1000
        numbers = hold.lead_in[max(len(hold.lead_in) - possible, 0) :] if possible else ()
        if len(numbers) < len(hold.lead_in):
            left_out = " ".join(number.text for number in hold.lead_in[: len(hold.lead_in) - len(numbers)])
            self.dropped.append(
                Dropped(self._released_ms, left_out, _no_room_in(rest), hold.location.exercise)
            )
        return numbers

    def _list_unsaid(self, hold: Hold, rest: TimedRest, said: list[Say]) -> None:
        """List what the fullest form says and nobody hears."""
        if rest.forms:
            texts = {say.utterance.text for say in said}
            for segment in (*rest.forms[0].head, *rest.forms[0].tail):
                if isinstance(segment, Say) and segment.is_authored and segment.utterance.text not in texts:
                    self.dropped.append(
                        Dropped(
                            self._released_ms,
                            segment.utterance.text,
                            _no_room_in(rest),
                            hold.location.exercise,
                        )
                    )

    # --- holds -----------------------------------------------------------------------------------

    def _hold(self, hold: Hold) -> None:
        if hold.rest is None:
            self._ring_out()
            if hold.lead_in:
                self._lead_in(hold)
            else:
                self._wait(hold.location, hold.duration_ms)
        start_ms = self.now_ms
        placement = CuePlacement(hold.duration_ms, self.lengths)
        for cue in sorted(hold.cues, key=lambda cue: (cue.priority, cue.at_ms)):
            placement.place(cue)
        self.events.append(_event(start_ms, start_ms + hold.duration_ms, "hold", hold.location))
        self._chime("begin", start_ms, hold.location)
        for at_ms in hold.rings_ms:
            if (
                at_ms + self.lengths.chimes.get("next", 0) <= hold.duration_ms
            ):  # else the release would ring into it
                self._chime("next", start_ms + at_ms, hold.location)
        for at_ms, utterance, cue in placement.placed:
            self._say_at(start_ms + at_ms, Say(utterance, cue.location or hold.location, cue.role))
        self.dropped += [
            Dropped(start_ms + at, text, reason, hold.location.exercise)
            for at, text, reason in placement.dropped
        ]
        self.now_ms = self._released_ms = start_ms + hold.duration_ms
        self._ringing = hold.location

    def _lead_in(self, hold: Hold) -> None:
        """Count before a hold, so that the last number is said one second before it begins."""
        counted_ms = 1000 * len(hold.lead_in)
        self._pause_ms = max(self._pause_ms - counted_ms, _BEFORE_LEAD_IN_MS)
        self._wait(hold.location, hold.duration_ms + counted_ms)
        begins_ms = self.now_ms + counted_ms
        for utterance in hold.lead_in:
            second_ms = self.now_ms
            self._say_at(second_ms, Say(utterance, hold.location, "countdown"))
            self.now_ms += self.lengths.speech[utterance]
            self._silence(second_ms + 1000, hold.location)
        self.now_ms = begins_ms


def _no_room_in(rest: TimedRest) -> str:
    return f"{NO_ROOM_IN_A_REST} of {format_seconds(rest.duration_ms)}"


def _event(
    start_ms: int,
    end_ms: int,
    kind: EventKind,
    location: Location,
    chime: ChimeKind | None = None,
    said: Say | None = None,
) -> Event:
    return Event(
        start_ms,
        end_ms,
        kind,
        said.utterance.text if said else "",
        chime,
        location.exercise,
        location.rep,
        location.side,
        location.set_number,
        said.utterance.natural_rate if said else False,
        said.role if said else None,
        location.round_number,
    )
