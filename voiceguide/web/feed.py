"""The feed: RSS 2.0 with the iTunes and Podcasting 2.0 namespaces."""

import json
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from voiceguide.text.formatting import whole_seconds
from voiceguide.web.entry import Entry
from voiceguide.web.imprint import Imprint

_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_PODCAST = "https://podcastindex.org/namespace/1.0"
_ATOM = "http://www.w3.org/2005/Atom"
# The namespace of podcast ids (Podcasting 2.0, "guid").
_PODCAST_GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
# Characters that XML 1.0 §2.2 does not allow: a reader stops at one, and a file's plan may contain any.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMESPACES = {"itunes": _ITUNES, "podcast": _PODCAST, "atom": _ATOM}


def feed(entries: Sequence[Entry], base_url: str, title: str, description: str, imprint: Imprint) -> bytes:
    """Return the feed as a plain ASCII XML file.

    Args:
        entries: newest first.
        base_url: of the site, with a slash at its end.
        title: of the site.
        description: of the site.
        imprint: who made it.
    """
    for prefix, uri in _NAMESPACES.items():
        ET.register_namespace(prefix, uri)
    rss = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(rss, "channel")
    _add(channel, "title", title)
    _add(channel, "link", base_url)
    _add(channel, "description", description)
    _add(channel, "language", entries[0].contents.routine.language if entries else "en")
    _add(channel, "generator", "voiceguide")
    own = {"href": f"{base_url}feed.xml", "rel": "self", "type": "application/rss+xml"}
    _add(channel, f"{{{_ATOM}}}link", None, own)
    _add(channel, f"{{{_ITUNES}}}author", imprint.author or title)
    if imprint.email:
        owner = _add(channel, f"{{{_ITUNES}}}owner", None)
        _add(owner, f"{{{_ITUNES}}}name", imprint.author or title)
        _add(owner, f"{{{_ITUNES}}}email", imprint.email)
    _add(channel, f"{{{_ITUNES}}}explicit", "false")
    _add(channel, f"{{{_ITUNES}}}type", "episodic")
    category = _add(channel, f"{{{_ITUNES}}}category", None, {"text": "Health & Fitness"})
    _add(category, f"{{{_ITUNES}}}category", None, {"text": "Fitness"})
    _add(channel, f"{{{_PODCAST}}}guid", podcast_guid(f"{base_url}feed.xml"))
    _add_pictures(channel, f"{base_url}cover.jpg", title, base_url)
    if entries:
        # The date of the newest session, so that building the feed again yields the same file.
        newest = max(entry.record.published for entry in entries)
        _add(channel, "lastBuildDate", _date(newest))
    for entry in entries:
        _add_item(channel, entry, f"{base_url}{entry.slug}/")
    ET.indent(rss)
    # Other letters become character references, so that no charset that a server announces can garble them.
    return bytes(ET.tostring(rss, encoding="us-ascii", xml_declaration=True)) + b"\n"


def chapters_json(entry: Entry) -> bytes:
    """Return the chapters in the Podcasting 2.0 "JSON Chapters Format" 1.2; times in seconds."""
    chapters = [
        {"startTime": part.start_ms / 1000, "endTime": part.end_ms / 1000, "title": part.title}
        for part in entry.chapters
    ]
    return (
        json.dumps({"version": "1.2.0", "title": entry.title, "chapters": chapters}, ensure_ascii=False)
        + "\n"
    ).encode()


def podcast_guid(feed_url: str) -> str:
    """Return the id of a podcast in every directory (Podcasting 2.0, "guid"), derived from its feed's URL."""
    return str(uuid.uuid5(_PODCAST_GUIDS, feed_url.partition("://")[2].rstrip("/")))


def _date(seconds: int) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, UTC))


def _add_pictures(channel: ET.Element, url: str, title: str, link: str) -> None:
    _add(channel, f"{{{_ITUNES}}}image", None, {"href": url})
    image = _add(channel, "image")
    _add(image, "url", url)
    _add(image, "title", title)
    _add(image, "link", link)


def _add_item(channel: ET.Element, entry: Entry, url: str) -> None:
    item = _add(channel, "item")
    _add(item, "title", entry.title)
    _add(item, "link", url)
    _add(item, "guid", entry.record.guid, {"isPermaLink": "false"})
    _add(item, "pubDate", _date(entry.record.published))
    _add(item, "description", entry.show_notes)
    _add(item, f"{{{_ITUNES}}}summary", entry.summary)
    enclosure = {"url": f"{url}{entry.slug}.mp3", "length": str(entry.size_bytes), "type": "audio/mpeg"}
    _add(item, "enclosure", None, enclosure)
    _add(item, f"{{{_ITUNES}}}duration", str(whole_seconds(entry.contents.plan.duration_ms)))
    _add(item, f"{{{_ITUNES}}}explicit", "false")
    if entry.cover:
        _add(item, f"{{{_ITUNES}}}image", None, {"href": f"{url}cover.jpg"})
    chapters = {"url": f"{url}chapters.json", "type": "application/json+chapters"}
    _add(item, f"{{{_PODCAST}}}chapters", None, chapters)
    language = entry.contents.routine.language
    for name, kind in (("captions.vtt", "text/vtt"), ("transcript.txt", "text/plain")):
        link = {"url": f"{url}{name}", "type": kind, "language": language}
        _add(item, f"{{{_PODCAST}}}transcript", None, link)


def _add(
    parent: ET.Element, tag: str, text: str | None = None, attributes: dict[str, str] | None = None
) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes or {})
    element.text = _NOT_IN_XML.sub("", text) if text else text
    return element
