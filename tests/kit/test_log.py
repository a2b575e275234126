import io
import json
import logging
import time
from collections.abc import Iterator

import pytest

from service.kit import log, tokens

ADDRESS = "anna.canary@example.org"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the process logs during the test."""
    before = logging.getLogger().handlers[:]
    stream = io.StringIO()
    log.set_up(stream)
    yield stream
    logging.getLogger().handlers = before


@pytest.mark.parametrize(
    "said",
    [
        ADDRESS,
        f"550 <{ADDRESS}> unknown",
        f"RCPT TO:<{ADDRESS}>",
        f"to={ADDRESS}&x=1",
        "anna.canary%40example.org",
        '"anna.canary"@example.org',
        "анна.canary@пример.бел",
        {"deep": [{"to": (ADDRESS,)}]},
        ADDRESS.encode(),
        {ADDRESS: 1},
        ValueError(ADDRESS),
    ],
)
def test_no_address_gets_through_in_any_shape(written: io.StringIO, said: object) -> None:
    log.logger("test").info("said", value=said)
    assert "said" in written.getvalue()
    assert "canary" not in written.getvalue()


def test_neither_in_a_traceback_nor_by_the_standard_library(written: io.StringIO) -> None:
    try:
        raise ValueError(f"cannot write to {ADDRESS}")
    except ValueError:
        log.logger("test").exception("failed")
    logging.getLogger("other.library").warning("sending to %s", ADDRESS)
    assert "cannot write to" in written.getvalue()
    assert "sending to" in written.getvalue()
    assert "canary" not in written.getvalue()


@pytest.mark.parametrize("word", ["a", "%4", "-", '"a', "@ ", "a.%40 "])
def test_a_long_word_from_a_stranger_does_not_hold_up_the_process(word: str) -> None:
    began = time.process_time()
    log.redact(word * 50_000)
    assert time.process_time() - began < 2


def test_a_link_token_is_a_key_and_is_not_logged(written: io.StringIO) -> None:
    token = tokens.make("unsubscribe", [7, 12])
    log.logger("test").info("opened", path=f"/u/{token}")
    assert token not in written.getvalue()


def test_every_line_is_json(written: io.StringIO) -> None:
    log.logger("test").info("said", number=3, list=[1, "two"])
    line = json.loads(written.getvalue())
    assert (line["event"], line["number"], line["list"], line["level"]) == ("said", 3, [1, "two"], "info")
