"""What every part of the script needs: the language, the options, and the next variant of each phrase."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from voiceguide.language.base import Language
from voiceguide.options.session import ResolvedOptions
from voiceguide.routine.model import Exercise, Routine, Side
from voiceguide.script.segments import NOWHERE, Location, Pause, Say, Segment, Utterance

SENTENCE_PAUSE_MS = 650
PART_PAUSE_MS = 1100

# What each level of guidance includes in addition to names, sides, repetitions and counts.
PARTS: dict[str, frozenset[str]] = {
    "full": frozenset({
        "welcome", "equipment", "safety", "chimes", "position", "duration", "phases", "breath", "reminders",
        "halfway", "rest", "release", "after",
    }),
    "brief": frozenset({
        "welcome", "equipment", "safety", "chimes", "position", "breath", "halfway", "rest", "release", "after",
    }),
    "cues": frozenset({"breath"}),
    "chimes": frozenset(),
}  # fmt: skip


@dataclass(frozen=True)
class ScriptContext:
    """A routine with the options and the language of its session.

    Attributes:
        exercises: those that are done.
    """

    routine: Routine
    options: ResolvedOptions
    language: Language
    exercises: tuple[Exercise, ...]
    _times_said: dict[str, int] = field(default_factory=dict)

    def includes(self, part: str) -> bool:
        """Return whether the level of guidance includes a part."""
        return part in PARTS[self.options.guidance]

    def next_variant(self, name: str) -> int:
        """Return the number of the next variant of a phrase, from 0."""
        self._times_said[name] = self._times_said.get(name, -1) + 1
        return self._times_said[name]

    def phrase(
        self, name: str, /, kind: str | None = None, location: Location = NOWHERE, **values: str
    ) -> Iterator[Segment]:
        """Say a phrase of the language, with the routine's noun for an exercise filled in."""
        return self.spoken(self.phrase_text(name, kind, **values), location)

    def phrase_text(self, name: str, /, kind: str | None = None, **values: str) -> str:
        """Return the next variant of a phrase of the language."""
        return self.language.phrase(name, self.next_variant(name), kind, **self._nouns, **values)

    @cached_property
    def _nouns(self) -> dict[str, str]:
        """What phrases call one exercise, and all of the session's."""
        return {"noun": self._noun(1), "nouns": self._noun(len(self.exercises))}

    def _noun(self, count: int) -> str:
        """Return what so many exercises are called: by the routine, or else in general."""
        general = {"one": self._general_noun(1), "other": self._general_noun(count)}
        own = {category: word for category, word in self.routine.noun if word}
        return self.language.plural(general | own, count, str(count))

    def _general_noun(self, count: int) -> str:
        return self.language.text("exercise_noun", n=count)

    def duration_phrase(self, exercise: Exercise) -> str:
        """Return how long one hold of an exercise lasts, as words: breaths, or minutes and seconds."""
        breaths = self.options.breaths_of(exercise)
        if breaths is not None:
            return self.language.quantity("breath", breaths)
        return self.language.duration(self.options.hold_seconds_of(exercise))

    def fill_placeholders(self, text: str, side: Side | None) -> str:
        """Replace the side placeholders in a text of the routine."""
        if side is None:
            return text
        other: Side = "right" if side == "left" else "left"
        return text.format(side=self.language.side(side), other_side=self.language.side(other))

    def spoken(self, text: str, location: Location = NOWHERE) -> Iterator[Say | Pause]:
        """Yield a text sentence by sentence, a pause after each."""
        for sentence in self.language.sentences(text):
            yield Say(Utterance(sentence), location)
            yield Pause(SENTENCE_PAUSE_MS, location)
