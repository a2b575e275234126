"""The table of the faults at the end of a test run, also of one in several processes."""

from collections.abc import Sequence
from typing import Any

import pytest

# Under which a test's report carries its line: see `telling` in reckoning.py.
PROPERTY = "fault"
HEAD = ("fault", "mails", "lost", "twice", "unknown", "resumed after s")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    if lines:
        terminalreporter.section("faults")
        for line in aligned([HEAD, *lines]):
            terminalreporter.write_line(line)


def aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    first, *others = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join([line[0].ljust(first), *(cell.rjust(width) for cell, width in zip(line[1:], others, strict=True))])
        for line in lines
    ]
