"""Hold, repetitions and rest for a given duration."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceguide.audio.chimes import strike_chime
from voiceguide.errors import ValueOutOfRange
from voiceguide.language.registry import find_language
from voiceguide.options.session import ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import HoldRange, RepRange, RestRange, Routine
from voiceguide.routine.reader import built_in_ids, find_routine
from voiceguide.script.duration_search import (
    check_total_duration,
    closest_options,
    guidance_levels,
    option_ranges,
)
from voiceguide.script.estimate import estimated_timeline
from voiceguide.script.segments import CHIME_MS
from voiceguide.session.planning import plan_session
from voiceguide.store.memory import MemoryStore

# With a range of rests that these examples are about.
LOWER_BACK = find_routine("lower-back").model_copy(
    update={"advised_rest_seconds": RestRange(minimum=22, maximum=35)}
)
STORE = MemoryStore()


def estimated_ms(options: ResolvedOptions) -> int:
    return estimated_timeline(LOWER_BACK, options, find_language("en"), 120).duration_ms


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(1, 120))
def test_what_is_found_is_what_the_routine_advises(minutes: int) -> None:
    """Never outside, for any duration."""
    found = closest_options(LOWER_BACK, SessionOptions(), minutes * 60_000, estimated_ms)
    assert LOWER_BACK.advised_hold_seconds
    assert (
        LOWER_BACK.advised_hold_seconds.minimum
        <= (found.hold_seconds or 0)
        <= LOWER_BACK.advised_hold_seconds.maximum
    )
    assert found.reps in {2, 3}
    assert found.rest_seconds is None or 22 <= found.rest_seconds <= 35
    assert set(found.implicit) == {"hold_seconds", "reps", "rest_seconds"}


@pytest.mark.slow
@pytest.mark.parametrize("name", built_in_ids())
def test_no_combination_comes_closer(name: str) -> None:
    """Unless what was found is close with fewer changes; every routine, in whole five seconds, tried one by one."""
    routine = find_routine(name)

    @cache
    def length_ms(options: ResolvedOptions) -> int:
        return estimated_timeline(routine, options, find_language("en"), 120).duration_ms

    ranges = option_ranges(routine, SessionOptions())
    every = SessionOptions(implicit=("hold_seconds", "reps", "rest_seconds"))
    lengths = [
        length_ms(replace(every, hold_seconds=hold, reps=reps, rest_seconds=rest).resolve(routine))
        for hold in ranges.hold_seconds
        if hold % 5 == 0
        for reps in ranges.reps
        for rest in ranges.rest_seconds
    ]
    for minutes in range(4, 30, 3):
        found = closest_options(routine, SessionOptions(), minutes * 60_000, length_ms).resolve(routine)
        best = min(abs(length - minutes * 60_000) for length in lengths)
        assert abs(length_ms(found) - minutes * 60_000) <= max(best + 3000, 15_000)


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [3, 12, 45])
def test_wide_ranges_are_searched_quickly_and_never_too_far(minutes: int) -> None:
    """What no session may last is no candidate; some hundred lengths tell of half a million."""
    routine = LOWER_BACK.model_copy(
        update={
            "advised_hold_seconds": HoldRange(minimum=3, maximum=600),
            "advised_reps": RepRange(minimum=1, maximum=50),
            "advised_rest_seconds": RestRange(minimum=0, maximum=600),
        }
    )
    asked: list[ResolvedOptions] = []

    def length_ms(options: ResolvedOptions) -> int:
        asked.append(options)
        return estimated_timeline(routine, options, find_language("en"), 120).duration_ms

    found = closest_options(routine, SessionOptions(), minutes * 60_000, length_ms)
    assert len(asked) < 1500
    if minutes > 3:
        assert abs(length_ms(found.resolve(routine)) - minutes * 60_000) < 20_000


def test_no_scale_leads_outside_of_what_is_advised() -> None:
    """Holds are chosen such that every exercise's is within it; where none is, the hold stays as it is."""
    scaled = LOWER_BACK.all_exercises[0].model_copy(update={"hold_scale": 1.25})
    routine = LOWER_BACK.model_copy(update={"exercises": (scaled, *LOWER_BACK.all_exercises[1:])})
    assert list(option_ranges(routine, SessionOptions()).hold_seconds) == list(range(20, 25))
    assert list(option_ranges(routine, SessionOptions(hold_seconds=28)).hold_seconds) == [28]
    far = LOWER_BACK.all_exercises[0].model_copy(update={"hold_scale": 4.0})
    beyond = LOWER_BACK.model_copy(update={"exercises": (far, *LOWER_BACK.all_exercises[1:])})
    assert list(option_ranges(beyond, SessionOptions()).hold_seconds) == [25]


def with_ranges(**changed: Any) -> Routine:
    """Return a routine with one exercise of holds and the usual ranges of the lower back."""
    exercise = LOWER_BACK.all_exercises[0].model_copy(update=changed)
    return LOWER_BACK.model_copy(update={"exercises": (exercise,)})


