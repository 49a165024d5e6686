"""No sequence of acts publishes what was not signed by every gate and the signature (实施方案 四.2).

Corrections and withdrawals are among the acts: in the public's chat stands what was signed and not withdrawn, once.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.channels import Channel
from bot.channels.chat_channel import ChatChannel
from bot.channels.website import WebsiteChannel
from bot.chat.platform import ChatPlatform
from bot.web.press import press_routes
from bot.web.server import serving
from storage import draft as drafts
from storage import release as releases
from storage.database import Database
from storage.release import Release
from tests.conversations.talking import TalkingDesk

POST = "阳光花园小区全小区停水三天了,物业和住建部门互相推诿,老人小孩都没水喝,什么时候能解决?"
REVIEWERS: Final = ("刘洋", "张伟", "周芳", "孙丽", "吴刚")
EVERYBODY: Final = (*REVIEWERS, "郑局长", "冯副局长", "王五", "陈静")
SIGNED_BY: Final = {"political", "policy", "law", "wording", "secrecy", "signature"}

Step = tuple[str, ...]
STEPS: Final = st.one_of(
    st.tuples(
        st.just("says"),
        st.sampled_from(["王五", "陈静", "郑局长"]),
        st.sampled_from(["起草 1 甲\n一。", "起草 1 乙\n二。"]),
    ),
    st.tuples(st.just("says"), st.just("王五"), st.sampled_from(["更正 1 丙\n三。", "更正 1 丁\n四。"])),
    st.tuples(st.just("withdraws"), st.sampled_from(["🚫确认撤回", "不撤回"])),
    st.tuples(
        st.just("says"), st.just("王五"), st.sampled_from(["送审 1", "涉及 1 无", "事实 1 停水 来源:群众", "发布 1"])
    ),
    st.tuples(
        st.just("says"), st.sampled_from(EVERYBODY), st.sampled_from(["同意 1", "退回 1 不妥", "核实 1 1", "发布 1"])
    ),
    st.tuples(
        st.just("taps"),
        st.sampled_from(EVERYBODY),
        st.sampled_from(["✅同意", "📢确认发布", "📢发布", "↩️退回", "确认改稿"]),
    ),
    st.tuples(st.just("gates"), st.sampled_from(["", *REVIEWERS])),
    st.tuples(st.just("taps"), st.just("王五"), st.just("📢确认发布")),
)
WHOLE_WAY: Final[list[Step]] = [
    *(("says", "王五", said) for said in ("起草 1 甲\n一。", "送审 1", "涉及 1 无", "送审 1")),
    ("gates", ""), ("taps", "郑局长", "✅同意"), ("says", "王五", "发布 1"), ("taps", "王五", "📢确认发布"),
]  # fmt: skip
CORRECTED: Final[list[Step]] = [("says", "王五", "更正 1 丙\n三。"), *WHOLE_WAY[1:]]
WITHDRAWN: Final[list[Step]] = [("withdraws", "🚫确认撤回")]
REWRITTEN: Final[list[Step]] = [("says", "王五", "起草 1 乙\n二。"), ("taps", "王五", "确认改稿")]


@contextmanager
def fresh_desk(empty: Path, folder: Path) -> Iterator[TalkingDesk]:
    """Give a desk of its own with one case that was accepted."""
    database = Database(f"sqlite:///{shutil.copy(empty, folder / 'huiying.db')}")
    with serving(Starlette(routes=press_routes(database))) as address, httpx.Client(trust_env=False) as client:

        def channels(database: Database, platform: ChatPlatform) -> dict[str, Channel]:
            return {
                "website": WebsiteChannel(database, client, address),
                "release_channel": ChatChannel(database, {platform.name: platform}),
            }

        desk = TalkingDesk(database, channels, public_url=address)
        desk.staff.forwards("李敏", POST)
        desk.staff.taps("赵强", "属实")
        desk.direct("王五").says("认领 1")
        yield desk
    database.close()


def do(desk: TalkingDesk, step: Step) -> None:
    """Say or tap something; whatever is not possible is refused by the desk, or has no button yet."""
    if step[0] == "says":
        desk.direct(step[1]).says(step[2])
    elif step[0] == "withdraws":
        desk.direct("郑局长").says("撤回 1 有误")
        tap(desk, "郑局长", step[1])
    elif step[0] == "gates":
        for name in REVIEWERS:
            if name != step[1]:
                tap(desk, name, "✅同意")
    else:
        tap(desk, step[1], step[2])


def tap(desk: TalkingDesk, name: str, label: str) -> None:
    """Tap the two newest buttons with that label that somebody got, the stale one first."""
    talk = desk.direct(name)
    presses = [
        (message, button["press"])
        for message in talk.messages() for line in message.buttons for button in line if button["label"] == label
    ]  # fmt: skip
    for message, press in presses[-2:]:
        talk.presses(name, message, press)


def check(desk: TalkingDesk) -> int:
    """Hold everything that is out against the signatures on record; return how much is out."""
    with desk.database.reading() as session:
        found = list(releases.of_case(session, desk.case().id))
        for release in found:
            given = [one for one in drafts.signatures(session, release.case_id) if one.round == release.round]
            valid = {one.gate: one.by for one in given if one.act != "returned" and counts(release)(one.manifest_hash)}
            assert set(valid) == SIGNED_BY
            assert len(set(valid.values())) == len(SIGNED_BY)
            authors = {draft.author_id for draft in drafts.versions(session, release.case_id, release.round)}
            assert authors.isdisjoint(valid.values())
    for release in found:
        check_page(release)
    standing = {release.manifest["channels"]["release_channel"]["sha256"] for release in found if stands(release)}
    posts = [hashlib.sha256(message.text.encode()).hexdigest() for message in desk.channel.messages()]
    assert set(posts) <= standing
    assert len(posts) == len(set(posts))
    return len(found)


def stands(release: Release) -> bool:
    """Say whether a release was not withdrawn."""
    return release.withdrawn_at is None


def check_page(release: Release) -> None:
    """Hold a page against what was signed; one that was withdrawn has no text."""
    answer = httpx.get(release.manifest["url"], trust_env=False)
    if not stands(release):
        assert answer.status_code == httpx.codes.GONE
        assert b"<article" not in answer.content
        return
    page = answer.content
    shown = page[page.index(b"<article ") : page.index(b"</article>") + len(b"</article>")]
    assert hashlib.sha256(shown).hexdigest() == release.manifest["channels"]["website"]["sha256"]


def counts(release: Release) -> Callable[[str], bool]:
    """Return whether a signature for a manifest counts for a release: the plan lets none be carried over here."""
    return lambda manifest: manifest == release.manifest_hash


@pytest.mark.parametrize("left_out", ["", *REVIEWERS])
def test_one_gate_left_out_is_enough_to_stop_it(empty_sqlite: Path, tmp_path: Path, left_out: str) -> None:
    """With every gate and the signature it goes out; without any one of them nothing does."""
    with fresh_desk(empty_sqlite, tmp_path) as desk:
        for step in WHOLE_WAY:
            do(desk, ("gates", left_out) if step[0] == "gates" else step)
        assert check(desk) == (0 if left_out else 1)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=5, max_size=25))
@example(
    steps=[*WHOLE_WAY, ("says", "王五", "起草 1 乙\n二。"), ("taps", "王五", "📢确认发布"), ("says", "王五", "发布 1")]
)
@example(steps=[*WHOLE_WAY, *CORRECTED])
@example(steps=[*WHOLE_WAY, *WITHDRAWN, *CORRECTED, *WHOLE_WAY])
@example(steps=[*WHOLE_WAY, *CORRECTED, *WITHDRAWN, *CORRECTED])
@example(steps=[*WHOLE_WAY, *CORRECTED[:-1], *WITHDRAWN, WHOLE_WAY[-1]])
@example(steps=[*WHOLE_WAY[:-1], *REWRITTEN, ("taps", "王五", "📢确认发布"), *WHOLE_WAY[1:]])
def test_no_sequence_of_acts_publishes_what_was_not_signed(
    empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    """Whatever people say and tap, in whatever order, what is out was signed by every gate, by six different people."""
    with fresh_desk(empty_sqlite, tmp_path_factory.mktemp("desk")) as desk:
        for step in steps:
            do(desk, step)
        check(desk)
