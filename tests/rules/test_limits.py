"""What is owed by when: the table of statutory clocks, under both plans of the house."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import load_calendar
from config.plan import GRADES, Effect, Event, Grade, Plan, Track
from config.plan_file import load_plan
from handlers.clocks.limits import CaseFacts, Outcome, Owed, outcome, owed_limits
from handlers.clocks.regrade import ClockFacts, LapseClock, StartClock, reconcile

CN = load_calendar()
SHANGHAI = ZoneInfo("Asia/Shanghai")
PLANS = {name: load_plan(name).plan for name in ("national", "gangbei-2017")}
GANGBEI = PLANS["gangbei-2017"]
NATIONAL = PLANS["national"]

RECEIVED = datetime(2026, 11, 27, 14, 5, tzinfo=SHANGHAI)  # a Friday
RELEASED = datetime(2026, 11, 28, 9, 0, tzinfo=SHANGHAI)
DESK = "本台默认 desk default"
LOCAL = "本方案 三.1"
N61, N80 = "国办发〔2016〕61号", "国办发〔2016〕80号"
BOTH = f"{N61}、{N80}"

OPINION: Track = "opinion"
QUESTION: Track = "question"

# plan, what the case is, the clock, its limits as (basis, due in Shanghai), the one that binds first
ROWS = [
    # report upward: 1 h, grave and extremely grave
    ("national", CaseFacts(OPINION, "grave"), "report_upward", [(DESK, "11-27 15:05")]),
    ("gangbei-2017", CaseFacts(OPINION, "extremely_grave"), "report_upward", [(DESK, "11-27 15:05")]),
    ("gangbei-2017", CaseFacts(OPINION, "relatively_grave"), "report_upward", []),
    # publish the known facts: national 5 h, this plan 1 h
    ("national", CaseFacts(OPINION, "grave"), "first_release", [(N80, "11-27 19:05")]),
    ("national", CaseFacts(OPINION, "extremely_grave"), "first_release", [(N80, "11-27 19:05")]),
    ("gangbei-2017", CaseFacts(OPINION, "grave"), "first_release", [(LOCAL, "11-27 15:05"), (N80, "11-27 19:05")]),
    ("gangbei-2017", CaseFacts(OPINION, "ordinary"), "first_release", []),
    # press conference: 24 h; this plan also for heavy casualties or a large effect
    ("national", CaseFacts(OPINION, "grave"), "press_conference", [(BOTH, "11-28 14:05")]),
    ("national", CaseFacts(OPINION, "ordinary", effects=frozenset({"large_effect"})), "press_conference", []),
    ("gangbei-2017", CaseFacts(OPINION, "grave"), "press_conference", [(BOTH, "11-28 14:05")]),
    (
        "gangbei-2017",
        CaseFacts(OPINION, "ordinary", effects=frozenset({"large_effect"})),
        "press_conference",
        [(LOCAL, "11-28 14:05")],
    ),
    (
        "gangbei-2017",
        CaseFacts(OPINION, "grave", effects=frozenset({"heavy_casualties"})),
        "press_conference",
        [(LOCAL, "11-28 14:05"), (BOTH, "11-28 14:05")],
    ),
    # respond: 48 h over the weekend, every other case
    ("national", CaseFacts(OPINION, "ordinary"), "respond", [(N61, "11-29 14:05")]),
    ("gangbei-2017", CaseFacts(OPINION, "ordinary"), "respond", [(LOCAL, "11-29 14:05"), (N61, "11-29 14:05")]),
    ("gangbei-2017", CaseFacts(OPINION, "relatively_grave"), "respond", [(LOCAL, "11-29 14:05"), (N61, "11-29 14:05")]),
    ("gangbei-2017", CaseFacts(OPINION, "grave"), "respond", []),
    # keep publishing, counted from the release: by grade
    ("national", CaseFacts(OPINION, "extremely_grave"), "keep_publishing", [(DESK, "11-28 13:00")]),
    ("national", CaseFacts(OPINION, "grave"), "keep_publishing", [(DESK, "11-28 15:00")]),
    ("gangbei-2017", CaseFacts(OPINION, "relatively_grave"), "keep_publishing", [(DESK, "11-28 21:00")]),
    ("gangbei-2017", CaseFacts(OPINION, "ordinary"), "keep_publishing", [(DESK, "11-29 09:00")]),
    # online questions: working days end at midnight, pass on after 24 natural hours
    ("national", CaseFacts(QUESTION, "ordinary"), "question_accept", [(DESK, "12-01 00:00")]),
    ("gangbei-2017", CaseFacts(QUESTION, "ordinary"), "question_answer", [(DESK, "12-05 00:00")]),
    ("gangbei-2017", CaseFacts(QUESTION, "ordinary", complex=True), "question_answer", [(DESK, "12-19 00:00")]),
    ("national", CaseFacts(QUESTION, "ordinary"), "question_pass_on", [(DESK, "11-28 14:05")]),
    ("gangbei-2017", CaseFacts(QUESTION, "ordinary"), "respond", []),
    # rumour referral: the same day as the decision
    ("national", CaseFacts(OPINION, "ordinary"), "rumour_referral", [(DESK, "11-29 00:00")]),
    ("gangbei-2017", CaseFacts(OPINION, "grave"), "rumour_referral", [(DESK, "11-29 00:00")]),
]
EVENTS: Mapping[Event, Sequence[datetime]] = {
    "received": [RECEIVED],
    "release_out": [RELEASED],
    "rumour_confirmed": [RELEASED],
}


def limits_of(plan: Plan, facts: CaseFacts, clock: str) -> list[Owed]:
    owed = [each for each in owed_limits(plan, CN, facts, EVENTS) if each.rule_key == clock]
    return sorted(owed, key=lambda each: not each.binding)


def shown(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(("plan", "facts", "clock", "limits"), ROWS)
def test_each_row_of_the_table_falls_due_when_its_text_says(
    plan: str, facts: CaseFacts, clock: str, limits: list[tuple[str, str]]
) -> None:
    """Every limit with its basis; the one that binds is the strictest, of equals the bureau's own."""
    found = limits_of(PLANS[plan], facts, clock)
    assert [(each.limit_basis, shown(each.due_at)) for each in found] == limits
    assert [each.binding for each in found] == [True, False][: len(found)]