def test_an_exercise_keeps_its_own_advice() -> None:
    """Its range replaces the routine's; where it has a value of its own, that stays unless everything is replaced."""
    strict = with_ranges(advised_hold_seconds=HoldRange(minimum=24, maximum=26.5))
    assert list(option_ranges(strict, SessionOptions()).hold_seconds) == [24, 25, 26, 26.5]
    own = with_ranges(hold_seconds=22)
    assert list(option_ranges(own, SessionOptions()).hold_seconds) == [25]
    assert list(option_ranges(own, SessionOptions(), everywhere=True).hold_seconds) == list(range(20, 31))


def length_of(*, holds: int, rests: int) -> Callable[[ResolvedOptions], int]:
    """Return the length of sessions with so many holds and rests a repetition; words need 20 s of a rest."""

    def length_ms(options: ResolvedOptions) -> int:
        rest = 20 if options.rest_seconds is None else options.rest_seconds
        return round(1000 * (60 + options.reps * holds * options.hold_seconds + options.reps * rests * rest))

    return length_ms


@pytest.mark.parametrize(
    ("wanted_seconds", "hold", "reps", "rest"),
    [
        (60 + 400 + 160, 25, 2, None),  # as the routine is
        (60 + 400 + 160 + 12, 25, 2, None),  # near enough
        (60 + 400 + 240, 25, 2, 30),  # the rest alone
        (60 + 320 + 160, 20, 2, None),  # the hold alone
        (60 + 320 + 160 + 32, 22, 2, None),  # the hold alone, although no multiple of five
        (60 + 480 + 280, 30, 2, 35),  # both
        (60 + 600 + 240, 25, 3, None),  # the repetitions alone
        (60 + 600 + 360, 25, 3, 30),  # and the rest
        (60 + 720 + 420, 30, 3, 35),  # everything
        (60, 20, 2, None),  # too short
        (9000, 30, 3, 35),  # too long
    ],
)
def test_as_little_as_possible_is_changed(
    wanted_seconds: int, hold: int, reps: int, rest: int | None
) -> None:
    """The rest first, then the hold, then the repetitions; each within what is advised."""
    found = closest_options(
        LOWER_BACK, SessionOptions(), 1000 * wanted_seconds, length_of(holds=8, rests=4), 20
    )
    assert (found.hold_seconds, found.reps, found.rest_seconds) == (hold, reps, rest)


def test_half_seconds_of_rest_close_a_gap() -> None:
    """Where a second more in every rest is too much; nobody has to count half seconds in a hold."""
    length_ms = length_of(holds=8, rests=20)
    asked = SessionOptions(hold_seconds=25, reps=3)
    wanted_ms = length_ms(replace(asked, rest_seconds=30.5).resolve(LOWER_BACK))
    found = closest_options(LOWER_BACK, asked, wanted_ms, length_ms)
    assert (found.hold_seconds, found.reps, found.rest_seconds) == (25, 3, 30.5)


@pytest.mark.parametrize(
    ("chosen", "usual", "levels"),
    [
        (None, None, ("full", "brief")),
        ("full", None, ("full",)),
        ("brief", None, ("brief",)),
        (None, "brief", ("brief",)),
        (None, "cues", ("cues",)),
    ],
)
def test_guidance_goes_no_lower_than_brief(chosen: Any, usual: Any, levels: tuple[str, ...]) -> None:
    """And only where neither the listener nor the routine says how much is to be said."""
    defaults = LOWER_BACK.defaults.model_copy(update={"guidance": usual})
    routine = LOWER_BACK.model_copy(update={"defaults": defaults})
    assert guidance_levels(routine, SessionOptions(guidance=chosen)) == levels


def test_what_was_asked_for_is_kept() -> None:
    """Also outside of what is advised."""
    found = closest_options(
        LOWER_BACK, SessionOptions(hold_seconds=45, rest_seconds=0), 20 * 60_000, estimated_ms
    )
    assert (found.hold_seconds, found.rest_seconds) == (45, 0)
    assert found.implicit == ("reps",)
    assert found.resolve(LOWER_BACK).explicit == ("hold_seconds", "rest_seconds")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lower-back", "wind-down-breathing", "balance"])
def test_lengths_are_estimated_well_enough(name: str) -> None:
    """Within a tenth of the session as it is spoken."""
    routine = find_routine(name)
    session = plan_session(routine, SessionOptions(), VoiceOptions(engine="neural"), store=STORE)
    estimate = estimated_timeline(routine, session.options, find_language("en"), 120).duration_ms
    assert estimate == pytest.approx(session.timeline.duration_ms, rel=0.1)


@pytest.mark.parametrize("wanted_ms", [0, -60_000, 59_999, 12 * 3_600_000 + 1])
def test_a_length_that_no_session_has_is_refused(wanted_ms: int) -> None:
    """With what is allowed."""
    with pytest.raises(ValueOutOfRange, match=r"Choose 1 to 720 minutes \(12 hours\)"):
        check_total_duration(wanted_ms)


def test_the_estimate_knows_the_chimes() -> None:
    """Each chime is synthesised to the length that scripts are planned with."""
    assert {kind: strike_chime(kind, 0.0, 24_000).duration_ms for kind in CHIME_MS} == CHIME_MS
