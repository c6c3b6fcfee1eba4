"""Publishing: a folder of files that any host serves, and that changes only where something changed."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from pathlib import Path
from urllib.parse import quote, urlsplit

from voiceguide.errors import OutputError, UsageError
from voiceguide.export.captions import chapters_vtt, transcript, webvtt
from voiceguide.export.cover import draw_site
from voiceguide.export.cue_sheet import cue_sheet
from voiceguide.files.writing import write_atomically
from voiceguide.language.registry import DEFAULT_CODE, find_language
from voiceguide.text.printable import unprintable
from voiceguide.web.entry import Entry, read_entries
from voiceguide.web.feed import chapters_json, feed
from voiceguide.web.manifest import (
    NAME,
    KnownSession,
    Manifest,
    read_manifest,
)
from voiceguide.web.pages import (
    ASSETS,
    asset,
    index_page,
    session_page,
)

_PIECE_BYTES = 1 << 20
_MAX_TITLE_LETTERS = 120
# What RFC 3986 leaves out of URLs, what begins the parts that the address of a site has not, and quotes.
_NOT_IN_A_URL = frozenset(" \"'<>\\^`{|}?#")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(
    r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$"
)


@dataclass(frozen=True)
class Published:
    """What publishing did; paths are relative to the site.

    Attributes:
        no_longer_named: files of sessions that are not named any more, and that stay.
        remarks: what whoever publishes it should know.
    """

    folder: Path
    url: str
    pages: tuple[str, ...]
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    no_longer_named: tuple[str, ...] = field(default=())
    removed: tuple[str, ...] = field(default=())
    remarks: tuple[str, ...] = field(default=())


def publish(
    folder: Path, files: Sequence[Path], base_url: str, *, title: str | None = None, prune: bool = False
) -> Published:
    """Make or renew a site.

    Args:
        folder: where to; made where it is missing.
        files: finished MP3 files, in the order in which they are shown.
        base_url: where the site will be, for the feed.
        title: of the site; that of its language if None.
        prune: whether files of sessions that are no longer named are removed.

    Raises:
        UsageError: something asked for cannot be; nothing was written.
        VoiceguideError: a file is none that voiceguide has made; nothing was written.
        OutputError: a file cannot be written.
    """
    url = checked_url(base_url)
    title = None if title is None else checked_title(title)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder for the site.")
    manifest = read_manifest(folder)
    entries = read_entries(files, manifest, url)
    wanted = _files(entries, url, title)
    _refuse_to_overwrite(folder, wanted, manifest)
    renewed = Manifest(
        files=sorted({*manifest.files, *wanted}), sessions=_sessions(manifest, entries, prune=False)
    )
    # First of all, so that what an interrupted publishing leaves behind is known to be ours.
    _write(folder, NAME, renewed.as_bytes())
    written = [name for name, content in wanted.items() if _write(folder, name, content)]
    gone = tuple(sorted({*manifest.files} - {*wanted}))
    removed = tuple(name for name in gone if prune and _remove(folder, name))
    if removed:
        left = sorted({*renewed.files} - {*removed})
        pruned = Manifest(files=left, sessions=_sessions(manifest, entries, prune=True))
        _write(folder, NAME, pruned.as_bytes())
    return Published(
        folder=folder,
        url=url,
        pages=tuple(f"{entry.slug}/index.html" for entry in entries),
        written=tuple(written),
        unchanged=tuple(name for name in wanted if name not in written),
        no_longer_named=tuple(name for name in gone if name not in removed),
        removed=removed,
        remarks=tuple(entry.remark for entry in entries if entry.remark),
    )


def checked_title(title: str) -> str:
    """Return a title of a site with its white space folded.

    Raises:
        UsageError: it is none that can be shown.
    """
    folded = re.sub(" +", " ", title).strip()
    if not folded or unprintable(folded) or len(folded) > _MAX_TITLE_LETTERS:
        raise UsageError(
            f"--title {title[:40]!r} is no title of a site. Write one of at most {_MAX_TITLE_LETTERS} letters, "
            "such as 'Voice-guided sessions', or leave it out."
        )
    return folded


def checked_url(url: str) -> str:
    """Return a base URL as a feed needs it: ASCII, with a slash at its end.

    Raises:
        UsageError: it is none that a site can have.
    """
    if not url:
        raise UsageError(
            "publish needs --base-url, the address at which the site will be. Write it whole, such as "
            "https://example.org/back/."
        )
    try:
        return _encoded_url(url)
    except ValueError as error:
        raise UsageError(
            f"--base-url {url!r} is no address of a site. Write it whole, such as https://example.org/back/, "
            "without ? and #."
        ) from error


def _encoded_url(url: str) -> str:
    """Return a URL with host and path as RFC 3986 allows them; raises ValueError where nothing can mend it."""
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
    encoded = host.encode("idna").decode()  # a ValueError where it is no name
    if not _HOST.match(encoded):
        raise ValueError(host)
    return encoded


def _files(entries: Sequence[Entry], url: str, title: str | None) -> dict[str, bytes | Path]:
    """Return every file of the site: its content, or the file that it is a copy of."""
    language = entries[0].language if entries else find_language(DEFAULT_CODE)
    title = language.text("site_title") if title is None else title
    description = language.text("site_description")
    newest_first = sorted(entries, key=lambda entry: -entry.known.published)
    files: dict[str, bytes | Path] = {name: asset(name) for name in ASSETS}
    for entry in entries:
        files |= {f"{entry.slug}/{name}": content for name, content in _session_files(entry, url, title)}
    files["cover.jpg"] = draw_site(title)
    files["index.html"] = index_page(entries, title, description, url, language)
    files["feed.xml"] = feed(newest_first, url, title, description)
    return files


def _session_files(entry: Entry, url: str, title: str) -> Iterable[tuple[str, bytes | Path]]:
    plan = entry.contents.plan
    yield f"{entry.slug}.mp3", entry.source
    yield "captions.vtt", webvtt(plan, entry.language).encode()
    yield "chapters.vtt", chapters_vtt(plan).encode()
    yield "chapters.json", chapters_json(entry)
    yield "transcript.txt", transcript(plan).encode()
    yield "cue-sheet.html", cue_sheet(plan, entry.contents.routine).encode()
    if entry.cover:
        yield "cover.jpg", entry.cover
    yield "index.html", session_page(entry, title, url)


def _sessions(manifest: Manifest, entries: Sequence[Entry], *, prune: bool) -> list[KnownSession]:
    """Return the sessions to remember: those named now, and those before whose files stay."""
    named = {entry.slug: entry.known for entry in entries}
    before = {} if prune else {known.slug: known for known in manifest.sessions}
    return list({**before, **named}.values())


def _refuse_to_overwrite(folder: Path, wanted: Mapping[str, object], manifest: Manifest) -> None:
    """Let other people's files be, and folders that lead elsewhere."""
    ours = {NAME, *manifest.files}
    root = folder.resolve()
    for name in (NAME, *wanted):
        path = folder / name
        if not path.parent.resolve().is_relative_to(root) or path.is_symlink():
            raise UsageError(f"{path} leads out of {folder}; publish to another folder.")
        if path.exists() and name not in ours:
            raise UsageError(
                f"{path} is there and was not published by voiceguide, so it is kept. Publish to another folder, "
                "or move it away."
            )


def _write(folder: Path, name: str, content: bytes | Path) -> bool:
    """Write a file where it differs, and tell whether it did."""
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
    """Remove a file of ours, and its folder where nothing else is in it."""
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
