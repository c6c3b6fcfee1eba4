"""Recognises sessions that were published before, so that their URLs and feed ids stay the same."""

import hashlib
import json
import time
import uuid
from collections.abc import Sequence

from voiceguide.export.embedded_metadata import SessionMetadata
from voiceguide.options.session import DEFAULT_COUNTDOWN
from voiceguide.script.naming import file_stem
from voiceguide.web.manifest import Manifest, SessionRecord

# The options that make different sessions of one routine. Voice and pace do not: the same session, spoken
# differently, keeps its place.
_OPTIONS = ("hold_seconds", "reps", "rest_seconds", "guidance", "countdown", "first_side")
# Options that came later: they count where they are chosen, so that sessions published before keep their hash.
_LATER_OPTIONS = ("side", "lead_in", "call_every_seconds")
# 64 bits: 2,000 sessions collide with a probability of 1 in 10^13.
_HASH_DIGITS = 16


def content_hash(contents: SessionMetadata) -> str:
    """Return a hash of a session's plan and routine."""
    return _hash([contents.plan.to_dict(), contents.routine.model_dump(mode="json")])


def records_for(
    sessions: Sequence[SessionMetadata], manifest: Manifest, base_url: str
) -> list[SessionRecord]:
    """Return the record of each session: its own, that of an earlier version of it, or a new one.

    Args:
        sessions: in the order in which they are shown; all different.
        manifest: of the site as it is.
        base_url: of the site, with a slash at its end.
    """
    hashes = [content_hash(session) for session in sessions]
    by_content = dict(zip(hashes, sessions, strict=True))
    published = {record.content: record for record in manifest.sessions}
    records = {content: published[content] for content in hashes if content in published}
    unclaimed = [record for record in manifest.sessions if record.content not in records]
    taken = {record.slug for record in manifest.sessions}
    now = int(time.time())
    # Sorted, so that the shorter of two names does not depend on the order in which sessions are given.
    for content in sorted(by_content.keys() - records.keys()):
        session = by_content[content]
        earlier = next((record for record in unclaimed if _is_earlier_version(record, session)), None)
        if earlier:
            unclaimed.remove(earlier)
            records[content] = earlier.model_copy(update={"content": content})
        else:
            # A second apart, so that feed readers, which sort by date, keep the order.
            records[content] = _new_record(session, content, taken, base_url, now - hashes.index(content))
            taken.add(records[content].slug)
    return [_updated(records[content], by_content[content]) for content in hashes]


def _new_record(
    session: SessionMetadata, content: str, taken: set[str], base_url: str, published: int
) -> SessionRecord:
    slug = _default_slug(session)
    slug = f"{slug}-{content[:6]}" if slug in taken else slug
    guid = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{base_url}{slug}/')}"
    return SessionRecord(slug=slug, content=content, guid=guid, published=published)


def _updated(record: SessionRecord, session: SessionMetadata) -> SessionRecord:
    return record.model_copy(
        update={
            "options_hash": _options_hash(session),
            "title": session.routine.title,
            "exercise_hash": _exercise_hash(session),
        }
    )


def _is_earlier_version(record: SessionRecord, session: SessionMetadata) -> bool:
    """Return whether a record belongs to a session with the same options, and the same title or exercises.

    Two people may give two routines the same id; those are different sessions.
    """
    if record.options_hash is None:  # published before it was recorded: only its folder is known
        return record.slug == _default_slug(session)
    is_same_routine = record.title == session.routine.title or record.exercise_hash == _exercise_hash(session)
    return record.options_hash == _options_hash(session) and is_same_routine


def _options_hash(session: SessionMetadata) -> str:
    """Return a hash of the routine's id and the options, which stay the same when its wording changes."""
    options, everything = session.plan.options, [exercise.id for exercise in session.routine.all_exercises]
    chosen = list(options["exercises"])  # type: ignore[call-overload]
    is_everything = chosen == everything
    later = {name: options[name] for name in _LATER_OPTIONS if options.get(name)}
    if options.get("countdown_from") not in (None, 0, DEFAULT_COUNTDOWN):
        later["countdown_from"] = options["countdown_from"]
    values = [options.get(name) for name in _OPTIONS]
    return _hash([session.routine.id, values, is_everything or chosen, *([later] if later else ())])


def _exercise_hash(session: SessionMetadata) -> str:
    """Return a hash of the exercises, which stay the same when only the title changes."""
    return _hash([[exercise.id, exercise.name] for exercise in session.routine.all_exercises])


def _default_slug(session: SessionMetadata) -> str:
    options, _ = session.options()
    return file_stem(session.routine, options.resolve(session.routine))


def _hash(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:_HASH_DIGITS]
