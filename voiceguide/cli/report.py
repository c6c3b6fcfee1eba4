"""What people read: tables and summaries."""

# Nothing is imported here for its name alone: rich and the modules that measure are slow to load.
from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from voiceguide.catalogue import Listed
    from voiceguide.checking import CheckedFile
    from voiceguide.doctor import Finding
    from voiceguide.making import Made
    from voiceguide.script.options import Wishes
    from voiceguide.script.timeline import Event, Timeline
    from voiceguide.session import Session
    from voiceguide.settings import Settings
    from voiceguide.share.carried import Contents
    from voiceguide.speech.registry import VoiceListing
    from voiceguide.store import StoreSize
    from voiceguide.verification import Verification


def _table() -> Table:
    from rich.table import Table

    return Table(box=None, pad_edge=False, header_style="bold")


def _console() -> Console:
    from rich.console import Console

    return Console()


def clock(milliseconds: int) -> str:
    """Return a time as ``m:ss``, or ``h:mm:ss`` from an hour on."""
    seconds = milliseconds // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def megabytes(size_bytes: int) -> str:
    """Return a size as people read it."""
    return f"{size_bytes / 1_000_000:.1f} MB"


def summary(made: Made) -> str:
    """Return what was made, in a few lines."""
    session = made.session
    holds = Counter((event.end_ms - event.start_ms) // 1000 for event in session.timeline.of_kind("hold"))
    lengths = ", ".join(f"{count} of {seconds} s" for seconds, count in sorted(holds.items()))
    lines = [
        f"{made.path}",
        (
            f"  {session.title}, {clock(session.timeline.duration_ms)} min, {megabytes(made.size_bytes)}, "
            f"voice {session.voice.name}"
        ),
        f"  {holds.total()} holds: {lengths}",
    ]
    if session.timeline.dropped:
        lines.append(
            f"  Left out for lack of room: {_dropped_in_short(session.timeline)} (voiceguide plan shows them)"
        )
    if made.beside:
        lines.append(f"  Beside it: {', '.join(path.name for path in made.beside)}")
    return "\n".join(lines)


def print_contents(file: Path, contents: Contents) -> None:
    """Print what a finished file holds."""
    plan, routine = contents.plan, contents.routine
    lengths = Counter((hold.end_ms - hold.start_ms) // 1000 for hold in plan.of_kind("hold"))
    holds = ", ".join(f"{count} of {seconds} s" for seconds, count in sorted(lengths.items()))
    print(f"{file}\n  {plan.title}, {clock(plan.duration_ms)} min, {lengths.total()} holds: {holds}")
    for chapter in plan.chapters:
        print(f"  {clock(chapter.start_ms):>8}  {chapter.title}")
    if routine.source:
        print(f"  After: {routine.source.title}" + (f", {routine.source.url}" if routine.source.url else ""))
    print(f"  {routine.safety.short}")
    print(f"Make it anew, with another hold for instance: voiceguide make {file} --hold 30")


def _dropped_in_short(timeline: Timeline) -> str:
    texts = Counter(drop.text for drop in timeline.dropped)
    return f"{texts.total()} {'cue' if texts.total() == 1 else 'cues'}, such as “{next(iter(texts))}”"


def fitted(session: Session, asked: Wishes, wanted_ms: int) -> str:
    """Return what was chosen for a wished length, and how close it comes."""
    from voiceguide.script.fitting import how_close

    return how_close(session.routine, asked, session.options, session.timeline.duration_ms, wanted_ms)


def print_plan(session: Session) -> None:
    """Print the timeline as a table with times and total."""
    table = _table()
    table.add_column("at", justify="right", no_wrap=True)
    table.add_column("lasts", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("what")
    chapters = {chapter.start_ms: chapter.title for chapter in session.timeline.chapters}
    titles = sorted(chapters.items())
    for event in session.timeline.events:
        while titles and titles[0][0] <= event.start_ms:
            table.add_row("", "", "", f"[bold]{titles.pop(0)[1]}[/bold]")
        table.add_row(
            _tenths(event.start_ms), f"{(event.end_ms - event.start_ms) / 1000:.1f}", event.kind, _what(event)
        )
    console = _console()
    console.print(table)
    holds = len(session.timeline.of_kind("hold"))
    console.print(
        f"\n{session.title}: {clock(session.timeline.duration_ms)} min in all, {holds} holds, voice {session.voice.name}."
    )
    if session.timeline.dropped:
        console.print("\nLeft out for lack of room:")
        for drop in session.timeline.dropped:
            console.print(f"  {_tenths(drop.at_ms)}  “{drop.text}”: {drop.reason}", highlight=False)


def _tenths(milliseconds: int) -> str:
    return f"{milliseconds // 60_000}:{milliseconds % 60_000 / 1000:04.1f}"


def _what(event: Event) -> str:
    if event.utterance:
        return event.utterance.text
    if event.chime:
        return f"({event.chime} chime)"
    if event.kind == "hold":
        side = f", {event.place.side} side" if event.place.side else ""
        return f"[bold]hold {(event.end_ms - event.start_ms) // 1000} s[/bold], repetition {event.place.rep}{side}"
    return ""


def print_routines(listed: tuple[Listed, ...]) -> None:
    """Print routines with how long they take, their tags, and what is needed."""
    table = _table()
    for name in ("id", "about", "title", "tags", "needed"):
        table.add_column(name, no_wrap=name in {"id", "about"})
    for entry in listed:
        minutes = f"{round(entry.duration_ms / 60_000)} min"
        routine = entry.routine
        table.add_row(routine.id, minutes, routine.title, ", ".join(routine.tags), "; ".join(entry.equipment))
    _console().print(table)


def print_voices(listing: VoiceListing) -> None:
    """Print the voices; the default one has a star."""
    table = _table()
    for name in ("", "voice", "language", "engine", "name"):
        table.add_column(name, no_wrap=True)
    for voice in listing.voices:
        star = "*" if voice == listing.default else ""
        table.add_row(star, voice.id, voice.language, voice.engine, voice.name)
    console = _console()
    console.print(table)
    console.print("\n* is taken where no --voice is given.")


def print_check(files: tuple[CheckedFile, ...]) -> None:
    """Print everything to say of every file."""
    for file in files:
        for remark in file.remarks:
            print(f"Unwise: {remark.fault}" if remark.severity == "warning" else remark.fault)
        if not file.errors:
            unwise = f", with {len(file.remarks)} things to think about" if file.remarks else ""
            print(f"{file.path}: this routine is valid{unwise}.")


def checked_as_data(files: tuple[CheckedFile, ...]) -> list[dict[str, object]]:
    """Return everything to say of every file as values JSON can hold, for editors."""
    return [
        {
            "file": str(file.path),
            "line": remark.fault.line,
            "column": remark.fault.column,
            "key": remark.fault.key,
            "severity": remark.severity,
            "message": remark.fault.problem,
        }
        for file in files
        for remark in file.remarks
    ]


def print_findings(findings: tuple[Finding, ...]) -> bool:
    """Print what was found, and tell whether sessions can be made."""
    for finding in findings:
        print(
            f"{'ok ' if finding.well else 'BAD' if finding.needed else '-- '}  {finding.what}: {finding.found}"
        )
    able = all(finding.well or not finding.needed for finding in findings)
    print(
        "\nThis machine can make sessions."
        if able
        else "\nThis machine cannot make sessions yet; mend what is marked BAD."
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
        table.add_row(
            _tenths(round(hold.at_ms)), hold.exercise, planned, found, "ok" if hold.is_exact else "WRONG"
        )
    console = _console()
    console.print(table)
    loudness = "no voice" if measured.loudness_lufs is None else f"{measured.loudness_lufs:.1f} LUFS as heard"
    console.print(
        f"\n{measured.title}: {clock(measured.duration_ms)} min, voice {loudness}, true peak "
        f"{measured.true_peak_dbtp:.1f} dBTP, {measured.clipped_samples} clipped samples, "
        f"{measured.frame_errors + measured.missing_frames} frame errors, "
        f"{len(measured.stray_sounds_ms)} stray sounds.",
        highlight=False,
    )
    for problem in measured.problems:
        console.print(f"WRONG  {problem}", highlight=False, markup=False)
    if not measured.problems:
        console.print("Everything is as planned.")


def print_settings(settings: Settings) -> None:
    """Print every setting with its origin; those that are not set, too."""
    from voiceguide.settings import KINDS, settings_path, variable

    for name in KINDS:
        setting = settings.values.get(name)
        found = f"{setting.value}  (from {setting.origin})" if setting else f"not set  ({variable(name)})"
        print(f"{name:12} {found}")
    for word, form in settings.say.items():
        print(f"say          {word}: {form}")
    print(f"\nThe settings file is {settings_path()}. Set a value with: voiceguide config set NAME VALUE")


def print_cache(folder: Path, size: StoreSize) -> None:
    """Print where the cache is and what it holds."""
    print(f"{folder}")
    for kind, count in size.entries.items():
        print(f"  {kind:12} {count:6} entries  {megabytes(size.size_bytes[kind]):>10}")
    print(
        f"  {'in all':12} {sum(size.entries.values()):6} entries  {megabytes(sum(size.size_bytes.values())):>10}"
    )
