"""A reported link whose page is fetched: what the site said is shown as such, judged, and never hangs the desk."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.chat.drill import DrillPlatform
from bot.desk import Desk
from bot.sites.guard import Guard
from bot.sites.line import Bounds
from bot.sites.pages import LinkedPages
from handlers.sites import SITES
from storage import linked_page as linked_pages
from storage import outbox
from storage import report as reports
from storage.database import Database
from storage.linked_page import LinkedPage
from tests.conversations.boarding import board_of, enter, link_of
from tests.conversations.boarding import visitor as board_visitor
from tests.conversations.talking import TalkingDesk
from tests.platforms.site import HERE, Page, Site, site, visitor

STORY = (
    "<html><head><meta charset='{charset}'><title>江南路一工地发生坍塌</title></head><body><article><p>"
    "港北区江南路一工地今天上午发生脚手架坍塌,已造成11人死亡,多人被困,现场仍在救援。</p><p>附近居民说,工地夜间一直在赶工,多次投诉无人处理。</p>"
    "</article></body></html>"
)
HTML = {"Content-Type": "text/html"}


class SitesDesk(TalkingDesk):
    """A desk that fetches linked pages, from loopback alone."""

    def __init__(self, database: Database, there: Site, guard: Guard = HERE) -> None:
        """Know the site."""
        super().__init__(database, lambda _database, _platform: {})
        self.there = there
        self.house.fetches_links = True
        self.pages = LinkedPages(database, self.house, visitor(guard, Bounds(seconds=1.0, size=50_000)))
        drill = DrillPlatform(database)
        self.desk = Desk(database, self.clock, self.house, {"drill": drill}, {}, self.pages.fetch)
        self.stage.opens(self.desk, {})

    def page(self, reference: str = "S1") -> LinkedPage:
        """Look at the page of the first report of a case."""
        with self.database.reading() as session:
            found = linked_pages.of_report(session, reports.of_case(session, self.case(reference).id)[0].id)
        assert found is not None
        return found

    def card_after(self, path: str, page: Page) -> str:
        """Report the address of a page; return the card as it is then."""
        self.staff.says("李敏", f"看看 {self.there.puts(path, page)}")
        return self.staff.shows("来源")


@pytest.fixture
def there() -> Iterator[Site]:
    """Give a site."""
    with site() as found:
        yield found


@pytest.fixture
def desk(database: Database, there: Site) -> SitesDesk:
    """Give a desk that fetches from it."""
    return SitesDesk(database, there)


@pytest.mark.parametrize("charset", ["gb2312", "utf-8"])
def test_the_page_of_a_link_is_shown_as_fetched_and_judged(desk: SitesDesk, charset: str) -> None:
    """The case is named and graded by what the page says, marked as what nobody verified; the staff hear of it."""
    body = STORY.format(charset=charset).encode("gb18030" if charset == "gb2312" else charset)
    desk.staff.says("李敏", f"看看 {desk.there.puts('/story', Page(body, headers=HTML))}")
    said = desk.staff.bot_says_all()
    assert (
        "🌐 链接网页(本台抓取,未核实,11-24 09:05):「江南路一工地发生坍塌 港北区江南路一工地今天上午"
        in desk.staff.shows("来源")
    )
    assert [line for line in said if line.startswith("🚨 线索 S1 链接的网页更严重,研判为重大,未核实,请核对")]
    case = desk.case("S1")
    assert (case.title, case.grade, case.toll["deaths"]) == ("江南路一工地发生坍塌", "grave", 11)
    assert desk.there.asked[0].headers["user-agent"].startswith("Huiying-test")
    assert "page_fetched" in desk.kinds_on_record("S1")


def test_the_board_shows_the_whole_page(desk: SitesDesk) -> None:
    """With when it was fetched, and that nobody verified it."""
    desk.staff.says("李敏", desk.there.puts("/story", Page(STORY.format(charset="utf-8").encode())))
    token = link_of(desk, "赵强")
    with board_of(desk) as address, board_visitor(address) as client:
        enter(client, token)
        shown = client.get(f"/cases/{desk.case('S1').id}").text
    assert "🌐 链接网页(本台抓取,未核实,11-24 09:05)" in shown
    assert "附近居民说,工地夜间一直在赶工" in shown


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page(status=404), "网站说没有,或不让看"),
        (Page(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "不是网页"),
        (Page(b"<html></html>", headers=HTML), "没有文字"),
        (Page(b"x" * 50_001, headers=HTML), "太大"),
        (Page(status=302, headers={"Location": "http://169.254.169.254/latest/"}), "内网或保留地址,不取"),
    ],
)
def test_a_page_that_is_not_taken_is_said_once_on_the_card(desk: SitesDesk, page: Page, why: str) -> None:
    """With the reason; the report stands as it is, and nothing is asked again."""
    assert f"🌐 链接网页没有取到:{why}" in desk.card_after("/odd", page)
    desk.later(hours=8)
    assert len(desk.there.asked) == 1
    assert desk.page().stage == "refused"


def test_a_site_that_is_away_is_asked_again_later(desk: SitesDesk) -> None:
    """It is let alone for as long as it wishes; what comes at last is kept."""
    away = Page(status=503, headers={"Retry-After": "600"})
    assert "🌐" not in desk.card_after("/story", away)
    desk.later(minutes=9)
    assert len(desk.there.asked) == 1
    desk.there.puts("/story", Page(STORY.format(charset="utf-8").encode()))
    desk.later(minutes=2)
    assert "🌐 链接网页(本台抓取,未核实,11-24 09:1" in desk.staff.shows("来源")


def test_a_site_that_never_answers_is_given_up(desk: SitesDesk) -> None:
    """After six hours; no other chat or site had to wait for it."""
    desk.card_after("/story", Page(status=500))
    desk.later(hours=7)
    assert "🌐 链接网页没有取到:网站一直没有回应" in desk.staff.shows("来源")
    with desk.database.reading() as session:
        rows = [row for row in outbox.of_case(session, desk.case("S1").id) if row.platform == SITES]
    assert [(row.destination, row.stage) for row in rows] == [("sites:127.0.0.1", "sent")]


def test_only_what_is_hardly_more_than_a_link_is_fetched(desk: SitesDesk) -> None:
    """A post that cites a page says enough itself; a copy of what is known is not asked for again; off means off."""
    url = desk.there.puts("/story", Page(STORY.format(charset="utf-8").encode()))
    desk.staff.says("李敏", "江南路停水三天,老人小孩都没水喝,物业和住建部门互相推诿。" * 8 + url)
    desk.staff.forwards("李敏", "江南路停水了", author="港北论坛", key="channel:1/2", url=url)
    assert desk.there.asked == []
    desk.staff.says("李敏", url)
    desk.staff.says("赵强", f"{url}?from=timeline")
    assert len(desk.there.asked) <= 1
    desk.house.fetches_links = False
    desk.staff.says("李敏", desk.there.puts("/other", Page(b"<title>x</title>")))
    assert [each.path for each in desk.there.asked if each.path == "/other"] == []


def test_one_page_under_two_addresses_is_offered_for_merging(desk: SitesDesk) -> None:
    """A short link and the long one: a person decides."""
    long = desk.there.puts("/story", Page(STORY.format(charset="utf-8").encode()))
    desk.there.puts("/s1", Page(status=302, headers={"Location": "/story"}))
    desk.staff.says("李敏", long)
    desk.staff.says("李敏", f"{desk.there.url}/s1")
    said = desk.staff.bot_says_all()
    offers = [line for line in said if "同一网页,可合并" in line]
    assert offers == ["🔗 线索 S2 的链接打开是 线索 S1 的同一网页,可合并"]
    desk.staff.taps("赵强", "合并", on="同一网页")
    assert desk.case("S2").stage == "merged"


def test_a_link_into_the_bureaus_own_network_is_not_followed(database: Database, there: Site) -> None:
    """Whoever reports it: the desk would read for strangers what they cannot reach."""
    desk = SitesDesk(database, there, Guard())
    assert "🌐 链接网页没有取到:内网或保留地址,不取" in desk.card_after("/secret", Page(b"<p>secret</p>"))
    assert there.asked == []
    assert desk.clock.now() - desk.page().at < timedelta(minutes=1)
