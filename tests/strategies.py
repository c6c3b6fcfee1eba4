"""Arbitrary valid values of the core: routines, choices, lengths of sounds, and whole sessions of them."""

from dataclasses import dataclass
from functools import cached_property

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from voiceguide.language.registry import find_language
from voiceguide.options.session import ResolvedOptions, SessionOptions
from voiceguide.routine.model import (
    Breath,
    Breathe,
    Defaults,
    Exercise,
    Flow,
    HoldRange,
    Movement,
    Noun,
    Phase,
    Rock,
    Routine,
    Safety,
    Source,
    StaticHold,
    Variation,
    Work,
)
from voiceguide.script.builder import build_script
from voiceguide.script.segments import ChimeKind, Script
from voiceguide.script.timeline import Lengths, Timeline, lay_out

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
names = st.sampled_from(tuple(text for text in _TEXTS if len(text) < 40))
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
    kind = draw(st.sampled_from(("hold", "rock", "flow", "work", "breathe")))
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
    """A breath of any length whose hold is no longer than any other."""
    parts = [draw(st.integers(least, 9)) for least in (1, 0, 1, 0)]
    most = min(600 // sum(parts), 12)
    return Breath(
        in_seconds=parts[0],
        hold_seconds=parts[1],
        out_seconds=parts[2],
        rest_seconds=parts[3],
        breaths=draw(st.integers(-(-3 // sum(parts)), most)),
        calls=draw(st.none() | st.integers(0, 12)),
    )


# Short holds have the most collisions; half are short, the rest are anything that is allowed.
hold_seconds = st.integers(3, 45) | st.integers(3, 600)


@st.composite
def exercises(draw: st.DrawFn, name: str = "bend") -> Exercise:
    """An exercise of any kind, on one side or on each."""
    sided = draw(st.booleans())
    text = sided_texts if sided else texts
    movement = draw(movements(sided))
    breath = draw(breaths() if movement.kind == "breathe" else st.none() | breaths())
    return Exercise(
        id=name,
        name=draw(names),
        spoken_name=draw(st.none() | names),
        equipment=draw(_tuples(names, 0, 2)),
        position=draw(text),
        settle_seconds=draw(seconds),
        sides="each" if sided else "none",
        side_order=draw(st.sampled_from(("alternating", "in-turn"))),
        side_name=draw(st.none() | st.sampled_from(("leg", "hand"))) if sided else None,
        changeover=draw(text) if sided else None,
        changeover_seconds=draw(seconds),
        movement=movement,
        transition=draw(_tuples(text, 0, 2)),
        release=draw(st.none() | text),
        hold_scale=draw(st.sampled_from((1.0, 0.5, 1.5, 2.0)) | st.floats(0.25, 4)),
        hold_seconds=None if breath else draw(st.none() | hold_seconds),
        reps=draw(st.none() | st.integers(1, 3)),
        rest_seconds=draw(st.none() | st.integers(0, 30)),
        sets=draw(st.sampled_from((1, 1, 1, 2))),
        set_rest_seconds=draw(st.integers(0, 40)),
        ready_seconds=draw(st.just(0) | st.integers(0, 30)),
        quiet=draw(st.sampled_from((False, False, True))),
        breath=breath,
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
            rest_seconds=draw(st.integers(0, 600)),
        ),
        advised_hold_seconds=draw(_advised),
        exercises=tuple(draw(exercises(name)) for name in ids),
        closing=draw(st.none() | texts),
        say=draw(_say_lists),
    )


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
        rest_seconds=draw(st.integers(0, 20) | st.none()),
        only=only,
        skip=() if set(left) <= set(skip) else tuple(skip),
        guidance=draw(st.sampled_from(("full", "brief", "cues", "chimes"))),
        countdown=draw(st.booleans()),
        first_side=draw(st.sampled_from(("left", "right"))),
    )


@st.composite
def lengths_for(draw: st.DrawFn, script: Script) -> Lengths:
    """How long each sound of a script lasts: words 100 to 9000 ms, chimes 300 to 5000 ms.

    The begin chime is shorter than the shortest hold: a longer one would ring into the release.
    """
    anything = st.integers(100, 9000)
    spoken = draw(st.lists(st.integers(100, 2500) | anything, min_size=1, max_size=12))
    counted = draw(st.lists(st.integers(100, 500) | anything, min_size=1, max_size=3))
    return Lengths(
        speech={
            utterance: (counted if utterance.natural_rate else spoken)[
                number % len(counted if utterance.natural_rate else spoken)
            ]
            for number, utterance in enumerate(script.utterances)
        },
        chimes={kind: draw(st.integers(300, 2900 if kind == "begin" else 5000)) for kind in _CHIME_KINDS},
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


@st.composite
def sessions(draw: st.DrawFn) -> Laid:
    """A whole session of an arbitrary routine, arbitrary choices and arbitrary lengths."""
    routine = draw(routines())
    options = draw(session_options(routine)).resolve(routine)
    hours = sum(options.hold_seconds_of(e) * options.holds_of(e) for e in routine.exercises) / 3600
    assume(hours < 10)
    script = build_script(routine, options, find_language("en"))
    return Laid(routine, options, script, draw(lengths_for(script)))
