"""Sessions to publish, made once; with a title that a page must not trust."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from voiceguide.options.output import OutputOptions
from voiceguide.options.request import Request
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.reader import find_routine
from voiceguide.session.making import make_session_bytes, write_file
from voiceguide.session.planning import plan_session
from voiceguide.session.source import source_of
from voiceguide.store.memory import MemoryStore
from voiceguide.web.choices import Choice, RoutineChoices, make_choices

HOSTILE_TITLE = "<script>alert('x')</script> \"Rücken\" & שלום 😀"
STORE = MemoryStore()
URL = "https://example.org/some/where/"


def make_mp3(
    path: Path, title: str = "Lower back", hold: int = 5, *, cover: bool = True, reps: int = 1, **changed: Any
) -> Path:
    """A short session as a file; ``changed`` are fields of the routine."""
    routine = find_routine("lower-back").model_copy(update={"title": title, **changed})
    only = ("cat-cow", "flat-back") if reps == 1 else ("cat-cow", "knee-roll")
    options = SessionOptions(hold_seconds=hold, reps=reps, only=only, guidance="brief")
    session = plan_session(routine, options, VoiceOptions(engine="fake"), store=STORE, for_file=True)
    write_file(session, path, session.drawn_cover() if cover else None, force=True)
    return path


@pytest.fixture(scope="session")
def plain_mp3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_mp3(tmp_path_factory.mktemp("plain") / "a.mp3")


@pytest.fixture(scope="session")
def hostile_mp3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_mp3(tmp_path_factory.mktemp("hostile") / "b.mp3", HOSTILE_TITLE, 6, cover=False)


@pytest.fixture(scope="session")
def sided_mp3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session with sides and repetitions, in which nothing of the title is in the font of the cover."""
    return make_mp3(tmp_path_factory.mktemp("sided") / "c.mp3", "Sides", 7, reps=2)


# Forty choices of two exercises.
CHOICE_REQUESTS = [
    Request(
        SessionOptions(hold_seconds=hold, reps=reps, guidance="brief", only=("cat-cow", "knee-roll")),
        VoiceOptions(engine="fake"),
    )
    for hold in range(5, 15)
    for reps in range(1, 5)
]


@pytest.fixture(scope="session")
def choices(tmp_path_factory: pytest.TempPathFactory) -> RoutineChoices:
    """All of them, for a page."""
    made, _ = make_choices(
        source_of(find_routine("lower-back")),
        CHOICE_REQUESTS,
        tmp_path_factory.mktemp("own") / "files",
        base_url=URL,
    )
    return made


@cache
def chosen_bytes(choice: Choice) -> bytes:
    """The file that ``make --undated`` writes for a choice."""
    shared = CHOICE_REQUESTS[0]
    session = replace(
        shared.session, hold_seconds=choice.hold_seconds, reps=choice.reps, guidance=choice.guidance
    )
    request = replace(shared, session=session, output=OutputOptions(dated=False))
    return make_session_bytes(source_of(find_routine("lower-back")), request)
