"""Sessions to publish, made once; with a title that a page must not trust."""

from pathlib import Path

import pytest

from voiceguide.making import write_file
from voiceguide.routine.reader import find_routine
from voiceguide.script.options import Wishes
from voiceguide.session import plan_session
from voiceguide.speech.wishes import SpeechWishes
from voiceguide.store import MemoryStore

HOSTILE_TITLE = "<script>alert('x')</script> \"Rücken\" & שלום 😀"
STORE = MemoryStore()


def make_mp3(path: Path, title: str = "Lower back", hold: int = 5, *, cover: bool = True) -> Path:
    """A short session as a file."""
    routine = find_routine("lower-back").model_copy(update={"title": title})
    wishes = Wishes(hold_seconds=hold, reps=1, only=("cat-cow", "flat-back"), guidance="brief")
    session = plan_session(routine, wishes, SpeechWishes(engine="fake"), store=STORE, for_file=True)
    write_file(session, path, session.drawn_cover() if cover else None, force=True)
    return path


@pytest.fixture(scope="session")
def plain_mp3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_mp3(tmp_path_factory.mktemp("plain") / "a.mp3")


@pytest.fixture(scope="session")
def hostile_mp3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_mp3(tmp_path_factory.mktemp("hostile") / "b.mp3", HOSTILE_TITLE, 6, cover=False)
