"""No word that a person hears or reads comes from anywhere but the language: shown with one whose words are marked."""

import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from mutagen.id3 import ID3

from tests.language.pseudo import (
    CODE,
    PseudoLanguage,
    in_pseudo,
    mark,
    unmarked_words,
)
from voiceguide.errors import UnknownName
from voiceguide.export.cover import drawing_of
from voiceguide.export.sidecars import SIDECAR_WRITERS
from voiceguide.language.registry import LANGUAGES, find_language, register_language
from voiceguide.options.session import GUIDANCE, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Noun, Routine, Source
from voiceguide.routine.reader import built_in_ids, find_routine
from voiceguide.script.builder import build_script
from voiceguide.script.naming import Dose
from voiceguide.session.making import write_file
from voiceguide.session.planning import Session, plan_session
from voiceguide.speech.fake import FakeEngine
from voiceguide.store.memory import MemoryStore
from voiceguide.web.pages import asset
from voiceguide.web.site import publish

PSEUDO = PseudoLanguage()
# What may stand outside of marks, and why.
BRAND = {"voiceguide"}
SYNTAX = {
    "vtt": {"WEBVTT", "NOTE"},
    "srt": set[str](),
    "lrc": {"ti", "ar", "length"},
    "txt": set[str](),
    "html": set[str](),
}
APPLE_CATEGORIES = {"Health & Fitness", "Fitness"}  # names that podcast directories prescribe, in attributes
READ_ATTRIBUTES = ("alt", "aria-label", "aria-valuetext", "data-copied", "label", "placeholder", "title")
READ_META = {"description", "og:title", "og:description"}


@pytest.fixture(autouse=True)
def pseudo_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language is known for the length of a test."""
    monkeypatch.setattr("voiceguide.language.registry.LANGUAGES", dict(LANGUAGES))
    register_language(PSEUDO)


def routine_with_everything() -> Routine:
    """Sets, sides, a flow, breaths, a variation, things to have at hand, and a source with an address."""
    back = find_routine("lower-back")
    exercises = {exercise.id: exercise for exercise in back.all_exercises}
    breath = next(exercise for exercise in find_routine("morning-mobility").all_exercises if exercise.breath)
    sets = exercises["cat-cow"].model_copy(update={"sets": 2})
    chosen = (sets, exercises["knee-roll"], exercises["happy-baby"], breath)
    source = Source(title="A handout", url="https://example.org/handout")
    return back.model_copy(update={"exercises": chosen, "equipment": ("a mat",), "source": source})


@cache
def session(*, marked: bool = True) -> Session:
    routine = routine_with_everything()
    options = SessionOptions(hold_seconds=20, reps=2)
    voice = VoiceOptions(engine="fake")
    return plan_session(in_pseudo(routine) if marked else routine, options, voice, store=MemoryStore())


def publish_to(folder: Path, made: Session) -> Path:
    write_file(made, folder / "a.mp3", made.drawn_cover(), force=True)
    publish(folder / "site", [folder / "a.mp3"], "https://example.org/x/")
    return folder / "site"


def foreign(text: str, allowed: set[str] = BRAND) -> set[str]:
    """Return the words that are not the language's; addresses are shown as they are."""
    return set(unmarked_words(re.sub(r"https?://[^\s)]+", "", text))) - allowed - BRAND


