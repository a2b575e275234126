"""How well real reports are judged: `python -m tests.bench.reports FOLDER LABELS.csv [--all]`.

FOLDER holds one mail a file; LABELS.csv has lines `file,label`: hard, soft, blocked, complaint, unsaid (a failure
without a reason), failed (of any kind) or none. No such mails are kept in this repository.
"""

import csv
import sys
import time
from collections import Counter
from pathlib import Path

from service.delivery.reports import Report, parse

FAILURES = {"hard", "soft", "blocked"}


def agrees(label: str, kind: str) -> bool:
    match label:
        case "failed":
            return kind in FAILURES
        case "unsaid":
            return kind in FAILURES - {"hard"}
        case _:
            return kind == label


def judged(folder: Path, labels: Path) -> list[tuple[str, str, Report]]:
    with labels.open() as lines:
        rows = [row for row in csv.reader(lines) if row]
    return [(name, label, parse((folder / name).read_bytes())) for name, label, *_ in rows]


def share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:.1f} %)" if whole else "none to judge"


def show(found: list[tuple[str, str, Report]], everything: bool) -> None:
    pairs = [(label, report.kind or "none") for _name, label, report in found]
    dead = [kind for label, kind in pairs if label == "hard"]
    others = [kind for label, kind in pairs if label not in ("hard", "failed")]
    failures = [kind for label, kind in pairs if label in {*FAILURES, "unsaid", "failed"}]
    quiet = [kind for label, kind in pairs if label == "none"]
    print(f"dead addresses recognised      {share(dead.count('hard'), len(dead))}")
    print(f"others taken for dead          {share(others.count('hard'), len(others))}")
    print(f"failures recognised as such    {share(sum(kind in FAILURES for kind in failures), len(failures))}")
    print(f"no failure taken for one       {share(sum(kind in FAILURES for kind in quiet), len(quiet))}")
    for (label, kind), count in sorted(Counter(pairs).items()):
        print(f"  {label:10} judged {kind:10} {count}")
    for name, label, report in found:
        if everything or not agrees(label, report.kind or "none"):
            print(f"{name}: {label}, judged {report.kind or 'none'} {report.status} {report.words[:150]!r}")


if __name__ == "__main__":
    began = time.perf_counter()
    results = judged(Path(sys.argv[1]), Path(sys.argv[2]))
    took = time.perf_counter() - began
    show(results, "--all" in sys.argv)
    print(f"{len(results)} mails, {1000 * took / max(len(results), 1):.1f} ms each")
