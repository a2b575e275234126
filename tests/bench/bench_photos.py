"""What the worst photos cost that are accepted: `make bench`. A real worker, with the process that it starts."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import msgspec
import pillow_heif
import psutil
import pytest
import pyvips
from PIL import Image, ImageCms, ImageFilter

from service.kit import db
from service.wall import intake, photos
from service.wall.refusals import PhotoRefused
from service.wall.wishes import Wishes
from tests.make import hostile, processes
from tests.make import photos as made

# 49.9 megapixels, as the sensors of phones have them.
WIDTH, HEIGHT = 8160, 6120
MOST_MB, MOST_SECONDS = 400, 5.0


def busy(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Something in every place of it, as in a crowd."""
    noise = Image.effect_noise((width // 8, height // 8), 80).convert("RGB").filter(ImageFilter.GaussianBlur(2))
    return Image.blend(noise, made.drawing(*noise.size), 0.5).resize((width, height), Image.Resampling.BICUBIC)


def saved(kind: str, width: int = WIDTH, height: int = HEIGHT, mode: str = "RGB", **options: object) -> bytes:
    target = BytesIO()
    busy(width, height).convert(mode).save(target, kind, **options)
    return target.getvalue()


def deep_png(width: int, height: int, **options: object) -> bytes:
    """16 bits, and transparent."""
    plain = made.drawing(width, height)
    image = pyvips.Image.new_from_memory(plain.tobytes(), width, height, 3, "uchar").bandjoin(200)
    deep = (image * 257).cast("ushort").copy(interpretation="rgb16")
    content: bytes = deep.pngsave_buffer(compression=3, bitdepth=16, **options)
    return content


def on_its_side(width: int, height: int) -> bytes:
    """Turned by its orientation, with a profile: all of it is wanted before the first line is there."""
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    target = BytesIO()
    noise = Image.effect_noise((width, height), 60).convert("RGB")
    noise.save(target, "JPEG", quality=40, exif=exif, icc_profile=profile)
    return target.getvalue()


def heic(width: int, height: int, **options: object) -> bytes:
    target = BytesIO()
    pillow_heif.from_pillow(busy(width, height)).save(target, quality=60, **options)
    return target.getvalue()


PHOTOS: dict[str, Callable[[], bytes]] = {
    "jpeg 50 MP": lambda: saved("JPEG", quality=92),
    "jpeg 50 MP, in scans": lambda: saved("JPEG", quality=92, progressive=True),
    "jpeg 33 MP, in scans, full colours": lambda: saved(
        "JPEG", 6660, 5000, quality=92, progressive=True, subsampling=0
    ),
    "jpeg 50 MP, print colours": lambda: saved("JPEG", mode="CMYK", quality=85),
    "png 50 MP, 16 bits, transparent": lambda: deep_png(WIDTH, HEIGHT),
    "png 21 MP, the same, interlaced": lambda: deep_png(5300, 4000, interlace=True),
    "webp 50 MP": lambda: saved("WEBP", quality=80, method=0),
    "webp 46 MP, lossless": lambda: saved("WEBP", 7800, 5900, "P", lossless=True, method=0, quality=0),
    "avif 30 MP": lambda: saved("AVIF", 6400, 4800, quality=60, speed=10, subsampling="4:2:0"),
    "avif 25 MP, full colours": lambda: saved("AVIF", 5760, 4320, quality=60, speed=10, subsampling="4:4:4"),
    "heic 50 MP": lambda: heic(WIDTH, HEIGHT),
    "heic 24 MP, full colours": lambda: heic(5660, 4240, chroma=444),
    "jpeg 48 MP, noise, on its side": lambda: on_its_side(30_000, 1600),
    "a strip of 300 by 100,000": lambda: saved("PNG", 300, 100_000),
}


@pytest.mark.parametrize("name", PHOTOS)
async def test_the_worst_photo_of_its_kind_takes_little_room_and_time(database: None, tmp_path: Path, name: str):
    content = PHOTOS[name]()
    with processes.worker(tmp_path / "worker.log") as process:
        worker = psutil.Process(process.pid)
        await through(made.jpeg(), worker)
        taken = await through(content, worker)
        assert await db.fetch_value("SELECT bool_and(state = 'ready') FROM wall_photo")
    print(
        f"\n{name} ({len(content) / 1e6:.1f} MB): {taken.cpu:.1f} s of one core, {taken.seconds:.1f} s in all,"
        f" {taken.alone:.0f} MB, with its worker {taken.together:.0f} MB"
    )
    assert taken.together < MOST_MB
    # The clock tells what else the machine does.
    assert taken.cpu < MOST_SECONDS


async def test_no_hostile_file_ends_the_worker(database: None, tmp_path: Path):
    with processes.worker(tmp_path / "worker.log") as process:
        worker, began, refused, made_of = psutil.Process(process.pid), time.perf_counter(), 0, []
        for make, _refusal in hostile.FILES.values():
            try:
                made_of.append((await through(make(), worker)).together)
            except PhotoRefused:
                refused += 1
        assert process.poll() is None
    print(
        f"\n{len(hostile.FILES)} hostile files: {refused} refused by their headers, {len(made_of)} decoded in"
        f" {time.perf_counter() - began:.0f} s, at most {max(made_of):.0f} MB with the worker"
    )


class Taken(msgspec.Struct):
    """`alone`: the most MB of the process of the photo, `together`: with its worker; `cpu`: seconds of one core."""

    seconds: float = 0
    cpu: float = 0
    alone: float = 0
    together: float = 0

    def look(self, worker: psutil.Process) -> None:
        own = memory(worker)
        for child in worker.children():
            with suppress(psutil.NoSuchProcess):
                used = memory(child)
                self.alone, self.together = max(self.alone, used), max(self.together, used + own)
                self.cpu = max(self.cpu, sum(child.cpu_times()[:2]))


async def through(content: bytes, worker: psutil.Process) -> Taken:
    """From the form to the variants."""
    photo = await intake.accept(BytesIO(content))
    began, taken = time.perf_counter(), Taken()
    await photos.begin(photo, Wishes())
    while (state := await db.fetch_value("SELECT state FROM wall_photo WHERE id = $1", photo)) == "uploaded":
        assert time.perf_counter() - began < 120
        taken.look(worker)
        await asyncio.sleep(0.01)
    assert state in ("ready", "refused"), state
    taken.seconds = time.perf_counter() - began
    return taken


def memory(process: psutil.Process) -> float:
    """MB that are in memory for it and shared with nobody, and its part of what is shared."""
    return float(process.memory_full_info().pss) / 1e6