class Page(HTMLParser):
    """What a person can read of a page: its text, and the attributes that are read aloud or shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.data: dict[str, Any] = {}
        self.languages: set[str] = set()
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._inside = tag
        self.texts += [values[name] for name in READ_ATTRIBUTES if name in values]
        self.languages |= {values[name] for name in ("lang", "srclang") if name in values}
        if tag == "meta" and (values.get("name") or values.get("property")) in READ_META:
            self.texts.append(values["content"])

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script" and data.strip():
            self.data = json.loads(data)
        elif self._inside not in {"script", "style"}:
            self.texts.append(data)


def strings_in(data: Any, except_for: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from () if key in except_for else strings_in(value, except_for)
    elif isinstance(data, list):
        for value in data:
            yield from strings_in(value, except_for)
    elif isinstance(data, str):
        yield data


# --- its rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "«one» «second»"),
        (2, "«two» «secondy»"),
        (4, "«four» «secondy»"),
        (5, "«five» «secondow»"),
        (12, "«twelve» «secondow»"),
        (22, "«twenty»-«two» «secondy»"),
        (25, "«twenty»-«five» «secondow»"),
    ],
)
def test_a_language_has_as_many_plural_forms_as_it_needs(count: int, words: str) -> None:
    """Here three, by Polish rules; English has two."""
    assert PSEUDO.duration(count) == words


def test_a_decimal_comma_is_read_and_written() -> None:
    """A point stands between thousands."""
    assert PSEUDO.spoken_form("2,5", {}) == "«two» «comma» «five»"
    assert PSEUDO.spoken_form("1.250", {}) == "«one» «two» «five» «zero»"
    assert PSEUDO.decimal(8.04, 1) == "8,0"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Dehne z. B. Arme. Dann ruhe.", ("Dehne z. B. Arme.", "Dann ruhe.")),
        ("Frag Dr. Kern. Ja.", ("Frag Dr. Kern.", "Ja.")),
        ("Nimm Nr. 3. Dann ruhe.", ("Nimm Nr. 3.", "Dann ruhe.")),
        ("Ende Nr. Dann ruhe.", ("Ende Nr.", "Dann ruhe.")),
        ("Ja. éins.", ("Ja. éins.",)),
        ("«Halt.» «Und los.»", ("«Halt.»", "«Und los.»")),
    ],
)
def test_abbreviations_of_the_language_end_no_sentence(text: str, parts: tuple[str, ...]) -> None:
    """Also those with a space inside; those of English do."""
    assert PSEUDO.sentences(text) == parts


def test_a_registered_language_is_found_and_named() -> None:
    """By its code, with or without a region; an unknown one is refused with those there are."""
    assert find_language(CODE) is find_language(f"{CODE}-XX") is PSEUDO
    with pytest.raises(UnknownName) as caught:
        find_language("tlh")
    assert caught.value.known == ("en", CODE)


# --- what is heard -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", built_in_ids())
@pytest.mark.parametrize("guidance", GUIDANCE)
def test_no_script_holds_a_word_of_another_language(name: str, guidance: str) -> None:
    """Every built-in routine, at every level of guidance; chapters and what the voice reads included."""
    routine = in_pseudo(find_routine(name))
    options = SessionOptions(guidance=guidance).resolve(routine)  # type: ignore[arg-type]
    script = build_script(routine, options, PSEUDO)
    texts = [utterance.text for utterance in script.utterances]
    assert foreign(" ".join([*texts, *(section.title for section in script.sections)])) == set()
    assert foreign(" ".join(PSEUDO.spoken_form(text, {}) for text in texts)) == set()


@pytest.mark.slow
def test_the_voice_reads_no_other_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even to measure its pace and loudness."""
    heard: list[str] = []
    speak = FakeEngine.speak

    def listening(engine: FakeEngine, text: str, *rest: Any) -> Any:
        heard.append(text)
        return speak(engine, text, *rest)

    monkeypatch.setattr(FakeEngine, "speak", listening)
    session.__wrapped__()
    assert foreign(" ".join(heard)) == set()
    assert mark("Come onto your hands and knees.") in heard


# --- what is read --------------------------------------------------------------------------------


@pytest.mark.parametrize("extension", SYNTAX)
def test_no_sidecar_shows_another_language(extension: str) -> None:
    """Captions with their chimes, lyrics, transcript and cue sheet."""
    text = SIDECAR_WRITERS[extension](session().plan, session().routine).decode()
    if extension == "html":
        page = Page(text)
        text = " ".join(page.texts)
        assert page.languages == {CODE}
    assert foreign(text, SYNTAX[extension]) == set()
    assert len(re.findall("«", text)) > 20


def test_the_cover_shows_no_other_language() -> None:
    """Title, hold and length; the marks can be drawn."""
    drawing = drawing_of(session().plan, session().routine.title, Dose("25", "2"), PSEUDO)
    texts = [drawing.title, drawing.hold, drawing.reps, drawing.total]
    assert foreign(" ".join(texts)) == set()
    assert drawing.hold == "25 «s»"


@pytest.mark.slow
def test_no_tag_shows_another_language(tmp_path: Path) -> None:
    """Titles, chapters, lyrics, comment, genre and the name of the picture; the language has its own code."""
    write_file(session(), tmp_path / "a.mp3", session().drawn_cover(), force=True)
    tags = ID3(tmp_path / "a.mp3")
    frames = [
        *tags.values(),
        *(inner for frame in tags.getall("CHAP") for inner in frame.sub_frames.values()),
    ]
    frames += [inner for frame in tags.getall("CTOC") for inner in frame.sub_frames.values()]
    shown = {"TIT2", "TALB", "TCON", "TPE1", "COMM", "USLT"}
    texts = [str(frame) for frame in frames if frame.FrameID in shown]
    texts += [line for line, _ in tags.getall("SYLT")[0].text] + [tags.getall("APIC")[0].desc]
    assert foreign(" ".join(texts)) == set()
    assert len(texts) > 20
    assert str(tags["TLAN"]) == tags.getall("COMM")[0].lang == CODE


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return publish_to(tmp_path, session())