def test_a_limit_knows_the_file_it_comes_from() -> None:
    """Local and national are kept apart."""
    found = limits_of(GANGBEI, CaseFacts(OPINION, "grave"), "first_release")
    assert [each.source for each in found] == ["gangbei-2017.yaml", "national.yaml"]


def test_nothing_runs_before_its_start_event() -> None:
    """Without a release nothing follows up, without a decision nothing is referred."""
    owed = owed_limits(GANGBEI, CN, CaseFacts(OPINION, "grave"), {"received": [RECEIVED]})
    assert {each.rule_key for each in owed} == {"report_upward", "first_release", "press_conference"}


def test_the_earliest_report_is_what_counts() -> None:
    """A later report of the same event moves no limit."""
    events: Mapping[Event, Sequence[datetime]] = {"received": [RELEASED, RECEIVED]}
    owed = owed_limits(GANGBEI, CN, CaseFacts(OPINION, "ordinary"), events)
    assert {each.starts_at for each in owed} == {RECEIVED}


def test_each_release_starts_the_next_follow_up_and_ends_the_one_before() -> None:
    """Three releases: two clocks have ended with the next release, the third runs."""
    times = [RELEASED + timedelta(hours=hours) for hours in (0, 3, 12)]
    events: Mapping[Event, Sequence[datetime]] = {"received": [RECEIVED], "release_out": times}
    owed = [each for each in owed_limits(GANGBEI, CN, CaseFacts(OPINION, "grave"), events) if each.repeats]
    assert [(each.n, each.starts_at) for each in owed] == list(enumerate(times))
    now = times[-1]
    assert [outcome(each, events, now) for each in owed] == [
        Outcome("met", times[1]),
        Outcome("missed", times[2]),
        Outcome("running"),
    ]


def test_a_limit_that_is_not_yet_in_force_does_not_bind_earlier_cases() -> None:
    """in_force is compared with the day the clock started."""
    rule = GANGBEI.clock("respond")
    later = rule.limits[0].model_copy(update={"in_force": date(2026, 11, 28)})
    plan = GANGBEI.model_copy(update={"clocks": (rule.model_copy(update={"limits": (later,)}),)})
    facts = CaseFacts(OPINION, "ordinary")
    assert not owed_limits(plan, CN, facts, {"received": [RECEIVED]})
    assert owed_limits(plan, CN, facts, {"received": [RELEASED]})


