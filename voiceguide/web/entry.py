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
from voiceguide.text.formatting import format_duration, format_hmmss, whole_minutes
from voiceguide.text.printable import counted
from voiceguide.web.identity import content_hash, records_for
from voiceguide.web.manifest import Manifest, SessionRecord
from voiceguide.web.player_data import player_strings, session_data

# Another program that encodes a session again may shorten it by its own delay and padding: less than this.
_MAX_SHORTENED_MS = 1000
_MAKE_AGAIN = "Copy or download it again, or make it again."


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
    def search_words(self) -> str:
        """What a search finds it by: title, tags, exercises and equipment, in small letters."""
        routine = self.contents.routine
        names = [chapter.title for chapter in self.chapters[1:-1]]
        return " ".join([self.title, *routine.tags, *names, *self.equipment]).lower()

    @property
    def show_notes(self) -> str:
        """What a podcast app shows of the session: the summary, what is needed, each part with its time, and a request."""
        text = self.language.text
        things = [f"{text('equipment_needed')}: {', '.join(self.equipment)}."] if self.equipment else []
        parts = [f"{format_hmmss(part.start_ms)} {part.title}" for part in self.chapters]
        return "\n\n".join([self.summary, *things, "\n".join(parts), text("do_not_trim")])

    @property
    def equipment(self) -> tuple[str, ...]:
        """What is needed."""
        done = {hold.exercise for hold in self.contents.plan.of_kind("hold")}
        return self.contents.routine.equipment_for(done)

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
        return {
            "id": self.record.guid,
            "album": self.contents.routine.title,
            "language": self.contents.routine.language,
            "cover": f"{self.slug}/cover.jpg" if self.cover else None,
            "strings": player_strings(self.language),
            **session_data(self.contents.plan, self.contents.routine, self.language),
        }


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
