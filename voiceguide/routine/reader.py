"""Routine files: YAML 1.2 read into the model; every fault with its line, column and key.

A routine file is untrusted: its size, depth and number of values are limited before anything is
built from it, aliases included.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from voiceguide.errors import Fault, RoutineError, UsageError, did_you_mean
from voiceguide.limits import ROUTINE_FILE_BYTES
from voiceguide.routine.model import (
    Defaults,
    Exercise,
    Flow,
    HoldRange,
    Noun,
    Phase,
    Rock,
    Routine,
    Safety,
    Source,
    StaticHold,
    Variation,
)

_MAX_DEPTH = 12
_MAX_VALUES = 20_000
_SUFFIXES = (".yaml", ".yml")

Place = tuple[str | int, ...]
Plain: TypeAlias = "str | int | float | bool | None | list[Plain] | dict[str, Plain]"


def built_in_ids() -> tuple[str, ...]:
    """Return the ids of the routines that come with the program, sorted."""
    library = resources.files("voiceguide.routine") / "library"
    names = [entry.name for entry in library.iterdir()]
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def find_routine(name: str) -> Routine:
    """Return the routine that a person means: a built-in id, or the path of a file.

    Raises:
        UsageError: there is no such routine or file.
        RoutineError: the file is no valid routine.
    """
    if looks_like_a_path(name):
        return read_routine(Path(name))
    if name in built_in_ids():
        return _built_in(name)
    raise UsageError(
        f"There is no routine called {name!r}. {did_you_mean(name, built_in_ids())} "
        "A routine file of your own is named with its ending, such as my-routine.yaml."
    )


def looks_like_a_path(name: str) -> bool:
    """Tell whether a person means a file: a separator, a YAML ending, or something that is there."""
    return name.endswith(_SUFFIXES) or "/" in name or "\\" in name or Path(name).is_file()


def read_routine(path: Path) -> Routine:
    """Read one routine file.

    Raises:
        UsageError: there is no such file, or it is a folder.
        RoutineError: the file is no valid routine; holds every fault found.
    """
    return parse_routine(_read_text(path), str(path))


def parse_routine(text: str, where: str) -> Routine:
    """Make a routine from YAML text.

    Args:
        text: the whole file.
        where: what to call the file in messages.

    Raises:
        RoutineError: with every fault found.
    """
    tree = _load(text, where)
    plain = _Flattener(where).plain(tree)
    try:
        return Routine.model_validate(plain)
    except ValidationError as error:
        raise RoutineError(tuple(_faults(error, tree, where))) from None


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A routine file and what is wrong with it, one sentence each; nothing where it is valid."""

    path: Path
    problems: tuple[str, ...]


def check_files(paths: Iterable[Path]) -> tuple[CheckedFile, ...]:
    """Read every file and collect every fault of every one."""
    return tuple(CheckedFile(path, _problems(path)) for path in paths)


def _problems(path: Path) -> tuple[str, ...]:
    try:
        read_routine(path)
    except RoutineError as error:
        return tuple(str(fault) for fault in error.faults)
    except UsageError as error:
        return (str(error),)
    return ()


@cache
def _built_in(name: str) -> Routine:
    file = resources.files("voiceguide.routine") / "library" / f"{name}.yaml"
    return parse_routine(file.read_text(encoding="utf-8"), f"{name}.yaml")


