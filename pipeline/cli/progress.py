"""Progress bars on a terminal; nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

TITLES = {"ingest": "polling feeds", "intake": "taking in", "release": "releasing", "publish": "publishing"}
UNITS = {"ingest": "objects", "intake": "objects", "release": "", "publish": "messages"}


@contextmanager
def bars(*, enabled: bool) -> Iterator[Callable[[str, str, int], None]]:
    """A function (stage, name, number) that moves the stage's bar."""
    terminal = Console(stderr=True)
    with Progress(
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        TextColumn("{task.completed} {task.fields[unit]}"),
        TimeElapsedColumn(),
        console=terminal,
        disable=not enabled or not terminal.is_terminal,
    ) as progress:
        tasks = {
            stage: progress.add_task(title, total=None, start=False, visible=False, unit=UNITS[stage]) for stage, title in TITLES.items()
        }
        order = list(tasks)

        def advance(stage: str, _name: str, number: int) -> None:
            for earlier in order[: order.index(stage)]:
                task = progress.tasks[tasks[earlier]]
                if not task.finished:
                    progress.update(tasks[earlier], total=task.completed)
            if not progress.tasks[tasks[stage]].started:
                progress.start_task(tasks[stage])
            progress.update(tasks[stage], visible=True, advance=number)

        yield advance
        for task in progress.tasks:
            progress.update(task.id, total=task.completed)
