"""A session of a wished length, and what is said of it."""

from dataclasses import replace

import pytest

from voiceguide.options.session import ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.reader import built_in_ids, find_routine
from voiceguide.script.suggestions import candidates_nearer
from voiceguide.session.duration_fit import DurationFit, fit_session
from voiceguide.store.memory import MemoryStore
from voiceguide.text.formatting import format_duration

LOWER_BACK = find_routine("lower-back")
FAKE = VoiceOptions(engine="fake")
STORE = MemoryStore()


def fitted(name: str, minutes: float, wishes: SessionOptions | None = None) -> DurationFit:
    return fit_session(
        find_routine(name), wishes or SessionOptions(), FAKE, round(minutes * 60_000), store=STORE
    )


def asked_with(wishes: SessionOptions, option: str) -> SessionOptions:
    """Return the wishes with an option as the command line takes it."""
    name, value = option.split(" ")
    if name in {"--only", "--skip"}:
        return replace(wishes, **{name[2:]: tuple(value.split(","))})  # type: ignore[arg-type]
    if name == "--guidance":
        return replace(wishes, guidance=value)  # type: ignore[arg-type]
    field = {"--hold": "hold_seconds", "--reps": "reps", "--rest": "rest_seconds"}[name]
    return replace(wishes, **{field: int(value)})  # type: ignore[arg-type]


@pytest.mark.parametrize("minutes", [15, 18, 20, 23, 24])
def test_the_session_that_is_made_is_that_long(minutes: int) -> None:
    """With real lengths of words, though most were estimated."""
    session = fitted("lower-back", minutes).session
    assert abs(session.timeline.duration_ms - minutes * 60_000) < 25_000


@pytest.mark.parametrize(
    ("name", "minutes", "wishes"),
    [
        *((name, minutes, SessionOptions()) for name in built_in_ids() for minutes in (4, 40)),
        ("legs", 10, SessionOptions()),
        ("muscle-relaxation", 10, SessionOptions()),
        ("wind-down-breathing", 20, SessionOptions()),
        ("lower-back", 5, SessionOptions(hold_seconds=25, reps=2, rest_seconds=6)),
        ("lower-back", 6, SessionOptions(only=("cat-cow", "happy-baby"))),
        ("lower-back", 6, SessionOptions(skip=("cat-cow",), guidance="brief")),
        ("hips", 4, SessionOptions(hold_seconds=15)),
    ],
)
def test_what_is_said_to_come_nearer_does(name: str, minutes: int, wishes: SessionOptions) -> None:
    """Whoever follows the advice gets just the length that it names, and it misses less by a quarter."""
    wanted_ms = minutes * 60_000
    first = fitted(name, minutes, wishes)
    missed_ms = abs(first.session.timeline.duration_ms - wanted_ms)
    assert missed_ms <= 15_000 or first.nearer, "with so much that can be changed, something helps"
    for way in first.nearer:
        second = fitted(name, minutes, asked_with(wishes, way.option))
        assert second.session.timeline.duration_ms == way.lasts_ms
        assert abs(way.lasts_ms - wanted_ms) <= 0.75 * missed_ms
        outside = [remark for remark in second.session.remarks() if "advises" in remark]
        assert way.advised or outside
        assert f"{way.option} ({format_duration(way.lasts_ms)}" in first.told()


def test_a_hold_of_its_own_is_reached_by_asking() -> None:
    """Breath-timed exercises and own holds stay as they are while a hold is only found; asked for, it is theirs."""
    first = fitted("wind-down-breathing", 20)
    assert ", where exercises keep what they set for themselves, nothing comes nearer." in first.told()
    assert [way.option for way in first.nearer if way.advised] == ["--hold 100"]


def test_many_exercises_are_no_burden() -> None:
    """Some hundred lengths are looked at, whatever the number of exercises; each costs as much as it has of them."""
    first = LOWER_BACK.exercises[0]
    many = tuple(first.model_copy(update={"id": f"e{number}"}) for number in range(60))
    routine = LOWER_BACK.model_copy(update={"exercises": many})
    asked: list[ResolvedOptions] = []

    def length_ms(options: ResolvedOptions) -> int:
        asked.append(options)
        return 100_000 * options.hold_seconds * len(options.exercises)

    ways = candidates_nearer(
        routine, SessionOptions(), SessionOptions().resolve(routine), 720_000, 60_000_000, length_ms
    )
    assert ways
    assert len(asked) < 300


def test_nothing_nearer_is_said_to_be_so() -> None:
    """A single exercise without words, as long as it may be."""
    asked = SessionOptions(hold_seconds=600, reps=50, rest_seconds=60, only=("flat-back",), guidance="chimes")
    told = fitted("lower-back", 715, asked).told()
    assert told.endswith(
        "Within holds of 600 s, 50 repetitions and rests of 60 s nothing comes nearer, "
        "and no other rest, count, hold or guidance that was tried brings it much nearer."
    )


def test_the_miss_is_told_as_the_lengths_are_shown() -> None:
    """In whole seconds, each as long as players show it; one repetition is one."""
    asked = SessionOptions(hold_seconds=25, reps=1, rest_seconds=6)
    exact = fitted("lower-back", 10, asked)
    lasts_ms = exact.session.timeline.duration_ms
    shown = f"{format_duration(lasts_ms)} with holds of 25 s, 1 repetition and rests of 6 s"
    whole_ms = lasts_ms // 1000 * 1000

    def told(wanted_ms: int) -> str:
        return replace(exact, wanted_ms=wanted_ms, nearer=()).told()

    assert told(whole_ms) == f"{shown}: as long as was wished."
    assert told(whole_ms + 1000) == f"{shown}: 1 s less than wished."
    assert told(whole_ms - 15_000) == f"{shown}: 15 s more than wished."
    assert told(whole_ms - 59_000).startswith(
        f"{shown}: 59 s more than wished. Within holds of 25 s, 1 repetition and"
    )
    assert told(whole_ms + 89_000).startswith(f"{shown}: 1:29 min less than wished. ")
