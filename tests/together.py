"""What `make test` keeps in one of its processes: who has the browser, or servers of its own, is started once."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser/", "tests/faults/")


class _Together(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


# Not by the mark xdist_group: of pytest-xdist 3.8 pytest 9.2 does not take over what that writes into a test's name.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Together(config, log)
