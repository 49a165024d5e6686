"""The bureau's plan as the desk obeys it: one frozen value, named by the hash of its text."""

import re
from datetime import date, time
from typing import Final, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field

from config.language import Voice
from config.rights import Role

Grade = Literal["extremely_grave", "grave", "relatively_grave", "ordinary"]
GRADES: Final[tuple[Grade, ...]] = ("extremely_grave", "grave", "relatively_grave", "ordinary")
Unit = Literal["minute", "hour", "calendar_day", "working_day"]
Track = Literal["opinion", "question"]
Order = Literal["sequence", "parallel"]
ReleaseChannel = Literal["website", "release_channel", "wechat_account"]
Effect = Literal["heavy_casualties", "large_effect"]
Event = Literal[
    "received",
    "reported_upward",
    "release_out",
    "conference_held",
    "replied",
    "question_accepted",
    "passed_on",
    "rumour_confirmed",
    "referred",
]


PLACE: Final = re.compile(r"\{([^{}\s]{1,20})\}")  # what a template leaves open, by name


class Part(BaseModel):
    """A frozen piece of the plan; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(Part):
    """A name in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def say(self, voice: Voice) -> str:
        """Return the name in the reader's language."""
        return self.en if voice.language == "en" else self.zh


class Bureau(Part):
    """Whose desk this is and how it numbers its cases."""

    name: Name
    number_form: str = Field(min_length=1)  # holds {year} and {seq}: 港建舆〔{year}〕{seq}号
    phone: str = ""  # the public's number for questions, as releases give it; empty: not known


class Kind(Part):
    """A kind of public opinion the bureau must respond to (实施方案 二; the list is open)."""

    key: str
    name: Name
    basis: str


class AccidentGrade(Part):
    """One row of the accident table; any one criterion is enough, the number itself included (令493号 第三条)."""

    grade: Grade
    deaths: int = Field(ge=0)
    serious_injuries: int = Field(ge=0)
    loss_yuan: int = Field(ge=0)
    basis: str


class HeavyCasualties(Part):
    """From how many on the casualties are heavy (重大人员伤亡)."""

    deaths: int = Field(ge=1)
    serious_injuries: int = Field(ge=1)


class Applies(Part):
    """To which cases a limit applies: every condition given must hold; what is not given does not matter."""

    track: Track = "opinion"
    grades: tuple[Grade, ...] = ()
    except_grades: tuple[Grade, ...] = ()
    kinds: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()  # any one of these
    complex: bool | None = None  # a complex online question, or not


class Limit(Part):
    """How long, counted from when, on which basis."""

    amount: int = Field(ge=0)
    unit: Unit
    basis: str = Field(min_length=1)
    applies: Applies = Applies()
    in_force: date | None = None
    source: str = ""  # the plan file this limit comes from; filled in when loaded


class ClockRule(Part):
    """One row of the table of statutory clocks (实施方案 三.1): its limits may come from several authorities."""

    key: str
    name: Name
    starts: Event
    stops: tuple[Event, ...]  # whichever comes first
    repeats: bool = False  # starts anew at each start event until the case is closed
    owner: Literal["spokesperson", "duty_officer", "network_spokesperson", "leader"] = "spokesperson"
    verb: str  # what the owner types or taps to do it
    nudges: tuple[float, ...] = ()  # fractions; empty: the plan's default
    limits: tuple[Limit, ...]


class Gate(Part):
    """One review gate of a draft (实施方案 四.2), or the final signature."""

    key: str
    name: Name
    limit_minutes: int = Field(gt=0)
    emergency_limit_minutes: int = Field(gt=0)
    checks: tuple[Name, ...] = ()  # what this reviewer looks at
    empty_words: bool = False  # is told of hollow turns, and of what a reply lacks


class PaperSignatures(Part):
    """Signatures given on paper and recorded with a photo 代录签批 (R7)."""

    gates: tuple[str, ...] = ()  # for which gates, or the signature, one counts; empty: for none
    recorders: tuple[Role, ...] = ("duty_officer",)
    confirm_within_minutes: int = Field(default=240, gt=0)  # after that it keeps a text from going out
    nudges: tuple[float, ...] = (0.5,)


