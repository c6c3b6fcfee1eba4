"""Publishing: a folder of files that any web host can serve; only what has changed is written."""

import hashlib
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from pathlib import Path
from urllib.parse import quote, urlsplit

from voiceguide.errors import InvalidValue, OutputError, UsageError
from voiceguide.export.captions import chapters_vtt, transcript, webvtt
from voiceguide.export.cover import draw_site, icon, small
from voiceguide.export.cue_sheet import cue_sheet
from voiceguide.files.writing import write_atomically
from voiceguide.language.registry import DEFAULT_CODE, find_language
from voiceguide.store.claims import claim_file
from voiceguide.text.printable import unprintable
from voiceguide.web.choices import LASTING_FOLDERS, ChoiceFile, RoutineChoices
from voiceguide.web.entry import Entry, place_sessions, read_sessions
from voiceguide.web.feed import chapters_json, feed
from voiceguide.web.imprint import Imprint
from voiceguide.web.manifest import (
    NAME,
    Manifest,
    SessionRecord,
    read_manifest,
)
from voiceguide.web.pages import (
    ASSETS,
    ICONS,
    SMALL_COVER_PX,
    Following,
    RoutinePage,
    asset,
    index_page,
    moved_page,
    routine_page,
    session_page,
    web_manifest,
)

# While a site is being published. It is removed afterwards, so that it is not uploaded.
LOCK_NAME = ".voiceguide-site.lock"
# Publishing takes seconds; copying many sessions to a slow disk, minutes.
_MAX_WAIT_SECONDS = 600
_POLL_SECONDS = 0.1
_PIECE_BYTES = 1 << 20
# Longer ones are cut off by podcast players and on the site's cover.
_MAX_TITLE_LENGTH = 120
# Characters that RFC 3986 does not allow in a URL, quotes, and those that begin a query or fragment.
_NOT_IN_A_URL = frozenset(" \"'<>\\^`{|}?#")
_WITH_ARTICLE = {"title": "a title", "author": "an author"}
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(
    r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$"
)


@dataclass(frozen=True)
class Published:
    """The result of publishing; paths are relative to the site.

    Attributes:
        folder: of the site.
        url: of the site.
        pages: of the sessions, in the order in which they are shown.
        written: files that are new or have changed.
        unchanged: files that were left as they were.
        no_longer_named: files of earlier sessions that were not given this time; they stay.
        removed: such files that were removed.
        notes: what the publisher should know, one sentence each.
    """

    folder: Path
    url: str
    pages: tuple[str, ...]
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    no_longer_named: tuple[str, ...] = field(default=())
    removed: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())


def publish(
    folder: Path,
    files: Sequence[Path],
    base_url: str,
    *,
    routines: Sequence[RoutineChoices] = (),
    title: str | None = None,
    imprint: Imprint = Imprint(),  # noqa: B008 (frozen)
    prune: bool = False,
) -> Published:
    """Create or update a site. If another process is publishing to it, wait until it has finished.

    Args:
        folder: of the site; created if missing.
        files: finished MP3 files, in the order in which they are shown; those of ``routines`` included.
        base_url: the URL of the site, for the feed.
        routines: those that get a page with a choice, which the pages of their own files lead to.
        title: of the site; that of its language if None.
        imprint: who made the site.
        prune: whether to remove files of earlier sessions that are not among ``files``.

    Raises:
        UsageError: an argument cannot be used; nothing was written.
        InvalidFile: a file was not made by voiceguide, or is damaged; nothing was written.
        OutputError: a file cannot be written, or another process takes too long.
    """
    url = checked_url(base_url)
    title = None if title is None else checked_title(title)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; choose a folder for the site.")
    sessions = read_sessions(files)
    with _exclusive(folder):
        manifest = read_manifest(folder)
        entries = place_sessions(sessions, manifest, url)
        pages = _routine_pages(routines, entries)
        wanted = _files(entries, pages, manifest, url, title, imprint)
        return _update(folder, entries, _page_names(entries, pages), wanted, manifest, url, prune=prune)


def _routine_pages(routines: Sequence[RoutineChoices], entries: Sequence[Entry]) -> list[RoutinePage]:
    """Return the page of each routine, named after it."""
    by_source = {entry.source: entry for entry in entries}
    taken = {entry.slug for entry in entries}
    pages = []
    for choices in routines:
        slug = choices.routine.id
        while slug in taken:
            slug += "-all"
        taken.add(slug)
        pages.append(RoutinePage(slug, choices, tuple(by_source[file] for file in choices.files)))
    return pages


@contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """Let one process at a time publish to a folder; the system releases the lock of one that was killed."""
    deadline = time.monotonic() + _MAX_WAIT_SECONDS
    while True:
        with claim_file(folder / LOCK_NAME) as is_ours:
            if is_ours:
                yield
                return
        if time.monotonic() > deadline:
            raise OutputError(
                f"Another process is still publishing to {folder}. Publish again when it has finished.",
                folder,
            )
        time.sleep(_POLL_SECONDS)