@pytest.mark.slow
def test_no_page_shows_another_language(site: Path) -> None:
    """Text, labels and descriptions of every page, and all that its player is given to show."""
    pages = sorted(site.rglob("*.html"))
    assert len(pages) == 3
    for path in pages:
        page = Page(path.read_text())
        texts = [*page.texts, *strings_in(page.data, except_for=("id", "language", "cover"))]
        # The player fills these in.
        shown = re.sub(r"\{(?:time|now|end|percent|title|n)\}", "", " ".join(texts))
        assert (path.name, foreign(shown)) == (path.name, set())
        assert page.languages == {CODE}


@pytest.mark.slow
def test_no_other_published_file_shows_another_language(site: Path) -> None:
    """The feed, its chapters, captions and transcripts."""
    feed = ET.fromstring((site / "feed.xml").read_bytes())  # noqa: S314 (our own)
    shown = ("title", "description", "author", "category")
    texts = [node.text or "" for node in feed.iter() if node.tag.rpartition("}")[2] in shown]
    assert len(texts) >= 5
    assert foreign(" ".join(texts)) == set()
    named = {node.get("text") for node in feed.iter() if node.tag.endswith("}category")}
    assert named <= APPLE_CATEGORIES
    assert feed.findtext("channel/language") == CODE
    for name, allowed in (
        ("captions.vtt", SYNTAX["vtt"]),
        ("chapters.vtt", SYNTAX["vtt"]),
        ("transcript.txt", BRAND),
    ):
        (path,) = site.rglob(name)
        assert foreign(path.read_text(), allowed) == set()
    (chapters,) = site.rglob("chapters.json")
    assert foreign(" ".join(strings_in(json.loads(chapters.read_text())))) == set()


# What the scripts hold for the browser, not for a person: modes, errors, keys, selectors, drawings.
FOR_THE_BROWSER = {
    "use strict",
    "#chapters a",
    "#transcript a",
    "button, summary",
    "a[data-at]",
    "NotAllowedError",
    "AbortError",
    "Arrow",
}
_LITERALS = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'|`((?:[^`\\]|\\.)*)`')


@pytest.mark.parametrize("name", ["player.js", "index.js"])
def test_no_script_of_the_site_holds_words(name: str) -> None:
    """No literal reads like a phrase, and none is shown."""
    script = re.sub(r"(?m)^\s*//.*$", "", asset(name).decode())
    literals = ["".join(found) for found in _LITERALS.findall(script)]
    assert literals
    phrases = [
        text
        for text in (re.sub(r"\$\{[^}]*\}", "", literal) for literal in literals)
        if (re.search(r"[A-Za-z]{2,} +[A-Za-z]{2,}|^[A-Z][a-z]+", text)) and text not in FOR_THE_BROWSER
    ]
    assert phrases == []
    shows = r"(?:showStatus\(|textContent = |text\(\"[\w-]+\", |\"aria-(?:label|valuetext)\", )"
    assert not re.findall(shows + r"[\"'`]\w[^\n]*", script)


@pytest.mark.slow
def test_the_marks_would_show_a_word_from_elsewhere(tmp_path: Path) -> None:
    """English pages, captions and scripts are full of them: what the tests above look at is what is shown."""
    english = session(marked=False)
    found = {
        word
        for path in publish_to(tmp_path, english).rglob("*.html")
        for word in foreign(" ".join(Page(path.read_text()).texts))
    }
    expected = (
        "Player",
        "Previous",
        "Guidance",
        "Exercises",
        "sessions",
        "Afterwards",
        "Left",
        "minutes",
        "source",
        "sets",
        "breaths",
        "Last",
        "mat",
    )
    assert set(expected) <= found
    assert {"bell", "release"} <= foreign(SIDECAR_WRITERS["srt"](english.plan, english.routine).decode())


@pytest.mark.parametrize(
    ("noun", "count", "sentence"),
    [
        (Noun(one="«ruch»", few="«ruchy»", many="«ruchow»"), 3, "«There» «are» «three» «ruchy»,"),
        (Noun(one="«ruch»", few="«ruchy»", many="«ruchow»"), 5, "«There» «are» «five» «ruchow»,"),
        (Noun(), 5, "«There» «are» «five» «exercises»,"),
        (Noun(one="«pose»", other="«poses»"), 3, "«There» «are» «three» «poses»,"),
    ],
)
def test_exercises_are_called_by_the_form_for_their_number(noun: Noun, count: int, sentence: str) -> None:
    """The routine's noun has as many forms as its language; without one, the language has a general word."""
    routine = in_pseudo(find_routine("lower-back")).model_copy(update={"noun": noun})
    exercises = tuple(
        routine.all_exercises[0].model_copy(update={"id": f"e{n}", "sets": n + 1}) for n in range(count)
    )
    routine = routine.model_copy(update={"exercises": exercises})
    script = build_script(routine, SessionOptions().resolve(routine), PSEUDO)
    assert any(utterance.text.startswith(sentence) for utterance in script.utterances)