class Review(Part):
    """How a draft goes through the gates."""

    order: Order = "sequence"
    emergency_order: Order = "parallel"
    emergency_grades: tuple[Grade, ...] = ("extremely_grave", "grave")
    one_gate_per_person: bool = True
    edit_reopens: tuple[str, ...] = ()  # gates an edit reopens; empty: all of them
    # Desk default: whoever adds a fact is not the one who confirms it. True: one person may do both.
    facts_verified_by_adder: bool = False
    gates: tuple[Gate, ...]
    signature: Gate
    nudges: tuple[float, ...] = (0.5, 0.9)
    paper_signatures: PaperSignatures = PaperSignatures()


class Registration(Part):
    """When a slip becomes a numbered case without anybody's word."""

    confirm_within_minutes: int = Field(gt=0)
    certain_at: float = Field(gt=0, le=1)
    grave_wait_minutes: int = Field(ge=0)
    near_identical: float = Field(default=0.85, gt=0, le=1)  # same words from here on: joins the case
    same_event: float = Field(default=0.32, gt=0, le=1)  # so like from here on: a person is asked whether to merge


class Night(Part):
    """The hours of the night shift; it belongs to the day on which it begins."""

    begins: time
    ends: time


class NightCalls(Part):
    """What wakes people at night (R6), besides a limit that ends before the morning or soon after: desk default."""

    margin_hours: int = Field(default=3, ge=0)  # after the digest: what ends sooner leaves no time to act by day
    grades: tuple[Grade, ...] = ("extremely_grave", "grave", "relatively_grave")
    kinds: tuple[str, ...] = ("emergency",)


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)


class Digest(Part):
    """When the morning digest comes; the night is over with it. Once a week the joint meeting gets one of its own."""

    at: time = time(8, 33)
    weekly_on: Weekday = "monday"


class HotTopics(Part):
    """What is a hot topic 热点, and how hot: its heat index is a sum of what was counted, raised by growth."""

    days: int = Field(default=7, gt=0)  # counted back from now
    least_reports: int = Field(default=3, ge=2)  # in those days, from which an event is a hot topic
    per_report: float = Field(default=10, ge=0)
    per_group: float = Field(default=5, ge=0)  # of the groups that it was reported from
    per_like: float = Field(default=1, ge=0)  # of the square root: a thousand likes are not a thousand reports
    per_repost: float = Field(default=2, ge=0)  # of the square root
    growth: float = Field(default=1, ge=0)  # so many times the part of the reports that came within the last day


class Recovery(Part):
    """From which outage on people hear of it; a shorter one is a restart."""

    tell_after_minutes: int = Field(default=5, ge=0)


Rung = Literal["spokesperson", "deputy", "duty_officer", "duty_leader", "leader"]


class Assignment(Part):
    """Who is asked to take a case, in which order, and for how long each."""

    ladder: tuple[Rung, ...]
    accept_within_minutes: dict[Grade, int]
    phone: tuple[Rung, ...] = ()  # rungs on which somebody is phoned too, when the case is an emergency
    night: Night

    @property
    def phoned(self) -> tuple[Rung, ...]:
        """Return the rungs of the ladder on which somebody is phoned too."""
        return tuple(rung for rung in self.ladder if rung in self.phone)


class Topic(Part):
    """A subject within the bureau's business and the section that answers for it."""

    key: str
    name: Name
    section: str


class Need(Part):
    """What is asked of one body when the joint meeting is alerted."""

    body: Name
    what: Name


class Alert(Part):
    """When the joint meeting hears of a case by itself (实施方案 四.4)."""

    on: Literal["registered", "overdue", "released", "rumour"]
    grades: tuple[Grade, ...] = ()
    needs: tuple[Need, ...] = ()  # what is needed from whom, said with the alert


class Escalated(Part):
    """One step while a limit stays missed: who, how long after it has passed, and how they are told (R6)."""

    who: Literal["owner", "office_head", "leader", "duty_leader", "joint_meeting"]
    after_minutes: int = Field(ge=0)
    by: Literal["chat", "phone", "yellow_card", "red_card"] = "chat"

    @property
    def role(self) -> Literal["office_head", "leader", "duty_leader"] | None:
        """Return the role that must be held by somebody for this step; None: it needs no role."""
        match self.who:
            case "owner" | "joint_meeting":
                return None
            case role:
                return role


class Escalation(Part):
    """Who hears of an overdue clock at once, and step by step while nothing happens.

    The joint meeting at once means all that is overdue; otherwise what the plan's alerts name.
    """

    overdue: tuple[Literal["office_head", "leader", "duty_leader", "joint_meeting"], ...]
    then: tuple[Escalated, ...] = ()
    calls: int = Field(default=3, ge=1)  # times that somebody is asked to make one call
    call_again_minutes: int = Field(default=10, gt=0)
    nag_again_minutes: int = Field(default=10, gt=0)  # between two times that people have the same person nagged 催办


