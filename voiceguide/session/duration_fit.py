"""A session of a given duration: the closest one within the routine's advice, and what would come closer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import ceil
from typing import Any

from voiceguide.errors import UsageError
from voiceguide.language.registry import find_language
from voiceguide.options.session import EXERCISE_FIELDS, ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Exercise, Routine
from voiceguide.script.duration_search import (
    CLOSE_MS,
    OptionRanges,
    check_total_duration,
    closest_options,
    option_ranges,
)
from voiceguide.script.estimate import estimated_timeline
from voiceguide.script.naming import dose_of
from voiceguide.script.notes import outside_advised_ranges
from voiceguide.script.rests import rests_between_repetitions
from voiceguide.script.suggestions import closer_candidates, is_closer
from voiceguide.session.planning import Session, plan_session
from voiceguide.text.formatting import format_duration, whole_seconds
from voiceguide.text.printable import counted

# The estimate's error hardly changes between the sessions that are tried, so the third is as good as any further one.
_MAX_TRIES = 3
_MAX_SUGGESTIONS = 2


@dataclass(frozen=True)
class Suggestion:
    """A change of one option that comes closer to the duration; it was tried.

    Attributes:
        option: its keyword, such as ``rest``.
        value: what to set it to; ids of exercises for ``only`` and ``skip``.
        duration_ms: of the session with that change.
        advised: whether that session stays within the routine's advice.
    """

    option: str
    value: int | str | tuple[str, ...]
    duration_ms: int
    advised: bool


@dataclass(frozen=True)
class DurationFit:
    """The session that comes closest to a duration.

    Attributes:
        wanted_ms: the duration asked for.
        ranges: what could be chosen.
        suggestions: what would come closer, if the session does not come close.
    """

    session: Session
    wanted_ms: int
    ranges: OptionRanges
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def is_close(self) -> bool:
        """Whether the session is about as long as asked for."""
        return abs(self._missed_seconds) * 1000 <= CLOSE_MS

    @property
    def _missed_seconds(self) -> int:
        # The difference of the durations as they are shown, in whole seconds.
        return whole_seconds(self.session.timeline.duration_ms) - whole_seconds(self.wanted_ms)

    @property
    def summary(self) -> str:
        """What was chosen, by how much it misses, and whether anything comes closer."""
        session = self.session
        dose, rest = dose_of(session.routine, session.options), session.options.rest_seconds
        found = (
            f"{format_duration(session.timeline.duration_ms)} with holds of {dose.hold or 'no'} s, "
            f"{_repetitions(dose.reps or dose.counted)} and {_rests(rest)}"
        )
        if self._missed_seconds == 0:
            return f"{found}: exactly the duration asked for."
        missed = abs(self._missed_seconds)
        difference = f"{missed} s" if missed < 60 else format_duration(1000 * missed)
        summary = (
            f"{found}: {difference} {'longer' if self._missed_seconds > 0 else 'shorter'} than asked for."
        )
        return summary if self.is_close else f"{summary} {self._limits}"

    @property
    def _limits(self) -> str:
        ranges, done = self.ranges, self.session.options.selected(self.session.routine)
        own = (
            ", and with the values that exercises set for themselves" if any(map(_sets_its_own, done)) else ""
        )
        limits = (
            f"Within holds of {_span(ranges.hold_seconds)} s, {_repetitions(_span(ranges.reps))} and "
            f"{_rest_span(ranges.rest_seconds)}{own}, no session comes closer"
        )
        if self.suggestions:
            return f"{limits}."
        return f"{limits}, and no other rest, number of repetitions, hold or guidance brings it much closer."


def fit_session(
    routine: Routine, options: SessionOptions, voice_options: VoiceOptions, wanted_ms: int, **how: Any
) -> DurationFit:
    """Find the session that comes closest to a duration, within the routine's advice, and plan it.

    Args:
        routine, voice_options: as for ``plan_session``.
        options: what is set is kept; hold, repetitions and rest are found where they are not set.
        wanted_ms: the duration.
        how: further arguments of ``plan_session``.

    Raises:
        VoiceguideError: as ``plan_session``.
    """
    check_total_duration(wanted_ms)
    search = _Search(routine, voice_options, wanted_ms, how)
    session = search.closest(options)
    suggestions = tuple(search.suggestions(options, session))
    ranges = option_ranges(routine, options, search.least_rest_seconds)
    return DurationFit(session, wanted_ms, ranges, suggestions)


@dataclass(frozen=True)
class _Search:
    """Searches for a session of a given duration.

    Most of the words have never been spoken, so durations are estimated; the estimate's error is taken from
    sessions that are actually planned.
    """

    routine: Routine
    voice_options: VoiceOptions
    wanted_ms: int
    how: dict[str, Any]

    @cached_property
    def estimated_ms(self) -> Callable[[ResolvedOptions], int]:
        language, pace = find_language(self.routine.language), self.voice_options.resolve().pace_wpm
        return cache(lambda options: estimated_timeline(self.routine, options, language, pace).duration_ms)

    @cached_property
    def least_rest_seconds(self) -> int:
        """The shortest rest, in whole seconds, in which the words of every repetition fit at full guidance."""
        twice = replace(SessionOptions(reps=2, rest_seconds=None).resolve(self.routine), rest_seconds=None)
        language, pace = find_language(self.routine.language), self.voice_options.resolve().pace_wpm
        rests = rests_between_repetitions(estimated_timeline(self.routine, twice, language, pace))
        return ceil(max(rests, default=0) / 1000)

    @cached_property
    def _planned(self) -> Callable[[ResolvedOptions], Session]:
        """Plans each session once, even if several searches find it."""
        return cache(lambda options: plan_session(self.routine, options, self.voice_options, **self.how))

    def closest(self, options: SessionOptions) -> Session:
        """Return the session that comes closest."""
        error_ms = 0
        tried: list[Session] = []
        for _ in range(_MAX_TRIES):
            found = closest_options(
                self.routine,
                options,
                self.wanted_ms - error_ms,
                self.estimated_ms,
                self.least_rest_seconds,
            )
            tried.append(self._planned(found.resolve(self.routine)))
            before_ms, error_ms = error_ms, self._error_ms(tried[-1])
            if error_ms == before_ms:
                break
        return min(tried, key=lambda session: abs(session.timeline.duration_ms - self.wanted_ms))

    def suggestions(self, options: SessionOptions, session: Session) -> Iterator[Suggestion]:
        """Yield changes that come closer than a session that is not close; each is planned, so that it is known to."""
        missed_ms = session.timeline.duration_ms - self.wanted_ms
        if abs(missed_ms) <= CLOSE_MS:
            return
        aim_ms = self.wanted_ms - self._error_ms(session)
        found = 0
        for candidate in closer_candidates(
            self.routine,
            options,
            session.options,
            aim_ms,
            missed_ms,
            self.estimated_ms,
            self.least_rest_seconds,
        ):
            try:
                other = self.closest(candidate.options)
            except UsageError:  # longer than a session may be, although its estimate was not
                continue
            duration_ms = other.timeline.duration_ms
            if is_closer(duration_ms - self.wanted_ms, missed_ms):
                advised = candidate.advised and not any(outside_advised_ranges(self.routine, other.options))
                yield Suggestion(candidate.option, candidate.value, duration_ms, advised)
                found += 1
                if found == _MAX_SUGGESTIONS:
                    return

    def _error_ms(self, session: Session) -> int:
        return session.timeline.duration_ms - self.estimated_ms(session.options)


def _sets_its_own(exercise: Exercise) -> bool:
    return bool(exercise.breath) or any(getattr(exercise, name) is not None for name in EXERCISE_FIELDS)


def _repetitions(number: str) -> str:
    return counted(1, "repetition") if number == "1" else f"{number} repetitions"


def _rests(seconds: float | None) -> str:
    return "rests as long as their words need" if seconds is None else f"rests of {seconds:g} s"


def _rest_span(values: Sequence[float | None]) -> str:
    given = [value for value in values if value is not None]
    return f"rests of {_span(given)} s" if given else _rests(None)


def _span(values: Sequence[float]) -> str:
    return f"{values[0]:g} to {values[-1]:g}" if len(values) > 1 else f"{values[0]:g}"