def _read_text(path: Path) -> str:
    shown = str(path)
    try:
        if path.is_dir():
            raise UsageError(f"{shown} is a folder; name the routine file in it.")
        with path.open("rb") as file:
            data = file.read(ROUTINE_FILE_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(
            f"There is no file {shown}. Check the name, or see the built-in ones: voiceguide routines"
        ) from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{shown} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if len(data) > ROUTINE_FILE_BYTES:
        raise _fault(
            shown,
            None,
            f"is larger than {ROUTINE_FILE_BYTES // 1000} kB; no routine needs that. Is it the right file?",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _fault(
            shown, None, "is not a text file in UTF-8; save it as UTF-8, or name another file."
        ) from None


def _load(text: str, where: str) -> object:
    try:
        return YAML(typ="rt", pure=True).load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        column = mark.column + 1 if mark else None
        problem = (error.problem or "this is not YAML").splitlines()[0].rstrip(".")
        raise RoutineError(
            (Fault(where, line, column, "", f"{problem}; check quotes, colons and indents."),)
        ) from None
    except (
        YAMLError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        # The parser lets such errors out on hostile input (for instance a tag it cannot build).
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise _fault(where, None, f"is not readable YAML ({reason[:120]}).") from None


def _fault(where: str, line: int | None, problem: str, key: str = "") -> RoutineError:
    return RoutineError((Fault(where, line, None, key, problem),))


class _Flattener:
    """Turns what the YAML parser built into plain values, within limits.

    An alias is expanded wherever it stands, and every value counts: a small file whose aliases would
    unfold into millions of values is refused after the first few thousand.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._left = _MAX_VALUES

    def plain(self, tree: object) -> Plain:
        if not isinstance(tree, dict):
            raise _fault(
                self._where, 1, "a routine is a list of keys with values, such as 'title: Lower back'."
            )
        return self._value(tree, ())

    def _value(self, value: object, path: Place) -> Plain:
        self._left -= 1
        if self._left < 0 or len(path) > _MAX_DEPTH:
            raise _fault(
                self._where,
                None,
                "holds far more, or far deeper, values than a routine can; are there aliases that repeat each other?",
            )
        if isinstance(value, dict):
            return {self._key(key, path): self._value(item, (*path, str(key))) for key, item in value.items()}
        if isinstance(value, list):
            return [self._value(item, (*path, index)) for index, item in enumerate(value)]
        return self._scalar(value, path)

    def _key(self, key: object, path: Place) -> str:
        if isinstance(key, str):
            return str(key)
        raise _fault(self._where, None, f"the key {str(key)[:40]!r} is not a word.", _dotted(path))

    def _scalar(self, value: object, path: Place) -> Plain:
        # The parser's own string and number classes remember their form; the model wants the bare values.
        for kind in (bool, int, float, str):
            if isinstance(value, kind):
                return kind(value)
        if value is None:
            return None
        raise _fault(
            self._where,
            None,
            f"{str(value)[:40]!r} is not a text or a number; put it in quotes.",
            _dotted(path),
        )


def _faults(error: ValidationError, tree: object, where: str) -> Iterator[Fault]:
    for detail in error.errors(include_url=False, include_context=True):
        path = _shown_path(detail["loc"], tree)
        line, column = _position(tree, path)
        problem = _problem(detail["type"], path, detail.get("ctx", {}), detail["msg"], detail.get("input"))
        yield Fault(where, line, column, _dotted(path), problem)


def _shown_path(location: Place, tree: object) -> Place:
    """Leave out the names of the movement kinds, which the model's location carries and the file does not."""
    path: list[str | int] = []
    for step in location:
        if _has(tree, step):
            tree = tree[step]  # type: ignore[index]
        elif step in ("hold", "flow", "rock") and isinstance(tree, dict):
            continue
        else:
            tree = None
        path.append(step)
    return tuple(path)


def _has(tree: object, step: str | int) -> bool:
    if isinstance(tree, dict):
        return step in tree
    return isinstance(tree, list) and isinstance(step, int) and step < len(tree)


def _position(tree: object, path: Place) -> tuple[int | None, int | None]:
    """Return line and column, from 1, of the deepest step of the path that the file has."""
    found: tuple[int | None, int | None] = (None, None)
    for step in path:
        if isinstance(tree, CommentedMap) and step in tree:
            line, column = tree.lc.key(step)
        elif isinstance(tree, CommentedSeq) and isinstance(step, int) and step < len(tree):
            line, column = tree.lc.item(step)
        else:
            break
        found = (line + 1, column + 1)
        tree = tree[step]
    return found


def _dotted(path: Place) -> str:
    """Join a path; the items of a list count from 1, as a person counts."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


_EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
}
_KINDS = "'kind' must be one of: hold, flow, rock."

# One sentence for each kind of fault that the model finds.
_SENTENCES = {
    "extra_forbidden": "there is no key {key!r} here. {near}",
    "missing": "the key {key!r} is missing; add it.",
    "union_tag_not_found": _KINDS,
    "union_tag_invalid": _KINDS,
    "string_pattern_mismatch": "{value} does not fit. {hint}",
    "value_error": "{error}.",
    **{kind: f"expected {what}, found {{value}}." for kind, what in _EXPECTED.items()},
}
_OTHER_SENTENCE = "{value}: {message}."


def _problem(kind: str, path: Place, context: dict[str, object], message: str, value: object) -> str:
    """Return one sentence for one fault of the model."""
    key = str(path[-1]) if path else ""
    return _SENTENCES.get(kind, _OTHER_SENTENCE).format(
        key=key,
        near=did_you_mean(key, _known_keys(path)),
        value=_shown(value),
        hint=_PATTERN_HINTS.get(key, "Check how it is written."),
        error=context.get("error", message),
        message=message[0].lower() + message[1:],
    )


_PATTERN_HINTS = {
    "id": "An id has lower-case letters, digits and single hyphens, such as lower-back.",
    "language": "A language is a code such as en or pt-BR.",
    "url": "A URL starts with https:// or http://.",
}

# Which model stands where; a number stands for any item of a list.
_MODELS: dict[tuple[str, ...], tuple[type[BaseModel], ...]] = {
    (): (Routine,),
    ("noun",): (Noun,),
    ("safety",): (Safety,),
    ("source",): (Source,),
    ("defaults",): (Defaults,),
    ("advised_hold_seconds",): (HoldRange,),
    ("exercises",): (Exercise,),
    ("exercises", "movement"): (StaticHold, Flow, Rock),
    ("exercises", "movement", "variation"): (Variation,),
    ("exercises", "movement", "phases"): (Phase,),
}


def _known_keys(path: Place) -> tuple[str, ...]:
    place = tuple(step for step in path[:-1] if isinstance(step, str))
    fields = [name for model in _MODELS.get(place, ()) for name in model.model_fields]
    return tuple(dict.fromkeys(fields))


def _shown(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return "a list" if not isinstance(value, dict) else "keys with values"
    text = repr(value)
    return "nothing" if value is None else text if len(text) <= 60 else f"{text[:57]}…"
