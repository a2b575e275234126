import resource
import subprocess
import sys

from service.kit import paths

_ASKS = """
import resource
from service.wall import child
child.bound()
print(*(resource.getrlimit(each)[1] for each in (resource.RLIMIT_CORE, resource.RLIMIT_DATA, resource.RLIMIT_CPU)))
"""


def _unbounded() -> None:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def test_a_decoder_takes_so_much_and_leaves_no_core_with_the_photo_when_it_dies():
    answer = subprocess.run(
        [sys.executable, "-c", _ASKS],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=_unbounded,
    )
    assert answer.stdout.split() == ["0", "330000000", "20"]
