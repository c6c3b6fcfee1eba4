"""A session of a given duration: the closest one within the routine's advice, and what would come closer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from voiceguide.errors import LengthNotReached, Suggestion, UsageError
from voiceguide.language.registry import find_language
from voiceguide.options.session import EXERCISE_FIELDS, Guidance, ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Exercise, Routine
from voiceguide.script.duration_search import (
    CLOSE_MS,
    OptionRanges,
    check_total_duration,
    closest_options,
    guidance_levels,
    option_ranges,
    session_duration_ms,
    sets_its_own,
)
from voiceguide.script.estimate import EstimatedSpeech, estimated_timeline
from voiceguide.script.notes import outside_advised_ranges
from voiceguide.script.rests import rests_between_repetitions
from voiceguide.script.segments import Utterance
from voiceguide.script.suggestions import closer_candidates, is_closer
from voiceguide.script.timeline import Timeline
from voiceguide.session.planning import Session, plan_session
from voiceguide.text.formatting import format_duration, whole_seconds
from voiceguide.text.printable import counted

# A session that misses its duration by more is not what was asked for: made only on request.
FAR_MS = 60_000
# The second try knows how long the words of the first one are, and few of its own are new.
_MAX_TRIES = 3
# By how much of the duration an estimate may be wrong before anything has been spoken.
_DOUBT = 0.1
_MAX_SUGGESTIONS = 2


@dataclass(frozen=True)
class DurationFit:
    """The session that comes closest to a duration.

    Attributes:
        wanted_ms: the duration asked for.
        asked: what the listener chose in addition.
        ranges: what could be chosen.
        suggestions: what would come closer, if the session does not come close.
    """

    session: Session
    wanted_ms: int
    asked: SessionOptions
    ranges: OptionRanges
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def is_close(self) -> bool:
        """Whether the session is about as long as asked for."""
        return abs(self._missed_seconds) * 1000 <= CLOSE_MS

    @property
    def is_far(self) -> bool:
        """Whether the session is so much longer or shorter that it is another one than asked for."""
        return abs(self._missed_seconds) * 1000 > FAR_MS

    @property
    def _missed_seconds(self) -> int:
        # The difference of the durations as they are shown, in whole seconds.
        return whole_seconds(self.session.timeline.duration_ms) - whole_seconds(self.wanted_ms)

    @property
    def error(self) -> LengthNotReached:
        """The error to raise if a session that is far from the duration is not wanted."""
        nearest_ms = self.session.timeline.duration_ms
        left_open = self.asked.without_timing() == replace(self.asked, duration_ms=None)
        message = (
            f"{self.session.routine.title} cannot last {format_duration(self.wanted_ms)} within what is advised"
            f"{'' if left_open else ' and chosen'}; the nearest is {format_duration(nearest_ms)}."
        )
        return LengthNotReached(message, self.wanted_ms, nearest_ms, self.suggestions)

    @property
    def summary(self) -> str:
        """What was chosen, by how much it misses, and whether anything comes closer."""
        found = f"{format_duration(self.session.timeline.duration_ms)} with {self._choices}"
        if self._missed_seconds == 0:
            return f"{found}: exactly the duration asked for."
        missed = abs(self._missed_seconds)
        difference = f"{missed} s" if missed < 60 else format_duration(1000 * missed)
        summary = (
            f"{found}: {difference} {'longer' if self._missed_seconds > 0 else 'shorter'} than asked for."
        )
        return summary if self.is_close else f"{summary} {self._limits}"

    @property
    def _choices(self) -> str:
        """What was chosen for the listener, such as ``brief guidance, hold 22 s, rest 30 s``."""
        asked, chosen, defaults = self.asked, self.session.options, self.session.routine.defaults
        rest = chosen.rest_seconds
        values = {
            "guidance": (f"{chosen.guidance} guidance", defaults.guidance or "full"),
            "hold_seconds": (f"hold {chosen.hold_seconds:g} s", defaults.hold_seconds),
            "reps": (_repetitions(str(chosen.reps)), defaults.reps),
            "rest_seconds": (_rests(None) if rest is None else f"rest {rest:g} s", defaults.rest_seconds),
        }
        changed = [
            f"{words} in every exercise" if self._replaces(name) else words
            for name, (words, default) in values.items()
            if getattr(asked, name) is None and getattr(chosen, name) != default
        ]
        return ", ".join(changed) or "nothing changed"

    def _replaces(self, name: str) -> bool:
        """Return whether what was chosen replaces values that exercises set for themselves."""
        return name in self.session.options.explicit

    @property
    def _limits(self) -> str:
        ranges, done = self.ranges, self.session.options.selected(self.session.routine)
        levels = guidance_levels(self.session.routine, self.asked)
        kept = any(map(_sets_its_own, done)) and not any(map(self._replaces, EXERCISE_FIELDS))
        own = ", and with the values that exercises set for themselves" if kept else ""
        limits = (
            f"Within {' or '.join(levels)} guidance, holds of {_span(ranges.hold_seconds)} s, "
            f"{_repetitions(_span(ranges.reps))} and {_rest_span(ranges.rest_seconds)}{own}, no session comes closer"
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
        options: what is set is kept; guidance, rest, hold and repetitions are found where they are not set.
        wanted_ms: the duration.
        how: further arguments of ``plan_session``.

    Raises:
        VoiceguideError: as ``plan_session``.
    """
    check_total_duration(wanted_ms)
    search = _Search(routine, voice_options, wanted_ms, how)
    session = search.closest(options)
    suggestions = tuple(search.suggestions(options, session))
    return DurationFit(session, wanted_ms, options, search.ranges(options, session.options), suggestions)


