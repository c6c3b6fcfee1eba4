"""Several engines of one kind, so that a session's phrases are spoken in parallel."""

import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, as_completed
from queue import SimpleQueue
from typing import TypeVar

from voiceguide.audio.workers import TaskQueue
from voiceguide.speech.engine import Engine

# One more neural engine takes 0.4 s of processor time to load, as much as 18 phrases; on an idle core it still helps.
_MIN_PHRASES_PER_ENGINE = 6
# More engines wait for each other, and each holds a model in memory.
_MAX_DEFAULT_JOBS = 8

Task = TypeVar("Task")
Result = TypeVar("Result")


class EnginePool:
    """Distributes tasks among engines, each used by one thread at a time.

    What an engine speaks depends only on the task, so the results are the same in any order.
    """

    def __init__(self, engine: Engine, open_engine: Callable[[], Engine], jobs: int | None = None) -> None:
        """Start with one engine, and open more where there are enough tasks.

        Args:
            engine: the first one.
            open_engine: opens one more of the same kind.
            jobs: how many may speak at once; the machine's cores, up to 8, if None.
        """
        self._engines = [engine]
        self._open_engine = open_engine
        self._jobs = jobs or min(os.cpu_count() or 1, _MAX_DEFAULT_JOBS)

    def map_unordered(
        self, function: Callable[[Engine, Task], Result], tasks: Sequence[Task]
    ) -> Generator[tuple[Task, Result]]:
        """Yield every task with its result, in the order in which they are done.

        Raises:
            SpeechError: from the first task that failed; the others are cancelled.
        """
        idle = self._idle_engines(len(tasks))

        def run(task: Task) -> Result:
            engine = idle.get()
            try:
                return function(engine, task)
            finally:
                idle.put(engine)

        queue = TaskQueue(len(self._engines))
        futures: dict[Future[Result], Task] = {queue.submit(run, task): task for task in tasks}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            queue.close(wait_for_running=False)
            self.close()  # stops the phrases that are being spoken, too
            raise
        finally:
            queue.close()

    def close(self) -> None:
        """Close every engine."""
        for engine in self._engines:
            engine.close()

    def _idle_engines(self, tasks: int) -> "SimpleQueue[Engine]":
        wanted = min(self._jobs, -(-tasks // _MIN_PHRASES_PER_ENGINE))
        while len(self._engines) < wanted:
            self._engines.append(self._open_engine())
        idle: SimpleQueue[Engine] = SimpleQueue()
        for engine in self._engines:
            idle.put(engine)
        return idle
