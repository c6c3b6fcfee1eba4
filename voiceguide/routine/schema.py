"""The JSON Schema of routine files, so that editors can complete and check while the author types."""

import inspect
import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

from pydantic import BaseModel

from voiceguide.routine import model, movements
from voiceguide.routine.model import Routine

NAME = "voiceguide-routine.schema.json"

_SIDED = {"properties": {"sides": {"const": "each"}}, "required": ["sides"]}
_ONE_SIDED = {
    "anyOf": [
        {"not": {"required": ["sides"]}},
        {"properties": {"sides": {"enum": ["none", "left", "right", "group"]}}},
    ]
}
_WITHOUT_SIDES = {
    "properties": {"sides": {"const": "none"}},
    "required": ["sides"],
}
_BREATHING = {
    "properties": {"movement": {"properties": {"kind": {"const": "breathe"}}, "required": ["kind"]}},
    "required": ["movement"],
}
_TIMED_BY_BREATH = {"properties": {"breath": {"type": "object"}}, "required": ["breath"]}

# The cross-field rules that JSON Schema can express; the model checks all of them.
_RULES: dict[str, list[dict[str, Any]]] = {
    "Exercise": [
        {
            "if": _SIDED,
            "then": {"required": ["changeover"], "properties": {"changeover": {"type": "string"}}},
        },
        {"if": _ONE_SIDED, "then": {"properties": {"changeover": {"type": "null"}}}},
        {"if": _WITHOUT_SIDES, "then": {"properties": {"side_name": {"type": "null"}}}},
        {"if": _BREATHING, "then": _TIMED_BY_BREATH},
        {"if": _TIMED_BY_BREATH, "then": {"properties": {"hold_seconds": {"type": "null"}}}},
    ]
}

_ATTRIBUTE = re.compile(r"^    (\w+): (.+(?:\n {8}.+)*)", re.MULTILINE)


def schema() -> str:
    """Return the schema (JSON Schema 2020-12) that comes with the program."""
    return (resources.files("voiceguide.routine") / NAME).read_text(encoding="utf-8")


def made_from_the_model() -> str:
    """Return the schema made from the model; ``scripts/generate.py`` keeps the file up to date."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "voiceguide routine",
    }
    made = {**Routine.model_json_schema(), **head}
    _describe(made, Routine)
    for name, part in made["$defs"].items():
        kind = getattr(movements, name, None) or getattr(model, name)
        _describe(part, kind)
        if name in _RULES:
            part["allOf"] = [*_RULES[name]]
        _accept_renamed_keys(part, kind.renamed_keys)
    _name_all_keys(made["properties"]["say"])
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _name_all_keys(words: dict[str, Any]) -> None:
    """Refuse keys that do not fit the pattern; pydantic accepts them with any value."""
    ((pattern, value),) = words.pop("patternProperties").items()
    words["propertyNames"]["pattern"] = pattern
    words["additionalProperties"] = value


def _accept_renamed_keys(part: dict[str, Any], renamed: Mapping[str, str]) -> None:
    """Let an old key stand for the current one, but not both; editors strike it through."""
    required: list[str] = part.get("required", [])
    for old, new in renamed.items():
        part["properties"][old] = {
            **part["properties"][new], "deprecated": True, "description": f"The old name of {new}."
        }  # fmt: skip
        rule = (
            {"oneOf": [{"required": [new]}, {"required": [old]}]}
            if new in required
            else {"not": {"required": [old, new]}}
        )
        part.setdefault("allOf", []).append(rule)
    part["required"] = [name for name in required if name not in renamed.values()]


def _describe(part: dict[str, Any], kind: type[BaseModel]) -> None:
    """Use the docstrings as descriptions, which editors show, and remove the titles that pydantic generates."""
    part["description"] = inspect.getdoc(kind).partition("\n")[0]  # type: ignore[union-attr]
    attributes = _attributes(kind)
    described = {field.alias or name: attributes[name] for name, field in kind.model_fields.items()}
    for name, field in part["properties"].items():
        field.pop("title", None)
        field["description"] = described[name]


def _attributes(kind: type[BaseModel]) -> dict[str, str]:
    """Return what the docstrings of a model and its bases say about each attribute."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        for name, text in _ATTRIBUTE.findall(inspect.cleandoc(base.__doc__ or "")):
            found[name] = " ".join(text.split()).replace("``", "")
    return found
