"""An administrator subscribes to feeds; what is new becomes reports that the desk found, each once, and politely."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from itertools import pairwise

import pytest
from sqlmodel import col, select

from bot.chat.drill import DrillPlatform
from bot.desk import Desk
from bot.sites.feeds import Feeds
from bot.sites.guard import Guard
from bot.sites.line import Bounds
from handlers.feeds.looking import FEED
from handlers.sites import SITES
from storage import feed as feeds
from storage import person as people
from storage import report as reports
from storage.database import Database
from storage.feed import Feed
from storage.inbox import Inbox
from storage.outbox import Outbox
from tests.conversations.talking import MORNING, TalkingDesk
from tests.platforms.site import HERE, Page, Site, site, visitor

OUTAGE = "港北区江南路全小区停水三天了,物业和住建部门互相推诿,老人小孩都没水喝,什么时候能解决?"
WAGES = "城东工地拖欠农民工工资半年,几十名工人今天上午在项目部门口讨薪。"
LUNCH = "今天食堂的红烧肉不错,明天还想吃,有人一起吗?"
OWN = "内网或保留地址,设置 HUIYING_FEED_NETWORKS 才能读"
HOW = "请这样写:“订阅 名称 网址”,可加“每30分钟”“主题 住房”“筛选”(只收像是涉事的)。停止:“停订 名称”。"
XML = "application/rss+xml; charset=utf-8"
DRY = Bounds(seconds=1.0, size=300_000)


def rss(*items: tuple[str, str, datetime | None], charset: str = "utf-8") -> bytes:
    """Return an RSS feed: guid, text and moment of each item, the newest first."""
    entries = "".join(
        f"<item><guid>{guid}</guid><title>{escape(text[:10])}…</title><link>http://bbs.test/{guid}</link>"
        f"<description>{escape(f'<p>{text}</p><script>alert(1)</script>')}</description>"
        + (f"<pubDate>{format_datetime(at)}</pubDate>" if at else "")
        + "<author>网友乙</author></item>"
        for guid, text, at in items
    )
    whole = f'<?xml version="1.0" encoding="{charset}"?><rss version="2.0"><channel><title>港北论坛</title>{entries}'
    return f"{whole}</channel></rss>".encode("gb18030" if charset == "gb2312" else charset)


ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>港北</title>
<entry><id>urn:1</id><title>{text}</title><updated>2026-11-24T08:30:00+08:00</updated><link href="/t/1"/>
<summary type="html">&lt;b&gt;{text}&lt;/b&gt;</summary></entry></feed>"""


class FeedsDesk(TalkingDesk):
    """A desk that may subscribe to feeds on loopback, and an administrator."""

    def __init__(self, database: Database, there: Site, guard: Guard = HERE) -> None:
        """Know the site."""
        super().__init__(database, lambda _database, _platform: {})
        self.there = there
        self.house.watches_feeds = True
        self.feeds = Feeds(database, self.house, visitor(guard, DRY))
        self.desk = Desk(self.database, self.clock, self.house, {"drill": DrillPlatform(database)}, {}, self.feeds.look)
        self.stage.opens(self.desk, {})
        with database.writing() as session:
            admin = people.by_name(session, "徐蕾")
            assert admin is not None
            admin.roles = [*admin.roles, "administrator"]
            people.save(session, admin)
        self.admin = self.direct("徐蕾")

    def has(self, *items: tuple[str, str, datetime | None], path: str = "/feed", **headers: str) -> None:
        """Let the feed have these items from now on."""
        self.there.puts(path, Page(rss(*items), headers={"Content-Type": XML, **headers}))

    def watches(self, words: str = "") -> str:
        """Subscribe; return what the administrator hears."""
        self.admin.says(f"订阅 港北论坛 {self.there.url}/feed {words}")
        return "\n".join(self.admin.bot_says_all())

    def feed(self, name: str = "港北论坛") -> Feed:
        """Look at a feed."""
        with self.database.reading() as session:
            found = feeds.named(session, name)
        assert found is not None
        return found

    def taken(self) -> list[str]:
        """List the words of all that feeds brought."""
        with self.database.reading() as session:
            query = select(Inbox).where(Inbox.platform == FEED).order_by(col(Inbox.received_at), col(Inbox.id))
            return [row.payload["text"] for row in session.exec(query)]

    def ago(self, **span: float) -> datetime:
        """Return a moment before now."""
        return self.clock.now() - timedelta(**span)


@pytest.fixture
def there() -> Iterator[Site]:
    """Give a site."""
    with site() as found:
        yield found


