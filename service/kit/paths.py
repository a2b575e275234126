"""Where the files that ship with the code are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = TEMPLATES / "static"
LOCALE = TEMPLATES / "locale"
EMAILS = ROOT / "emails"
