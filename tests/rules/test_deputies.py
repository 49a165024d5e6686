"""Mandates: how they are read, and that a deputy is never a way round the gates."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.plan import Delegation, DelegationRule
from handlers.deputies import terms
from handlers.gates import reviewers
from handlers.gates.reviewers import Bench
from storage.person import Person

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, 5, tzinfo=ZONE)
GATES = ("political", "policy", "law")


@pytest.mark.parametrize(
    ("typed", "ends_at", "rest"),
    [
        ("张三 至 11-28 18:00", datetime(2026, 11, 28, 18, tzinfo=ZONE), ""),
        ("张三 到 11月28日18时 法律关 出差", datetime(2026, 11, 28, 18, tzinfo=ZONE), "法律关 出差"),
        ("张三 until 2026-11-28 law", datetime(2026, 11, 29, tzinfo=ZONE), "law"),
        ("张三 至 明天 12:00", datetime(2026, 11, 25, 12, tzinfo=ZONE), ""),
        ("张三 至 18:30", datetime(2026, 11, 24, 18, 30, tzinfo=ZONE), ""),
        ("张三 至 下周五下午5点 出差", datetime(2026, 12, 4, 17, tzinfo=ZONE), "出差"),
        ("张三 至 周五 law", datetime(2026, 11, 28, tzinfo=ZONE), "law"),
        ("张三 至 1-3", datetime(2027, 1, 4, tzinfo=ZONE), ""),
        ("张三 至 13-40 18:00", None, ""),
        ("张三 至 11-28 25:00", None, ""),
        ("张三 至 明天上午 法律关", None, ""),
        ("张三 至 明早", None, ""),
    ],
)
def test_the_end_is_read_as_people_write_it(typed: str, ends_at: datetime | None, rest: str) -> None:
    """A day alone ends with that day; what is no moment is none."""
    wanted = terms.read(typed, NOW.date(), ZONE)
    assert wanted is not None
    assert (wanted.who, wanted.ends_at, wanted.rest) == ("张三", ends_at, rest)


@pytest.mark.parametrize("typed", ["12 张伟", "张伟", "12 张伟 至 11-28", "", "张伟 至 此"])
def test_a_gate_of_one_case_is_no_mandate(typed: str) -> None:
    """委托 12 张伟 passes one gate on, as before."""
    assert not terms.is_term(typed)


people = st.lists(
    st.builds(
        Person,
        key=st.uuids().map(str),
        name=st.just("某"),
        gates=st.lists(st.sampled_from(GATES), max_size=2, unique=True),
        deputy_gates=st.lists(st.sampled_from(GATES), max_size=1),
        roles=st.just(["reviewer"]),
    ),
    min_size=2,
    max_size=6,
)


@given(people, st.data())
def test_a_deputy_is_never_a_way_round_the_gates(bench_people: list[Person], data: st.DataObject) -> None:
    """Whoever is chosen, with or without a mandate: no author, nobody for an author, no two gates in one hand."""
    ids = [person.id for person in bench_people]
    pick = st.sampled_from(ids)
    mandates = data.draw(st.dictionaries(st.tuples(pick, st.sampled_from(GATES)), pick, max_size=4))
    authors, held = data.draw(st.frozensets(pick, max_size=2)), data.draw(st.frozensets(pick, max_size=2))
    bench = Bench(tuple(bench_people), authors, mandates=mandates)
    for gate in GATES:
        chosen = reviewers.choose(gate, bench, holders={"other": held})
        if chosen is None:
            continue
        behind = reviewers.principal(gate, bench, chosen.id)
        assert chosen.id not in authors | held
        assert behind not in authors | held
        assert reviewers.holds(gate, chosen) or behind is not None


def test_a_mandate_has_an_end_within_the_plan() -> None:
    """The longest is allowed, a minute more is not."""
    rule = Delegation(longest_days=14, rights=(DelegationRule(right="gate", to=("reviewer",)),))
    ann, bob = (Person(key=key, name=key, gates=["law"], roles=["reviewer"]) for key in ("ann", "bob"))
    now = NOW.astimezone(UTC)
    for more, expected in ((timedelta(), ""), (timedelta(minutes=1), "too_long")):
        ends_at = now + timedelta(days=14) + more
        why = terms.may_give(ann, bob, ["law"], rule=rule, active=(), ends_at=ends_at, now=now)
        assert why == expected