@pytest.fixture
def desk(database: Database, there: Site) -> FeedsDesk:
    """Give a desk that may read from it."""
    return FeedsDesk(database, there)


def test_what_is_new_in_a_feed_becomes_a_report_that_the_desk_found(desk: FeedsDesk) -> None:
    """Once each; the card says through which feed; the first look takes nothing older than a day."""
    desk.has(("2", OUTAGE, desk.ago(hours=2)), ("1", WAGES, desk.ago(days=2)))
    said = desk.watches()
    assert said == (
        "📡 已订阅「港北论坛」,每 30 分钟看一次,马上看第一次。\n📡 订阅「港北论坛」读到了 2 条,收下近一天的 1 条。"
    )
    assert desk.taken() == [OUTAGE]
    card = desk.staff.shows("来源")
    assert "来源:网友乙 11-24 07:05 (本台订阅「港北论坛」发现)" in card
    assert "http://bbs.test/2" in card
    with desk.database.reading() as session:
        (report,) = reports.of_case(session, desk.case("S1").id)
    assert (report.platform, report.forwarded_by, report.forwarder) == (FEED, None, "港北论坛")
    desk.later(minutes=40)
    desk.has(("3", WAGES, desk.clock.now()), ("2", OUTAGE, MORNING - timedelta(hours=2)), ("1", WAGES, None))
    desk.later(minutes=40)
    assert desk.taken() == [OUTAGE, WAGES]
    assert desk.admin.is_silent()


def test_a_copy_of_what_people_reported_joins_its_case(desk: FeedsDesk) -> None:
    """Silently: nobody said anything that would be answered."""
    desk.staff.forwards("李敏", OUTAGE)
    desk.staff.bot_says_all()
    desk.has(("1", OUTAGE, desk.ago(hours=1)))
    desk.watches()
    assert desk.case("S1").reports == 2
    assert desk.staff.is_silent()


@pytest.mark.parametrize(
    "body", [rss(("1", OUTAGE, MORNING), charset="gb2312"), ATOM.format(text=OUTAGE).encode()], ids=["gb2312", "atom"]
)
def test_other_kinds_and_charsets_are_read(desk: FeedsDesk, body: bytes) -> None:
    """Also with a media type that says nothing."""
    desk.there.puts("/feed", Page(body, headers={"Content-Type": "application/octet-stream"}))
    desk.watches()
    assert desk.taken() == [OUTAGE]


def test_a_feed_that_did_not_change_is_not_read_again(desk: FeedsDesk) -> None:
    """The site is told what the desk has, and says so."""
    desk.has(("1", OUTAGE, desk.ago(hours=1)), ETag='"v1"', **{"Last-Modified": "Tue, 24 Nov 2026 00:00:00 GMT"})
    desk.watches()
    desk.there.puts("/feed", Page(status=304, headers={}))
    desk.later(minutes=40)
    asked = desk.there.asked[-1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"v1"', "Tue, 24 Nov 2026 00:00:00 GMT")
    assert desk.feed().fine_at == desk.feed().looked_at
    assert desk.feed().failures == 0


def test_trouble_is_told_once_and_waited_out(desk: FeedsDesk) -> None:
    """Ever longer waits; one word after three failures, one when it is over."""
    desk.has(("1", OUTAGE, desk.ago(hours=1)))
    desk.watches()
    desk.there.puts("/feed", Page(status=500))
    before = len(desk.there.asked)
    desk.later(hours=12)
    assert desk.admin.bot_says_all() == [
        "⚠️ 订阅「港北论坛」连续 3 次读不到:网站回答 500。会继续试,间隔渐长;不要了发“停订 港北论坛”。"
    ]
    assert 4 <= len(desk.there.asked) - before <= 7
    desk.admin.says("订阅")
    assert "1. 港北论坛 · 在看 · 每 30 分钟 · 收下 1 条" in desk.admin.bot_says()
    desk.has(("2", WAGES, desk.clock.now()), ("1", OUTAGE, MORNING - timedelta(hours=1)))
    desk.later(hours=17)
    assert desk.admin.bot_says_all() == ["✅ 订阅「港北论坛」又读到了,上次读到是 11-24 09:05。"]
    assert desk.taken() == [OUTAGE, WAGES]


def test_a_site_is_left_alone_for_as_long_as_it_wishes(desk: FeedsDesk) -> None:
    """Retry-After counts more than the interval."""
    desk.has(("1", OUTAGE, desk.ago(hours=1)))
    desk.watches()
    desk.there.puts("/feed", Page(status=429, headers={"Retry-After": "14400"}))
    desk.later(hours=4)
    assert len(desk.there.asked) == 2
    desk.later(hours=2)
    assert len(desk.there.asked) > 2


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page(b"<html><body>login</body></html>"), "读到的不是 RSS 或 Atom"),
        (Page(status=404), "网站回答 404"),
        (Page(b"x" * 300_001), "太大"),
        (
            Page(status=302, headers={"Location": "http://10.0.0.1/feed"}),
            "内网或保留地址,设置 HUIYING_FEED_NETWORKS 才能读",
        ),
    ],
)
def test_whoever_subscribes_hears_at_once_what_is_wrong(desk: FeedsDesk, page: Page, why: str) -> None:
    """With the reason; it is tried again all the same."""
    desk.there.puts("/feed", page)
    assert f"⚠️ 订阅「港北论坛」第一次没读到:{why}。会再试;网址不对请“停订 港北论坛”再订。" in desk.watches()
    desk.has(("1", OUTAGE, desk.clock.now()))
    desk.later(minutes=40)
    assert desk.taken() == [OUTAGE]