def test_a_working_day_limit_past_the_announced_holidays_says_that_it_is_a_guess() -> None:
    """Never silently: 15 working days from mid-December run into a year that is not announced."""
    events: Mapping[Event, Sequence[datetime]] = {"received": [datetime(2026, 12, 15, 9, tzinfo=SHANGHAI)]}
    owed = owed_limits(GANGBEI, CN, CaseFacts(QUESTION, "ordinary", complex=True), events)
    assert {each.rule_key: each.guess for each in owed} == {
        "question_accept": False,
        "question_answer": True,
        "question_pass_on": False,
    }


DUE = RECEIVED + timedelta(hours=48)
STANDS = [
    ("before the limit, nothing done", [], DUE - timedelta(minutes=1), Outcome("running")),
    ("at the limit, nothing done", [], DUE, Outcome("running")),
    ("past the limit, nothing done", [], DUE + timedelta(minutes=1), Outcome("missed")),
    ("done in time", [DUE - timedelta(hours=1)], DUE, Outcome("met", DUE - timedelta(hours=1))),
    ("done exactly at the limit", [DUE], DUE + timedelta(hours=1), Outcome("met", DUE)),
    ("done late", [DUE + timedelta(hours=1)], DUE + timedelta(hours=2), Outcome("missed", DUE + timedelta(hours=1))),
    ("done twice", [DUE, DUE - timedelta(hours=2)], DUE, Outcome("met", DUE - timedelta(hours=2))),
    ("done in the future", [DUE], DUE - timedelta(hours=1), Outcome("running")),
]


@pytest.mark.parametrize(("released", "now", "stands"), [row[1:] for row in STANDS], ids=[row[0] for row in STANDS])
def test_how_a_clock_stands(released: list[datetime], now: datetime, stands: Outcome) -> None:
    """Running, met, or missed and then perhaps met late."""
    (owed, *_) = limits_of(GANGBEI, CaseFacts(OPINION, "ordinary"), "respond")
    assert outcome(owed, {"received": [RECEIVED], "release_out": released}, now) == stands
    assert stands.late is (stands.stage == "missed" and bool(released))


# ------------------------------------------------------------------------------------------ judged anew


def on_record(owed: Sequence[Owed], stage: str = "running") -> tuple[ClockFacts, ...]:
    return tuple(
        ClockFacts(n, each.rule_key, each.limit_basis, each.source, each.starts_at, each.due_at, stage)  # type: ignore[arg-type]
        for n, each in enumerate(owed)
    )


def regrade(
    before: Grade, after: Grade, now: datetime, released: Sequence[datetime] = ()
) -> tuple[list[str], list[str]]:
    """Return what lapses and what starts (with how it stands) when a case's grade changes."""
    events: Mapping[Event, Sequence[datetime]] = {"received": [RECEIVED], "release_out": released}
    clocks = on_record(owed_limits(GANGBEI, CN, CaseFacts(OPINION, before), events))
    owed = owed_limits(GANGBEI, CN, CaseFacts(OPINION, after), events)
    changes = reconcile(clocks, owed, now, "改判", events)
    lapsed = [change.clock.rule_key for change in changes if isinstance(change, LapseClock)]
    started = [f"{change.owed.rule_key} {change.outcome.stage}" for change in changes if isinstance(change, StartClock)]
    return lapsed, started


def test_a_case_graded_up_owes_the_shorter_limits_from_its_original_start() -> None:
    """Two hours after the report: the hour is already past and recorded so, the five and the 24 hours run."""
    lapsed, started = regrade("ordinary", "grave", RECEIVED + timedelta(hours=2))
    assert lapsed == ["respond", "respond"]
    assert started == [
        "report_upward missed",
        "first_release running",  # national, 5 h
        "first_release missed",  # this plan, 1 h
        "press_conference running",
    ]


def test_a_case_graded_up_after_its_release_has_met_what_the_release_ended() -> None:
    """A release after half an hour meets the first-release limits that are found to apply later."""
    released = [RECEIVED + timedelta(minutes=30)]
    lapsed, started = regrade("ordinary", "grave", RECEIVED + timedelta(hours=2), released)
    assert lapsed == ["respond", "respond", "keep_publishing"]
    assert started == [
        "report_upward missed",
        "first_release met",
        "first_release met",
        "press_conference running",
        "keep_publishing running",
    ]


def test_the_same_judgement_again_changes_nothing() -> None:
    """No clock is doubled, none lapses."""
    assert regrade("grave", "grave", RECEIVED + timedelta(hours=2)) == ([], [])


