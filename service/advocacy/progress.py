"""How far an action has come, in words and figures: for its page, its pictures and the list of all actions."""

import msgspec

from service.advocacy.counting import Count
from service.advocacy.queries import Action
from service.kit import formats
from service.kit.i18n import Sentence, ngettext
from service.kit.i18n import lazy as _


class Progress(msgspec.Struct, frozen=True):
    """`done`: letters that were sent, and what people did without us; `goal`: 0 for none."""

    done: int
    goal: int

    @property
    def reached(self) -> bool:
        return 0 < self.goal <= self.done

    @property
    def sentence(self) -> Sentence:
        if not self.done:
            return _("The first letter could be yours.")
        return ngettext("{count} letter or call so far", "{count} letters and calls so far", self.done)

    @property
    def final(self) -> Sentence:
        """When it is over."""
        return ngettext("{count} letter or call", "{count} letters and calls", self.done)

    def aim(self, language: str) -> str:
        """Empty where there is no goal."""
        number = formats.filters(language)["number"](self.goal)
        return _("Goal: {number}", number=number).into(language) if self.goal else ""


def of(action: Action, count: Count) -> Progress:
    return Progress(count.acts, action.goal)
