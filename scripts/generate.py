"""Write what is made of other files: schema and tables of the routine model, JSON of the library and the languages.

python3 scripts/generate.py          write them
python3 scripts/generate.py --check  tell whether they are in step
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from environment import DEV_LOCK, ROOT, ready_python

MARKS = ("<!-- made by scripts/generate.py: {name} -->", "<!-- end of {name} -->")


def main(*, check: bool) -> int:
    """Write, or compare, every file; return the exit code."""
    wanted = _wanted()
    stale = [path for path, text in wanted.items() if _now(path) != text]
    for path in stale:
        if check:
            print("{} is not in step; run: python3 scripts/generate.py".format(path.name))
        else:
            path.write_text(wanted[path], encoding="utf-8")
            print("wrote {}".format(path.name))
    return 1 if check and stale else 0


def _now(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _wanted() -> dict[Path, str]:
    from voiceguide.routine.schema import NAME, made_from_the_model

    docs = ROOT / "docs" / "routines.md"
    text = _now(docs)
    for name, table in _tables().items():
        start, end = (mark.format(name=name) for mark in MARKS)
        before, found, rest = text.partition(start)
        if found:
            text = before + start + "\n" + table + end + rest.partition(end)[2]
    package = ROOT / "voiceguide"
    library = {path.stem: _plain(path) for path in sorted((package / "routine" / "library").glob("*.yaml"))}
    return {
        package / "routine" / NAME: made_from_the_model(),
        package / "routine" / "library.json": _json(library),
        **{
            path.with_suffix(".json"): _json(_plain(path)) for path in (package / "language").glob("*/*.yaml")
        },
        docs: text,
    }


def _plain(path: Path) -> object:
    from voiceguide.routine.yaml_tree import read_tree

    return read_tree(path.read_text(encoding="utf-8"), path.name).plain


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _tables() -> dict[str, str]:
    from voiceguide.routine.schema import made_from_the_model

    schema = json.loads(made_from_the_model())
    parts = {"Routine": schema, **schema["$defs"]}
    return {name: _table(part) for name, part in parts.items() if "properties" in part}


def _table(part: dict[str, Any]) -> str:
    needed = {*part.get("required", ()), *_renamed(part)}
    rows = ["| key | what it is | how it is written | without it |", "|---|---|---|---|"]
    for name, field in part["properties"].items():
        if field.get("deprecated"):
            continue
        default = "needed" if name in needed else _default(field.get("default"))
        what = field["description"].removesuffix(".")
        rows.append("| `{}` | {} | {} | {} |".format(name, what, _kind(field), default))
    return "\n".join(rows) + "\n"


def _renamed(part: dict[str, Any]) -> set[str]:
    """Return the required keys that may also be written under an old name."""
    return {rule["oneOf"][0]["required"][0] for rule in part.get("allOf", ()) if "oneOf" in rule}


def _default(value: object) -> str:
    is_empty = value in (None, [], {}) or (isinstance(value, dict) and not any(value.values()))
    return "nothing" if is_empty else "`{}`".format(json.dumps(value, ensure_ascii=False))


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return "[{0}](#{1})".format(field["$ref"].split("/")[-1], field["$ref"].split("/")[-1].lower())
    if "const" in field:
        return "`{}`".format(field["const"])
    if "enum" in field:
        return " or ".join("`{}`".format(value) for value in field["enum"])
    for several in ("anyOf", "oneOf"):
        if several in field:
            return " or ".join(_kind(one) for one in field[several] if one.get("type") != "null")
    return _LIMITS[field.get("type", "object")](field)


def _number(what: str) -> Callable[[dict[str, Any]], str]:
    def described(field: dict[str, Any]) -> str:
        limits = [field[name] for name in ("minimum", "maximum") if name in field]
        return what + (", {} to {}".format(*limits) if len(limits) == 2 else "")

    return described


def _list(field: dict[str, Any]) -> str:
    return "{} to {} of: {}".format(field.get("minItems", 0), field["maxItems"], _kind(field["items"]))


def _text(field: dict[str, Any]) -> str:
    return "text" + (", up to {} characters".format(field["maxLength"]) if "maxLength" in field else "")


def _words(field: dict[str, Any]) -> str:
    return "words with their spoken form, at most {}".format(field["maxProperties"])


_LIMITS: dict[str, Callable[[dict[str, Any]], str]] = {
    "integer": _number("whole number"),
    "number": _number("number"),
    "array": _list,
    "string": _text,
    "boolean": lambda _: "`true` or `false`",
    "object": _words,
}


if __name__ == "__main__":
    if sys.prefix == sys.base_prefix:
        sys.exit(subprocess.call([str(ready_python(DEV_LOCK)), *sys.argv]))
    sys.exit(main(check="--check" in sys.argv))
