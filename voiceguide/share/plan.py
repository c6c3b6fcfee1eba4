"""The plan of a session: what ``--json`` prints, what a file carries, and what every writer reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from voiceguide.limits import SESSION_HOURS
from voiceguide.script.segments import ChimeKind, Side
from voiceguide.script.timeline import Event, EventKind, Timeline
from voiceguide.text import printable

# The limits are for plans that come from outside: see ``carried``.
_Milliseconds = Annotated[int, Field(ge=0, le=(SESSION_HOURS + 1) * 3_600_000)]
_Shown = Annotated[str, AfterValidator(printable)]
_Text = Annotated[_Shown, Field(max_length=2000)]
_Name = Annotated[_Shown, Field(max_length=200)]
_MOST_EVENTS = 100_000


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """One event; ``end_ms - start_ms`` of a hold is its window, of a say its sound.

    Attributes:
        text: of a say, as written.
        exercise, rep, side, set_number: where it belongs; None outside of exercises.
    """

    start_ms: _Milliseconds
    end_ms: _Milliseconds
    kind: EventKind
    text: _Text = ""
    chime: ChimeKind | None = None
    exercise: _Name | None = None
    rep: Annotated[int, Field(ge=1, le=10_000)] | None = None
    side: Side | None = None
    set_number: Annotated[int, Field(ge=1, le=100)] | None = None

    def as_data(self) -> dict[str, object]:
        """Return the fields that the event has."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in fields.items() if value is not None and value != ""}


@dataclass(frozen=True, slots=True)
class PlannedChapter:
    """A part of the session with a title."""

    start_ms: _Milliseconds
    end_ms: _Milliseconds
    title: _Name


@dataclass(frozen=True, slots=True)
class PlannedDrop:
    """Words that found no room, and why."""

    at_ms: _Milliseconds
    text: _Text
    reason: _Text


@dataclass(frozen=True)
class Plan:
    """A session as planned; times in ms from the start of the audio.

    Attributes:
        routine: its id; options: every choice made; voice: its id.
        events: in order of their start.
    """

    routine: _Name
    title: Annotated[_Shown, Field(max_length=400)]
    options: Mapping[str, object]
    voice: Annotated[_Shown, Field(max_length=1000)]
    duration_ms: _Milliseconds
    chapters: Annotated[tuple[PlannedChapter, ...], Field(max_length=255)]
    events: Annotated[tuple[PlannedEvent, ...], Field(max_length=_MOST_EVENTS)]
    dropped: Annotated[tuple[PlannedDrop, ...], Field(max_length=_MOST_EVENTS)] = ()

    def check_order(self) -> None:
        """Refuse what no session is; those that are laid out here are in order by their making.

        Raises:
            ValueError: says what is out of order.
        """
        if not self.duration_ms or not self.chapters:
            raise ValueError("a session lasts some time and has a chapter")
        for name, times in (
            ("chapters", [(chapter.start_ms, chapter.end_ms) for chapter in self.chapters]),
            ("events", [(event.start_ms, event.end_ms) for event in self.events]),
        ):
            if any(end < start for start, end in times):
                raise ValueError(f"one of the {name} ends before it begins")
            if any(one > other for (one, _), (other, _) in pairwise(times)):
                raise ValueError(f"the {name} are not in order")

    def of_kind(self, kind: Literal["say", "chime", "hold", "pause"]) -> tuple[PlannedEvent, ...]:
        """Return the events of one kind, in order."""
        return tuple(event for event in self.events if event.kind == kind)

    def as_data(self) -> dict[str, object]:
        """Return the plan as values JSON can hold; fields may be added here, never changed or taken away."""
        return {
            "routine": self.routine,
            "title": self.title,
            "options": dict(self.options),
            "voice": self.voice,
            "duration_ms": self.duration_ms,
            "chapters": [
                {"start_ms": chapter.start_ms, "end_ms": chapter.end_ms, "title": chapter.title}
                for chapter in self.chapters
            ],
            "events": [event.as_data() for event in self.events],
            "dropped": [
                {"at_ms": drop.at_ms, "text": drop.text, "reason": drop.reason} for drop in self.dropped
            ],
        }


def plan_of(
    timeline: Timeline, *, routine: str, title: str, options: Mapping[str, object], voice: str
) -> Plan:
    """Return the plan of a session that is laid out."""
    return Plan(
        routine=routine,
        title=title,
        options=options,
        voice=voice,
        duration_ms=timeline.duration_ms,
        chapters=tuple(
            PlannedChapter(chapter.start_ms, chapter.end_ms, chapter.title) for chapter in timeline.chapters
        ),
        events=tuple(map(_planned, timeline.events)),
        dropped=tuple(PlannedDrop(drop.at_ms, drop.text, drop.reason) for drop in timeline.dropped),
    )


def _planned(event: Event) -> PlannedEvent:
    return PlannedEvent(
        start_ms=event.start_ms,
        end_ms=event.end_ms,
        kind=event.kind,
        text=event.utterance.text if event.utterance else "",
        chime=event.chime,
        exercise=event.place.exercise,
        rep=event.place.rep,
        side=event.place.side,
        set_number=event.place.set_number,
    )
