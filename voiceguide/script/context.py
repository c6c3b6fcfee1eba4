"""What every part of the script needs: the language, the options, and the next variant of each phrase."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from voiceguide.language.base import Language
from voiceguide.options.session import ResolvedOptions
from voiceguide.routine.limits import NO_BELLS
from voiceguide.routine.model import Exercise, Routine
from voiceguide.routine.texts import split_at_pauses
from voiceguide.routine.values import Side
from voiceguide.script.segments import NOWHERE, Location, Pause, Role, Say, Utterance

SENTENCE_PAUSE_MS = 650
PART_PAUSE_MS = 1100

# What each level of guidance includes in addition to names, sides, repetitions and counts. "full" is for the first
# times; "brief" is for every day, in the author's short forms.
PARTS: dict[str, frozenset[str]] = {
    "full": frozenset({
        "welcome", "equipment", "safety", "chimes", "position", "instruction", "duration", "phases", "breath",
        "reminders", "reminders_between_breaths", "halfway", "rest", "way_out", "other_side", "release", "after",
        "closing",
    }),
    "brief": frozenset({
        "release_chime", "position", "way_out", "breath", "reminders_between_breaths", "halfway", "release", "closing",
    }),
    "cues": frozenset({"breath", "reminders_between_breaths", "other_side"}),
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
    # What was split into sentences: texts come again with every repetition.
    _split: dict[str, tuple[tuple[Utterance | None, int], ...]] = field(default_factory=dict)

    def includes(self, part: str) -> bool:
        """Return whether the level of guidance includes a part."""
        return part in PARTS[self.options.guidance]

    @property
    def has_chimes(self) -> bool:
        """Whether chimes are heard."""
        return self.options.bells != NO_BELLS

    def next_variant(self, name: str) -> int:
        """Return the number of the next variant of a phrase, from 0."""
        self._times_said[name] = self._times_said.get(name, -1) + 1
        return self._times_said[name]

    def phrase(
        self,
        name: str,
        /,
        kind: str | None = None,
        location: Location = NOWHERE,
        role: Role = "instruction",
        **values: str,
    ) -> Iterator[Say | Pause]:
        """Say a phrase of the language, with the routine's noun for an exercise filled in."""
        return self.spoken(self.phrase_text(name, kind, **values), location, role, is_authored=False)

    def phrase_text(self, name: str, /, kind: str | None = None, **values: str) -> str:
        """Return the next variant of a phrase of the language."""
        return self.language.phrase(name, self.next_variant(name), kind, **{**self._nouns, **values})

    @cached_property
    def _nouns(self) -> dict[str, str]:
        """What phrases call one exercise, and all of the session's."""
        return {"noun": self.noun(1), "nouns": self.noun(len(self.exercises))}

    def noun(self, count: int) -> str:
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

    def number(self, value: int) -> Utterance:
        """Return a number that is counted, at the voice's natural rate."""
        return Utterance(self.language.phrase("number", n=self.language.number(value)), natural_rate=True)

    def numbers_down_from(self, value: int) -> tuple[Utterance, ...]:
        """Return the numbers of a countdown."""
        return tuple(self.number(number) for number in range(value, 0, -1))

    def fill_placeholders(self, text: str, side: Side | None) -> str:
        """Replace the side placeholders in a text of the routine."""
        if side is None:
            return text
        other: Side = "right" if side == "left" else "left"
        filled = text.format(side=self.language.side(side), other_side=self.language.side(other))
        return self.language.capitalize(filled) if text.startswith("{") else filled

    def spoken(
        self,
        text: str,
        location: Location = NOWHERE,
        role: Role = "instruction",
        *,
        is_authored: bool = True,
    ) -> Iterator[Say | Pause]:
        """Yield a text sentence by sentence, a pause after each: as long as the text says, or a usual one."""
        if text not in self._split:
            self._split[text] = tuple(self._parts_of(text))
        for utterance, pause_ms in self._split[text]:
            if utterance:
                yield Say(utterance, location, role, is_authored)
            if pause_ms:
                yield Pause(pause_ms, location, is_exact=True)
            elif utterance:
                yield Pause(SENTENCE_PAUSE_MS, location, is_flexible=True)

    def _parts_of(self, text: str) -> Iterator[tuple[Utterance | None, int]]:
        """Yield the sentences of a text, each with the silence that its author chose after it; 0 for the usual pause."""
        for words, pause_ms in split_at_pauses(text):
            *others, last = (*map(Utterance, self.language.sentences(words)),) or (None,)
            yield from ((other, 0) for other in others)
            yield last, pause_ms
