"""Times, as people and formats write them."""

import pytest

from voiceguide.text import formatting as clock


@pytest.mark.parametrize(
    ("milliseconds", "minutes", "hours", "tenth", "hundredth", "code"),
    [
        (0, "0:00", "0:00", "0:00.0", "00:00.00", "00:00:00.000"),
        (59_999, "0:59", "0:59", "0:59.9", "00:59.99", "00:00:59.999"),
        (61_050, "1:01", "1:01", "1:01.0", "01:01.05", "00:01:01.050"),
        (3_599_999, "59:59", "59:59", "59:59.9", "59:59.99", "00:59:59.999"),
        (3_600_000, "60:00", "1:00:00", "60:00.0", "60:00.00", "01:00:00.000"),
        (36_061_007, "601:01", "10:01:01", "601:01.0", "601:01.00", "10:01:01.007"),
    ],
)
def test_no_time_is_rounded_up(
    milliseconds: int, minutes: str, hours: str, tenth: str, hundredth: str, code: str
) -> None:
    """What is shown has come; sixty seconds are never written."""
    assert clock.format_mss(milliseconds) == minutes
    assert clock.format_hmmss(milliseconds) == hours
    assert clock.format_tenths(milliseconds) == tenth
    assert clock.format_hundredths(milliseconds) == hundredth
    assert clock.format_milliseconds(milliseconds) == f"{minutes}.{milliseconds % 1000:03}"
    assert clock.format_timecode(milliseconds) == code
    assert clock.format_timecode(milliseconds, ",") == code.replace(".", ",")


def test_a_length_has_its_unit() -> None:
    """Minutes up to an hour, hours from there on."""
    assert clock.format_duration(3_599_499) == "59:59 min"
    assert clock.format_duration(3_599_500) == "1:00:00 h"


@pytest.mark.parametrize(
    ("milliseconds", "seconds", "minutes"),
    [
        (0, 0, 1),
        (29_499, 29, 1),
        (978_000, 978, 16),
        (978_500, 979, 16),
        (989_999, 990, 16),
        (990_000, 990, 17),
        (750_000, 750, 13),
    ],
)
def test_a_length_is_rounded_to_the_nearest(milliseconds: int, seconds: int, minutes: int) -> None:
    """Never always up; a half is rounded up, and the shortest session has a minute."""
    assert clock.whole_seconds(milliseconds) == seconds
    assert clock.whole_minutes(milliseconds) == minutes
