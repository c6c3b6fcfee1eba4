"""Routine files are checked: every fault, and what is unwise, each at its place in the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from voiceguide.errors import Diagnostic, UsageError
from voiceguide.language.base import Language
from voiceguide.language.registry import find_language
from voiceguide.options.session import SessionOptions
from voiceguide.routine.cross_field_rules import texts_in
from voiceguide.routine.limits import DEFAULT_PACE_WPM
from voiceguide.routine.model import Routine, is_language
from voiceguide.routine.reader import built_in_ids, examine, find_routine
from voiceguide.routine.yaml_tree import KeyPath, Tree, dotted
from voiceguide.script.estimate import estimated_timeline
from voiceguide.script.lint import LintFinding, lint_routine


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is wrong, or unwise, in a file."""

    severity: Literal["error", "warning"]
    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A routine file and everything to say of it, in the order of its lines; nothing where all is well."""

    path: Path
    remarks: tuple[Remark, ...]

    @property
    def errors(self) -> tuple[Remark, ...]:
        """What keeps the file from being used."""
        return tuple(remark for remark in self.remarks if remark.severity == "error")


def check_files(paths: Iterable[Path]) -> tuple[CheckedFile, ...]:
    """Read every file, and collect everything to say of each; a built-in routine is named by its id."""
    return tuple(
        CheckedFile(path, tuple(sorted(_remarks(path), key=lambda remark: remark.diagnostic.line or 0)))
        for path in paths
    )


def _remarks(path: Path) -> Iterator[Remark]:
    try:
        examined = examine(str(path))
    except UsageError as error:
        yield Remark("error", Diagnostic(str(path), None, None, "", str(error)))
        return
    yield from (Remark("error", diagnostic) for diagnostic in examined.diagnostics)
    if examined.tree is None:
        return
    place = partial(_placed, examined.tree, str(path))
    yield from (Remark("warning", place(advice.path, advice.problem)) for advice in _cut_short(examined.tree))
    language, problem = _language(examined.tree.plain.get("language", "en"))
    if problem:
        yield Remark("error", place(("language",), problem))
    if examined.routine and language:
        try:
            estimated = estimated_timeline(
                examined.routine, SessionOptions().resolve(examined.routine), language, DEFAULT_PACE_WPM
            )
        except UsageError as error:
            estimated = None
            yield Remark("error", place(("defaults",), _too_long(error)))
        found = [*lint_routine(examined.routine, language, estimated), *_named_alike(examined.routine)]
        yield from (Remark("warning", place(advice.path, advice.problem)) for advice in found)


def _placed(tree: Tree, where: str, path: KeyPath, problem: str) -> Diagnostic:
    return Diagnostic(where, *tree.position(path), dotted(path), problem)


def _language(code: object) -> tuple[Language | None, str | None]:
    """Return the language of a routine, or what is wrong; neither where the model has reported it."""
    if not isinstance(code, str) or not is_language(code):
        return None, None
    try:
        return find_language(code), None
    except UsageError as error:
        return None, str(error)


def _too_long(error: UsageError) -> str:
    first = str(error).partition(". ")[0]
    return f"{first}. Choose shorter holds, fewer repetitions, or fewer exercises."


def _named_alike(routine: Routine) -> Iterator[LintFinding]:
    """Tell of an id that a built-in routine has, unless it is that one."""
    if routine.id in built_in_ids() and find_routine(routine.id) != routine:
        yield LintFinding(
            ("id",),
            f"a built-in routine has the id {routine.id!r}, too; give this one its own, such as my-{routine.id}.",
        )


def _cut_short(tree: Tree) -> Iterator[LintFinding]:
    """Tell of texts that a # cuts: nobody sees in the file that the rest is not said."""
    for path, _ in texts_in(tree.plain):
        comment = tree.comment_cutting(path) if path[-1] not in {"id", "url", "kind", "language"} else None
        if comment:
            yield LintFinding(
                path,
                f"what stands after # is a comment and is not said ({comment[:40]!r}); put the text in quotes "
                "if it is meant, or the comment on a line of its own.",
            )