def test_a_feed_that_moved_for_good_is_asked_there_and_one_that_is_gone_no_more(desk: FeedsDesk) -> None:
    """A move for a while is followed and forgotten."""
    desk.has(("1", OUTAGE, desk.ago(hours=1)), path="/new")
    desk.there.puts("/feed", Page(status=302, headers={"Location": "/new"}))
    desk.watches()
    assert desk.feed().url == f"{desk.there.url}/feed"
    desk.there.puts("/feed", Page(status=301, headers={"Location": "/new"}))
    desk.later(minutes=40)
    assert desk.admin.bot_says() == (
        f"↪️ 订阅「港北论坛」已永久搬到 {desk.there.url}/new(原 {desk.there.url}/feed),以后读新址。"
    )
    desk.there.puts("/new", Page(status=410))
    desk.later(minutes=40)
    assert desk.admin.bot_says() == "🛑 订阅「港北论坛」对方已撤销(410),不再看了。"
    asked = len(desk.there.asked)
    desk.later(hours=24)
    assert (len(desk.there.asked), desk.there.asked[-1].path) == (asked, "/new")


def test_a_feed_that_was_stopped_is_asked_no_more_and_can_be_taken_up_again(desk: FeedsDesk) -> None:
    """By name or by number; what it brought before is not brought again."""
    desk.has(("1", OUTAGE, desk.ago(hours=1)))
    desk.watches()
    desk.admin.says("停订 1")
    assert desk.admin.bot_says().startswith("🛑 已停订「港北论坛」;收下的报送都还在。")
    desk.later(hours=5)
    assert len(desk.there.asked) == 1
    assert "已订阅「港北论坛」" in desk.watches("每2小时")
    assert (desk.taken(), desk.feed().every_minutes) == ([OUTAGE], 120)


def test_hosts_are_asked_one_thing_at_a_time(desk: FeedsDesk) -> None:
    """Several feeds of one host follow each other with seconds in between; who asks says who it is."""
    for n in range(4):
        desk.has((str(n), OUTAGE, None), path=f"/feed{n}")
        desk.admin.says(f"订阅 第{n}个 {desk.there.url}/feed{n} 每5分钟")
    desk.later(minutes=1)
    assert sorted(each.path for each in desk.there.asked) == ["/feed0", "/feed1", "/feed2", "/feed3"]
    assert desk.there.most_at_once == 1
    with desk.database.reading() as session:
        asked = sorted(feed.asked_at for feed in feeds.every(session) if feed.asked_at)
    assert all(later - earlier >= timedelta(seconds=10) for earlier, later in pairwise(asked))
    assert desk.there.asked[0].headers["user-agent"] == "Huiying-test (+http://127.0.0.1:9)"


def test_a_feed_is_sifted_where_that_is_wanted(desk: FeedsDesk) -> None:
    """What concerns nobody is passed over; the topic is given where the words tell none."""
    desk.has(("2", LUNCH, desk.ago(hours=1)), ("1", WAGES, desk.ago(hours=2)))
    assert "收下近一天的 1 条" in desk.watches("筛选 每10分钟")
    assert desk.taken() == [WAGES]
    assert desk.feed().every_minutes == 10


