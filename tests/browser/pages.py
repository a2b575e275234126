"""Every page there is: the route, and one address or several under which it is looked at.

`{language}` becomes each of ours; the other names in braces are those of examples.py. test_pages.py holds this list
against the routes of the app, so a new page must be added here, or to NOT_PAGES with the reason.
"""

from typing import NamedTuple

from service.kit.i18n import LANGUAGES


class Place(NamedTuple):
    """`signed_in`: seen by the owner; `status`: what it answers."""

    route: str
    path: str
    signed_in: bool = False
    status: int = 200

    def languages(self) -> list[str]:
        """In which it can be seen."""
        return list(LANGUAGES) if self.path.startswith("/{language}") else ["en"]


PUBLIC = [
    Place("/{language:str}", "/{language}"),
    Place("/{language:str}/about", "/{language}/about"),
    Place("/{language:str}/accessibility", "/{language}/accessibility"),
    Place("/{language:str}/archive", "/{language}/archive"),
    Place("/{language:str}/archive/{key:str}", "/en/archive/{archive_key}"),
    Place("/{language:str}/confirm/{token:str}", "/{language}/confirm/{confirm}"),
    Place("/{language:str}/birthdays", "/{language}/birthdays"),
    Place("/{language:str}/birthdays", "/{language}/birthdays?month=2&facility=999999"),
    Place("/{language:str}/birthdays/labels", "/{language}/birthdays/labels"),
    Place("/{language:str}/letters", "/{language}/letters"),
    Place("/{language:str}/letters/check", "/{language}/letters/check"),
    Place("/{language:str}/letters/mine", "/{language}/letters/mine"),
    Place("/{language:str}/letters/mine/{token:str}", "/{language}/letters/mine/{mine}"),
    Place("/{language:str}/posted/thanks", "/{language}/posted/thanks"),
    Place("/{language:str}/posted/{token:str}", "/{language}/posted/{mine}"),
    Place("/{language:str}/preferences", "/{language}/preferences"),
    Place("/{language:str}/preferences/ask/{token:str}", "/{language}/preferences/ask/{ask}"),
    Place("/{language:str}/preferences/erased", "/{language}/preferences/erased"),
    Place("/{language:str}/preferences/sent", "/{language}/preferences/sent"),
    Place("/{language:str}/preferences/{token:str}", "/{language}/preferences/{preferences}"),
    Place("/{language:str}/preferences/{token:str}/erase", "/{language}/preferences/{preferences}/erase"),
    Place("/{language:str}/prisoners", "/{language}/prisoners"),
    Place("/{language:str}/prisoners", "/{language}/prisoners?order=name&says=active:Viasna"),
    Place("/{language:str}/prisoners", "/{language}/prisoners?q=nobody-of-this-name"),
    Place("/{language:str}/prisoners/new", "/{language}/prisoners/new"),
    Place("/{language:str}/prisoners/{key:str}", "/{language}/prisoners/{detained}"),
    Place("/{language:str}/prisoners/{key:str}", "/{language}/prisoners/{by_initials}"),
    Place("/{language:str}/prisoners/{key:str}", "/{language}/prisoners/{released}"),
    Place("/{language:str}/prisoners/{key:str}", "/{language}/prisoners/{dead}"),
    Place("/{language:str}/privacy", "/{language}/privacy"),
    Place("/{language:str}/subscribe", "/{language}/subscribe"),
    Place("/{language:str}/subscribe/sent", "/{language}/subscribe/sent"),
    Place("/{language:str}/subscribe/welcome", "/{language}/subscribe/welcome"),
    Place("/{language:str}/wall/elsewhere", "/{language}/wall/elsewhere"),
    Place("/{language:str}/wall/projector", "/{language}/wall/projector"),
    Place("/wall/embed", "/wall/embed"),
    Place("/{language:str}/wall/confirm/{token:str}", "/{language}/wall/confirm/{wall_confirm}"),
    Place("/{language:str}/wall/mine", "/{language}/wall/mine"),
    Place("/{language:str}/wall/mine/gone", "/{language}/wall/mine/gone"),
    Place("/{language:str}/wall/mine/sent", "/{language}/wall/mine/sent"),
    Place("/{language:str}/wall/mine/{token:str}", "/{language}/wall/mine/{wall_mine}"),
    Place("/{language:str}/wall/faces/{key:str}/report", "/{language}/wall/faces/{wall_face}/report"),
    Place("/{language:str}/wall/reported", "/{language}/wall/reported"),
    Place("/{language:str}/wall/sent/{token:str}", "/{language}/wall/sent/{wall_sent}"),
    Place("/{language:str}/wall/stand", "/{language}/wall/stand"),
    Place("/{language:str}/wall/stand", "/{language}/wall/stand?who=nobody-of-this-name"),
    Place("/u/{token:str}", "/u/{leave}"),
    Place("/caught/{key:str}", "/caught/{caught}"),
    Place("/caught/{key:str}/{mail_id:str}", "/caught/{caught}/{mail}"),
    Place("/caught/{key:str}/{mail_id:str}", "/caught/{caught}/{mail}?view=text"),
    Place("/caught/{key:str}/{mail_id:str}", "/caught/{caught}/{mail}?view=raw"),
]

