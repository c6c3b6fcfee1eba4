"""What a listener could ask for instead, so that a session comes nearer to a wished length."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from voiceguide.options.session import (
    OWN,
    Guidance,
    ResolvedOptions,
    SessionOptions,
)
from voiceguide.routine.limits import HOLD_SECONDS, REPS, Limit
from voiceguide.routine.model import Routine
from voiceguide.script.duration_search import (
    STEP_SECONDS,
    Duration,
    option_ranges,
    session_duration_ms,
)

# By so little a session may miss the length, and nobody looks for more.
CLOSE_MS = 15_000
# A longer rest is an interruption.
_RESTS = Limit("rest", 0, 60)
_SHORTER_GUIDANCE: dict[Guidance, tuple[Guidance, ...]] = {"full": ("brief", "cues"), "brief": ("cues",)}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change to what was asked for.

    Attributes:
        option: its keyword, such as ``rest``.
        value: what it is set to.
        wishes: the options with that change.
        advised: whether that is within what the routine advises.
        missed_ms: by how much the session would miss the length at least.
    """

    option: str
    value: int | str | tuple[str, ...]
    wishes: SessionOptions
    advised: bool = True
    missed_ms: int = 0


def closer_candidates(
    routine: Routine,
    asked: SessionOptions,
    found: ResolvedOptions,
    wanted_ms: int,
    missed_ms: int,
    duration_ms: Duration,
) -> list[Candidate]:
    """Return changes of one option with which a session can come nearer, the best first; see ``is_closer``.

    Whether it does is for whoever finds hold, repetitions and rest anew for it.

    Args:
        routine: with its advised ranges.
        asked: what was asked for besides the length.
        found: the options that come closest so far.
        wanted_ms: the length.
        missed_ms: how much longer the session is; negative where it is shorter.
        duration_ms: as for ``closest_options``.
    """
    trial = _Trial(routine, asked, found, wanted_ms, duration_ms)
    kinds = [[trial.tried(way) for way in ways] for ways in trial.kinds(too_long=missed_ms > 0)]
    nearer = [way for way in map(_best, kinds) if way and is_closer(way.missed_ms, missed_ms)]
    return sorted(nearer, key=lambda way: (way.missed_ms > CLOSE_MS, not way.advised))


def is_closer(missed_ms: int, than_ms: int) -> bool:
    """Tell whether a miss is so much smaller than another that it is worth a change: by a quarter."""
    return abs(missed_ms) <= 0.75 * abs(than_ms)


def _best(ways: list[Candidate]) -> Candidate | None:
    """Return the first that is near enough, else the nearest."""
    near = (way for way in ways if way.missed_ms <= CLOSE_MS)
    return next(near, None) or min(ways, key=lambda way: way.missed_ms, default=None)


@dataclass(frozen=True)
class _Trial:
    routine: Routine
    asked: SessionOptions
    found: ResolvedOptions
    wanted_ms: int
    duration_ms: Duration

    def tried(self, way: Candidate) -> Candidate:
        """Return the way with what it misses at least: nothing where the length lies between its ends."""
        ranges = option_ranges(self.routine, way.wishes)
        shortest_ms, longest_ms = (
            self._length_ms(
                replace(
                    way.wishes,
                    hold_seconds=ranges.hold_seconds[end],
                    reps=ranges.reps[end],
                    rest_seconds=ranges.rest_seconds[end],
                    as_defaults=tuple(name for name in OWN if getattr(way.wishes, name) is None),
                )
            )
            for end in (0, -1)
        )
        return replace(way, missed_ms=max(shortest_ms - self.wanted_ms, self.wanted_ms - longest_ms, 0))

    def kinds(self, *, too_long: bool) -> Iterator[list[Candidate]]:
        """Yield the ways of each kind, the smallest change first."""
        yield self._numbers("rest", "rest_seconds", _RESTS)
        yield self._numbers("reps", "reps", REPS)
        if too_long:
            yield self._guidance()
            yield self._exercises()
        yield self._numbers("hold", "hold_seconds", HOLD_SECONDS)

    def _numbers(self, option: str, name: str, limit: Limit) -> list[Candidate]:
        """Return the numbers with which the session is as long as wished while all else stays as found."""
        values = range(limit.minimum, limit.maximum + 1)
        as_found: dict[str, Any] = {
            other: getattr(self.found, other) for other in OWN if getattr(self.asked, other) is None
        }

        def length_ms(value: int) -> int:
            changed: dict[str, Any] = {**as_found, name: value}
            defaults = tuple(other for other in as_found if other != name)
            return self._length_ms(replace(self.asked, **changed, as_defaults=defaults))

        right = values[min(bisect_left(values, self.wanted_ms, key=length_ms), len(values) - 1)]
        candidates = [right, right - 1]
        if name != "reps":
            candidates.insert(0, STEP_SECONDS * round(right / STEP_SECONDS))
        advised = getattr(self.routine, f"advised_{name}")
        return [
            Candidate(
                option,
                value,
                self._asking(name, value),
                advised is None or advised.minimum <= value <= advised.maximum,
            )
            for value in dict.fromkeys(candidates)
            if value in values and value != getattr(self.asked, name)
        ]

    def _asking(self, name: str, value: int) -> SessionOptions:
        changed: dict[str, Any] = {name: value}
        return replace(self.asked, **changed)

    def _guidance(self) -> list[Candidate]:
        levels = _SHORTER_GUIDANCE.get(self.found.guidance, ())
        return [Candidate("guidance", level, replace(self.asked, guidance=level)) for level in levels]

    def _exercises(self) -> list[Candidate]:
        """Return what leaves one exercise out."""
        done = self.found.exercises
        ways = []
        for name in done if len(done) > 1 else ():
            if self.asked.only:
                only = tuple(other for other in done if other != name)
                ways.append(Candidate("only", only, replace(self.asked, only=only, skip=())))
            else:
                skip = (*self.asked.skip, name)
                ways.append(Candidate("skip", skip, replace(self.asked, skip=skip)))
        return ways

    def _length_ms(self, wishes: SessionOptions) -> int:
        return session_duration_ms(self.routine, wishes, self.duration_ms)
