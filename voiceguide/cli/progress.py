"""Shows progress on standard error, and only on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from voiceguide.session.progress import Progress, no_progress

_NAMES = {"speech": "Speaking", "file": "Writing the file", "sessions": "Making the files"}


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Yield a progress function that draws one bar per stage; without a terminal, it does nothing."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description:16}"),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True)) as bars:
        tasks = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_NAMES.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield advance
