"""Viasna's list: one CSV for each of be, ru and en, in either of the two ways in which its columns are named."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from service.cases.sources import joining, spreadsheet, values
from service.cases.sources.found import File, Listing, NotAList, Troubles
from service.cases.sources.places import Places
from service.cases.sources.spreadsheet import Row

ORGANISATION = "Viasna"
LANGUAGES = {"be": "Belarusian", "ru": "Russian", "en": "English"}

# What people call the columns, in the three languages, letters and figures alone.
_NAMES = {
    "id": "id № no n номер нумар ид",
    "url": "url link ссылка спасылка страница старонка",
    "name": "name имяифамилия імяіпрозвішча фамилияиимя прозвішчаіімя имя імя nameandsurname fullname фио",
    "status": "status статус",
    "birthday": "birthday датарождения датанараджэння dateofbirth birthdate деньрождения дзеньнараджэння",
    "gender": "gender пол sex",
    "arrested": "arrested датазадержания датазатрымання dateofdetention dateofarrest задержан затрыманы задержана",
    "articles": "articles статьи артыкулы статья артыкул charges",
    "verdict_date": "verdictdate датаприговора датапрысуду dateofverdict датасуда датасуду",
    "decision": "decision решение рашэнне verdict приговор прысуд",
    "penalty": "penalty наказание пакаранне sentence",
    "prison": "prison местосодержания месцаўтрымання placeofdetention учреждение установа колония калонія",
    "declaration": "declaration заявление заява statement признан прызнаны",
    "release_date": "releasedate датаосвобождения датавызвалення dateofrelease освобожден вызвалены",
    "died": "died умер памёр памер датасмерти датасмерці dateofdeath смерть смерць",
}
COLUMNS = {spreadsheet.plain(name): column for column, names in _NAMES.items() for name in names.split()}


def read(files: Sequence[File], places: Places) -> Listing:
    """Joins one file or several. Raises NotAList; a row that cannot be read is told in `troubles`."""
    troubles = Troubles()
    by_language: dict[str, dict[str, Row]] = {}
    rows = 0
    for file in files:
        found = list(spreadsheet.rows(file, COLUMNS, ("id", "name"), troubles))
        rows += len(found)
        language = _language(found)
        if language in by_language:
            raise NotAList(file=file.name, why=f"this is a second list in {LANGUAGES[language]}.")
        by_language[language] = _by_id(found, troubles)
    joining.tell_missing(by_language, troubles)
    return Listing(joining.joined(by_language, places, troubles), rows, troubles)


def _by_id(rows: Iterable[Row], troubles: Troubles) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        id = values.line(row.cells.get("id", ""))
        if not re.fullmatch(r"[\w.:-]{1,60}", id):
            troubles.add(row.file, row.line, "There is no usable id in this row.")
        elif id not in found:
            found[id] = row
        elif found[id].cells != row.cells:
            troubles.add(row.file, row.line, f"The id {id} stands here a second time; the row before counts.")
    return found


def _language(rows: Sequence[Row]) -> str:
    """By the letters of names and places that only one of the languages has."""
    letters: Counter[str] = Counter()
    for row in rows[:2000]:
        letters.update(
            (row.cells.get("name", "") + row.cells.get("prison", "") + row.cells.get("penalty", "")).lower()
        )
    latin = sum(letters[c] for c in "abcdefghijklmnopqrstuvwxyz")
    if latin > letters.total() / 3:
        return "en"
    return "be" if letters["і"] + letters["ў"] > letters["и"] + letters["щ"] else "ru"
