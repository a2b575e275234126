"""The one table of fixed jobs: what the clock asks for again and again."""

from datetime import timedelta

RECURRING: dict[str, timedelta] = {
    "delivery.sweep": timedelta(seconds=5),
    "delivery.start_keys": timedelta(minutes=10),
    "subscribers.sweep_signups": timedelta(minutes=1),
    "subscribers.sweep_imports": timedelta(minutes=1),
    "subscribers.take_bounces": timedelta(minutes=1),
    "subscribers.erase_due": timedelta(hours=1),
    "staff.sweep": timedelta(hours=1),
    "campaigns.start_due": timedelta(seconds=5),
    "campaigns.run_automations": timedelta(minutes=1),
    "campaigns.sweep_rehearsals": timedelta(minutes=1),
    "letters.forget": timedelta(hours=1),
    "cases.read_news": timedelta(minutes=10),
    "wall.make_variants": timedelta(seconds=10),
    "wall.sweep_photos": timedelta(minutes=1),
    "wall.sweep_links": timedelta(minutes=1),
    "wall.tell": timedelta(minutes=1),
    "wall.erase_due": timedelta(hours=1),
    "advocacy.open_and_close": timedelta(minutes=1),
    "advocacy.leave": timedelta(seconds=10),
    "advocacy.write_by_itself": timedelta(minutes=10),
    "advocacy.forget": timedelta(hours=1),
    "advocacy.follow_mandates": timedelta(minutes=10),
    "advocacy.return_held": timedelta(minutes=1),
}
