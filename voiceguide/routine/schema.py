"""The JSON Schema of routine files, so that editors complete and check while one types."""

import json
from importlib import resources

from voiceguide.routine.model import Routine

NAME = "voiceguide-routine.schema.json"


def schema() -> str:
    """Return the schema (JSON Schema 2020-12) that comes with the program."""
    return (resources.files("voiceguide.routine") / NAME).read_text(encoding="utf-8")


def made_from_the_model() -> str:
    """Return the schema as the model has it; ``scripts/generate.py`` keeps the file in step."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "voiceguide routine",
    }
    return json.dumps({**Routine.model_json_schema(), **head}, ensure_ascii=False, indent=1) + "\n"
