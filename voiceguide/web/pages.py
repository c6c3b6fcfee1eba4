"""Renders the pages of a site from templates that escape everything."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from voiceguide.export.cover import arcs
from voiceguide.language.base import Language
from voiceguide.routine.texts import without_pauses
from voiceguide.text.formatting import format_hmmss, whole_minutes
from voiceguide.web.choices import Choice, RoutineChoices
from voiceguide.web.entry import Entry
from voiceguide.web.imprint import Imprint
from voiceguide.web.qr_code import qr_code

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

ASSETS = (
    "style.css",
    "plain.css",
    "player.js",
    "assemble.js",
    "choose.js",
    "daily.js",
    "worker.js",
    "index.js",
    "icon.svg",
)


# For home screens: file names, and sizes in px.
ICONS = {"icon-192.png": 192, "icon-512.png": 512}
# Twice the size at which lists show it.
SMALL_COVER_PX = 240
_GUIDANCE = {
    "full": "guidance_full",
    "brief": "guidance_brief",
    "cues": "guidance_cues",
    "chimes": "guidance_chimes",
}


class Field(NamedTuple):
    """A part of the choice: its name in the address, its label, and its values with what they are called."""

    name: str
    label: str
    values: Sequence[tuple[str, str]]


class Following(NamedTuple):
    """The page that comes after another one: the name of its folder, and what it is called."""

    slug: str
    title: str


@dataclass(frozen=True)
class RoutinePage:
    """The page of a routine, on which a visitor chooses a session.

    Attributes:
        slug: the name of its folder on the site.
        entries: the sessions with the routine's own doses, one for each guidance; the page begins with the first.
    """

    slug: str
    choices: RoutineChoices
    entries: tuple[Entry, ...]

    @property
    def entry(self) -> Entry:
        """The session that the page begins with."""
        return self.entries[0]

    @property
    def minutes(self) -> tuple[int, int]:
        """The lengths of the shortest and the longest session."""
        lengths = [choice.duration_ms for choice in self.choices.choices]
        return whole_minutes(min(lengths)), whole_minutes(max(lengths))

    @property
    def form(self) -> list["Field"]:
        """What is chosen; a field with one value only is not shown."""
        text, choices = self.entry.language.text, self.choices
        as_advised = text("as_advised")
        holds = [
            (f"{hold or ''}", text("sheet_seconds", n=hold) if hold else as_advised) for hold in choices.holds
        ]
        reps = [(f"{times or ''}", f"{times or as_advised}") for times in choices.reps]
        guidances = [(guidance, text(_GUIDANCE[guidance])) for guidance in choices.guidances]
        fields = (
            Field("hold", text("choose_hold"), holds),
            Field("reps", text("choose_reps"), reps),
            Field("guidance", text("choose_guidance"), guidances),
        )
        return [field for field in fields if len(field.values) > 1]

    @property
    def data(self) -> dict[str, object]:
        """The choices for the script of the page."""
        text, decimal = self.entry.language.text, self.entry.language.decimal
        usual, options = self.choices.choices[0].choice, self.entry.contents.plan.options
        is_own_hold = usual.hold_seconds is None and None in self.choices.holds
        is_own_reps = usual.reps is None and None in self.choices.reps
        # What the form shows at first: the session's own values, which settings may have chosen.
        own = {
            "hold": "" if is_own_hold else str(options["hold_seconds"]),
            "reps": "" if is_own_reps else str(options["reps"]),
            "guidance": usual.guidance,
        }
        return {
            "own": own,
            "choices": [
                [
                    "" if choice.choice.hold_seconds is None else str(choice.choice.hold_seconds),
                    "" if choice.choice.reps is None else str(choice.choice.reps),
                    choice.choice.guidance,
                    text("minutes", n=whole_minutes(choice.duration_ms)),
                    text("download", megabytes=decimal(choice.size_bytes / 1_000_000, 1)),
                    choice.name,
                ]
                for choice in self.choices.choices
            ],
            "file": self.choices.routine.id,
        }


def index_page(
    entries: Sequence[Entry],
    pages: Sequence[RoutinePage],
    title: str,
    description: str,
    base_url: str,
    language: Language,
    imprint: Imprint,
) -> bytes:
    """Return the page that lists the routines, and the sessions that belong to none."""
    moved = {entry.slug for page in pages for entry in page.entries}
    return _page(
        "index.html",
        pages=pages,
        entries=[entry for entry in entries if entry.slug not in moved],
        title=title,
        description=description,
        imprint=imprint,
        base_url=base_url,
        language=language,
        text=language.text,
    )


def session_page(entry: Entry, site_title: str, base_url: str) -> bytes:
    """Return the page that plays a session."""
    return _player_page(entry, site_title, base_url, entry.slug, None, None)


def routine_page(page: RoutinePage, site_title: str, base_url: str, following: Following | None) -> bytes:
    """Return the page that plays every session of a routine."""
    return _player_page(page.entry, site_title, base_url, page.slug, page, following)


def moved_page(page: RoutinePage, title: str, choice: Choice, site_title: str, base_url: str) -> bytes:
    """Return what stands at the address of a session that is now a choice on its routine's page: it leads there.

    Args:
        page: of the routine.
        title: of the session.
        choice: that it is.
        site_title: of the site.
        base_url: of the site.
    """
    entry = page.entry
    query = "" if choice == page.choices.choices[0].choice else f"?{choice.query}"
    return _page(
        "moved.html",
        entry=entry,
        title=title,
        address=f"../{page.slug}/index.html{query}",
        canonical=f"{base_url}{page.slug}/index.html{query}",
        site_title=site_title,
        text_language=entry.language,
        text=entry.language.text,
    )


def web_manifest(title: str, language: Language) -> bytes:
    """Return what lets a phone put the site on its home screen (W3C, "Web Application Manifest")."""
    icons = [
        {"src": name, "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}
        for name, size in ICONS.items()
    ]
    manifest = {
        "name": title,
        "short_name": title,
        "lang": language.code,
        "start_url": "index.html",
        "scope": "./",
        "display": "standalone",
        "icons": icons,
    }
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def _player_page(
    entry: Entry,
    site_title: str,
    base_url: str,
    slug: str,
    page: RoutinePage | None,
    following: Following | None,
) -> bytes:
    """Return a page with the player.

    Args:
        entry: the session that it plays at first.
        slug: the name of the page's folder.
        page: of the routine, if a session is chosen on it.
        following: what may come next.
    """
    return _page(
        "session.html",
        entry=entry,
        page=page,
        code=qr_code(f"{base_url}{slug}/index.html"),
        following=following,
        slug=slug,
        files="" if slug == entry.slug else f"../{entry.slug}/",
        site_title=site_title,
        base_url=base_url,
        text_language=entry.language,
        text=entry.language.text,
    )


def asset(name: str) -> bytes:
    """Return a file that all pages use."""
    return (resources.files("voiceguide.web") / "assets" / name).read_bytes()


def _page(template: str, **values: object) -> bytes:
    return _environment().get_template(template).render(**values).encode()


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("voiceguide.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["clock"] = format_hmmss
    environment.filters["seconds"] = lambda ms: f"{ms / 1000:g}"
    environment.filters["read"] = without_pauses
    environment.filters["unbroken_title"] = _unbroken_title
    environment.filters["arcs"] = lambda chapters: arcs(tuple(c.end_ms - c.start_ms for c in chapters))
    return environment


def _unbroken_title(entry: Entry) -> "Markup":
    """Return a title with ``25 s × 2`` at its end kept on one line, and from left to right in any title."""
    from markupsafe import Markup

    if not entry.dose:
        return Markup.escape(entry.title)
    dose = entry.dose.rpartition(" · ")[2]
    last = Markup('<bdi class="dose" dir="ltr">{}</bdi>').format(dose)
    return Markup("{}{}").format(entry.title.removesuffix(dose), last)