def test_a_clock_that_lapsed_by_mistake_starts_again_when_the_judgement_is_taken_back() -> None:
    """The lapsed one stays on record; a new one runs from the original start."""
    events: Mapping[Event, Sequence[datetime]] = {"received": [RECEIVED]}
    owed = owed_limits(GANGBEI, CN, CaseFacts(OPINION, "ordinary"), events)
    changes = reconcile(on_record(owed, "lapsed"), owed, RECEIVED + timedelta(hours=1), "撤销改判", events)
    assert changes == tuple(StartClock(each, Outcome("running")) for each in owed)


def test_what_has_ended_is_never_touched() -> None:
    """Met and missed clocks of the old grade stay as they ended."""
    events: Mapping[Event, Sequence[datetime]] = {"received": [RECEIVED]}
    owed = owed_limits(GANGBEI, CN, CaseFacts(OPINION, "grave"), events)
    ended = (*on_record(owed[:2], "met"), *on_record(owed[2:], "missed"))
    assert reconcile(ended, [], RECEIVED, "不属本局", events) == ()


moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
facts = st.builds(
    CaseFacts,
    st.sampled_from(get_args(Track)),
    st.sampled_from(GRADES),
    st.frozensets(st.sampled_from([kind.key for kind in GANGBEI.kinds])),
    st.frozensets(st.sampled_from(get_args(Effect))),
    st.booleans(),
)
happenings = st.dictionaries(st.sampled_from(get_args(Event)), st.lists(moments, max_size=3)).map(
    lambda events: {"received": [datetime(2025, 1, 1, tzinfo=UTC)], **events}
)
plans = st.sampled_from(list(PLANS.values()))


def by_clock(owed: Sequence[Owed]) -> Iterator[list[Owed]]:
    for start in {(each.rule_key, each.n) for each in owed}:
        yield [each for each in owed if (each.rule_key, each.n) == start]


@given(plan=plans, facts=facts, events=happenings)
def test_exactly_one_limit_of_a_clock_binds_and_it_is_always_a_strictest(
    plan: Plan, facts: CaseFacts, events: Mapping[Event, Sequence[datetime]]
) -> None:
    """Whatever the case and whatever has happened."""
    for clock in by_clock(owed_limits(plan, CN, facts, events)):
        (binding,) = [each for each in clock if each.binding]
        assert binding.due_at == min(each.due_at for each in clock)
        assert all(each.due_at > each.starts_at for each in clock)


@given(facts=facts, events=happenings)
def test_the_bureau_never_has_longer_than_the_nation(
    facts: CaseFacts, events: Mapping[Event, Sequence[datetime]]
) -> None:
    """Every limit of the national plan is in the bureau's, and what binds there is as strict or stricter."""
    ours = owed_limits(GANGBEI, CN, facts, events)
    for each in owed_limits(NATIONAL, CN, facts, events):
        same = [limit for limit in ours if limit.rule_key == each.rule_key and limit.n == each.n]
        assert each.key in {limit.key for limit in same}
        assert min(limit.due_at for limit in same) <= each.due_at


@given(facts=facts, events=happenings, now=moments, span=st.timedeltas(timedelta(), timedelta(days=60)))
def test_an_ended_clock_always_stays_as_it_ended(
    facts: CaseFacts, events: Mapping[Event, Sequence[datetime]], now: datetime, span: timedelta
) -> None:
    """Time alone never turns met into missed, nor missed into met."""
    for each in owed_limits(GANGBEI, CN, facts, events):
        before, after = outcome(each, events, now), outcome(each, events, now + span)
        assert before.stage in {"running", after.stage}


@given(before=facts, after=facts, events=happenings, now=moments)
def test_after_judging_anew_the_clocks_on_record_are_always_those_owed(
    before: CaseFacts, after: CaseFacts, events: Mapping[Event, Sequence[datetime]], now: datetime
) -> None:
    """Nothing owed is missing, nothing that runs is not owed, nothing is there twice."""
    clocks = on_record(owed_limits(GANGBEI, CN, before, events))
    owed = owed_limits(GANGBEI, CN, after, events)
    changes = reconcile(clocks, owed, now, "改判", events)
    lapsed = {change.clock.id for change in changes if isinstance(change, LapseClock)}
    left = [clock.key for clock in clocks if clock.id not in lapsed]
    left += [change.owed.key for change in changes if isinstance(change, StartClock)]
    assert sorted(left) == sorted(each.key for each in owed)
