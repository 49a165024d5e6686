"""Releases for the tests of pages and channels: signed texts in a database of their own."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

from handlers.drafting.manifest import Copy, build_manifest, manifest_hash, release_url
from handlers.release.signed import WEBSITE
from storage import person as people
from storage import release as releases
from storage import series
from storage.case import Case
from storage.database import Database, Session
from storage.person import Person
from storage.release import ChannelRelease, Release

SITE = "http://press.test"
BUREAU = "港北区建设局"
MORNING = datetime(2026, 11, 24, 6, 5, tzinfo=UTC)
TITLE = "关于阳光花园小区停水情况的通报"
TEXT = """11月21日起，阳光花园小区因加压泵房故障停水，给居民生活带来不便，我们深表歉意。

经查，泵房控制柜进水短路。截至11月24日12时，控制柜已更换完毕，小区1至6栋恢复供水，7至9栋预计当日18时前恢复。停水期间，供水企业在小区东门、南门设置临时供水点，24小时供水。

下一步，我局将会同水务部门对全区老旧小区二次供水设施逐一检查，结果将在本网站公布：http://press.test/

咨询电话：0775-0000100。"""
CHANNELS = (WEBSITE, "release_channel")


@dataclass(frozen=True)
class Text:
    """What is signed."""

    title: str = TITLE
    text: str = TEXT
    public_id: str = "Zk3x9QpLm2aB"
    site: str = SITE
    visible_at: datetime | None = MORNING

    def release(self) -> Release:
        """Return it as a release, not yet of a case."""
        copy = Copy(self.title, self.text, self.public_id, release_url(self.site, self.public_id), BUREAU)
        manifest = build_manifest(copy, CHANNELS)
        return Release(
            round=1,
            public_id=self.public_id,
            title=self.title,
            text=self.text,
            manifest=manifest,
            manifest_hash=manifest_hash(manifest),
            issued_at=MORNING,
            visible_at=self.visible_at,
        )  # type: ignore[call-arg]


def put_out(database: Database, *texts: Text) -> list[Release]:
    """Keep signed texts as releases, each of a case of its own."""
    with database.writing() as session:
        person = people.by_name(session, "wangwu") or Person(key="wangwu", name="王五")
        people.save(session, person)
        return [_keep(session, person, text.release()) for text in texts]


def many(count: int, site: str = SITE) -> list[Text]:
    """Return so many texts, a minute apart, the last one the newest."""
    return [
        replace(
            Text(), title=f"第{n}号通报", public_id=f"number-{n}", site=site, visible_at=MORNING + timedelta(minutes=n)
        )
        for n in range(1, count + 1)
    ]


def parsed(feed: bytes) -> ET.Element:
    """Read XML, which is well-formed or fails."""
    return ET.fromstring(feed)  # noqa: S314 - our own feed


def _keep(session: Session, person: Person, release: Release) -> Release:
    slip = series.next_number(session, "slip")
    case = Case(slip=slip, title=release.title, plan_hash="0" * 64, received_at=MORNING)
    session.add(case)
    session.flush()
    release.case_id, release.issued_by = case.id, person.id
    releases.save(session, release)
    rows = [ChannelRelease(release_id=release.id, channel=name, position=n) for n, name in enumerate(CHANNELS)]
    releases.save(session, *rows)
    return release
