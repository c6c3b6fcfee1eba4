"""A session of a wished length: the closest that the routine advises, and what would come closer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from voiceguide.errors import UsageError
from voiceguide.language.phrase_file import read_wording
from voiceguide.options.session import OWN, ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Exercise, Routine
from voiceguide.script.estimate import estimated_timeline
from voiceguide.script.fitting import (
    Ranges,
    check_total,
    fit,
    ranges_for,
)
from voiceguide.script.notes import outside_advice
from voiceguide.script.suggestions import NEAR_MS, candidates_nearer, is_nearer
from voiceguide.session.planning import Session, plan_session
from voiceguide.text.formatting import format_duration
from voiceguide.text.printable import counted

_TRIES = 3
_MAX_WAYS = 2


@dataclass(frozen=True)
class Suggestion:
    """A change that was tried: the option for it, how long the session is then, and whether that is advised."""

    option: str
    lasts_ms: int
    advised: bool


@dataclass(frozen=True)
class DurationFit:
    """The session that comes closest to a length.

    Attributes:
        wishes: what it was made with.
        ranges: what could be chosen.
        nearer: what would come closer, where it is not close.
    """

    wishes: SessionOptions
    session: Session
    wanted_ms: int
    ranges: Ranges
    nearer: tuple[Suggestion, ...] = ()

    def told(self) -> str:
        """Return what was chosen, by how much it misses, and what would come closer."""
        session, options = self.session, self.session.options
        found = (
            f"{format_duration(session.timeline.duration_ms)} with holds of {options.hold_shown(session.routine)} s, "
            f"{_repetitions(options.reps_shown(session.routine))} and rests of {options.rest_seconds} s"
        )
        # As it is shown, so without the rest of a second.
        missed_seconds = session.timeline.duration_ms // 1000 - self.wanted_ms // 1000
        if missed_seconds == 0:
            return f"{found}: as long as was wished."
        missed = abs(missed_seconds)
        shown = f"{missed} s" if missed < 60 else format_duration(1000 * missed)
        said = f"{found}: {shown} {'more' if missed_seconds > 0 else 'less'} than wished."
        return said if 1000 * missed <= NEAR_MS else f"{said} {self._what_comes_nearer()}"

    def _what_comes_nearer(self) -> str:
        ranges, own = self.ranges, ", where exercises keep what they set for themselves,"
        done = self.session.options.done(self.session.routine)
        bounds = (
            f"Within holds of {_span(ranges.hold_seconds)} s, {_repetitions(_span(ranges.reps))} and rests of "
            f"{_span(ranges.rest_seconds)} s{own if any(map(_sets_its_own, done)) else ''} nothing comes nearer"
        )
        if not self.nearer:
            return (
                f"{bounds}, and no other rest, count, hold or guidance that was tried brings it much nearer."
            )
        ways = [
            f"{way.option} ({format_duration(way.lasts_ms)}{'' if way.advised else ', outside of what is advised'})"
            for way in self.nearer
        ]
        return f"{bounds}. What comes nearer, added to --minutes: {', or '.join(ways)}."


def fit_session(
    routine: Routine, wishes: SessionOptions, speech: VoiceOptions, wanted_ms: int, **how: Any
) -> DurationFit:
    """Find the session that comes closest to a length, within what the routine advises, and plan it.

    Args:
        routine, wishes, speech: as for ``plan_session``; what is wished is kept.
        wanted_ms: the length.
        how: further arguments of ``plan_session``.

    Raises:
        VoiceguideError: as ``plan_session``.
    """
    check_total(wanted_ms)
    search = _Search(routine, speech, wanted_ms, how)
    found, session = search.closest(wishes)
    return DurationFit(
        found, session, wanted_ms, ranges_for(routine, wishes), tuple(search.nearer(wishes, session))
    )


@dataclass(frozen=True)
class _Search:
    """Looks for a session of a length.

    Most words of what is looked at were never spoken, so lengths are estimated; what the estimate was off by is put
    right by sessions that are really planned.
    """

    routine: Routine
    speech: VoiceOptions
    wanted_ms: int
    how: dict[str, Any]

    @cached_property
    def estimated_ms(self) -> Callable[[ResolvedOptions], int]:
        wording = read_wording(self.routine.language)
        return cache(
            lambda options: estimated_timeline(self.routine, options, wording, self.speech.pace).duration_ms
        )

    def closest(self, asked: SessionOptions) -> tuple[SessionOptions, Session]:
        """Return the wishes that come closest with what was asked for, and their session."""
        off_ms = 0
        tried: list[tuple[int, SessionOptions, Session]] = []
        for _ in range(_TRIES):
            found = fit(self.routine, asked, self.wanted_ms - off_ms, self.estimated_ms)
            session = plan_session(self.routine, found, self.speech, **self.how)
            tried.append((abs(session.timeline.duration_ms - self.wanted_ms), found, session))
            before_ms, off_ms = off_ms, self._off_ms(session)
            if off_ms == before_ms:
                break
        _, found, session = min(tried, key=lambda one: one[0])
        return found, session

    def nearer(self, asked: SessionOptions, session: Session) -> Iterator[Suggestion]:
        """Yield what comes closer than a session, where that is not close; each is planned, so that it is true."""
        missed_ms = session.timeline.duration_ms - self.wanted_ms
        if abs(missed_ms) <= NEAR_MS:
            return
        aim_ms = self.wanted_ms - self._off_ms(session)
        ways = candidates_nearer(self.routine, asked, session.options, aim_ms, missed_ms, self.estimated_ms)
        there = 0
        for way in ways:
            try:
                _, other = self.closest(way.wishes)
            except UsageError:  # longer than a session may be, which its estimate was not
                continue
            lasts_ms = other.timeline.duration_ms
            if is_nearer(lasts_ms - self.wanted_ms, missed_ms):
                outside = any(outside_advice(self.routine, other.options))
                yield Suggestion(way.option, lasts_ms, way.advised and not outside)
                there += 1
                if there == _MAX_WAYS:
                    return

    def _off_ms(self, session: Session) -> int:
        return session.timeline.duration_ms - self.estimated_ms(session.options)


def _sets_its_own(exercise: Exercise) -> bool:
    return bool(exercise.breath) or any(getattr(exercise, name) is not None for name in OWN)


def _repetitions(number: str) -> str:
    return counted(1, "repetition") if number == "1" else f"{number} repetitions"


def _span(values: Sequence[int]) -> str:
    return f"{values[0]} to {values[-1]}" if len(values) > 1 else str(values[0])
