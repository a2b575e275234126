"""The map in README is true, names say their subject, and nothing private is in the tree."""

import re
import subprocess

import pytest

from service.kit import paths

README = (paths.ROOT / "README.md").read_text()
SUBJECTLESS = {"utils.py", "helpers.py", "common.py", "service.py", "misc.py"}
LARGEST = 350


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def test_the_map_names_every_package_and_nothing_else() -> None:
    packages = {file.parent.name for file in (paths.ROOT / "service").glob("*/__init__.py")}
    assert set(re.findall(r"^    service/(\w+)/ ", README, re.MULTILINE)) == packages


def test_every_path_in_the_map_exists() -> None:
    code_map = README.split("## The map")[1].split("## ")[0]
    for name in re.findall(r"^    ([\w./]+) ", code_map, re.MULTILINE):
        assert (paths.ROOT / name).exists(), name


def test_every_file_has_a_subject() -> None:
    assert [name for name in tracked() if name.rsplit("/", 1)[-1] in SUBJECTLESS] == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later(word: str) -> None:
    pattern = re.compile(rf"\b{word}\b")
    left = [
        name
        for name in tracked()
        if name.startswith(("service/", "templates/", "emails/")) and name.endswith((".py", ".html", ".mjml", ".js"))
        if pattern.search((paths.ROOT / name).read_text())
    ]
    assert left == []


def test_files_stay_small() -> None:
    large = [
        name
        for name in tracked()
        if name.startswith("service/")
        and name.endswith(".py")
        and len((paths.ROOT / name).read_text().splitlines()) > LARGEST
    ]
    assert large == []


def test_no_decision_is_longer_than_a_page() -> None:
    for note in (paths.ROOT / "docs" / "decisions").glob("*.md"):
        assert len(note.read_text().splitlines()) <= 60, note.name
