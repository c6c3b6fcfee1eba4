"""Finds every error in the values of a file, as sentences for the person who wrote it.

Three passes are reported together: each field by the model, contradictions between fields by the cross-field rules,
and a movement of unknown kind as the kind that was probably meant.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sized
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticUndefined

from voiceguide.errors import Diagnostic, nearest
from voiceguide.routine.cross_field_rules import exercises_in
from voiceguide.routine.key_suggestions import (
    choices_at,
    keys_of,
    parts_of,
    range_at,
    unknown_key_problem,
)
from voiceguide.routine.model import Routine
from voiceguide.routine.movements import KINDS
from voiceguide.routine.texts import ForeignMark
from voiceguide.routine.values import TAGS
from voiceguide.routine.yaml_tree import (
    KeyPath,
    Tree,
    format_path,
    has_step,
)
from voiceguide.text.printable import Unprintable, counted, slug


def diagnostics(tree: Tree, where: str) -> tuple[Diagnostic, ...]:
    """Return every error in a text, in the order of the text; none if it is a valid routine."""
    plain, unknown_kinds = _with_likely_kinds(tree.plain)
    reported = {diagnostic.key for diagnostic in tree.diagnostics}
    fields = (
        found
        for found in (_Found.of(detail, plain) for detail in _errors(plain))
        if not (found.value is None and format_path(found.path) in reported)
    )
    problems = [
        *unknown_kinds,
        *(
            (found.path, _problem(found), _character(found))
            for found in fields
            if found.kind != "disagreement"
        ),
        *((path, f"{problem}.", None) for path, problem in _disagreements(plain)),
    ]
    found = [
        Diagnostic(where, *_position(tree, path, sign), format_path(path), problem)
        for path, problem, sign in problems
    ]
    return tuple(
        sorted(
            (*tree.diagnostics, *found), key=lambda diagnostic: (diagnostic.line or 0, diagnostic.column or 0)
        )
    )


def rename_old_keys(tree: Tree, where: str) -> tuple[Diagnostic, ...]:
    """Rename keys of earlier versions to their current names, and return a warning for each."""
    renamed = [
        (path, old, new)
        for path, values, model in parts_of(tree.plain)
        for old, new in model.renamed_keys.items()  # type: ignore[attr-defined]
        if old in values and new not in values
    ]
    for path, old, new in renamed:
        tree.rename(path, old, new)
    return tuple(
        Diagnostic(
            where,
            *tree.position((*path, new)),
            format_path((*path, new)),
            f"{old!r} is now called {new!r}; the old name still works.",
            "warning",
        )
        for path, old, new in renamed
    )


def _position(tree: Tree, path: KeyPath, character: str | None) -> tuple[int, int]:
    return tree.position_of_character(character, path) if character else tree.position(path)


def _errors(plain: object) -> list[ErrorDetails]:
    try:
        Routine.model_validate(plain)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


# --- a movement of unknown kind ----------------------------------------------------------------

_Problem = tuple[KeyPath, str, str | None]


def _with_likely_kinds(plain: dict[str, Any]) -> tuple[dict[str, Any], list[_Problem]]:
    """Give a movement of unknown kind the likely one, so that its other fields can be checked."""
    found: list[_Problem] = []
    made = deepcopy(plain)
    for place, exercise in exercises_in(made.get("exercises"), ("exercises",)):
        movement = exercise.get("movement") if isinstance(exercise, dict) else None
        if not isinstance(movement, dict) or movement.get("kind") in KINDS:
            continue
        written = movement.get("kind")
        path = (*place, "movement")
        if "kind" in movement:
            found.append(((*path, "kind"), _no_choice(written, KINDS), None))
        else:
            found.append((path, f"the key 'kind' is missing; add one of: {', '.join(KINDS)}.", None))
        movement["kind"] = _likely_kind(written, movement)
    return made, found


def _likely_kind(written: object, movement: Mapping[str, Any]) -> str:
    near = _meant(str(written), KINDS)
    own = {"phases": "flow", "steps": "steps", "rep_seconds": "count"}
    return near or next((kind for key, kind in own.items() if key in movement), "hold")


# --- contradictions -----------------------------------------------------------------------------


def _disagreements(plain: dict[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    for path, values, model in parts_of(plain):
        for rule in model.rules:  # type: ignore[attr-defined]
            for inside, problem in rule(_completed(values, model)):
                yield (*path, *inside), problem


def _completed(values: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """Fill in the defaults; a misspelt key counts as the one that was probably meant."""
    fields, keys = model.model_fields, keys_of(model)
    usual = {name: field.default for name, field in fields.items() if field.default is not PydanticUndefined}
    meant = {name: value for key, value in values.items() if key not in keys for name in nearest(key, keys)}
    return {**usual, **meant, **values}


# --- fields ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """One error that the model found."""

    kind: str
    path: KeyPath
    value: object
    context: Mapping[str, Any]
    message: str
    tree: object

    @classmethod
    def of(cls, detail: ErrorDetails, tree: object) -> "_Found":
        path = _shown_path(detail["loc"], tree)
        return cls(detail["type"], path, detail["input"], detail.get("ctx", {}), detail["msg"], tree)

    @property
    def key(self) -> str:
        """The last word of the path: a list's own name for its items."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")


