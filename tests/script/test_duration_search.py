"""Hold, repetitions and rest for a given duration."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceguide.audio.chimes import strike_chime
from voiceguide.errors import ValueOutOfRange
from voiceguide.language.registry import find_language
from voiceguide.options.session import ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import HoldRange, RepRange, RestRange
from voiceguide.routine.reader import built_in_ids, find_routine
from voiceguide.script.duration_search import check_total_duration, closest_options, option_ranges
from voiceguide.script.estimate import estimated_timeline
from voiceguide.script.segments import CHIME_MS
from voiceguide.session.planning import plan_session
from voiceguide.store.memory import MemoryStore

LOWER_BACK = find_routine("lower-back")
STORE = MemoryStore()


def estimated_ms(options: ResolvedOptions) -> int:
    return estimated_timeline(LOWER_BACK, options, find_language("en"), 120).duration_ms


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(1, 120))
def test_what_is_found_is_what_the_routine_advises(minutes: int) -> None:
    """Never outside, in whole five seconds, for any duration."""
    found = closest_options(LOWER_BACK, SessionOptions(), minutes * 60_000, estimated_ms)
    assert LOWER_BACK.advised_hold_seconds
    assert (
        LOWER_BACK.advised_hold_seconds.minimum
        <= (found.hold_seconds or 0)
        <= LOWER_BACK.advised_hold_seconds.maximum
    )
    assert found.hold_seconds in {20, 25, 30} or 13 < minutes < 24
    assert found.reps in {2, 3}
    assert found.rest_seconds is None or found.rest_seconds in range(22, 36)
    assert set(found.implicit) == {"hold_seconds", "reps", "rest_seconds"}


@pytest.mark.slow
@pytest.mark.parametrize("name", built_in_ids())
def test_no_combination_comes_closer(name: str) -> None:
    """In whole five seconds, within what counts as equally close; every routine, tried one by one."""
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
        assert abs(length_ms(found) - minutes * 60_000) <= best + 3000


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
        assert abs(length_ms(found.resolve(routine)) - minutes * 60_000) < 5000


def test_no_scale_leads_outside_of_what_is_advised() -> None:
    """Holds are chosen such that every exercise's is within it; where none is, as the routine says."""
    scaled = LOWER_BACK.all_exercises[0].model_copy(update={"hold_scale": 1.25})
    routine = LOWER_BACK.model_copy(update={"exercises": (scaled, *LOWER_BACK.all_exercises[1:])})
    assert list(option_ranges(routine, SessionOptions()).hold_seconds) == list(range(20, 25))
    assert list(option_ranges(routine, SessionOptions(hold_seconds=28)).hold_seconds) == [28]
    far = LOWER_BACK.all_exercises[0].model_copy(update={"hold_scale": 4.0})
    beyond = LOWER_BACK.model_copy(update={"exercises": (far, *LOWER_BACK.all_exercises[1:])})
    assert list(option_ranges(beyond, SessionOptions()).hold_seconds) == list(range(20, 31))


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
