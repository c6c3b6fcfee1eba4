"""One session of a site: what its pages, its feed item and its files are made from."""

import hashlib
import json
import shlex
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from voiceguide.errors import UsageError, VoiceguideError
from voiceguide.export.cover import embedded_cover
from voiceguide.export.embedded_metadata import SessionMetadata
from voiceguide.export.finished_file import cover_of, mpeg_length_ms, read_metadata
from voiceguide.language.base import Language
from voiceguide.language.registry import language_for_readers
from voiceguide.mp3.file import read_mp3
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import Chapter, Event
from voiceguide.text.formatting import format_duration
from voiceguide.text.printable import counted
from voiceguide.web.manifest import KnownSession, Manifest

# By so much other programs may shorten a session that they encode anew.
_OTHERS_LACK_MS = 1000

# Texts of the language that the player shows as they are.
_PLAYER_TEXTS = (
    "play",
    "pause",
    "left_of_hold",
    "until_hold",
    "until_end",
    "press_play",
    "press_play_again",
    "loading_whole",
    "no_sound",
    "link_copied",
)


@dataclass(frozen=True)
class Entry:
    """A session with its place on the site.

    Attributes:
        source: the MP3 it was published from; size_bytes: of that.
        cover: its cover, as a JPEG file; None where it has none.
        remark: what whoever publishes it should know; empty for nothing.
    """

    known: KnownSession
    contents: SessionMetadata
    source: Path
    size_bytes: int
    cover: bytes | None
    remark: str = ""

    @property
    def slug(self) -> str:
        """The name of its folder."""
        return self.known.slug

    @property
    def title(self) -> str:
        """As players show it."""
        return self.contents.plan.title

    @property
    def dose(self) -> str:
        """What the title says after that of the routine, such as ``25 s × 2``; empty if it says nothing more."""
        before, routine, after = self.title.partition(self.contents.routine.title)
        return after.lstrip(" ·") if routine and not before else ""

    @property
    def minutes(self) -> int:
        """The length, to the minute; at least one."""
        return max(1, round(self.contents.plan.duration_ms / 60_000))

    @property
    def language(self) -> Language:
        """The language of its page: that of the routine."""
        return language_for_readers(self.contents.routine.language)

    @property
    def summary(self) -> str:
        """The routine's introduction and its safety line."""
        routine = self.contents.routine
        return f"{routine.introduction} {routine.safety.short}"

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The parts of the session."""
        return self.contents.plan.chapters

    @cached_property
    def transcript(self) -> list[tuple[Chapter, list[Event]]]:
        """What is said, chapter by chapter."""
        lines = self.contents.plan.of_kind("say")
        return [
            (chapter, [line for line in lines if chapter.start_ms <= line.start_ms < chapter.end_ms])
            for chapter in self.chapters
        ]

    @cached_property
    def player_data(self) -> dict[str, object]:
        """What the page's player needs; times in ms."""
        plan = self.contents.plan
        return {
            "id": self.known.guid,
            "title": plan.title,
            "album": self.contents.routine.title,
            "language": self.contents.routine.language,
            "duration": plan.duration_ms,
            "cover": bool(self.cover),
            "chapters": [{"start": part.start_ms, "title": part.title} for part in plan.chapters],
            "cues": [{"start": e.start_ms, "end": e.end_ms, "text": e.text} for e in plan.of_kind("say")],
            "holds": _holds(self.contents, self.language),
            "strings": self._player_strings,
        }

    @property
    def _player_strings(self) -> dict[str, str]:
        """Return every word that the player shows; it fills in what it alone knows."""
        language = self.language
        strings = {name: language.text(name) for name in _PLAYER_TEXTS}
        filled_in = {name: f"{{{name}}}" for name in ("time", "now", "end")}
        strings |= {name: language.text(name, **filled_in) for name in ("resume", "position_of")}
        return {"language": language.code, "in_all": language.text("in_all", n=self.minutes), **strings}


def _holds(contents: SessionMetadata, language: Language) -> list[dict[str, object]]:
    """Return each hold with its side and round, and with what comes next in the same exercise."""
    holds = contents.plan.of_kind("hold")
    rounds: dict[str | None, int] = {}
    for hold in holds:
        rounds[hold.exercise] = max(rounds.get(hold.exercise, 1), hold.rep or 1)
    nouns = {exercise.id: exercise.side_name for exercise in contents.routine.exercises}
    places = [
        _place(hold, rounds[hold.exercise], nouns.get(hold.exercise or "") or language.side_name, language)
        for hold in holds
    ]
    return [
        {
            "start": hold.start_ms,
            "end": hold.end_ms,
            "where": place,
            "next": next_place if after and after.exercise == hold.exercise else "",
        }
        for hold, place, after, next_place in zip(
            holds, places, (*holds[1:], None), (*places[1:], ""), strict=True
        )
    ]


def _place(hold: Event, rounds: int, side_name: str, language: Language) -> str:
    """Say where a hold belongs, such as ``Left side · 1 of 2``."""
    parts = [
        language.text("hold_side", side=language.side(hold.side), side_name=side_name) if hold.side else "",
        language.text("hold_round", n=hold.rep, total=rounds) if rounds > 1 and hold.rep else "",
        language.text("hold_set", n=hold.set_number) if hold.set_number else "",
    ]
    return " · ".join(language.capitalize(part) for part in parts if part)


