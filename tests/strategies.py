"""Arbitrary valid values of the core: routines, choices, lengths of sounds, and whole sessions of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from typing import Any

from hypothesis import assume, reject
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from voiceguide.errors import NoExerciseLeft
from voiceguide.language.registry import find_language
from voiceguide.options.session import ResolvedOptions, SessionOptions
from voiceguide.routine.model import (
    Defaults,
    Exercise,
    Group,
    HoldRange,
    Noun,
    Routine,
    Safety,
    SideReps,
    Source,
)
from voiceguide.routine.movements import (
    Breath,
    Breathe,
    Count,
    Flow,
    Growth,
    Movement,
    Phase,
    Rock,
    StaticHold,
    Step,
    Steps,
    Variation,
    Work,
)
from voiceguide.routine.texts import without_pauses
from voiceguide.script.builder import build_script
from voiceguide.script.grid import Lengths
from voiceguide.script.prescription import session_bouts, session_length_ms
from voiceguide.script.segments import ChimeKind, Script
from voiceguide.script.timeline import Timeline, lay_out

# Some hold what YAML would read as something else than words.
_TEXTS = (
    "Breathe out.",
    "Round up. And arch.",
    "Keep it small, and easy; then rest.",
    "Nine",
    "über die Knie. Élan!",
    "null",
    "yes",
    "12",
    "1e3",
    "0x1f",
    "2020-01-01",
    "key: value",
    "#5 hurts # not",
    "- a",
    '"quoted" words',
    "it's 'fine'",
    "~a",
    "&b and *b",
    "Where to? There! Dr. Smith says so.",
    "slowly " * 40 + "down",
    "Wait. [pause 2s] And go on.",
    "[pause 1.5s] Sink down [pause 0.5s] and rest. [pause 12s]",
)
_SIDED = (
    "To the {side}.",
    "Eyes {other_side}. Knees {side}.",
    "{side}",
    "Keep still.",
    "{other_side}: over, and {side}",
)
_LANGUAGES = ("en", "en-GB", "de", "pt-BR", "gsw")
_CHIME_KINDS: tuple[ChimeKind, ...] = ("begin", "release", "next", "end")

slugs = st.sampled_from(("bend", "cat-cow", "7", "a-b-c", "null", "x9", "hip-flexor-2"))
seconds = st.one_of(st.integers(0, 20).map(float), st.floats(0, 120, allow_nan=False))


texts = st.sampled_from(tuple(" ".join(text.split()) for text in _TEXTS))
labels = st.sampled_from(tuple(" ".join(text.split()) for text in _TEXTS if "[" not in text))
names = st.sampled_from(tuple(text for text in _TEXTS if len(text) < 40 and "[" not in text))


def halves(least: float, most: float) -> SearchStrategy[float]:
    """Whole and half seconds."""
    return st.integers(round(2 * least), round(2 * most)).map(lambda half: half / 2)


sided_texts = st.sampled_from(_SIDED) | texts


def _tuples(element: SearchStrategy[str], least: int, most: int) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(element, min_size=least, max_size=most).map(tuple)


@st.composite
def movements(draw: st.DrawFn, sided: bool = False) -> Movement:
    """A movement of any kind."""
    text = sided_texts if sided else texts
    short = draw(_tuples(text, 1, 3))
    reminders = draw(_tuples(text, 0, 5))
    change = st.builds(Variation, instruction=text, settle_seconds=seconds)
    variation = draw(st.none() | change)
    kind = draw(st.sampled_from(("hold", "rock", "flow", "work", "breathe", "count", "steps")))
    if kind == "flow":
        phases = st.lists(st.builds(Phase, instruction=text, cue=text), min_size=2, max_size=4)
        return Flow(
            kind="flow",
            short=short,
            reminders=reminders,
            variation=variation,
            phases=tuple(draw(phases)),
            phase_seconds=draw(st.floats(2, 60)),
        )
    common: dict[str, Any] = {
        "short": draw(_tuples(text, 0, 2)),
        "reminders": reminders,
        "variation": variation,
    }
    if kind == "count":
        return Count(
            kind="count",
            rep_seconds=draw(halves(1, 6)),
            cues=draw(_tuples(text, 0, 3)),
            instruction=draw(st.none() | text),
            **common,
        )
    if kind == "steps":
        steps = st.lists(
            st.builds(Step, say=st.none() | text, seconds=halves(0.5, 20)), min_size=1, max_size=9
        )
        return Steps(kind="steps", steps=tuple(draw(steps)), instruction=draw(st.none() | text), **common)
    named: dict[str, type[StaticHold | Rock | Work | Breathe]] = {
        "hold": StaticHold,
        "rock": Rock,
        "work": Work,
        "breathe": Breathe,
    }
    return named[kind](
        kind=kind,  # type: ignore[arg-type]
        short=short,
        reminders=reminders,
        variation=variation,
        instruction=draw(text),
    )


@st.composite
def breaths(draw: st.DrawFn) -> Breath:
    """A breath of any length whose hold is no longer than any other; some grow."""
    parts = [draw(halves(least, 9)) for least in (0.5, 0, 0.5, 0)]
    grows = draw(st.booleans())
    lengths = [
        Growth.model_validate({"from": part, "to": draw(halves(max(part, 0.5), 9))}) if grows else part
        for part in parts
    ]
    return Breath(
        in_seconds=lengths[0],
        hold_seconds=lengths[1],
        out_seconds=lengths[2],
        rest_seconds=lengths[3],
        breaths=draw(st.integers(ceil(3 / sum(parts)), 12)),
        calls=draw(st.none() | st.integers(0, 12)),
    )


# Short holds have the most collisions; half are short, the rest are anything that is allowed.
hold_seconds = halves(3, 45) | st.integers(3, 600)
# Rests in which words find room, and rests in which they do not.
rest_seconds = st.sampled_from((0, 1, 2, 3, 5, 10, 30)) | halves(1, 40)
_ladders = st.lists(hold_seconds, min_size=1, max_size=3).map(tuple)


@st.composite
def exercises(draw: st.DrawFn, name: str = "bend") -> Exercise:
    """An exercise of any kind, on one side, on each, or more often on one."""
    sides = draw(st.sampled_from(("none", "each", "left", "right", "uneven")))
    return _exercise(draw, name, sides)


def _exercise(draw: st.DrawFn, name: str, sides: str) -> Exercise:
    sided = sides != "none"
    text = sided_texts if sided else texts
    movement = draw(movements(sided))
    is_timed_by_itself = movement.kind in ("count", "steps")
    breath = draw(breaths() if movement.kind == "breathe" else st.none() | breaths())
    breath = None if is_timed_by_itself else breath
    hold = None if breath or is_timed_by_itself else draw(st.none() | hold_seconds | _ladders)
    sets = draw(st.sampled_from((1, 1, 1, 2)))
    counts = (
        st.none() | st.integers(1, 3) | st.lists(st.integers(1, 4), min_size=sets, max_size=sets).map(tuple)
    )
    are_reps_set = isinstance(hold, tuple) or (sides == "uneven" and movement.kind != "count")
    uneven = SideReps(left=draw(st.integers(1, 3)), right=draw(st.integers(1, 3)))
    return Exercise(
        id=name,
        name=draw(names),
        spoken_name=draw(st.none() | names),
        equipment=draw(_tuples(names, 0, 2)),
        position=draw(text),
        settle_seconds=draw(seconds),
        sides=uneven if sides == "uneven" else sides,  # type: ignore[arg-type]
        side_order=draw(st.sampled_from(("alternating", "in-turn"))),
        side_name=draw(st.none() | st.sampled_from(("leg", "hand"))) if sided else None,
        changeover=draw(text) if sides in ("each", "uneven") else None,
        changeover_seconds=draw(st.none() | rest_seconds),
        movement=movement,
        transition=draw(_tuples(text, 0, 2)),
        release=draw(st.none() | text),
        hold_scale=draw(st.sampled_from((1.0, 0.5, 1.5, 2.0)) | st.floats(0.25, 4)),
        hold_seconds=hold,
        reps=None if are_reps_set else draw(counts),
        rest_seconds=draw(st.none() | rest_seconds),
        sets=sets,
        set_rest_seconds=draw(st.none() | rest_seconds),
        set_texts=draw(_tuples(text, 0, 2)),
        ready_seconds=draw(st.just(0) | st.integers(0, 30)),
        get_ready=draw(st.sampled_from(("each", "first"))),
        call_every_seconds=draw(st.none() | halves(10, 60)),
        quiet=draw(st.sampled_from((False, False, True))),
        breath=breath,
    )


@st.composite
def groups(draw: st.DrawFn, ids: list[str]) -> Group:
    """A group of exercises, on one side after the other or on none."""
    sided = draw(st.booleans())
    return Group(
        group=draw(names),
        rounds=draw(st.integers(1, 3)),
        rest_seconds=draw(st.none() | rest_seconds),
        round_rest_seconds=draw(st.none() | rest_seconds),
        sides="each" if sided else "none",
        introduction=draw(st.none() | texts),
        round_texts=draw(_tuples(texts, 0, 3)),
        exercises=tuple(_exercise(draw, name, "group" if sided else "none") for name in ids),
    )


_ranges = st.lists(st.integers(3, 600), min_size=2, max_size=2).map(sorted)
_advised = st.none() | _ranges.map(lambda ends: HoldRange(minimum=ends[0], maximum=ends[1]))
_sources = st.none() | st.builds(Source, title=names, url=st.none() | st.just("https://example.org/a?b=1#c"))


_say_lists = st.dictionaries(st.sampled_from(("breathe", "Élan", "psoas", "rest")), names, max_size=2)


@st.composite
def routines(draw: st.DrawFn, most_exercises: int = 4) -> Routine:
    """A valid routine."""
    ids = draw(st.lists(slugs, min_size=1, max_size=most_exercises, unique=True))
    return Routine(
        id=draw(slugs),
        title=draw(names),
        language=draw(st.sampled_from(_LANGUAGES)),
        tags=draw(_tuples(slugs, 0, 3)),
        noun=draw(st.builds(Noun) | st.builds(Noun, one=st.just("pose"), other=st.just("poses"))),
        introduction=draw(texts),
        equipment=draw(_tuples(names, 0, 2)),
        safety=Safety(before=draw(_tuples(texts, 1, 3)), short=draw(texts), after=draw(_tuples(texts, 0, 3))),
        source=draw(_sources),
        defaults=Defaults(
            hold_seconds=draw(hold_seconds),
            reps=draw(st.integers(1, 50)),
            rest_seconds=draw(st.none() | st.integers(0, 600)),
            countdown=draw(st.none() | st.sampled_from((0, 3, 5, 10))),
            side=draw(st.sampled_from((None, None, "left"))),
        ),
        advised_hold_seconds=draw(_advised),
        exercises=tuple(_entries(draw, ids)),
        closing=draw(st.none() | texts),
        say=draw(_say_lists),
    )


def _entries(draw: st.DrawFn, ids: list[str]) -> Iterator[Exercise | Group]:
    """Yield exercises; some of them together in a group."""
    left = list(ids)
    while left:
        taken = draw(st.integers(0, len(left)))
        if taken:
            yield draw(groups(left[:taken]))
        else:
            taken = 1
            yield draw(exercises(left[0]))
        left = left[taken:]


@st.composite
def session_options(draw: st.DrawFn, routine: Routine) -> SessionOptions:
    """What a listener may ask of a routine, such that at least one exercise is left; at most six repetitions."""
    chosen = st.lists(st.sampled_from(routine.exercise_ids), unique=True, min_size=1)
    only = tuple(draw(st.just([]) | chosen))
    left = [name for name in routine.exercise_ids if not only or name in only]
    skip = draw(st.lists(st.sampled_from(routine.exercise_ids), unique=True, max_size=2))
    return SessionOptions(
        hold_seconds=draw(hold_seconds | st.none()),
        reps=draw(st.integers(1, 4)),
        rest_seconds=draw(rest_seconds | st.none()),
        only=only,
        skip=() if set(left) <= set(skip) else tuple(skip),
        guidance=draw(st.sampled_from(("full", "brief", "cues", "chimes"))),
        countdown=draw(st.none() | st.sampled_from((0, 3, 5, 10))),
        first_side=draw(st.sampled_from(("left", "right"))),
        side=draw(st.sampled_from((None, None, None, "left", "right"))),
        lead_in=draw(st.sampled_from((None, None, 0, 3, 5))),
        call_every_seconds=draw(st.none() | st.just(0) | halves(10, 60)),
    )


@st.composite
def lengths_for(draw: st.DrawFn, script: Script) -> Lengths:
    """How long each sound of a script lasts: words 100 to 9000 ms, chimes 300 to 5000 ms.

    The begin chime leaves room for the first number that is counted, 2 s after it began.
    """
    anything = st.integers(100, 9000)
    spoken = draw(st.lists(st.integers(100, 2500) | anything, min_size=1, max_size=12))
    # Numbers that are counted find room next to each other at a second apart.
    counted = draw(st.lists(st.integers(100, 850), min_size=1, max_size=3))
    return Lengths(
        speech={
            utterance: (counted if utterance.natural_rate else spoken)[
                number % len(counted if utterance.natural_rate else spoken)
            ]
            for number, utterance in enumerate(script.utterances)
        },
        chimes={kind: draw(st.integers(300, 1850 if kind == "begin" else 5000)) for kind in _CHIME_KINDS},
    )


@dataclass(frozen=True)
class Laid:
    """A session from the routine to its timeline."""

    routine: Routine
    options: ResolvedOptions
    script: Script
    lengths: Lengths

    @cached_property
    def timeline(self) -> Timeline:
        """Everything at its time."""
        return lay_out(self.script, self.lengths)


def resolved(options: SessionOptions, routine: Routine) -> ResolvedOptions:
    """The options of a session that has something to do on the side that was chosen."""
    try:
        return options.resolve(routine)
    except NoExerciseLeft:
        reject()


_GIVEN_RESTS = ("rest_seconds", "round_rest_seconds", "changeover_seconds", "set_rest_seconds")


def untimed(routine: Routine) -> Routine:
    """The routine without a rest of given length, and without silence inside its texts."""

    def plain(value: Any, key: str = "") -> Any:
        if isinstance(value, dict) and key != "breath":
            return {name: None if name in _GIVEN_RESTS else plain(part, name) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [plain(part, key) for part in value]
        return without_pauses(value) if isinstance(value, str) else value

    return Routine.model_validate(plain(routine.model_dump(by_alias=True)))


@st.composite
def sessions(draw: st.DrawFn, timed: bool = True) -> Laid:
    """A whole session of an arbitrary routine, arbitrary choices and arbitrary lengths.

    Args:
        draw: by hypothesis.
        timed: whether somebody may give a rest, a silence or a lead-in its length.
    """
    routine = draw(routines()) if timed else untimed(draw(routines()))
    choice = draw(session_options(routine))
    options = resolved(choice if timed else replace(choice, rest_seconds=None, lead_in=0), routine)
    assume(session_length_ms(session_bouts(routine, options)) < 10 * 3_600_000)
    script = build_script(routine, options, find_language("en"))
    return Laid(routine, options, script, draw(lengths_for(script)))
