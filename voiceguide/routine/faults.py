"""What the model finds wrong with a file, as sentences for the person who wrote it."""

from collections.abc import Mapping, Sized

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from voiceguide.errors import Fault, did_you_mean
from voiceguide.routine.model import (
    KINDS,
    MOVEMENTS,
    Breath,
    Defaults,
    Exercise,
    HoldRange,
    Noun,
    Phase,
    RepRange,
    RestRange,
    Routine,
    Safety,
    Source,
    Variation,
)
from voiceguide.routine.yaml_tree import Place, Tree, dotted, has


def faults(error: ValidationError, tree: Tree, where: str) -> tuple[Fault, ...]:
    """Return what the model found wrong with a text, in the order of the text."""
    found = [_fault(detail, tree, where) for detail in error.errors(include_url=False)]
    return tuple(sorted(found, key=lambda fault: fault.line or 0))


def _fault(detail: ErrorDetails, tree: Tree, where: str) -> Fault:
    path = _shown_path(detail["loc"], tree.plain)
    line, column = tree.position(path)
    problem = _problem(detail["type"], path, detail.get("ctx", {}), detail["msg"], detail["input"])
    return Fault(where, line, column, dotted(path), problem)


def _shown_path(location: Place, tree: object) -> Place:
    """Leave out the names of the movement kinds, which the model's location carries and the file does not."""
    path: list[str | int] = []
    for step in location:
        if has(tree, step):
            tree = tree[step]  # type: ignore[index]
        elif step in KINDS and isinstance(tree, dict):
            continue
        else:
            tree = None
        path.append(step)
    return tuple(path)


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
_TOO_LONG = "this has {length} {unit}; at most {max_length} are possible."
_TOO_SHORT = "this has {length} {unit}; at least {min_length} must be there."
_KINDS = f"'kind' must be one of: {', '.join(KINDS)}."

# One sentence for each kind of fault that the model finds.
_SENTENCES = {
    "extra_forbidden": "there is no key {key!r} here. {near}",
    "missing": "the key {key!r} is missing; add it.",
    "union_tag_not_found": _KINDS,
    "union_tag_invalid": _KINDS,
    "string_pattern_mismatch": "{value} does not fit. {hint}",
    "value_error": "{error}.",
    "string_too_long": _TOO_LONG,
    "too_long": _TOO_LONG,
    "string_too_short": _TOO_SHORT,
    "too_short": _TOO_SHORT,
    **{kind: f"expected {what}, found {{value}}." for kind, what in _EXPECTED.items()},
}
_OTHER_SENTENCE = "{value}: {message}."


def _problem(kind: str, path: Place, context: Mapping[str, object], message: str, value: object) -> str:
    """Return one sentence for one fault of the model."""
    key = str(path[-1]) if path else ""
    return _SENTENCES.get(kind, _OTHER_SENTENCE).format(
        key=key,
        near=did_you_mean(key, _known_keys(path)),
        value=_shown(value),
        hint=_PATTERN_HINTS.get(key, "Check how it is written."),
        error=context.get("error", message),
        length=len(value) if isinstance(value, Sized) else 0,
        unit="characters" if isinstance(value, str) else "items",
        max_length=context.get("max_length"),
        min_length=context.get("min_length"),
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
    ("exercises", "movement"): MOVEMENTS,
    ("exercises", "breath"): (Breath,),
    ("advised_reps",): (RepRange,),
    ("advised_rest_seconds",): (RestRange,),
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