def read_entries(files: Sequence[Path], manifest: Manifest, base_url: str) -> list[Entry]:
    """Read finished MP3 files, and give each its place: the one it had before, where it was published before.

    Args:
        files: in the order in which they are shown.
        manifest: of the site as it is.
        base_url: where it will be; with its place there a new session is named for feed readers.

    Raises:
        UsageError: a file is missing, or one session is named twice.
        VoiceguideError: a file is none that voiceguide has made, only a part of one, or damaged.
    """
    read = [(path, read_metadata(_mp3(path))) for path in files]
    ids = [_content_id(contents) for _, contents in read]
    for (path, _), content in zip(read, ids, strict=True):
        if ids.count(content) > 1:
            raise UsageError(f"{path} is the same session as another one named here; name it once.")
    for path, contents in read:
        _refuse_damaged(path, contents.plan)
    sessions = {content: contents for content, (_, contents) in zip(ids, read, strict=True)}
    places = _places(sessions, manifest, base_url)
    return [
        Entry(places[content], contents, path, path.stat().st_size, *_cover(path))
        for (path, contents), content in zip(read, ids, strict=True)
    ]


def _mp3(path: Path) -> Path:
    if path.suffix.lower() != ".mp3":
        raise UsageError(
            f"{path} is no MP3, and the site plays MP3 files only. Make one: voiceguide make {path} -o "
            f"{path.with_suffix('.mp3')}"
        )
    return path


def _refuse_damaged(path: Path, plan: Plan) -> None:
    """Let no listener's session end, or fall silent, in the middle of a hold, as after a download that broke off."""
    try:
        sound = read_mp3(path)
    except VoiceguideError:  # encoded anew by another program, or cut off before the sound
        there_ms = mpeg_length_ms(path)
        is_whole = there_ms >= plan.duration_ms - _OTHERS_LACK_MS
    else:
        there_ms = sound.available_samples * 1000 // sound.format.sample_rate_hz
        is_whole = sound.frames >= sound.planned_frames
        if is_whole and sound.has_intact_header and sound.damaged_frames:
            raise VoiceguideError(
                f"{path} is damaged: {counted(len(sound.damaged_frames), 'frame')} of its sound cannot be played. Ask for "
                f"it again, or make it anew: voiceguide make {shlex.quote(str(path))}"
            )
    if not is_whole:
        missing_ms = max(plan.duration_ms - there_ms, 0)
        missing, is_or_are = (
            (format_duration(missing_ms), "are") if missing_ms >= 1000 else ("less than a second", "is")
        )
        raise VoiceguideError(
            f"{path} is cut short: {missing} of {format_duration(plan.duration_ms)} {is_or_are} missing. Ask for it again, "
            f"or make it anew: voiceguide make {shlex.quote(str(path))}"
        )


def _cover(path: Path) -> tuple[bytes | None, str]:
    """Return the cover that a file carries, and what is to be said of it; anyone may have put anything there."""
    data = cover_of(path)
    if data is None:
        return None, ""
    try:
        return embedded_cover(data, path), ""
    except UsageError as error:
        return None, f"{error} The session is published without it."


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def _content_id(contents: SessionMetadata) -> str:
    return _digest([contents.plan.to_dict(), contents.routine.model_dump(mode="json")])


# --- which session is which --------------------------------------------------------------------

# What makes one session of a routine another one. Voice and pace do not: they are how it is spoken.
_CHOICES = ("hold_seconds", "reps", "rest_seconds", "guidance", "countdown", "first_side")


def _kin(contents: SessionMetadata) -> str:
    """Name what stays the same when a session is made anew: the routine's id, and what was chosen."""
    options, everything = contents.plan.options, [exercise.id for exercise in contents.routine.exercises]
    done = list(options["exercises"])  # type: ignore[call-overload]
    return _digest(
        [contents.routine.id, [options.get(name) for name in _CHOICES], done == everything or done]
    )


def _parts(contents: SessionMetadata) -> str:
    """Name the exercises, which stay the same when only the title is another."""
    return _digest([[exercise.id, exercise.name] for exercise in contents.routine.exercises])


def _is_made_anew(known: KnownSession, contents: SessionMetadata) -> bool:
    """Tell whether a session was published before in other words: made by the same choices, title or exercises the same.

    Two people may give two routines one id; those are two sessions.
    """
    if known.kin is None:  # published before this was noted: its folder is all that is known
        return known.slug == _name(contents)
    same_words = known.title == contents.routine.title or known.parts == _parts(contents)
    return known.kin == _kin(contents) and same_words


def _name(contents: SessionMetadata) -> str:
    wishes, _ = contents.wishes()
    return wishes.resolve(contents.routine).file_stem(contents.routine)


def _places(
    sessions: Mapping[str, SessionMetadata], manifest: Manifest, base_url: str
) -> dict[str, KnownSession]:
    """Return the place of each session: that of the same one, of one that it was made anew from, or one of its own."""
    before = {known.content: known for known in manifest.sessions}
    places = {
        content: _noted(before[content], contents)
        for content, contents in sessions.items()
        if content in before
    }
    free = [known for known in manifest.sessions if known.content not in places]
    taken = {known.slug for known in manifest.sessions}
    now = int(time.time())
    first_published = {content: now - number for number, content in enumerate(sessions)}
    # By content, so that which of two gets the shorter name does not hang on the order in which they are named.
    for content in sorted(sessions.keys() - places.keys()):
        contents = sessions[content]
        ancestor = next((known for known in free if _is_made_anew(known, contents)), None)
        if ancestor:
            free.remove(ancestor)
            places[content] = _noted(ancestor.model_copy(update={"content": content}), contents)
            continue
        slug = _name(contents)
        slug = f"{slug}-{content[:6]}" if slug in taken else slug
        taken.add(slug)
        guid = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{base_url}{slug}/')}"
        known = KnownSession(slug=slug, content=content, guid=guid, published=first_published[content])
        places[content] = _noted(known, contents)
    return places


def _noted(known: KnownSession, contents: SessionMetadata) -> KnownSession:
    title = contents.routine.title
    return known.model_copy(update={"kin": _kin(contents), "title": title, "parts": _parts(contents)})
