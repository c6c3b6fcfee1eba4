"""What a file says of itself: it may come from anyone."""

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import GEOB, ID3

from tests.strategies import Laid, sessions
from voiceguide.errors import UsageError, VoiceguideError
from voiceguide.routine.reader import find_routine
from voiceguide.script.options import Wishes
from voiceguide.session import Session, plan_session
from voiceguide.share.carried import DESCRIPTION, MIME, packed, unpacked
from voiceguide.share.plan import plan_of
from voiceguide.share.reading import read_contents
from voiceguide.speech.wishes import SpeechWishes
from voiceguide.store import MemoryStore

WISHES = Wishes(hold_seconds=21, only=("cat-cow", "flat-back"), guidance="brief", first_side="right")
SPEECH = SpeechWishes("fake", "hum", 130, -3.0)


@pytest.fixture(scope="module")
def session() -> Session:
    return plan_session(find_routine("lower-back"), WISHES, SPEECH, store=MemoryStore())


@given(sessions())
def test_any_session_comes_back(laid: Laid) -> None:
    """Its routine, its plan, and what its listener had asked for."""
    from dataclasses import asdict

    plan = plan_of(
        laid.timeline, routine=laid.routine.id, title="T", options=asdict(laid.options), voice="hum"
    )
    contents = unpacked(packed(plan, laid.routine))
    assert contents.routine == laid.routine
    assert contents.plan.as_data() == json.loads(json.dumps(plan.as_data()))
    assert contents.wishes()[0].settled(laid.routine) == laid.options


def test_the_wishes_come_back(session: Session) -> None:
    """What was not asked for is still no more than a default; the voice may differ."""
    wishes, speech = unpacked(packed(session.plan, session.routine)).wishes()
    left = ("reps", "rest_seconds")
    assert wishes == Wishes(21, 2, 6, ("cat-cow", "flat-back"), (), "brief", True, "right", left)
    assert speech == SpeechWishes("fake", "hum", 130, -3.0, voice_may_differ=True)


def changed(session: Session, change: Callable[[dict[str, Any]], object]) -> bytes:
    """What the file carries, tampered with."""
    data = json.loads(zlib.decompress(packed(session.plan, session.routine)))
    change(data)
    return zlib.compress(json.dumps(data).encode())


def _set(path: str, value: object) -> Callable[[dict[str, Any]], object]:
    def change(data: dict[str, Any]) -> None:
        *places, last = path.split(".")
        for place in places:
            data = data[int(place)] if isinstance(data, list) else data[place]
        data[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("plan", {}),
        ("plan", []),
        ("plan.duration_ms", -1),
        ("plan.duration_ms", 10**15),
        ("plan.duration_ms", "5"),
        ("plan.title", "x" * 401),
        ("plan.title", None),
        ("plan.events", [{"start_ms": 0, "end_ms": 1, "kind": "shell"}]),
        ("plan.events", [{"start_ms": -5, "end_ms": 1, "kind": "say"}]),
        ("plan.events", [{"start_ms": 0, "end_ms": 1, "kind": "say", "text": "x" * 2001}]),
        ("plan.events", [[]]),
        ("plan.chapters", [{"start_ms": 0, "end_ms": 1, "title": "x"}] * 256),
        ("plan.options", "x"),
        ("plan.options.hold_seconds", 10**9),
        ("plan.options.reps", 0),
        ("plan.options.exercises", ["../../etc"]),
        ("plan.options.exercises", []),
        ("plan.options.guidance", "loud"),
        ("plan.options.chime_level_db", 1e9),
        ("plan.options.pace_wpm", 1),
        ("routine", {}),
        ("routine.id", "../../etc/passwd"),
        ("routine.id", "a/b"),
        ("routine.title", "x" * 121),
        ("routine.title", "bell \u0007"),
        ("routine.exercises", []),
        ("routine.safety.before", ["x" * 601]),
        ("routine.surprise", "key"),
        ("routine.defaults", {"reps": 10_000}),
    ],
)
def test_what_was_tampered_with_is_refused(session: Session, path: str, value: object) -> None:
    """By the limits of any plan and any routine."""
    with pytest.raises(ValueError, match="is not what it should be"):
        unpacked(changed(session, _set(path, value)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not zlib",
        zlib.compress(b"not json"),
        zlib.compress(b"[" * 200_000),
        zlib.compress(b'{"plan":' * 50_000),
        zlib.compress(bytes(50_000_000)),
        zlib.compress(b"{}")[:-3],
        zlib.compress(b"[]"),
        bytes(4_000_001),
    ],
    ids=["nothing", "no zlib", "no json", "deep lists", "deep keys", "bomb", "cut", "list", "large"],
)
def test_what_is_no_session_is_refused(data: bytes) -> None:
    """In bounded memory, with a reason."""
    with pytest.raises(ValueError, match=r"^(it|plan|routine)\b"):
        unpacked(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    """Packed or not: nothing but a ValueError comes out."""
    for form in (data, zlib.compress(data)):
        with pytest.raises(ValueError, match="it"):
            unpacked(form)


def test_fields_of_later_versions_are_passed_over(session: Session) -> None:
    """An earlier program reads what it knows of a plan; a routine must be known whole."""
    later = changed(session, _set("plan.mood", "calm"))
    assert unpacked(later).plan == unpacked(packed(session.plan, session.routine)).plan


def tagged(path: Path, data: bytes | None) -> Path:
    """A file that carries this."""
    tags = ID3()
    if data is not None:
        tags.add(GEOB(mime=MIME, desc=DESCRIPTION, data=data))
    tags.save(path, v2_version=3)
    return path


def test_a_file_is_read(session: Session, tmp_path: Path) -> None:
    """From its tags alone."""
    contents = read_contents(tagged(tmp_path / "a.mp3", packed(session.plan, session.routine)))
    assert contents.plan.title == "Lower back · 21 s × 2"


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    """No file, a folder, another program's file, a damaged one."""
    with pytest.raises(UsageError, match=r"There is no file .*nothing\.mp3"):
        read_contents(tmp_path / "nothing.mp3")
    with pytest.raises(VoiceguideError, match="carries no session of voiceguide"):
        read_contents(tmp_path)
    with pytest.raises(VoiceguideError, match="carries no session of voiceguide"):
        read_contents(tagged(tmp_path / "b.mp3", None))
    with pytest.raises(VoiceguideError, match=r"carries about itself cannot be used: it is damaged"):
        read_contents(tagged(tmp_path / "c.mp3", b"no zlib"))