class Letters(Part):
    """What becomes of the words that members of the public write to the bureau's official account: desk default."""

    becomes: Track = "question"
    report_kinds: tuple[str, ...] = ()  # read as one of these, it is public opinion
    forwarded_are_reports: bool = True  # so is what somebody else wrote
    shortest: int = Field(default=5, ge=1)  # characters: what is shorter is a greeting, and opens nothing
    together_minutes: int = Field(default=10, ge=0)  # in which what one person writes belongs together


class Meetings(Part):
    """When those who were called to a joint meeting are reminded: desk default."""

    answer_reminder_minutes: int = Field(default=120, gt=0)  # before it begins, who has not answered
    start_reminder_minutes: int = Field(default=30, gt=0)  # before it begins, who comes
    task_nudges: tuple[float, ...] = (0.5, 0.9)  # of the time for a task, when its owner is reminded


class DelegationRule(Part):
    """One right that may be handed over for a time, and to whom."""

    right: Literal["gate", "signature", "spokesperson"]
    to: tuple[Role, ...] = Field(min_length=1)  # holders of any one of these roles


class Delegation(Part):
    """What somebody away may hand over to a deputy, and for how long (R7)."""

    longest_days: int = Field(default=0, ge=0)  # 0: nothing is handed over for a time
    rights: tuple[DelegationRule, ...] = ()

    def may_go_to(self, right: str) -> tuple[Role, ...]:
        """Return the roles that may take a right over: signature, spokesperson, or the key of a gate."""
        wanted = right if right in ("signature", "spokesperson") else "gate"
        return tuple(role for rule in self.rights if rule.right == wanted for role in rule.to)


class Template(Part):
    """A form of a text; {事件} is filled with what is known under that name, else it is a gap a person fills."""

    key: str
    name: Name
    title: str = Field(min_length=1)
    text: str = Field(min_length=1)
    # When it is suggested: any one of these holds. The first template of the plan that fits is the one suggested.
    clocks: tuple[str, ...] = ()  # such a clock runs
    kinds: tuple[str, ...] = ()
    rumour: bool = False  # a person found the case to be a rumour


class Plan(Part):
    """The whole plan in force."""

    name: Name
    time_zone: str
    bureau: Bureau
    lead_body: Name
    kinds: tuple[Kind, ...]
    grade_names: dict[Grade, Name]
    accident_grades: tuple[AccidentGrade, ...]
    heavy_casualties: HeavyCasualties
    response_forms: dict[str, Name]
    registration: Registration
    assignment: Assignment
    topics: tuple[Topic, ...]
    default_topic: str
    nudges: tuple[float, ...]
    clocks: tuple[ClockRule, ...]
    review: Review
    escalation: Escalation
    alerts: tuple[Alert, ...]
    night_calls: NightCalls = NightCalls()
    digest: Digest = Digest()
    hot_topics: HotTopics = HotTopics()
    recovery: Recovery = Recovery()
    meetings: Meetings = Meetings()
    letters: Letters = Letters()
    release_channels: tuple[ReleaseChannel, ...] = ("website", "release_channel")
    templates: tuple[Template, ...] = ()
    delegation: Delegation = Delegation()

    def kind(self, key: str) -> Kind:
        """Return the kind named so; KeyError when the plan has none."""
        return _named(self.kinds, key)

    def topic(self, key: str) -> Topic:
        """Return the topic named so; KeyError when the plan has none."""
        return _named(self.topics, key)

    def grade(self, key: str) -> Name:
        """Return the name of the grade named so; KeyError when there is none."""
        return {str(grade): name for grade, name in self.grade_names.items()}[key]

    def clock(self, key: str) -> ClockRule:
        """Return the clock rule named so; KeyError when the plan has none."""
        return _named(self.clocks, key)

    def gate(self, key: str) -> Gate:
        """Return the gate (or the signature) named so; KeyError when the plan has none."""
        return _named((*self.review.gates, self.review.signature), key)


Keyed = TypeVar("Keyed", Kind, Topic, ClockRule, Gate)


def _named(parts: tuple[Keyed, ...], key: str) -> Keyed:
    for part in parts:
        if part.key == key:
            return part
    raise KeyError(key)