def test_a_feed_is_subscribed_to_in_english_too(desk: FeedsDesk) -> None:
    """A number in its name is no interval."""
    desk.has(("1", WAGES, desk.ago(hours=2)))
    topic = desk.house.plan.topics[0]
    desk.admin.says(f"/subscribe 24h news {desk.there.url}/feed every 2h topic {topic.key} sift")
    desk.admin.bot_says_all()
    feed = desk.feed("24h news")
    assert (feed.every_minutes, feed.topic, feed.sifts) == (120, topic.key, True)


def test_the_topic_of_a_feed_is_given_where_the_words_tell_none(desk: FeedsDesk) -> None:
    """The words of a post count more."""
    topic = desk.house.plan.topics[0]
    desk.has(("2", LUNCH, desk.ago(hours=1)), ("1", WAGES, desk.ago(hours=2)))
    desk.watches(f"主题 {topic.name.zh}")
    assert (desk.case("S2").topic, desk.feed().topic) == (topic.key, topic.key)
    assert desk.case("S1").topic not in (None, topic.key)


def test_very_many_at_once_come_in_parts(desk: FeedsDesk) -> None:
    """Nothing is cut off in silence."""
    many = [(str(n), f"{n}号楼{OUTAGE[n % 9 :]}第{n}次反映{'好' * n}", desk.ago(minutes=n)) for n in range(70)]
    desk.has(*many, ETag='"v1"')
    said = desk.watches()
    assert "📡 订阅「港北论坛」一次来了很多,先收 50 条,另 20 条下次收。" in said
    assert "if-none-match" not in desk.there.asked[-1].headers
    desk.later(minutes=40)
    assert len(desk.taken()) == 70


def test_a_look_that_is_repeated_brings_nothing_twice(desk: FeedsDesk) -> None:
    """As after a crash between the answer and the note that it came."""
    desk.has(("1", OUTAGE, desk.ago(hours=1)))
    desk.watches()
    again = Outbox(
        kind="file", platform=SITES, destination="sites:127.0.0.1", payload={"feed": str(desk.feed().id)},
        created_at=desk.clock.now(), not_before=desk.clock.now(),
    )  # fmt: skip
    with desk.database.writing() as session:
        locked = feeds.load(session, desk.feed().id)
        assert locked is not None
        locked.seen = []
        feeds.save(session, locked)
    desk.feeds.look(again, desk.clock.now())
    desk.desk.settle()
    assert desk.taken() == [OUTAGE]
    assert desk.case("S1").reports == 1


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("订阅", f"还没有订阅。\n{HOW}"),
        ("订阅 港北论坛", HOW),
        ("订阅 论坛 http://127.0.0.1/f 每1分钟", "间隔请在 5 到 1440 分钟之间,未做任何改动。"),
        ("停订 论坛", "没有订阅「论坛」,未做任何改动。发“订阅”看全部。"),
    ],
)
def test_what_cannot_be_subscribed_to_is_refused(desk: FeedsDesk, said: str, answer: str) -> None:
    """With what to write instead."""
    desk.admin.says(said)
    assert desk.admin.bot_says() == answer


def test_names_and_addresses_are_not_given_twice(desk: FeedsDesk) -> None:
    """And a topic that the plan does not have is named with those it has."""
    desk.has(("1", OUTAGE, desk.ago(hours=1)))
    desk.watches()
    assert "已有订阅「港北论坛」" in desk.watches()
    desk.admin.says(f"订阅 又一个 {desk.there.url}/feed")
    assert desk.admin.bot_says() == "这个网址已经订阅了,名称「港北论坛」,未做任何改动。"
    desk.admin.says(f"订阅 又一个 {desk.there.url}/feed2 主题 天文")
    assert desk.admin.bot_says().startswith("方案里没有主题「天文」,未做任何改动。可用:")


def test_only_an_administrator_subscribes_and_never_in_a_drill(desk: FeedsDesk) -> None:
    """Others have no right to it; nothing real is reached from a drill."""
    desk.direct("王五").says(f"订阅 论坛 {desk.there.url}/feed")
    assert desk.direct("王五").bot_says().startswith("您没有")
    desk.house.watches_feeds = False
    assert desk.watches() == "演练里不订阅真实网站,未做任何改动。"
    assert desk.there.asked == []


def test_a_feed_in_the_bureaus_own_network_needs_the_setting(database: Database, there: Site) -> None:
    """Without it nobody is connected to."""
    desk = FeedsDesk(database, there, Guard())
    assert "内网或保留地址,设置 HUIYING_FEED_NETWORKS 才能读" in desk.watches()
    assert there.asked == []