def _update(
    folder: Path,
    entries: Sequence[Entry],
    page_names: tuple[str, ...],
    wanted: Mapping[str, bytes | Path],
    manifest: Manifest,
    url: str,
    *,
    prune: bool,
) -> Published:
    _refuse_to_overwrite(folder, wanted, manifest)
    lasting = [name for name in wanted if name.startswith(LASTING_FOLDERS)]
    updated = Manifest(
        files=sorted({*manifest.files, *wanted}),
        sessions=_sessions(manifest, entries, prune=False),
        lasting=sorted(lasting),
    )
    # First, so that the files of an interrupted update are known to be ours.
    _write(folder, NAME, updated.as_bytes())
    written = [name for name, content in wanted.items() if _write(folder, name, content)]
    obsolete = sorted({*manifest.files} - {*wanted})
    # A page that is open now still asks for what it was made with, until the next time.
    in_use = {*manifest.lasting}
    removed = tuple(name for name in obsolete if prune and name not in in_use and _remove(folder, name))
    if removed:
        left = sorted({*updated.files} - {*removed})
        pruned = updated.model_copy(
            update={"files": left, "sessions": _sessions(manifest, entries, prune=True)}
        )
        _write(folder, NAME, pruned.as_bytes())
    return Published(
        folder=folder,
        url=url,
        pages=page_names,
        written=tuple(written),
        unchanged=tuple(name for name in wanted if name not in written),
        no_longer_named=tuple(name for name in obsolete if name not in removed),
        removed=removed,
        notes=tuple(entry.note for entry in entries if entry.note),
    )


def checked_imprint(author: str | None, contact: str | None) -> Imprint:
    """Return who made a site.

    Raises:
        InvalidValue: one of them cannot be shown, or nobody can be reached by it.
    """
    if author is not None:
        author = _checked_name("author", author, "'Back Clinic'")
    if contact is not None and not (_EMAIL.match(contact) or _is_url(contact)):
        expected = "an e-mail address or a URL"
        raise InvalidValue("contact", repr(contact[:40]), expected, "An example: back@example.org.")
    return Imprint(author, contact)


def _is_url(text: str) -> bool:
    try:
        _encoded_url(text)
    except ValueError:
        return False
    return True


def checked_title(title: str) -> str:
    """Return the title of a site with its white space collapsed.

    Raises:
        InvalidValue: it is empty or too long, or contains control characters.
    """
    return _checked_name("title", title, "'Voice-guided sessions'")


def _checked_name(option: str, name: str, example: str) -> str:
    collapsed = re.sub(" +", " ", name).strip()
    if not collapsed or unprintable(collapsed) or len(collapsed) > _MAX_TITLE_LENGTH:
        raise InvalidValue(
            option,
            repr(name[:40]),
            f"{_WITH_ARTICLE[option]} of 1 to {_MAX_TITLE_LENGTH} letters",
            f"An example: {example}.",
        )
    return collapsed


def checked_url(url: str) -> str:
    """Return a base URL as a feed needs it: ASCII, with a slash at its end.

    Raises:
        InvalidValue: it is not a URL that a site can have.
    """
    try:
        return _encoded_url(url)
    except ValueError as error:
        raise InvalidValue(
            "base URL",
            repr(url),
            "the URL of a site",
            "Include https:// and leave out ? and #, such as https://example.org/back/.",
        ) from error


