"""Tables and summaries for people."""

# Annotations are not evaluated: rich and the modules that measure are slow to load.
from __future__ import annotations

import os
import shlex
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.cli.advice import suggested
from voiceguide.cli.printing import print_line
from voiceguide.text.formatting import (
    format_duration,
    format_hmmss,
    format_seconds,
    format_tenths,
    whole_minutes,
)
from voiceguide.text.printable import counted

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from voiceguide.export.embedded_metadata import SessionMetadata
    from voiceguide.script.timeline import Dropped, Event, Timeline
    from voiceguide.session.catalog import CatalogEntry
    from voiceguide.session.checking import CheckedFile, SessionDose
    from voiceguide.session.doctor import Finding
    from voiceguide.session.duration_fit import DurationFit
    from voiceguide.session.making import MakeResult
    from voiceguide.session.planning import Session
    from voiceguide.session.verification import Verification
    from voiceguide.settings import Settings
    from voiceguide.speech.registry import VoiceListing
    from voiceguide.store.folder import StoreSize


# Wider than any table: outside a terminal, no text is cut or folded.
_UNBOUNDED = 10_000


def _table() -> Table:
    from rich.table import Table

    return Table(box=None, pad_edge=False, header_style="bold")


def _console() -> Console:
    """Return the console for tables; it prints every text literally, brackets and colons too."""
    from rich.console import Console

    fitting = sys.stdout.isatty() or os.environ.get("COLUMNS")
    return Console(markup=False, emoji=False, highlight=False, width=None if fitting else _UNBOUNDED)


