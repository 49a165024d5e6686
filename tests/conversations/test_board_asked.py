"""请您办的 on the board: what somebody was asked for and can still do, each thing once, and nothing that is spent."""

import re
from collections.abc import Callable

import httpx
import pytest

from tests.conversations.boarding import FORM, board_of, enter, link_of, visitor
from tests.conversations.talking import TalkingDesk
from tests.conversations.test_clocks import OUTAGE, reported
from tests.conversations.test_spent_buttons import (
    asked_of_everybody,
    closed,
    issued,
    nothing,
    returned,
    rewritten,
    second_round,
)
from tests.conversations.writing import PLAIN, SECOND, submit, submitted

pytestmark = pytest.mark.one_chat
ASKED = re.compile(r"<h2>请您办的</h2>(?P<inside>.*?)</section>", re.DOTALL)
TAP = re.compile(r'<form [^>]*/tap">(?P<fields>.*?)<button[^>]*>(?P<label>[^<]*)</button>', re.DOTALL)
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')
Tap = tuple[str, dict[str, str]]


def asked_of(client: httpx.Client, case: str) -> list[Tap]:
    """List the buttons under 请您办的, with the fields of their forms."""
    found = ASKED.search(client.get(case).text)
    taps = TAP.finditer(found["inside"]) if found else ()
    return [(tap["label"], dict(FIELD.findall(tap["fields"]))) for tap in taps]


def labels(client: httpx.Client, case: str) -> list[str]:
    """List the labels of these buttons."""
    return [label for label, _ in asked_of(client, case)]


def test_what_was_asked_goes_when_it_is_done(desk: TalkingDesk) -> None:
    """The question to take a case stands there until somebody took it."""
    desk.staff.forwards("李敏", OUTAGE)
    with board_of(desk) as address, visitor(address) as client:
        enter(client, link_of(desk, "王五"))
        case = f"/cases/{desk.case().id}"
        assert labels(client, case) == ["认领", "查看"]
        desk.staff.says("赵强", "认领 1")
        assert labels(client, case) == []


def test_a_reviewer_is_asked_for_the_text_that_stands(desk: TalkingDesk) -> None:
    """Of two versions the newer one is there to sign; after the signature nothing is."""
    submitted(desk, PLAIN)
    desk.direct("王五").says(f"起草 1 {SECOND}")
    submit(desk)
    with board_of(desk) as address, visitor(address) as client:
        enter(client, link_of(desk, "刘洋"))
        case = f"/cases/{desk.case().id}"
        ((label, fields), *others) = asked_of(client, case)
        assert (label, [other for other, _ in others]) == ("✅同意", ["↩️退回", "📄全文"])
        client.post("/tap", data=fields)
        assert labels(client, case) == []


def test_a_reminder_replaces_the_one_before_it(desk: TalkingDesk) -> None:
    """Three reminders of one limit are one thing to do; once the limit is over, none of them is."""
    reported(desk, OUTAGE)
    desk.later(hours=45)
    with board_of(desk) as address, visitor(address) as client:
        enter(client, link_of(desk, "王五"))
        case = f"/cases/{desk.case().id}"
        assert labels(client, case) == ["起草说明", "📄模板", "稍后10分"]
        desk.staff.says("赵强", "不回应 1 已另行处理")
        assert labels(client, case) == []


@pytest.mark.parametrize("then", [nothing, issued, closed, returned, rewritten, second_round])
def test_nothing_spent_is_offered(desk: TalkingDesk, then: Callable[[TalkingDesk], None]) -> None:
    """Whatever became of the case, whoever looks: no button there is answered with a word that it is too late."""
    then(asked_of_everybody(desk))
    case = f"/cases/{desk.case().id}"
    with board_of(desk) as address:
        for name in desk.keys:
            nothing_spent_is_offered_to(desk, name, address, case)


def nothing_spent_is_offered_to(desk: TalkingDesk, name: str, address: str, case: str) -> None:
    """Tap whatever somebody is offered."""
    with visitor(address) as client:
        enter(client, link_of(desk, name))
        page = client.get(case)
        if FORM.search(page.text) is None:  # not theirs to look at
            return
        tried = set[str]()
        while left := [tap for tap in asked_of(client, case) if str(tap) not in tried]:
            label, fields = left[0]
            tried.add(str(left[0]))
            said = client.post("/tap", data=fields).text
            answers = said.partition('id="answers"')[2].partition("</section>")[0]
            assert not re.search("失效|不适用|已经|没有权限|没有可|系统出错", answers), (name, label, answers)
