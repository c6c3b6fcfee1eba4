"""The page Architecture and the contract that import-linter checks say the same."""

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def layers_of_the_contract() -> list[list[str]]:
    """The packages of each layer, from top to bottom."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    return [re.findall(r"voiceguide\.(\w+)", layer) for layer in contract["layers"]]


def layers_of_the_page() -> list[list[str]]:
    """The same, as a person reads it in CONTRIBUTING."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = page.partition("## Architecture")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    return [re.findall(r"`(\w+)`", row) for row in rows]


def test_the_page_and_the_contract_name_the_same_layers_in_the_same_order() -> None:
    """Whoever changes one changes the other."""
    assert layers_of_the_page() == layers_of_the_contract()


def test_every_package_stands_in_a_layer() -> None:
    """Nothing at the top level is left out of the contract."""
    found = {
        path.stem
        for path in (ROOT / "voiceguide").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    named = {name for layer in layers_of_the_contract() for name in layer}
    assert found - {"__init__"} == named


# Commands of other programs, which messages tell a person to run: pip's, Piper's and that of the neural voice.
OF_OTHER_PROGRAMS = {"neural.py: --force-reinstall", "doctor.py: --download-dir", "registry.py: --voice"}


def option_words(path: Path) -> set[str]:
    """The options that the texts of a module name; its docstrings may."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
    return {
        f"{path.name}: {word}" for text in texts for word in re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)
    }


def test_no_text_outside_the_command_line_names_an_option_of_it() -> None:
    """An error or a note may reach another program or a page; ``cli`` adds what helps on a command line."""
    modules = [path for path in (ROOT / "voiceguide").rglob("*.py") if path.parent.name != "cli"]
    assert set().union(*map(option_words, modules)) == OF_OTHER_PROGRAMS
    assert "advice.py: --force" in option_words(ROOT / "voiceguide" / "cli" / "advice.py")