def _print_table(table: Table) -> None:
    """Print a table as wide as the terminal; elsewhere, as wide as its texts."""
    console = _console()
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    print_line("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _bold(text: str) -> Text:
    from rich.text import Text

    return Text(text, style="bold")


def megabytes(size_bytes: int) -> str:
    """Return a size in MB, for a person."""
    return f"{size_bytes / 1_000_000:.1f} MB"


def summary(made: MakeResult) -> str:
    """Return what was made, in a few lines."""
    session = made.session
    holds = _holds(session.timeline.of_kind("hold"))
    lines = [
        f"{made.path}",
        (
            f"  {session.title}, {format_duration(session.timeline.duration_ms)}, {megabytes(made.size_bytes)}, "
            f"voice {session.voice.name}"
        ),
        f"  {holds}",
    ]
    if session.timeline.dropped:
        lines.append(
            f"  Left out: {_dropped_in_short(session.timeline)} (voiceguide plan shows each, and why)"
        )
    if made.sidecars:
        lines.append(f"  Next to it: {', '.join(path.name for path in made.sidecars)}")
    return "\n".join(lines)


def fit_note(fit: DurationFit) -> str:
    """Return how close a session comes to the duration asked for, and the options that would come closer."""
    if not fit.suggestions:
        return fit.summary
    return f"{fit.summary} To come closer, add to --minutes: {', or '.join(map(suggested, fit.suggestions))}."


def print_contents(file: Path, contents: SessionMetadata) -> None:
    """Print what a finished file contains."""
    plan, routine = contents.plan, contents.routine
    print_line(f"{file}\n  {plan.title}, {format_duration(plan.duration_ms)}, {_holds(plan.of_kind('hold'))}")
    for chapter in plan.chapters:
        print_line(f"  {format_hmmss(chapter.start_ms):>8}  {chapter.title}")
    if routine.source:
        print_line(
            f"  Source: {routine.source.title}" + (f", {routine.source.url}" if routine.source.url else "")
        )
    print_line(f"  {routine.safety.short}")
    print_line(
        f"Make it again, with another hold for example: voiceguide make {shlex.quote(str(file))} --hold 30"
    )


def _holds(holds: Iterable[Event]) -> str:
    return _lengths(hold.duration_ms for hold in holds)


def _lengths(lengths_ms: Iterable[int]) -> str:
    lengths = Counter(lengths_ms)
    each = ", ".join(f"{count} of {format_seconds(length)}" for length, count in sorted(lengths.items()))
    return f"{counted(lengths.total(), 'hold')}: {each}" if each else "no holds"


def _dropped_in_short(timeline: Timeline) -> str:
    texts = Counter(drop.text for drop in timeline.dropped)
    return f"{counted(texts.total(), 'cue')}, such as “{next(iter(texts))}”"


def print_plan(session: Session) -> None:
    """Print the timeline as a table with times and total."""
    table = _table()
    table.add_column("at", justify="right", no_wrap=True)
    table.add_column("lasts", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("what")
    headings = sorted(_chapter_headings(session).items())
    for event in session.timeline.events:
        while headings and headings[0][0] <= event.start_ms:
            table.add_row("", "", "", _bold(headings.pop(0)[1]))
        lasts = f"{(event.end_ms - event.start_ms) / 1000:.1f}"
        table.add_row(format_tenths(event.start_ms), lasts, event.kind, _what(event))
    _print_table(table)
    holds = counted(len(session.timeline.of_kind("hold")), "hold")
    print_line(
        f"\n{session.title}: {format_duration(session.timeline.duration_ms)} in total, {holds}, voice {session.voice.name}."
    )
    print_line(_shares(session.timeline))
    if session.timeline.dropped:
        print_line("\nLeft out:")
        for line in _dropped_grouped(session.timeline):
            print_line(f"  {line}")


def _shares(timeline: Timeline) -> str:
    """Return how much of a session is talk, and how long a listener waits in a stretch before its bell."""
    from voiceguide.script.calm import shares_of

    shares = shares_of(timeline)
    wait = (
        f"; at most {format_seconds(round(shares.wait_ms, -2))} from an instruction to the bell"
        if shares.wait_ms
        else ""
    )
    return f"Speech {shares.speech:.0%}, holds {shares.hold:.0%}, quiet {shares.quiet:.0%}{wait}."


def _chapter_headings(session: Session) -> dict[int, str]:
    """Return the title of each chapter by its start; that of one exercise with the number and id to choose it by."""
    numbers = {exercise_id: number for number, exercise_id in enumerate(session.routine.exercise_ids, 1)}
    holds = session.timeline.of_kind("hold")
    starts = [hold.start_ms for hold in holds]
    headings = {}
    for chapter in session.timeline.chapters:
        inside = holds[bisect_left(starts, chapter.start_ms) : bisect_left(starts, chapter.end_ms)]
        done = {hold.exercise for hold in inside if hold.exercise}
        headings[chapter.start_ms] = chapter.title
        if len(done) == 1:
            (exercise_id,) = done
            headings[chapter.start_ms] = f"{numbers[exercise_id]}  {chapter.title} ({exercise_id})"
    return headings


def _dropped_grouped(timeline: Timeline) -> Iterator[str]:
    """Yield what is left out: each text once with its reason, when it would first have been said, and how often."""
    groups: dict[tuple[str, str], list[Dropped]] = {}
    for drop in timeline.dropped:
        groups.setdefault((drop.text, drop.reason), []).append(drop)
    for (text, reason), drops in groups.items():
        times = f" × {len(drops)}" if len(drops) > 1 else ""
        yield f"{format_tenths(drops[0].at_ms)}  “{text}”{times}: {reason}"


def _what(event: Event) -> Text | str:
    if event.utterance:
        return event.utterance.text
    if event.chime:
        return f"({event.chime} chime)"
    if event.kind == "hold":
        places = (
            f"repetition {event.rep}" if event.rep else "",
            f"{event.side} side" if event.side else "",
            f"set {event.set_number}" if event.set_number else "",
            f"round {event.round_number}" if event.round_number else "",
        )
        where = ", ".join(filter(None, places))
        return _bold(f"hold {format_seconds(event.duration_ms)}").append(f", {where}", style="not bold")
    return ""


def print_routines(listed: tuple[CatalogEntry, ...]) -> None:
    """Print routines with their duration, their tags, and what is needed."""
    table = _table()
    for name in ("id", "duration", "title", "tags", "equipment"):
        table.add_column(name, no_wrap=name in {"id", "duration"})
    for entry in listed:
        minutes = f"{whole_minutes(entry.duration_ms)} min"
        routine = entry.routine
        table.add_row(routine.id, minutes, routine.title, ", ".join(routine.tags), "; ".join(entry.equipment))
    _print_table(table)
    print_line(f"\nShow the exercises of one: voiceguide routines {listed[0].id}")


def print_routine(entry: CatalogEntry, name: str) -> None:
    """Print a routine with its exercises, and what they can be chosen by.

    Args:
        entry: the routine.
        name: what it is called on the command line.
    """
    print_line(entry.title)
    print_line(f"  {', '.join((f'about {whole_minutes(entry.duration_ms)} min', *entry.tags))}")
    if entry.equipment:
        print_line(f"  You need: {'; '.join(entry.equipment)}")
    print_line("")
    table = _table()
    table.add_column("number", justify="right", no_wrap=True)
    table.add_column("id", overflow="fold")
    table.add_column("name", overflow="fold")
    for number, exercise in enumerate(entry.routine.all_exercises, 1):
        table.add_row(str(number), exercise.id, exercise.name)
    _print_table(table)
    chosen = "1,3" if len(entry.routine.all_exercises) > 2 else "1"
    print_line(f"\nDo only some, by number, name or id: voiceguide make {shlex.quote(name)} --only {chosen}")


def print_voices(listing: VoiceListing, *, everything: bool = False) -> None:
    """Print the few voices to try first, or every voice; the default one has a star."""
    shown = listing.voices if everything or not listing.first else listing.first
    table = _table()
    table.add_column("", no_wrap=True, min_width=1)
    table.add_column("voice", overflow="fold")
    table.add_column("language", no_wrap=True)
    table.add_column("engine", no_wrap=True)
    table.add_column("name", overflow="fold")
    for voice in shown:
        star = "*" if voice == listing.default else ""
        table.add_row(star, voice.id, voice.language, voice.engine, voice.name)
    if not listing.voices:
        print_line("No voice on this computer speaks that language.")
        return
    _print_table(table)
    print_line("\n* is used if no --voice is given.")
    print_line(f"Hear one: voiceguide voices try {shlex.quote(shown[0].id)}")
    if hidden := len(listing.voices) - len(shown):
        print_line(f"{counted(hidden, 'more voice')}: add --all.")


def print_check(files: tuple[CheckedFile, ...]) -> None:
    """Print every diagnostic of every file."""
    for file in files:
        for diagnostic in file.diagnostics:
            print_line(f"Warning: {diagnostic}" if diagnostic.severity == "warning" else diagnostic)
        if not file.errors:
            warnings = f", with {counted(len(file.diagnostics), 'warning')}" if file.diagnostics else ""
            print_line(f"{file.path}: this routine is valid{warnings}.")
            if file.dose:
                print_line(f"  {_session_in_short(file.dose)}")


def _session_in_short(dose: SessionDose) -> str:
    """Return how long a session at the defaults is, what is in it, and the time between its holds."""
    parts = [f"about {format_duration(dose.duration_ms)} at the defaults", _lengths(dose.hold_lengths_ms)]
    if dose.counted:
        parts.append(counted(dose.counted, "counted repetition"))
    if dose.rests_ms:
        shortest, longest = (
            format_seconds(round(rest, -2)) for rest in (dose.rests_ms[0], dose.rests_ms[-1])
        )
        between = shortest if shortest == longest else f"{shortest} to {longest}"
        parts.append(f"{between} between the holds of an exercise")
    return f"{'; '.join(parts)}."


def checked_as_data(files: tuple[CheckedFile, ...]) -> list[dict[str, object]]:
    """Return every diagnostic of every file as values JSON can hold, for editors."""
    return [
        {
            "file": str(file.path),
            "line": diagnostic.line,
            "column": diagnostic.column,
            "key": diagnostic.key,
            "severity": diagnostic.severity,
            "message": diagnostic.problem,
        }
        for file in files
        for diagnostic in file.diagnostics
    ]


def print_findings(findings: tuple[Finding, ...]) -> bool:
    """Print what was found, and return whether sessions can be made."""
    for finding in findings:
        mark = "ok " if finding.ok else "BAD" if finding.needed else "-- "
        print_line(f"{mark}  {finding.what}: {' '.join(filter(None, (finding.found, finding.remedy)))}")
    able = all(finding.ok or not finding.needed for finding in findings)
    print_line(
        "\nThis computer can make sessions."
        if able
        else "\nThis computer cannot make sessions yet; fix what is marked BAD."
    )
    return able


def print_verification(measured: Verification) -> None:
    """Print what was measured, every hold first, then what is wrong."""
    table = _table()
    for name in ("at", "hold", "planned", "measured", ""):
        table.add_column(name, justify="left" if name == "hold" else "right", no_wrap=True)
    for hold in measured.holds:
        found = "no chime" if hold.measured_ms is None else f"{hold.measured_ms / 1000:.4f} s"
        planned = f"{hold.planned_ms / 1000:.3f} s"
        verdict = "ok" if hold.is_exact else "WRONG"
        table.add_row(format_tenths(max(0, round(hold.at_ms))), hold.exercise, planned, found, verdict)
    _print_table(table)
    loudness = "no voice" if measured.loudness_lufs is None else f"{measured.loudness_lufs:.1f} LUFS as heard"
    print_line(
        f"\n{measured.title}: {format_duration(measured.duration_ms)}, voice {loudness}, true peak "
        f"{measured.true_peak_dbtp:.1f} dBTP, {counted(measured.clipped_samples, 'clipped sample')}, "
        f"{counted(measured.frame_errors + measured.missing_frames, 'frame error')}, "
        f"{counted(len(measured.stray_sounds_ms), 'stray sound')}."
    )
    for problem in measured.problems:
        print_line(f"WRONG  {problem}")
    if not measured.problems:
        print_line("Everything is as planned.")


def print_settings(settings: Settings) -> None:
    """Print every setting with its origin, including those that are not set."""
    from voiceguide.options import table
    from voiceguide.settings import settings_path

    for name, row in table.settings().items():
        setting = settings.values.get(name)
        found = f"{setting.value}  (from {setting.origin})" if setting else f"not set  ({row.variable})"
        print_line(f"{name:12} {found}")
    for word, spoken in settings.say.items():
        print_line(f"say          {word}: {spoken}")
    print_line(
        f"\nThe settings file is {settings_path()}. Set a value with: voiceguide config set NAME VALUE"
    )


def print_cache(folder: Path, size: StoreSize) -> None:
    """Print where the cache is and what it contains."""
    print_line(f"{folder}")
    kinds = {**size.entries, "total": sum(size.entries.values())}
    sizes = {**size.size_bytes, "total": sum(size.size_bytes.values())}
    for kind, count in kinds.items():
        noun = "entry" if count == 1 else "entries"
        print_line(f"  {kind:12} {count:6} {noun:7}  {megabytes(sizes[kind]):>10}")
