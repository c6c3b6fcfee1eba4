"""The plan of a session: what ``--json`` prints, what a file embeds, and what every writer reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field

from voiceguide.script.timeline import Name, Shown, Timeline


@dataclass(frozen=True, kw_only=True)
class Plan(Timeline):
    """A timeline, and what it is the timeline of; times in ms from the start of the audio.

    Attributes:
        routine: its id.
        title: as players show it.
        options: every choice made.
        voice: its id.
    """

    routine: Name
    title: Annotated[Shown, Field(max_length=400)]
    options: Mapping[str, object]
    voice: Annotated[Shown, Field(max_length=1000)]

    @classmethod
    def of(
        cls, timeline: Timeline, *, routine: str, title: str, options: Mapping[str, object], voice: str
    ) -> Self:
        """Return the plan with a timeline."""
        return cls(
            timeline.duration_ms,
            timeline.chapters,
            timeline.events,
            timeline.dropped,
            routine=routine,
            title=title,
            options=options,
            voice=voice,
        )

    def to_dict(self) -> dict[str, object]:
        """Return the plan as values JSON can hold; fields may be added, never changed or removed."""
        return {
            "routine": self.routine,
            "title": self.title,
            "options": dict(self.options),
            "voice": self.voice,
            **super().to_dict(),
        }
