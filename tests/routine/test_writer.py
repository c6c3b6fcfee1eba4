"""Writes routines as files."""

from hypothesis import given

from tests.strategies import routines
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import built_in_ids, find_routine, parse_routine
from voiceguide.routine.writer import write_routine


@given(routines())
def test_what_is_written_reads_back_the_same(routine: Routine) -> None:
    """Any routine: groups, ladders, counts, steps, sides, breaths that grow."""
    assert parse_routine(write_routine(routine), "r.yaml") == routine


def test_a_built_in_routine_reads_as_a_person_would_write_it() -> None:
    """Short numbers on one line, texts without needless quotes, nothing that is the default."""
    for name in built_in_ids():
        text = write_routine(find_routine(name))
        assert parse_routine(text, name) == find_routine(name)
        assert "null" not in text
        assert ".0" not in text
        assert "\n  - id: " in text