WAYS_IN = [
    Place("/staff/sign-in", "/staff/sign-in"),
    Place("/staff/enter/{key:str}", "/staff/enter/{enter}"),
    Place("/staff/invitation/{key:str}", "/staff/invitation/{invitation}"),
    Place("/staff/recover", "/staff/recover"),
    Place("/staff/recover/{key:str}", "/staff/recover/{recover}"),
]

CONSOLE = [
    Place(route, path, signed_in=True)
    for route, path in [
        ("/staff", "/staff"),
        ("/staff/account", "/staff/account"),
        ("/staff/account/second-factor", "/staff/account/second-factor"),
        ("/staff/audit", "/staff/audit"),
        ("/staff/audit", "/staff/audit?action=nothing.of.the.kind"),
        ("/staff/automations", "/staff/automations"),
        ("/staff/automations/{automation:int}", "/staff/automations/{automation}"),
        ("/staff/calendar", "/staff/calendar"),
        ("/staff/calendar/rehearsals/{number:int}", "/staff/calendar/rehearsals/{rehearsal}"),
        ("/staff/campaigns", "/staff/campaigns"),
        ("/staff/campaigns/new", "/staff/campaigns/new"),
        ("/staff/campaigns/{campaign:int}", "/staff/campaigns/{draft}"),
        ("/staff/campaigns/{campaign:int}", "/staff/campaigns/{sent}"),
        ("/staff/campaigns/{campaign:int}/delivery", "/staff/campaigns/{sent}/delivery"),
        ("/staff/campaigns/{campaign:int}/audience", "/staff/campaigns/{draft}/audience"),
        ("/staff/campaigns/{campaign:int}/edit/{language:str}", "/staff/campaigns/{draft}/edit/en"),
        ("/staff/campaigns/{campaign:int}/edit/{language:str}", "/staff/campaigns/{draft}/edit/de?check=true"),
        ("/staff/campaigns/{campaign:int}/preview/{language:str}", "/staff/campaigns/{draft}/preview/en"),
        ("/staff/campaigns/{campaign:int}/preview/{language:str}", "/staff/campaigns/{draft}/preview/fr?view=phone"),
        ("/staff/campaigns/{campaign:int}/preview/{language:str}", "/staff/campaigns/{draft}/preview/de?view=text"),
        ("/staff/campaigns/{campaign:int}/send", "/staff/campaigns/{draft}/send"),
        ("/staff/deliverability", "/staff/deliverability"),
        ("/staff/delivery", "/staff/delivery"),
        ("/staff/delivery/bounces", "/staff/delivery/bounces"),
        ("/staff/facilities", "/staff/facilities"),
        ("/staff/facilities/new", "/staff/facilities/new"),
        ("/staff/facilities/{facility:int}", "/staff/facilities/{facility}"),
        ("/staff/imports", "/staff/imports"),
        ("/staff/imports/new", "/staff/imports/new"),
        ("/staff/imports/{job:int}", "/staff/imports/{finished_import}"),
        ("/staff/imports/{job:int}", "/staff/imports/{new_import}"),
        ("/staff/letters", "/staff/letters"),
        ("/staff/letters/evenings", "/staff/letters/evenings"),
        ("/staff/letters/evenings/new", "/staff/letters/evenings/new"),
        ("/staff/letters/evenings/{evening:int}", "/staff/letters/evenings/{evening}"),
        ("/staff/letters/routes", "/staff/letters/routes"),
        ("/staff/letters/routes/{country:str}", "/staff/letters/routes/FI"),
        ("/staff/lists", "/staff/lists"),
        ("/staff/lists/new", "/staff/lists/new"),
        ("/staff/lists/{mailing_list:int}", "/staff/lists/{mailing_list}"),
        ("/staff/news", "/staff/news"),
        ("/staff/news", "/staff/news?show=done"),
        ("/staff/people", "/staff/people"),
        ("/staff/people/invite", "/staff/people/invite"),
        ("/staff/people/{person:int}", "/staff/people/1"),
        ("/staff/prisoners", "/staff/prisoners"),
        ("/staff/prisoners", "/staff/prisoners?q=nobody-of-this-name"),
        ("/staff/prisoners/new", "/staff/prisoners/new"),
        ("/staff/prisoners/pairs", "/staff/prisoners/pairs"),
        ("/staff/prisoners/{prisoner:int}", "/staff/prisoners/{maryna}"),
        ("/staff/prisoners/{prisoner:int}/edit/{part:str}", "/staff/prisoners/{maryna}/edit/names"),
        ("/staff/prisoners/{prisoner:int}/edit/{part:str}", "/staff/prisoners/{maryna}/edit/texts"),
        ("/staff/prisoners/{prisoner:int}/edit/{part:str}", "/staff/prisoners/{maryna}/edit/place"),
        ("/staff/prisoners/{prisoner:int}/edit/{part:str}", "/staff/prisoners/{maryna}/edit/consent"),
        ("/staff/prisoners/{prisoner:int}/events/new", "/staff/prisoners/{maryna}/events/new"),
        ("/staff/prisoners/{prisoner:int}/events/{event:int}", "/staff/prisoners/{maryna}/events/{event}"),
        ("/staff/prisoners/{prisoner:int}/merge", "/staff/prisoners/{maryna}/merge?q=a"),
        ("/staff/prisoners/{prisoner:int}/merge", "/staff/prisoners/{maryna}/merge?other={ales}"),
        ("/staff/prisoners/{prisoner:int}/photo", "/staff/prisoners/{maryna}/photo"),
        ("/staff/prisoners/{prisoner:int}/statuses", "/staff/prisoners/{maryna}/statuses?organisation=Viasna"),
        ("/staff/settings", "/staff/settings"),
        ("/staff/sources", "/staff/sources"),
        ("/staff/sources/{list_id:int}", "/staff/sources/{case_list}"),
        ("/staff/sources/{list_id:int}", "/staff/sources/{case_list}?show=held"),
        ("/staff/styleguide", "/staff/styleguide"),
        ("/staff/subscribers", "/staff/subscribers"),
        ("/staff/subscribers/export", "/staff/subscribers/export"),
        ("/staff/subscribers/{key:str}", "/staff/subscribers/{person}"),
        ("/staff/wall", "/staff/wall"),
        ("/staff/wall/list", "/staff/wall/list"),
        ("/staff/wall/list", "/staff/wall/list?show=published"),
        ("/staff/wall/list", "/staff/wall/list?show=rejected&q=nobody-of-this-name"),
        ("/staff/wall/posts/{number:int}", "/staff/wall/posts/{wall_post}"),
        ("/staff/wall/words", "/staff/wall/words"),
    ]
]

