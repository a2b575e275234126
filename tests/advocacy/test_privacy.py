"""What the privacy page promises about letters to members of parliament."""

import re
from typing import Any

from service.advocacy import answering, mail, scrubbing
from service.kit.i18n import LANGUAGES


async def test_the_privacy_page_says_how_long_letters_are_kept_in_every_language(web: Any) -> None:
    kept = (mail.CONFIRM_FOR, scrubbing.KEPT_FOR, scrubbing.KEPT_FOR, scrubbing.KEPT_FOR, answering.KEPT_FOR)
    times = [str(time.days) for time in kept]
    for language in LANGUAGES:
        section = (await web.get(f"/{language}/privacy")).text.split("<h2>")[3]
        # The letters stand between the photos and the reports of the wall.
        said = re.findall(r"<li>(.*?)</li>", section, re.DOTALL)[-4:-1]
        assert re.findall(r"\b\d+\b", " ".join(said)) == times, language
