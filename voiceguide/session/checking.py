"""Checks routine files: every error and warning, each with its position in the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from voiceguide.errors import Diagnostic, NoExerciseLeft, SessionTooLong, Severity, UsageError
from voiceguide.language.base import Language
from voiceguide.language.registry import find_language
from voiceguide.options.session import SessionOptions
from voiceguide.routine.cross_field_rules import texts_in
from voiceguide.routine.limits import DEFAULT_PACE_WPM
from voiceguide.routine.model import Routine, is_language
from voiceguide.routine.reader import Examined, built_in_ids, examine, find_routine
from voiceguide.routine.yaml_tree import KeyPath, Tree, format_path
from voiceguide.script.estimate import estimated_timeline
from voiceguide.script.lint import LintFinding, lint_routine
from voiceguide.script.timeline import Timeline
from voiceguide.session.likely_length import likely_timeline


@dataclass(frozen=True, slots=True)
class SessionDose:
    """What a session at the defaults of a routine contains, as far as it can be told before it is spoken.

    Attributes:
        duration_ms: of the whole session.
        hold_lengths_ms: of every hold, in order.
        counted: how many repetitions are counted aloud.
        rests_ms: between two holds of an exercise, in ascending order.
    """

    duration_ms: int
    hold_lengths_ms: tuple[int, ...]
    counted: int
    rests_ms: tuple[int, ...]

    @classmethod
    def of(cls, timeline: Timeline) -> "SessionDose":
        """Return what a session contains."""
        holds = timeline.of_kind("hold")
        rests = (
            after.start_ms - before.end_ms
            for before, after in pairwise(holds)
            if before.exercise == after.exercise
        )
        return cls(
            timeline.duration_ms,
            tuple(hold.duration_ms for hold in holds),
            sum(event.role == "number" for event in timeline.of_kind("say")),
            tuple(sorted(rests)),
        )


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A routine file and its diagnostics, in the order of its lines.

    Attributes:
        dose: what a session at its defaults contains; None where there is an error.
    """

    path: Path
    diagnostics: tuple[Diagnostic, ...]
    dose: "SessionDose | None" = None

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that make the file unusable."""
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error")


def check_files(paths: Iterable[Path]) -> tuple[CheckedFile, ...]:
    """Check files, and built-in routines given by their id."""
    return tuple(map(_checked, paths))


def _checked(path: Path) -> CheckedFile:
    try:
        examined = examine(str(path))
    except UsageError as error:
        return CheckedFile(path, (Diagnostic(str(path), None, None, "", str(error)),))
    timeline, refused = _estimated(examined.routine)
    found = (*examined.diagnostics, *examined.warnings, *_findings(path, examined, timeline, refused))
    diagnostics = tuple(sorted(found, key=lambda diagnostic: diagnostic.line or 0))
    if not examined.routine or not timeline:
        return CheckedFile(path, diagnostics)
    likely = likely_timeline(examined.routine, find_language(examined.routine.language))
    return CheckedFile(path, diagnostics, SessionDose.of(likely))


def _estimated(routine: Routine | None) -> tuple[Timeline | None, UsageError | None]:
    """Return the estimated timeline of a routine at its defaults, or why there is none."""
    if routine is None:
        return None, None
    language, _ = _language(routine.language)
    if language is None:
        return None, None
    try:
        options = SessionOptions().resolve(routine)
        return estimated_timeline(routine, options, language, DEFAULT_PACE_WPM), None
    except (SessionTooLong, NoExerciseLeft) as error:
        return None, error


def _findings(
    path: Path, examined: Examined, timeline: Timeline | None, refused: UsageError | None
) -> Iterator[Diagnostic]:
    """Yield what is wrong with a routine as a whole, and what its author may want to change."""
    if examined.tree is None:
        return
    error_at = partial(_located, examined.tree, str(path), "error")
    warning_at = partial(_located, examined.tree, str(path), "warning")
    findings = [*_texts_cut_by_a_comment(examined.tree)]
    language, problem = _language(examined.tree.plain.get("language", "en"))
    if problem:
        yield error_at(("language",), problem)
    if examined.routine and language:
        if isinstance(refused, SessionTooLong):
            advice = "Choose shorter holds, fewer repetitions, or fewer exercises."
            yield error_at(("defaults",), f"{refused} {advice}")
        elif refused:
            yield error_at(
                ("defaults",), f"{refused} Choose another 'side', or exercises that are done on it."
            )
        if not isinstance(refused, NoExerciseLeft):
            findings += lint_routine(examined.routine, language, timeline)
        findings += _id_of_a_built_in_routine(examined.routine)
    yield from (warning_at(finding.path, finding.problem) for finding in findings)


def _located(tree: Tree, where: str, severity: Severity, path: KeyPath, problem: str) -> Diagnostic:
    return Diagnostic(where, *tree.position(path), format_path(path), problem, severity)


def _language(code: object) -> tuple[Language | None, str | None]:
    """Return the language of a routine, or what is wrong with it; neither if the model has reported it."""
    if not isinstance(code, str) or not is_language(code):
        return None, None
    try:
        return find_language(code), None
    except UsageError as error:
        return None, str(error)


def _id_of_a_built_in_routine(routine: Routine) -> Iterator[LintFinding]:
    """Find an id that a built-in routine has, unless this is that routine."""
    if routine.id in built_in_ids() and find_routine(routine.id) != routine:
        yield LintFinding(
            ("id",),
            f"{routine.id!r} is also the id of a built-in routine; choose another one, such as my-{routine.id}.",
        )


def _texts_cut_by_a_comment(tree: Tree) -> Iterator[LintFinding]:
    """Find texts that end at a #: it is easy to overlook that the rest is not spoken."""
    for path, _ in texts_in(tree.plain):
        comment = tree.comment_cutting(path) if path[-1] not in {"id", "url", "kind", "language"} else None
        if comment:
            yield LintFinding(
                path,
                f"the text after # is a comment and is not spoken ({comment[:40]!r}); put the whole text in quotes, "
                "or move the comment to a line of its own.",
            )