def _shown_path(location: KeyPath, tree: object) -> KeyPath:
    """Return a location without the movement kinds, which the model inserts and the file does not have."""
    path: list[str | int] = []
    for step in location:
        if has_step(tree, step):
            tree = tree[step]  # type: ignore[index]
        elif (step in KINDS and isinstance(tree, dict)) or step in TAGS:
            continue
        else:
            tree = None
        path.append(step)
    return tuple(path)


def _problem(found: _Found) -> str:
    """Return the sentence for one error of the model."""
    return _SENTENCES.get(found.kind, _other)(found)


def _other(found: _Found) -> str:
    return f"{_shown(found.value)}: {found.message[0].lower()}{found.message[1:]}."


def _wrong_type(found: _Found) -> str:
    expected = _EXPECTED[found.kind]
    hint = _TYPE_HINTS.get((found.kind, type(found.value)))
    return f"expected {expected}, found {_shown(found.value)}{(hint(found) if hint else '') or '.'}"


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
_AS_A_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(s|sec|secs|seconds?|min|minutes?|x|times)?", re.IGNORECASE)


def _number_meant(found: _Found) -> str:
    """Say what to write for a number in quotes, or with a unit."""
    match = _AS_A_NUMBER.fullmatch(str(found.value).strip())
    if not match:
        return ""
    number = float(match[1]) * (60 if (match[2] or "").lower().startswith("min") else 1)
    return f"{' in quotes' if not match[2] else ''}; write {number:g}."


_TYPE_HINTS: dict[tuple[str, type], Callable[[_Found], str]] = {
    ("tuple_type", str): lambda _: "; write each text on its own line with '- ' before it.",
    ("tuple_type", type(None)): lambda _: "; write each item on its own line below, with '- ' before it.",
    ("tuple_type", dict): lambda _: "; start each item with '- '.",
    ("string_type", dict): lambda _: "; a text with a colon needs quotes.",
    ("int_type", str): _number_meant,
    ("float_type", str): _number_meant,
}


def _outside(found: _Found) -> str:
    """A number outside its limits."""
    minimum, maximum = range_at(found.path, found.tree)
    seconds = "seconds" in "".join(str(step) for step in found.path[-2:])
    small, large = ("short", "long") if seconds else ("small", "large")
    unit = " seconds" if seconds else ""
    size = {"greater_than_equal": f"too {small}", "less_than_equal": f"too {large}"}.get(
        found.kind, "not a number"
    )
    return f"{found.value:g} is {size}; choose {minimum:g} to {maximum:g}{unit}."