def _encoded_url(url: str) -> str:
    """Return a URL encoded as RFC 3986 requires; raises ValueError if it cannot be."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port is not None else ""
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or set(url) & _NOT_IN_A_URL:
        raise ValueError(url)
    if not url.isprintable() or _STRAY_PERCENT.search(parts.path):
        raise ValueError(url)
    path = quote(parts.path, safe="/%:!$&()*+,;=~@")
    return f"{parts.scheme}://{_host(parts.hostname or '', parts.netloc)}{port}{path.rstrip('/')}/"


def _host(host: str, netloc: str) -> str:
    if netloc.startswith("["):
        return f"[{IPv6Address(host)}]"
    encoded = host.encode("idna").decode()  # raises ValueError if it is not a host name
    if not _HOST.match(encoded):
        raise ValueError(host)
    return encoded


def _following(entries: Sequence[Entry], pages: Sequence[RoutinePage]) -> dict[str, Following]:
    """Return for the folder of each routine which page comes next; after the last, the first does."""
    titles = {page.slug: page.entry.contents.routine.title for page in pages}
    titles |= {entry.slug: entry.title for entry in entries}
    slugs = [Path(name).parts[0] for name in _page_names(entries, pages)]
    after = [*slugs[1:], *slugs[:1]]
    return {
        slug: Following(other, titles[other])
        for slug, other in zip(slugs, after, strict=True)
        if slug != other
    }


def _page_names(entries: Sequence[Entry], pages: Sequence[RoutinePage]) -> tuple[str, ...]:
    moved = {entry.slug: page.slug for page in pages for entry in page.entries}
    slugs = dict.fromkeys(moved.get(entry.slug, entry.slug) for entry in entries)
    return tuple(f"{slug}/index.html" for slug in slugs)


def _files(
    entries: Sequence[Entry],
    pages: Sequence[RoutinePage],
    manifest: Manifest,
    url: str,
    title: str | None,
    imprint: Imprint,
) -> dict[str, bytes | Path]:
    """Return every file of the site by its name: its content, or the file to copy."""
    language = entries[0].language if entries else find_language(DEFAULT_CODE)
    title = language.text("site_title") if title is None else title
    description = language.text("site_description")
    newest_first = sorted(entries, key=lambda entry: -entry.record.published)
    files: dict[str, bytes | Path] = {name: asset(name) for name in ASSETS}
    following = _following(entries, pages)
    moved = {entry.slug for page in pages for entry in page.entries}
    for entry in entries:
        files |= {f"{entry.slug}/{name}": content for name, content in _session_files(entry)}
        if entry.slug not in moved:
            files[f"{entry.slug}/index.html"] = session_page(entry, title, url)
    for page in pages:
        files |= page.choices.contents
        files[f"{page.slug}/index.html"] = routine_page(page, title, url, following.get(page.slug))
        files |= {
            f"{slug}/index.html": moved_page(page, choice.title, choice.choice, title, url)
            for slug, choice in _moved(page, entries, manifest)
        }
    cover = draw_site(title)
    files["cover.jpg"] = cover
    files |= {name: icon(cover, size) for name, size in ICONS.items()}
    files["site.webmanifest"] = web_manifest(title, language)
    files["index.html"] = index_page(entries, pages, title, description, url, language, imprint)
    files["feed.xml"] = feed(newest_first, url, title, description, imprint)
    return files


def _moved(
    page: RoutinePage, entries: Sequence[Entry], manifest: Manifest
) -> Iterator[tuple[str, ChoiceFile]]:
    """Yield the folder of each session that is now a choice on a page: those with the routine's own doses, and earlier ones."""
    own = page.choices.choices[: len(page.entries)]
    yield from zip((entry.slug for entry in page.entries), own, strict=True)
    named = {entry.slug for entry in entries}
    by_stem = {choice.stem: choice for choice in reversed(page.choices.choices)}
    for record in manifest.sessions:
        is_of_the_routine = record.title == page.choices.routine.title
        if record.slug not in named and record.slug in by_stem and is_of_the_routine:
            yield record.slug, by_stem[record.slug]


def _session_files(entry: Entry) -> Iterable[tuple[str, bytes | Path]]:
    plan = entry.contents.plan
    yield f"{entry.slug}.mp3", entry.source
    yield "captions.vtt", webvtt(plan, entry.language).encode()
    yield "chapters.vtt", chapters_vtt(plan).encode()
    yield "chapters.json", chapters_json(entry)
    yield "transcript.txt", transcript(plan).encode()
    yield "cue-sheet.html", cue_sheet(plan, entry.contents.routine).encode()
    if entry.cover:
        yield "cover.jpg", entry.cover
        yield "cover-small.jpg", small(entry.cover, SMALL_COVER_PX)


def _sessions(manifest: Manifest, entries: Sequence[Entry], *, prune: bool) -> list[SessionRecord]:
    """Return the sessions of the new manifest: those given now, and earlier ones whose files stay."""
    named = {entry.slug: entry.record for entry in entries}
    before = {} if prune else {record.slug: record for record in manifest.sessions}
    return list({**before, **named}.values())


def _refuse_to_overwrite(folder: Path, wanted: Mapping[str, object], manifest: Manifest) -> None:
    """Refuse to replace files that voiceguide has not published, and to follow links out of the site."""
    ours = {NAME, *manifest.files}
    root = folder.resolve()
    for name in (NAME, *wanted):
        path = folder / name
        if not path.parent.resolve().is_relative_to(root) or path.is_symlink():
            raise UsageError(f"{path} points outside {folder}; publish to another folder.")
        if path.exists() and name not in ours:
            raise UsageError(
                f"{path} was not published by voiceguide, so it is kept. Move it elsewhere, or publish to another "
                "folder."
            )


def _write(folder: Path, name: str, content: bytes | Path) -> bool:
    """Write a file unless it is the same already; return whether it was written."""
    path = folder / name
    if path.is_file() and _digest(path) == (_digest(content) if isinstance(content, Path) else _of(content)):
        return False
    write_atomically(path, _pieces(content) if isinstance(content, Path) else [content], force=True)
    return True


def _pieces(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _remove(folder: Path, name: str) -> bool:
    """Remove one of our files, and its folder if it is empty then; return whether it is gone."""
    path = folder / name
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        return False
    try:
        path.unlink(missing_ok=True)
        if path.parent != folder and not any(path.parent.iterdir()):
            path.parent.rmdir()
    except FileNotFoundError:
        return True
    except OSError as error:
        raise OutputError(f"{path} cannot be removed: {error.strerror}.") from error
    return True
