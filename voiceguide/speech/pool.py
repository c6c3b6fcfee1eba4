"""Several engines of one kind, so that a session's phrases are spoken at once."""

import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from queue import SimpleQueue
from typing import TypeVar

from voiceguide.speech.engine import Engine

# An engine takes about as long to load as to speak this many phrases.
_WORTH_AN_ENGINE = 6
# More engines than this wait for each other, and each holds a model in memory.
_MAX_UNASKED = 8

Task = TypeVar("Task")
Result = TypeVar("Result")


class EnginePool:
    """Shares tasks out among engines, each used by one thread at a time.

    What an engine says depends on the task alone, so the result is one whatever the order.
    """

    def __init__(self, engine: Engine, another: Callable[[], Engine], jobs: int | None = None) -> None:
        """Work with one engine, and with others like it where there is enough to do.

        Args:
            engine: the first one.
            another: makes one more of the same kind.
            jobs: how many may speak at once; the machine's cores, up to 8, where None.
        """
        self._engines = [engine]
        self._another = another
        self._jobs = jobs or min(os.cpu_count() or 1, _MAX_UNASKED)

    def each(
        self, tasks: Sequence[Task], do: Callable[[Engine, Task], Result]
    ) -> Generator[tuple[Task, Result]]:
        """Yield every task with its result, as they get ready.

        Raises:
            SpeechError: of the first task that failed; the rest is given up at once.
        """
        idle = self._ready_engines(len(tasks))

        def done_by_one(task: Task) -> Result:
            engine = idle.get()
            try:
                return do(engine, task)
            finally:
                idle.put(engine)

        with ThreadPoolExecutor(len(self._engines), thread_name_prefix="speech") as pool:
            futures: dict[Future[Result], Task] = {pool.submit(done_by_one, task): task for task in tasks}
            try:
                for future in as_completed(futures):
                    yield futures[future], future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self.close()  # whoever is in the middle of a phrase stops, too
                raise

    def close(self) -> None:
        """Close every engine."""
        for engine in self._engines:
            engine.close()

    def _ready_engines(self, tasks: int) -> "SimpleQueue[Engine]":
        wanted = min(self._jobs, -(-tasks // _WORTH_AN_ENGINE))
        while len(self._engines) < wanted:
            self._engines.append(self._another())
        idle: SimpleQueue[Engine] = SimpleQueue()
        for engine in self._engines:
            idle.put(engine)
        return idle