def _length(found: _Found) -> str:
    """Too many or too few items or characters."""
    length = len(found.value) if isinstance(found.value, Sized) else 0
    unit = "character" if isinstance(found.value, str) else "item"
    has = f"this has {counted(length, unit)}"
    if found.kind in {"too_long", "string_too_long"}:
        return f"{has}; the maximum is {found.context['max_length']}."
    if unit == "character":
        return "this text is empty; write what to say, or remove the key."
    if length:
        return f"{has}; the minimum is {found.context['min_length']}."
    return f"there is no {_ONE_OF.get(found.key, 'item')}; add at least {_WORDS.get(found.context['min_length'], 'one')}."


_ONE_OF = {"exercises": "exercise", "phases": "phase", "before": "sentence", "short": "text"}
_WORDS = {1: "one", 2: "two"}


def _pattern(found: _Found) -> str:
    """A text that has to match a pattern."""
    hint, example = _PATTERN_HINTS.get(found.key, ("Check the spelling", None))
    corrected = slug(str(found.value)) or None
    return (
        f"{_shown(found.value)} is not valid. {hint}{f', such as {corrected or example}' if example else ''}."
    )


_PATTERN_HINTS: dict[str, tuple[str, str | None]] = {
    "id": ("Use lower-case letters, digits and single hyphens", "lower-back"),
    "tags": ("Use lower-case words joined by hyphens", "neck-pain"),
    "language": ("Use a language code such as en or pt-BR", None),
    "url": ("Use a URL that starts with https:// or http:// and has no spaces", None),
}


def _no_choice(value: object, choices: tuple[str, ...]) -> str:
    meant = _meant(str(value), choices)
    offered = f" Did you mean {meant!r}?" if meant else ""
    return f"{_shown(value)} is not allowed.{offered} Choose one of: {', '.join(choices)}."


def _choice(found: _Found) -> str:
    said = {"sides": "'each' (left and right), 'left', 'right' or 'none'"}.get(found.key)
    if said:
        return f"{_shown(found.value)} is not allowed; write {said}."
    return _no_choice(found.value, choices_at(found.path, found.tree))


# Words with a similar meaning but a different spelling.
_MEANINGS = {
    "stretch": "hold", "static": "hold", "pose": "hold", "stay": "hold",
    "exercise": "work", "strength": "work", "repeat": "work",
    "reps": "count", "repetitions": "count", "counted": "count", "sequence": "steps", "step": "steps",
    "breath": "breathe", "breathing": "breathe", "swing": "rock",
    "one-side-first": "in-turn", "sequential": "in-turn", "alternate": "alternating",
}  # fmt: skip


def _meant(written: str, choices: tuple[str, ...]) -> str | None:
    word = written.strip().lower().replace("_", "-").replace(" ", "-")
    if _MEANINGS.get(word) in choices:
        return _MEANINGS[word]
    return next(iter(nearest(word, choices)), None)


def _character(found: _Found) -> str | None:
    """Return what is not allowed in a text, where that is the error."""
    error = found.context.get("error")
    return error.character if isinstance(error, Unprintable | ForeignMark) else None


# The sentence for each type of error that pydantic reports.
_SENTENCES: dict[str, Callable[[_Found], str]] = {
    "extra_forbidden": lambda found: unknown_key_problem(found.path, found.tree),
    "missing": lambda found: f"the key {found.key!r} is missing; add it.",
    "string_pattern_mismatch": _pattern,
    "value_error": lambda found: f"{found.context.get('error', found.message)}.",
    "string_unicode": lambda _: "there is half of a character here; retype it.",
    "literal_error": _choice,
    "bool_type": lambda found: f"{_shown(found.value)} is not allowed; write true or false.",
    **dict.fromkeys(("string_too_long", "too_long", "string_too_short", "too_short"), _length),
    **dict.fromkeys(("greater_than_equal", "less_than_equal", "finite_number"), _outside),
    **dict.fromkeys(_EXPECTED, _wrong_type),
}


def _shown(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return "a list" if not isinstance(value, dict) else "keys with values"
    if isinstance(value, bool):
        return str(value).lower()
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return "nothing" if value is None else text if len(text) <= 60 else f"{text[:57]}…"
