"""The tables of the faults at the end of a test run, also of one in several processes."""

from collections.abc import Sequence
from typing import Any

import pytest

# Under which a test's report carries its line: see `telling` in reckoning.py, and test_smtp_phases.py.
PROPERTY = "fault"
SMTP_PROPERTY = "smtp fault"
SMTP_FAULTS = ("4xx", "5xx", "slow", "dropped", "garbage")
HEADS = {
    PROPERTY: ("fault", "mails", "lost", "twice", "unknown", "resumed after s"),
    SMTP_PROPERTY: ("phase", "way", *SMTP_FAULTS),
}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for property, head in HEADS.items():
        if lines := _lines(terminalreporter, property):
            terminalreporter.section(f"{property}s")
            for line in aligned([head, *lines]):
                terminalreporter.write_line(line)


def _lines(terminalreporter: Any, property: str) -> list[Sequence[str]]:
    return [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == property
    ]


def aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    first, *others = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join([line[0].ljust(first), *(cell.rjust(width) for cell, width in zip(line[1:], others, strict=True))])
        for line in lines
    ]
