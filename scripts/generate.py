"""Write what is made of other files.

From the routine model its JSON Schema and tables; from the table of options the keywords of the Python interface and the
tables about them; from the YAML of library and languages their JSON, which loads faster.

python3 scripts/generate.py          write them
python3 scripts/generate.py --check  check that they are up to date
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from environment import DEV_LOCK, ROOT, ready_python

MARKS = ("<!-- made by scripts/generate.py: {name} -->", "<!-- end of {name} -->")

KEYWORDS = '''"""The keywords of the Python interface; made by scripts/generate.py from the table of options."""

from collections.abc import Sequence
from os import PathLike
from typing import Literal, TypeAlias, TypedDict

AnyPath: TypeAlias = str | PathLike[str]
Names: TypeAlias = str | Sequence[str]


class PlanKeywords(TypedDict, total=False):
    """The options of a session and its voice."""

{plan}


class BytesKeywords(PlanKeywords, total=False):
    """The options of a session and its MP3 file."""

{make_bytes}


class MakeKeywords(BytesKeywords, total=False):
    """The options of a session and its files."""

{make}
'''


def main(*, check: bool) -> int:
    """Write, or compare, every file; return the exit code."""
    wanted = _wanted()
    stale = [path for path, text in wanted.items() if _now(path) != text]
    for path in stale:
        if check:
            print("{} is out of date; run: python3 scripts/generate.py".format(path.name))
        else:
            path.write_text(wanted[path], encoding="utf-8")
            print("wrote {}".format(path.name))
    return 1 if check and stale else 0


def _now(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _wanted() -> dict[Path, str]:
    from voiceguide.routine.schema import NAME, made_from_the_model

    docs = {name: ROOT / "docs" / name for name in ("routines.md", "options.md", "api.md")}
    package = ROOT / "voiceguide"
    library = {path.stem: _plain(path) for path in sorted((package / "routine" / "library").glob("*.yaml"))}
    return {
        package / "routine" / NAME: made_from_the_model(),
        package / "routine" / "library.json": _json(library),
        **{
            path.with_suffix(".json"): _json(_plain(path)) for path in (package / "language").glob("*/*.yaml")
        },
        package / "options" / "keywords.py": _keywords(),
        docs["routines.md"]: _with_tables(docs["routines.md"], _tables()),
        docs["options.md"]: _with_tables(docs["options.md"], {"options": _option_table()}),
        docs["api.md"]: _with_tables(docs["api.md"], {"keywords": _keyword_table()}),
    }


def _with_tables(page: Path, tables: dict[str, str]) -> str:
    """Return the text of a page with each table between its marks."""
    text = _now(page)
    for name, table in tables.items():
        start, end = (mark.format(name=name) for mark in MARKS)
        before, found, rest = text.partition(start)
        if found:
            text = before + start + "\n" + table + end + rest.partition(end)[2]
    return text


def _plain(path: Path) -> object:
    from voiceguide.routine.yaml_tree import read_tree

    return read_tree(path.read_text(encoding="utf-8"), path.name).plain


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _keyword_options(taker: Any) -> list[Any]:
    """Return the options that are keywords of a function; where the file goes is a parameter of its own."""
    from voiceguide.options.table import options_of

    return [option for option in options_of(taker) if option.keyword != "output"]


def _keywords() -> str:
    """Return the module with the keywords of the Python interface, as types for type checkers."""
    rows: dict[str, list[str]] = {}
    known: set[str] = set()
    for taker in ("plan", "make_bytes", "make"):
        new = [option for option in _keyword_options(taker) if option.keyword not in known]
        rows[taker] = ["    {}: {}".format(option.keyword, option.value.annotation) for option in new]
        known |= {option.keyword for option in new}
    return KEYWORDS.format(**{taker: "\n".join(lines) for taker, lines in rows.items()})


def _option_table() -> str:
    """Return a table for each group that help shows."""
    from voiceguide.cli.parameters import flags
    from voiceguide.options.table import options_of, settings

    tables: dict[str, list[str]] = {}
    for option in options_of("make"):
        metavar = " ".join(map("`{}`".format, option.value.choices)) or option.value.metavar
        written = "{} {}".format(", ".join(map("`{}`".format, flags(option))), metavar).strip()
        variable = "`{}`".format(option.variable) if option.name in settings() else ""
        cells = (written, option.help_of("make"), option.default, variable)
        tables.setdefault(option.panel, []).append("| {} | {} | {} | {} |".format(*cells))
    head = "\n| option | what it does | default | environment variable |\n|---|---|---|---|\n"
    return "\n".join("### {}\n{}{}\n".format(panel, head, "\n".join(rows)) for panel, rows in tables.items())


def _keyword_table() -> str:
    rows = ["| keyword | value | meaning | default | accepted by |", "|---|---|---|---|---|"]
    for option in _keyword_options("make"):
        takers = ", ".join("`{}`".format(taker) for taker in option.takers if taker != "say")
        cells = (option.keyword, option.value.keyword, option.help, option.default, takers)
        rows.append("| `{}` | {} | {} | {} | {} |".format(*cells))
    return "\n".join(rows) + "\n"


def _tables() -> dict[str, str]:
    from voiceguide.routine.schema import made_from_the_model

    schema = json.loads(made_from_the_model())
    parts = {"Routine": schema, **schema["$defs"]}
    return {name: _table(part) for name, part in parts.items() if "properties" in part}


def _table(part: dict[str, Any]) -> str:
    needed = {*part.get("required", ()), *_renamed(part)}
    rows = ["| key | what it is | how it is written | default |", "|---|---|---|---|"]
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
