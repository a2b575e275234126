"""The 26 cantons of Switzerland, as their members of parliament and their places are found by."""

from service.advocacy.register.found import Area
from service.kit.i18n import LANGUAGES

COUNTRY = "CH"
KIND = "canton"
# In the order of the Federal Constitution: en, fr, de, ru, be.
_NAMES = {
    "ZH": ("Zurich", "Zurich", "Zürich", "Цюрих", "Цюрых"),
    "BE": ("Bern", "Berne", "Bern", "Берн", "Берн"),
    "LU": ("Lucerne", "Lucerne", "Luzern", "Люцерн", "Люцэрн"),
    "UR": ("Uri", "Uri", "Uri", "Ури", "Уры"),
    "SZ": ("Schwyz", "Schwytz", "Schwyz", "Швиц", "Швіц"),
    "OW": ("Obwalden", "Obwald", "Obwalden", "Обвальден", "Обвальдэн"),
    "NW": ("Nidwalden", "Nidwald", "Nidwalden", "Нидвальден", "Нідвальдэн"),
    "GL": ("Glarus", "Glaris", "Glarus", "Гларус", "Гларус"),
    "ZG": ("Zug", "Zoug", "Zug", "Цуг", "Цуг"),
    "FR": ("Fribourg", "Fribourg", "Freiburg", "Фрибур", "Фрыбур"),
    "SO": ("Solothurn", "Soleure", "Solothurn", "Золотурн", "Залатурн"),
    "BS": ("Basel-Stadt", "Bâle-Ville", "Basel-Stadt", "Базель-Штадт", "Базель-Штат"),
    "BL": ("Basel-Landschaft", "Bâle-Campagne", "Basel-Landschaft", "Базель-Ландшафт", "Базель-Ландшафт"),
    "SH": ("Schaffhausen", "Schaffhouse", "Schaffhausen", "Шаффхаузен", "Шафгаўзен"),
    "AR": (
        *("Appenzell Ausserrhoden", "Appenzell Rhodes-Extérieures", "Appenzell Ausserrhoden"),
        *("Аппенцелль-Ауссерроден", "Апенцэль-Аўсерадэн"),
    ),
    "AI": (
        *("Appenzell Innerrhoden", "Appenzell Rhodes-Intérieures", "Appenzell Innerrhoden"),
        *("Аппенцелль-Иннерроден", "Апенцэль-Інерадэн"),
    ),
    "SG": ("St. Gallen", "Saint-Gall", "St. Gallen", "Санкт-Галлен", "Санкт-Гален"),
    "GR": ("Graubünden", "Grisons", "Graubünden", "Граубюнден", "Граўбюндэн"),
    "AG": ("Aargau", "Argovie", "Aargau", "Аргау", "Ааргау"),
    "TG": ("Thurgau", "Thurgovie", "Thurgau", "Тургау", "Тургау"),
    "TI": ("Ticino", "Tessin", "Tessin", "Тичино", "Тычына"),
    "VD": ("Vaud", "Vaud", "Waadt", "Во", "Во"),
    "VS": ("Valais", "Valais", "Wallis", "Вале", "Вале"),
    "NE": ("Neuchâtel", "Neuchâtel", "Neuenburg", "Невшатель", "Неўшатэль"),
    "GE": ("Geneva", "Genève", "Genf", "Женева", "Жэнева"),
    "JU": ("Jura", "Jura", "Jura", "Юра", "Юра"),
}
AREAS = {code: Area(COUNTRY, KIND, code, dict(zip(LANGUAGES, names, strict=True))) for code, names in _NAMES.items()}
