"""One session of a site: everything that its pages, feed item and files are made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from voiceguide.errors import DamagedFile, UsageError, VoiceguideError
from voiceguide.export.cover import embedded_cover
from voiceguide.export.embedded_metadata import SessionMetadata
from voiceguide.export.finished_file import cover_of, mpeg_length_ms, read_metadata
from voiceguide.language.base import Language
from voiceguide.language.registry import language_for_readers
from voiceguide.mp3.file import read_mp3
from voiceguide.routine.texts import without_pauses
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import Chapter, Event
from voiceguide.text.formatting import format_duration, whole_minutes
from voiceguide.text.printable import counted
from voiceguide.web.identity import content_hash, records_for
from voiceguide.web.manifest import Manifest, SessionRecord

# Another program that encodes a session again may shorten it by its own delay and padding: less than this.
_MAX_SHORTENED_MS = 1000
_MAKE_AGAIN = "Copy or download it again, or make it again."

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
        record: its identity.
        contents: its plan and routine.
        source: the MP3 that is published.
        size_bytes: of the MP3.
        cover: as a JPEG; None if it has none.
        note: what the publisher should know; may be empty.
    """

    record: SessionRecord
    contents: SessionMetadata
    source: Path
    size_bytes: int
    cover: bytes | None
    note: str = ""

    @property
    def slug(self) -> str:
        """The name of its folder on the site."""
        return self.record.slug

    @property
    def title(self) -> str:
        """The title that players show."""
        return self.contents.plan.title

    @property
    def dose(self) -> str:
        """What the title says after that of the routine, such as ``25 s × 2``; empty if there is nothing more."""
        before, routine, after = self.title.partition(self.contents.routine.title)
        return after.lstrip(" ·") if routine and not before else ""

    @property
    def minutes(self) -> int:
        """The length, to the minute; at least one."""
        return whole_minutes(self.contents.plan.duration_ms)

    @property
    def language(self) -> Language:
        """The language of its page: that of the routine."""
        return language_for_readers(self.contents.routine.language)

    @property
    def summary(self) -> str:
        """The introduction of the routine, with its safety sentence."""
        routine = self.contents.routine
        return f"{without_pauses(routine.introduction)} {without_pauses(routine.safety.short)}"

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters of the session."""
        return self.contents.plan.chapters

    @cached_property
    def transcript(self) -> list[tuple[Chapter, list[Event]]]:
        """Each chapter with the phrases spoken in it."""
        lines = self.contents.plan.of_kind("say")
        return [
            (chapter, [line for line in lines if chapter.start_ms <= line.start_ms < chapter.end_ms])
            for chapter in self.chapters
        ]

    @cached_property
    def player_data(self) -> dict[str, object]:
        """The data for the player on the page; times in ms."""
        plan = self.contents.plan
        return {
            "id": self.record.guid,
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
        """Return all texts of the player; it fills in what only it knows."""
        language = self.language
        strings = {name: language.text(name) for name in _PLAYER_TEXTS}
        filled_in = {name: f"{{{name}}}" for name in ("time", "now", "end")}
        strings |= {name: language.text(name, **filled_in) for name in ("resume", "position_of")}
        return {"language": language.code, "in_all": language.text("in_all", n=self.minutes), **strings}


def _holds(contents: SessionMetadata, language: Language) -> list[dict[str, object]]:
    """Return each hold with its side and repetition, and those of the next hold if it is the same exercise."""
    holds = contents.plan.of_kind("hold")
    reps: dict[str | None, int] = {}
    for hold in holds:
        reps[hold.exercise] = max(reps.get(hold.exercise, 1), hold.rep or 1)
    nouns = {exercise.id: exercise.side_name for exercise in contents.routine.all_exercises}
    places = [
        _place(hold, reps[hold.exercise], nouns.get(hold.exercise or "") or language.side_name, language)
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
            holds, places, [*holds[1:], None], [*places[1:], ""], strict=False
        )
    ]


def _place(hold: Event, reps: int, side_name: str, language: Language) -> str:
    """Say where a hold belongs, such as ``Left side · 1 of 2``."""
    parts = [
        language.text("hold_side", side=language.side(hold.side), side_name=side_name) if hold.side else "",
        language.text("hold_round", n=hold.rep, total=reps) if reps > 1 and hold.rep else "",
        language.text("hold_set", n=hold.set_number) if hold.set_number else "",
        language.text("hold_group_round", n=hold.round_number) if hold.round_number else "",
    ]
    return " · ".join(language.capitalize(part) for part in parts if part)


def read_sessions(files: Sequence[Path]) -> list[tuple[Path, SessionMetadata]]:
    """Read finished MP3 files that are to be published.

    Raises:
        UsageError: a file is missing or not an MP3, or two of them are the same session.
        InvalidFile: a file was not made by voiceguide, or is cut short or damaged (DamagedFile).
    """
    sessions = [(_check_mp3(path), read_metadata(path)) for path in files]
    hashes = [content_hash(contents) for _, contents in sessions]
    for (path, contents), content in zip(sessions, hashes, strict=True):
        if hashes.count(content) > 1:
            raise UsageError(f"{path} is the same session as another one in the list; include it once.")
        _refuse_damaged(path, contents.plan)
    return sessions


def place_sessions(
    sessions: Sequence[tuple[Path, SessionMetadata]], manifest: Manifest, base_url: str
) -> list[Entry]:
    """Give each session its place on the site: the same as before if it was published before.

    Args:
        sessions: in the order in which they are shown.
        manifest: of the site as it is.
        base_url: of the site; with its folder, it makes a new session's id for feed readers.
    """
    records = records_for([contents for _, contents in sessions], manifest, base_url)
    return [
        Entry(record, contents, path, path.stat().st_size, *_cover(path))
        for (path, contents), record in zip(sessions, records, strict=True)
    ]


def _check_mp3(path: Path) -> Path:
    if path.suffix.lower() != ".mp3":
        raise UsageError(f"{path} is not an MP3; a site can play only MP3 files.")
    return path


def _refuse_damaged(path: Path, plan: Plan) -> None:
    """Refuse a file that would end, or fall silent, in the middle of a session, such as a broken download."""
    try:
        audio = read_mp3(path)
    except VoiceguideError:  # encoded again by another program, or cut off before the audio
        available_ms = mpeg_length_ms(path)
        is_whole = available_ms >= plan.duration_ms - _MAX_SHORTENED_MS
    else:
        available_ms = audio.available_sample_count * 1000 // audio.format.sample_rate_hz
        is_whole = audio.frame_count >= audio.planned_frame_count
        if is_whole and audio.has_intact_header and audio.damaged_frames:
            frames = counted(len(audio.damaged_frames), "frame")
            raise DamagedFile(path, f"is damaged: {frames} cannot be played", _MAKE_AGAIN)
    if not is_whole:
        missing_ms = max(plan.duration_ms - available_ms, 0)
        missing = f"{format_duration(missing_ms)} are" if missing_ms >= 1000 else "less than a second is"
        raise DamagedFile(
            path, f"is cut short: {missing} missing of {format_duration(plan.duration_ms)}", _MAKE_AGAIN
        )


def _cover(path: Path) -> tuple[bytes | None, str]:
    """Return the cover in a file, and a note if it cannot be used: it is untrusted."""
    data = cover_of(path)
    if data is None:
        return None, ""
    try:
        return embedded_cover(data, path), ""
    except UsageError as error:
        return None, f"{error} The session is published without it."
