"""One session of a site: what its pages, its feed item and its files are made from."""

import hashlib
import json
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from voiceguide.errors import UsageError
from voiceguide.share.carried import Contents
from voiceguide.share.container_tags import cover_of
from voiceguide.share.plan import PlannedChapter, PlannedEvent
from voiceguide.share.reading import read_contents
from voiceguide.web.manifest import KnownSession, Manifest


@dataclass(frozen=True)
class Entry:
    """A session with its place on the site.

    Attributes:
        source: the MP3 it was published from; size_bytes: of that.
        cover: its cover, as a JPEG file; None where it has none.
    """

    known: KnownSession
    contents: Contents
    source: Path
    size_bytes: int
    cover: bytes | None

    @property
    def slug(self) -> str:
        """The name of its folder."""
        return self.known.slug

    @property
    def title(self) -> str:
        """As players show it."""
        return self.contents.plan.title

    @property
    def summary(self) -> str:
        """The routine's introduction and its safety line."""
        routine = self.contents.routine
        return f"{routine.introduction} {routine.safety.short}"

    @property
    def chapters(self) -> tuple[PlannedChapter, ...]:
        """The parts of the session."""
        return self.contents.plan.chapters

    @cached_property
    def transcript(self) -> list[tuple[PlannedChapter, list[PlannedEvent]]]:
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
            "holds": _holds(self.contents),
        }


def _holds(contents: Contents) -> list[dict[str, object]]:
    """Return each hold with its side and round, and with what comes next in the same exercise."""
    holds = contents.plan.of_kind("hold")
    rounds: dict[str | None, int] = {}
    for hold in holds:
        rounds[hold.exercise] = max(rounds.get(hold.exercise, 1), hold.rep or 1)
    nouns = {exercise.id: exercise.side_name or "side" for exercise in contents.routine.exercises}
    places = [_place(hold, rounds[hold.exercise], nouns.get(hold.exercise or "", "side")) for hold in holds]
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


def _place(hold: PlannedEvent, rounds: int, noun: str) -> str:
    """Say where a hold belongs, such as ``Left side · 1 of 2``."""
    parts = [
        f"{hold.side.capitalize()} {noun}" if hold.side else "",
        f"{hold.rep} of {rounds}" if rounds > 1 and hold.rep else "",
        f"Set {hold.set_number}" if hold.set_number else "",
    ]
    return " · ".join(part for part in parts if part)


def read_entries(files: Sequence[Path], manifest: Manifest) -> list[Entry]:
    """Read finished MP3 files, and give each its place: the one it had before, where it was published before.

    Raises:
        UsageError: a file is missing, or one session is named twice.
        VoiceguideError: a file is none that voiceguide has made.
    """
    read = [(path, read_contents(_mp3(path))) for path in files]
    ids = [_content_id(contents) for _, contents in read]
    for (path, _), content in zip(read, ids, strict=True):
        if ids.count(content) > 1:
            raise UsageError(f"{path} is the same session as another one named here; name it once.")
    places = _places(list(zip(ids, (contents for _, contents in read), strict=True)), manifest)
    return [
        Entry(places[content], contents, path, path.stat().st_size, cover_of(path))
        for (path, contents), content in zip(read, ids, strict=True)
    ]


def _mp3(path: Path) -> Path:
    if path.suffix.lower() != ".mp3":
        raise UsageError(
            f"{path} is no MP3, and every browser plays only those. Make one: voiceguide make {path}"
        )
    return path


def _content_id(contents: Contents) -> str:
    data = [contents.plan.as_data(), contents.routine.model_dump(mode="json")]
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def _places(sessions: Iterable[tuple[str, Contents]], manifest: Manifest) -> dict[str, KnownSession]:
    by_content = {known.content: known for known in manifest.sessions}
    by_slug = {known.slug: known for known in manifest.sessions}
    waiting = list(sessions)
    places = {content: by_content[content] for content, _ in waiting if content in by_content}
    taken = {known.slug for known in places.values()}
    for content, contents in waiting:
        if content in places:
            continue
        options = contents.plan.options
        name = f"{contents.routine.id}-{options['hold_seconds']}s-{options['reps']}x"
        slug = f"{name}-{content[:6]}" if name in taken else name
        taken.add(slug)
        before = by_slug.get(slug)
        places[content] = KnownSession(
            slug=slug,
            content=content,
            guid=before.guid if before else f"urn:uuid:{uuid.uuid4()}",
            published=before.published if before else int(time.time()),
        )
    return places