class _KnownSpeech(Mapping[Utterance, int]):
    """The length of utterances: as they were spoken, or else estimated, by a factor that those that were spoken show."""

    def __init__(self, estimated: EstimatedSpeech) -> None:
        self._estimated = estimated
        self._spoken: dict[Utterance, int] = {}
        self._factor = 1.0

    def learn(self, timeline: Timeline) -> bool:
        """Learn from a session that was spoken; return whether there was anything new."""
        spoken = {event.utterance: event.duration_ms for event in timeline.of_kind("say") if event.utterance}
        known = len(self._spoken)
        self._spoken |= spoken
        if estimated_ms := sum(self._estimated[utterance] for utterance in self._spoken):
            self._factor = sum(self._spoken.values()) / estimated_ms
        return len(self._spoken) > known

    def __getitem__(self, utterance: Utterance) -> int:
        spoken_ms = self._spoken.get(utterance)
        return round(self._factor * self._estimated[utterance]) if spoken_ms is None else spoken_ms

    def __iter__(self) -> Iterator[Utterance]:
        return iter(self._spoken)

    def __len__(self) -> int:
        return len(self._spoken)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to look for a session.

    Attributes:
        guidance: how much is said.
        is_tight: whether a rest may be too short for all its words; then fewer are said.
        everywhere: whether values that exercises set for themselves are replaced.
    """

    guidance: Guidance
    is_tight: bool = False
    everywhere: bool = False


class _Search:
    """Searches for a session of a given duration.

    Most of the words have never been spoken, so durations are estimated. Sessions that are found are planned, and with
    the lengths of their words, later estimates are almost exact.
    """

    def __init__(
        self,
        routine: Routine,
        voice_options: VoiceOptions,
        wanted_ms: int,
        how: dict[str, Any],
        sessions: dict[ResolvedOptions, Session] | None = None,
    ) -> None:
        """Search with nothing known but the sessions that another search has planned."""
        self._routine = routine
        self._voice_options = voice_options
        self._wanted_ms = wanted_ms
        self._how = how
        self._language = find_language(routine.language)
        self._pace_wpm = voice_options.resolve().pace_wpm
        self._speech = _KnownSpeech(EstimatedSpeech(self._pace_wpm, self._language.characters_per_word))
        self._estimates_ms: dict[ResolvedOptions, int] = {}
        self._sessions = {} if sessions is None else sessions

    def closest(self, options: SessionOptions) -> Session:
        """Return the first session that comes close, in the order of preference, or else the closest."""
        found: list[Session] = []
        for ways in self._ways(options):
            for way in self._promising(options, ways, found):
                found.append(self._closest_in(options, way))
                if self._missed_ms(found[-1]) <= CLOSE_MS:
                    return found[-1]
        return min(found, key=self._missed_ms)

    def _ways(self, options: SessionOptions) -> Iterator[list[_Way]]:
        """Yield the ways to look for a session, those together in which only the guidance differs."""
        levels = guidance_levels(self._routine, options)
        yield [_Way(level) for level in levels]
        if options.rest_seconds is None:
            yield [_Way(level, is_tight=True) for level in levels]
        if sets_its_own(self._routine, options):
            yield [_Way(level, is_tight=True, everywhere=True) for level in levels]

    def _promising(self, options: SessionOptions, ways: list[_Way], found: list[Session]) -> list[_Way]:
        """Return the ways in which a session may come close, or closest, to the duration, whatever the estimate's error."""
        estimated_ms = {way: self._estimated_miss_ms(options, way) for way in ways}
        best_ms = max(CLOSE_MS, min(estimated_ms.values()))
        if found and best_ms >= min(map(self._missed_ms, found)):
            return []
        return [way for way in ways if estimated_ms[way] <= best_ms + _DOUBT * self._wanted_ms]

    def _closest_in(self, options: SessionOptions, way: _Way) -> Session:
        """Search until what is found stays the same: with the lengths of its words, something else may be better."""
        error_ms = 0
        tried: list[Session] = []
        for _ in range(_MAX_TRIES):
            found = self._options(options, way, self._wanted_ms - error_ms).resolve(self._routine)
            if any(session.options == found for session in tried):
                break
            tried.append(self._planned(found))
            error_ms = tried[-1].timeline.duration_ms - self._estimated_ms(found)
        is_close = self._missed_ms(tried[-1]) <= CLOSE_MS
        return tried[-1] if is_close else min(tried, key=self._missed_ms)

    def suggestions(self, options: SessionOptions, session: Session) -> Iterator[Suggestion]:
        """Yield changes that come closer than a session that is not close; each is planned, so that it is known to."""
        missed_ms = session.timeline.duration_ms - self._wanted_ms
        if abs(missed_ms) <= CLOSE_MS:
            return
        aim_ms = self._wanted_ms - (session.timeline.duration_ms - self._estimated_ms(session.options))
        found = 0
        for candidate in closer_candidates(
            self._routine,
            options,
            session.options,
            aim_ms,
            missed_ms,
            self._estimated_ms,
            self.least_rest_seconds(session.options.guidance),
        ):
            try:
                # Knowing no more than whoever follows the suggestion.
                other = _Search(
                    self._routine, self._voice_options, self._wanted_ms, self._how, self._sessions
                ).closest(candidate.options)
            except UsageError:  # longer than a session may be, although its estimate was not
                continue
            duration_ms = other.timeline.duration_ms
            if is_closer(duration_ms - self._wanted_ms, missed_ms):
                advised = candidate.advised and not any(outside_advised_ranges(self._routine, other.options))
                yield Suggestion(candidate.option, candidate.value, duration_ms, advised)
                found += 1
                if found == _MAX_SUGGESTIONS:
                    return

    def least_rest_seconds(self, guidance: Guidance) -> int:
        """Return the shortest rest, in whole seconds, in which the words of every repetition fit."""
        twice = replace(SessionOptions(reps=2, guidance=guidance).resolve(self._routine), rest_seconds=None)
        rests = rests_between_repetitions(self._timeline(twice))
        return ceil(max(rests, default=0) / 1000)

    def ranges(self, options: SessionOptions, found: ResolvedOptions) -> OptionRanges:
        """Return what could be chosen where something was found."""
        rest, least_rest_seconds = found.rest_seconds, self.least_rest_seconds(found.guidance)
        is_tight = rest is not None and rest < least_rest_seconds
        everywhere = any(getattr(options, name) is None for name in found.explicit)
        return option_ranges(
            self._routine, options, 0 if is_tight else least_rest_seconds, everywhere=everywhere
        )

    # --- lengths ---------------------------------------------------------------------------------

    def _options(self, options: SessionOptions, way: _Way, target_ms: int) -> SessionOptions:
        return closest_options(
            self._routine,
            replace(options, guidance=way.guidance),
            target_ms,
            self._estimated_ms,
            0 if way.is_tight else self.least_rest_seconds(way.guidance),
            everywhere=way.everywhere,
        )

    def _estimated_miss_ms(self, options: SessionOptions, way: _Way) -> int:
        found = self._options(options, way, self._wanted_ms)
        return abs(session_duration_ms(self._routine, found, self._estimated_ms) - self._wanted_ms)

    def _estimated_ms(self, options: ResolvedOptions) -> int:
        if options not in self._estimates_ms:
            self._estimates_ms[options] = self._timeline(options).duration_ms
        return self._estimates_ms[options]

    def _timeline(self, options: ResolvedOptions) -> Timeline:
        return estimated_timeline(self._routine, options, self._language, self._pace_wpm, self._speech)

    def _planned(self, options: ResolvedOptions) -> Session:
        """Plan a session, once even if several searches find it."""
        if options not in self._sessions:
            session = plan_session(self._routine, options, self._voice_options, **self._how)
            self._sessions[options] = session
        if self._speech.learn(self._sessions[options].timeline):
            self._estimates_ms.clear()
        return self._sessions[options]

    def _missed_ms(self, session: Session) -> int:
        return abs(session.timeline.duration_ms - self._wanted_ms)


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
