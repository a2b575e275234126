from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from service.kit import typesetting

BEGIN = "#let data = json(bytes(sys.inputs.data))\n#set page(width: 300pt, height: 200pt, margin: 10pt)\n"
NEEDED = (
    "АБВГДЕЁЖЗІИЙКЛМНОПРСТУЎФХЦЧШЩЪЫЬЭЮЯабвгдеёжзійклмнопрстуўфхцчшщъыьэюяҐґ’ʼ№«»„“”–—"
    "ŬŭČčŠšŽžŁłĆćŃńŚśŹź ÄÖÜäöüß ÀÂÇÉÈÊËÎÏÔŒÙÛŸàâçéèêëîïôœùûÿ ĄąĘęÓóŻżÅåØøÆæ"
)


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates with one, `page`, that shows data.text."""
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    file = tmp_path / "page.typ"
    file.write_text(BEGIN + "#data.text")
    return file


async def test_every_letter_of_our_languages_can_be_printed_in_each_cut(template: Path) -> None:
    template.write_text(BEGIN + "#set par(justify: false)\n#data.text #strong(data.text) #emph(data.text)")
    text = read(await typesetting.pdf("page", {"text": " ".join(NEEDED)}))
    assert "".join(text.split()) == "".join(NEEDED.split()) * 3


async def test_what_looks_like_markup_or_code_is_shown_as_it_is(template: Path) -> None:
    hostile = '#panic("x") $x^2$ *b* _i_ `c` = h \\ // c #read("/etc/passwd") "q" <l> @r'
    assert "".join(read(await typesetting.pdf("page", {"text": hostile})).split()) == "".join(hostile.split())


async def test_the_same_data_make_the_same_file(template: Path) -> None:
    assert await typesetting.pdf("page", {"text": "Мінск"}) == await typesetting.pdf("page", {"text": "Мінск"})


async def test_a_page_becomes_a_picture_of_its_size(template: Path) -> None:
    made = await typesetting.png("page", {"text": "Мінск"}, pixels_per_point=2)
    assert Image.open(BytesIO(made)).size == (600, 400)


async def test_a_photo_is_made_small_and_printed(template: Path) -> None:
    template.write_text(BEGIN + "#image(bytes(data.photo), width: 100pt)")
    photo = BytesIO()
    Image.new("RGB", (3000, 1500), (200, 30, 30)).save(photo, "PNG")
    made = await typesetting.png("page", {"photo": typesetting.picture(photo.getvalue(), 400)})
    red, green, _blue = Image.open(BytesIO(made)).convert("RGB").getpixel((50, 30))
    assert red > 150 > 100 > green


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a picture"):
        typesetting.picture(content)


@pytest.mark.parametrize("wrong", ['#read("/../secret")', "#data.nothing", "#("])
async def test_a_template_that_fails_or_reaches_out_makes_no_file(template: Path, wrong: str) -> None:
    (template.parent.parent / "secret").write_text("x")
    template.write_text(BEGIN + wrong)
    with pytest.raises(typesetting.NotPrinted):
        await typesetting.pdf("page", {"text": ""})


async def test_what_failed_is_logged_by_its_place_and_not_by_the_data(
    template: Path, unlikely: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    template.write_text(BEGIN + "#panic(data.text)")
    with pytest.raises(typesetting.NotPrinted):
        await typesetting.pdf("page", {"text": unlikely})
    # Where it goes depends on who has set the logs up before.
    said = "".join(capsys.readouterr()) + caplog.text
    assert "page.typ:3" in said
    assert unlikely not in said


async def test_more_than_fits_is_said_to_be_too_much(template: Path) -> None:
    with pytest.raises(typesetting.TooMuchToPrint):
        await typesetting.pdf("page", {"text": "x" * typesetting.LARGEST})


async def test_who_waits_too_long_is_told_so(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing is ready at once; what takes long would go on beside the other tests and hold up their end.
    monkeypatch.setattr(typesetting, "SECONDS", 0)
    with pytest.raises(typesetting.PrinterBusy):
        await typesetting.pdf("page", {"text": "x"})


def test_no_template_fetches_a_package() -> None:
    for file in typesetting.TEMPLATES.glob("*.typ"):
        assert '"@' not in file.read_text(), file.name


def read(made: bytes) -> str:
    document = pypdfium2.PdfDocument(made)
    return "".join(page.get_textpage().get_text_bounded() for page in document)
