"""Renders the pages of a site from templates that escape everything."""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from voiceguide.export.cover import arcs
from voiceguide.language.base import Language
from voiceguide.routine.texts import without_pauses
from voiceguide.text.formatting import format_hmmss
from voiceguide.web.entry import Entry

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

ASSETS = ("style.css", "player.js", "index.js", "icon.svg")


def index_page(
    entries: Sequence[Entry], title: str, description: str, base_url: str, language: Language
) -> bytes:
    """Return the page that lists the sessions."""
    return _page(
        "index.html",
        entries=entries,
        title=title,
        description=description,
        base_url=base_url,
        language=language,
        text=language.text,
    )


def session_page(entry: Entry, site_title: str, base_url: str) -> bytes:
    """Return the page that plays a session."""
    return _page(
        "session.html",
        entry=entry,
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