REFUSALS = [
    Place("", "/{language}/there/is/no/such/page", status=404),
    Place("", "/xx/subscribe", status=404),
    Place("", "/{language}/prisoners/nobody", status=404),
    Place("", "/{language}/confirm/nothing-that-we-made", status=400),
    Place("", "/{language}/posted/nothing-that-we-made", status=400),
    Place("", "/{language}/wall/mine/nothing-that-we-made", status=400),
    Place("", "/u/nothing-that-we-made", status=400),
    Place("", "/caught/not-the-key", status=404),
    Place("", "/staff/enter/spent-long-ago", status=410),
    Place("", "/staff/campaigns/987654", signed_in=True, status=404),
]

PLACES = [*PUBLIC, *WAYS_IN, *CONSOLE, *REFUSALS]

NOT_PAGES = {
    "/": "leads to the language of the browser",
    "/robots.txt": "for machines",
    "/health/live": "for machines",
    "/health/ready": "for machines",
    "/metrics": "for machines",
    "/media/{key:str}": "a picture",
    "/caught/{key:str}/{mail_id:str}/html": "the mail in the frame of its page",
    "/staff/campaigns/{campaign:int}/mail/{language:str}": "the mail in the frame of its page",
    "/staff/campaigns/{campaign:int}/edit": "leads to the first edition",
    "/photos/{key:str}": "a picture",
    "/{language:str}/wall/mine/{token:str}/photo/{name:str}": "a picture",
    "/photos/{size:str}/{key:str}": "a picture",
    "/{language:str}/prisoners/{key:str}/share.png": "a picture",
    "/{language:str}/prisoners/feed.atom": "for feed readers",
    "/{language:str}/prisoners/feed.json": "for feed readers",
    "/{language:str}/birthdays.ics": "for calendars",
    "/{language:str}/wall/faces/{key:str}/share.png": "a picture",
    "/{language:str}/wall/feed.atom": "for feed readers",
    "/{language:str}/wall/feed.json": "for feed readers",
    "/{language:str}/wall/print.pdf": "a download",
    "/staff/prisoners/{prisoner:int}/photo/picture": "a picture",
    "/staff/now": "a part of the overview",
    "/staff/delivery/mailings/{mailing:int}": "leads to the campaign",
    "/staff/second-factor": "only between the password and the code: see test_way_in.py",
    "/{language:str}/preferences/{token:str}/data": "a download",
    "/staff/imports/{job:int}/columns": "the same as the import before its rehearsal",
    "/staff/imports/{job:int}/refused.csv": "a download",
    "/{language:str}/prisoners/{key:str}/card.pdf": "a download",
    "/{language:str}/birthdays/list.pdf": "a download",
    "/{language:str}/birthdays/labels.pdf": "a download",
    "/staff/letters/routes/add": "leads to the page of a country",
    "/staff/letters/forgotten.csv": "a download",
    "/staff/letters/evenings/{evening:int}/cards.pdf": "a download",
    "/staff/letters/evenings/{evening:int}/list.pdf": "a download",
}
