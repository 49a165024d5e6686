"""Plan files: what they say is what is in force, and a bad one is refused with file, line and what to write."""

import shutil
from pathlib import Path

import pytest

from config.language import Voice
from config.plan_file import PLANS, LoadedPlan, PlanError, load_plan, plan_from_text, plan_names

ZH = Voice("zh")
EVENTS = (
    "received, reported_upward, release_out, conference_held, replied, "
    "question_accepted, passed_on, rumour_confirmed, referred"
)
GRADES = "extremely_grave, grave, relatively_grave, ordinary"
OWNERS = "spokesperson, duty_officer, network_spokesperson, leader"
STEPS = "spokesperson, deputy, duty_officer, duty_leader, leader"


def extra_clock(
    starts: str = "received", stops: str = "[replied]", limits: str = "[{amount: 1, unit: hour, basis: 甲}]"
) -> str:
    return (
        "clocks:\n  - {key: extra, name: {zh: 加, en: More}, "
        f"starts: {starts}, stops: {stops}, verb: draft, limits: {limits}}}\n"
    )


def respond(limit: str) -> str:
    return f"clocks:\n  - key: respond\n    limits:\n      - {limit}\n"


# What a plan says that extends the national one (from its line 2 on) → the exact answer, each line of it.
BAD: list[tuple[str, str, list[str]]] = [
    ("key misspelt", "bureau:\n  nmae: {zh: 局, en: Bureau}\n", ["3 不认识 nmae,是否想写 name?"]),
    (
        "key unknown",
        "registration:\n  colour: red\n",
        ["3 不认识 colour;此处可写 confirm_within_minutes, certain_at, grave_wait_minutes, near_identical, same_event"],
    ),
    ("key twice", "default_topic: other\ndefault_topic: other\n", ["3 default_topic 写了两次(第 2 行已有);请删去一处"]),
    (
        "clock twice",
        "clocks:\n  - {key: respond}\n  - {key: respond}\n",
        ["4 key respond 用了两次(第 3 行已有);请改名或删去一处"],
    ),
    (
        "unit",
        respond("{amount: 2, unit: hours, basis: 甲}"),
        ["5 unit 不能写 hours;可写 minute, hour, calendar_day, working_day,是否想写 hour?"],
    ),
    ("number missing", respond("{unit: hour, basis: 甲}"), ["5 缺少 amount;请写 amount: 整数(不加引号)"]),
    ("number quoted", respond('{amount: "48", unit: hour, basis: 甲}'), ['5 amount 写了 "48",应为整数(不加引号)']),
    ("number broken", respond("{amount: 1.5, unit: hour, basis: 甲}"), ["5 amount 写了 1.5,应为整数(不加引号)"]),
    ("number negative", respond("{amount: -1, unit: hour, basis: 甲}"), ["5 amount 写了 -1,应不小于 0"]),
    (
        "number zero",
        respond("{amount: 0, unit: hour, basis: 甲}"),
        ["5 amount 写了 0,应大于 0(只有 calendar_day 可写 0,即当日)"],
    ),
    ("no basis", respond('{amount: 4, unit: hour, basis: ""}'), ["5 basis 是空的;请写上内容"]),
    ("source by hand", respond("{amount: 4, unit: hour, basis: 甲, source: 乙}"), ["5 source 由系统填写;请删去这一行"]),
    (
        "date",
        respond("{amount: 4, unit: hour, basis: 甲, in_force: 明年}"),
        ['5 in_force 写了 "明年",应为日期(如 2026-01-31)'],
    ),
    (
        "limit that never applies",
        respond("{amount: 4, unit: hour, basis: 甲, applies: {grades: [grave], except_grades: [grave]}}"),
        ["5 这条时限永远不适用(等级全被 except_grades 排除);请改 grades 或 except_grades"],
    ),
    (
        "kind unknown",
        respond("{amount: 4, unit: hour, basis: 甲, applies: {kinds: [weather]}}"),
        ["5 没有类别 weather;可写 policy_misread, vital_interests, moral_bottom_line, emergency, superior_request"],
    ),
    (
        "grade unknown",
        respond("{amount: 4, unit: hour, basis: 甲, applies: {grades: [gravest]}}"),
        [f"5 grades 不能写 gravest;可写 {GRADES},是否想写 grave?"],
    ),
    (
        "clock misspelt",
        "clocks:\n  - {key: respnd, name: {zh: 回, en: R}, stops: [replied], verb: draft, limits: []}\n",
        [
            "3 national.yaml 里没有时钟 respnd,是否想写 respond?",
            f"3 缺少 starts;请写 starts: {EVENTS.replace(', ', ' | ')}",
            "3 时钟 respnd 的 limits 是空的;请至少写一项",
        ],
    ),
    (
        "clock's end moved",
        "clocks:\n  - {key: respond, stops: [replied]}\n",
        ["3 stops 已由 national.yaml 规定,不能在此更改;请删去这一行"],
    ),
    ("event unknown", extra_clock(starts="release"), [f"3 starts 不能写 release;可写 {EVENTS},是否想写 release_out?"]),
    (
        "clock that ends at once",
        extra_clock(starts="replied"),
        ["3 时钟 extra 一开始就结束(starts 也在 stops 里);请改 stops,或写 repeats: true"],
    ),
    (
        "clock without end or limit",
        extra_clock(stops="[]", limits="[]"),
        [
            "3 时钟 extra 的 stops 是空的;请至少写一项",
            "3 时钟 extra 的 limits 是空的;请至少写一项",
        ],
    ),
    ("verb unknown", "clocks:\n  - {key: respond, verb: drfat}\n", ["3 没有指令 drfat,是否想写 draft?"]),
    (
        "owner unknown",
        "clocks:\n  - {key: respond, owner: officer}\n",
        [f"3 owner 不能写 officer;可写 {OWNERS},是否想写 duty_officer?"],
    ),
    ("no gates", "review:\n  gates: []\n", ["3 没有审核关口,稿件无法送审;请至少写一关"]),
    (
        "gate without a limit",
        "review:\n  gates:\n    - {key: six, name: {zh: 六, en: Six}, emergency_limit_minutes: 5}\n",
        ["4 缺少 limit_minutes;请写 limit_minutes: 整数(不加引号)"],
    ),
    ("gate of no time", "review:\n  gates:\n    - {key: law, limit_minutes: 0}\n", ["4 limit_minutes 写了 0,应大于 0"]),
    ("signature named as a gate", "review:\n  signature: {key: law}\n", ["3 签发与关口同名 law;请改用另一个 key"]),
    ("unknown gate reopened", "review:\n  edit_reopens: [laws]\n", ["3 没有关口 laws,是否想写 law?"]),
    (
        "yes for true",
        "review: {one_gate_per_person: yes}\n",
        ['2 one_gate_per_person 写了 "yes",应为是非值 true 或 false'],
    ),
    (
        "ladder empty",
        "assignment:\n  ladder: []\n",
        ["3 指派顺序是空的,案件永远无人认领;请至少写一级,如 [spokesperson, duty_leader]"],
    ),
    (
        "ladder step unknown",
        "assignment:\n  ladder: [spokesman]\n",
        [f"3 ladder 不能写 spokesman;可写 {STEPS},是否想写 spokesperson?"],
    ),
    ("no time to accept", "assignment:\n  accept_within_minutes: {grave: 0}\n", ["3 认领时限写了 0,应大于 0 分钟"]),
    ("grade misspelt", "assignment:\n  accept_within_minutes: {graev: 5}\n", ["3 不认识 graev,是否想写 grave?"]),
    ("fraction 0", "nudges: [0, 0.5]\n", ["2 提醒点写了 0,应大于 0 且不大于 1,如 0.9"]),
    (
        "fraction in percent",
        "clocks:\n  - {key: respond, nudges: [90]}\n",
        ["3 提醒点写了 90,应大于 0 且不大于 1,如 0.9"],
    ),
    (
        "fraction in percent for tasks",
        "meetings: {task_nudges: [50]}\n",
        ["2 提醒点写了 50,应大于 0 且不大于 1,如 0.9"],
    ),
    ("kind of letters unknown", "letters: {report_kinds: [emergancy]}\n", ["2 没有类别 emergancy,是否想写 emergency?"]),
    ("kind that wakes unknown", "night_calls: {kinds: [emergancy]}\n", ["2 没有类别 emergancy,是否想写 emergency?"]),
    ("no reminders", "nudges: []\n", ["2 没有提醒点,谁也不会被提醒;请写如 [0.5, 0.75, 0.9, 1.0]"]),
    ("default topic unknown", "default_topic: othr\n", ["2 没有主题 othr,是否想写 other?"]),
    (
        "number without {seq}",
        "bureau:\n  number_form: 港建舆{year}号\n",
        ["3 案件编号的格式须含 {year} 和 {seq} 各一个;请写如 港建舆〔{year}〕{seq}号"],
    ),
    (
        "number with a brace open",
        "bureau:\n  number_form: '港建舆{year}{seq'\n",
        ["3 案件编号的格式须含 {year} 和 {seq} 各一个;请写如 港建舆〔{year}〕{seq}号"],
    ),
    ("time zone unknown", "time_zone: Asia/Guigang\n", ["2 没有时区 Asia/Guigang;请写如 Asia/Shanghai"]),
    (
        "accident table upside down",
        (
            "accident_grades:\n"
            "  - {grade: grave, deaths: 3, serious_injuries: 50, loss_yuan: 5, basis: 甲}\n"
            "  - {grade: relatively_grave, deaths: 10, serious_injuries: 10, loss_yuan: 1, basis: 甲}\n"
        ),
        ["3 deaths 写了 3,应高于轻一级的 10"],
    ),
    ("name in one language", "lead_body: {zh: 局}\n", ["2 缺少 en;请写 en: 文字(加引号)"]),
    ("text for a name", "name: 方案\n", ['2 name 写了 "方案",应为{zh: 中文, en: English}']),
    ("list for a map", "bureau:\n  - name\n", ["2 bureau 写了 列表,应为若干行 键: 值(name, number_form, phone)"]),
    ("map for a list", "topics: {key: a}\n", ["2 topics 写了 若干行 键: 值,应为列表(每项以 - 开头)"]),
    ("word for a list", "escalation: {overdue: leader}\n", ['2 overdue 写了 "leader",应为列表(每项以 - 开头)']),
    ("too certain", "registration: {certain_at: 1.5}\n", ["2 certain_at 写了 1.5,应不大于 1.0"]),
    ("alert unknown", "alerts:\n  - {on: always}\n", ["3 on 不能写 always;可写 registered, overdue, released, rumour"]),
    (
        "a call to nobody on the ladder",
        "assignment: {phone: [duty_officer]}\n",
        ["2 phone 里的 duty_officer 不在 ladder 里,轮不到;请在 ladder 里加上,或删去"],
    ),
    ("nobody hears of it", "escalation: {overdue: []}\n", ["2 超时无人知晓;请至少写一级,如 [office_head, leader]"]),
    ("tab", "bureau:\n\tname: x\n", ["3 缩进用了制表符;请改用空格"]),
    ("alias", "name: &n {zh: 局, en: B}\nlead_body: *n\n", ["3 不支持 YAML 别名(*);请把内容写全"]),
    (
        "impossible date",
        respond("{amount: 4, unit: hour, basis: 甲, in_force: 2026-13-45}"),
        ["5 读不懂 2026-13-45;请写成文字、数字或日期(如 2026-01-31)"],
    ),
    (
        "several at once",
        "nudges: [2]\ntime_zone: Mars\nbureau:\n  nmae: x\n",
        [
            "2 提醒点写了 2,应大于 0 且不大于 1,如 0.9",
            "3 没有时区 Mars;请写如 Asia/Shanghai",
            "5 不认识 nmae,是否想写 name?",
        ],
    ),
]

# What a whole file holds, byte for byte → the exact answer.
BAD_FILES: list[tuple[str, bytes, str]] = [
    ("empty", b"", "local.yaml 第 1 行:文件是空的;请写上内容,或指向正确的文件"),
    ("comments only", b"# nothing\n\n", "local.yaml 第 1 行:文件是空的;请写上内容,或指向正确的文件"),
    ("list", b"- extends: national\n", "local.yaml 第 1 行:开头应是 键: 值,而不是列表或文字;请去掉行首的 -"),
    (
        "GBK",
        b"extends: national\nname:\n  zh: " + "方案".encode("gbk"),
        "local.yaml 第 3 行:不是 UTF-8 文字;请把文件另存为 UTF-8",
    ),
    ("control character", b"extends: \x01\n", "local.yaml 第 1 行:不是有效的 YAML;请检查有无看不见的控制字符"),
    ("extends itself", b"extends: local\n", "local.yaml 第 1 行:extends 绕成了圈:local.yaml → local.yaml;请断开"),
    (
        "extends a path",
        b"extends: ../national\n",
        "local.yaml 第 1 行:extends 应是同一目录下方案的名字;请写如 extends: national",
    ),
    ("extends nothing known", b"extends: city\n", "city.yaml:没有这个文件;同一目录下有 local.yaml, national.yaml"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(PLANS / "national.yaml", tmp_path)
    return tmp_path


def written(folder: Path, text: str) -> Path:
    file = folder / "local.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def loaded(folder: Path, text: str) -> LoadedPlan:
    return load_plan(written(folder, f"extends: national\n{text}"))


def refusal(file: Path) -> PlanError:
    with pytest.raises(PlanError) as refused:
        load_plan(file)
    return refused.value


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_plan_is_refused_with_file_line_and_what_to_write(folder: Path, text: str, said: list[str]) -> None:
    """Exactly these problems, in the order of the lines."""
    error = refusal(written(folder, f"extends: national\n{text}"))
    expected = [f"local.yaml 第 {line} 行:{what}" for line, _, what in (each.partition(" ") for each in said)]
    assert error.say(ZH).splitlines() == expected


@pytest.mark.parametrize(("content", "said"), [row[1:] for row in BAD_FILES], ids=[row[0] for row in BAD_FILES])
def test_a_file_that_is_no_plan_at_all_is_refused(folder: Path, content: bytes, said: str) -> None:
    """Not UTF-8, empty, a list, a circle, a stranger."""
    file = folder / "local.yaml"
    file.write_bytes(content)
    assert refusal(file).say(ZH) == said


def test_broken_yaml_names_the_line(folder: Path) -> None:
    """The parser's own reason is kept, as it names the character."""
    said = refusal(written(folder, "extends: national\nbureau: {name: {zh: 局}\n")).say(ZH)
    assert said.startswith("local.yaml 第 3 行:不是有效的 YAML(")
    assert said.endswith("请检查缩进、冒号后的空格和引号")


def test_a_problem_in_the_extended_file_names_that_file(folder: Path) -> None:
    """The line is the line of the file where it is written."""
    file = folder / "national.yaml"
    text = file.read_text(encoding="utf-8")
    line = next(n for n, each in enumerate(text.splitlines(), 1) if each.startswith("time_zone"))
    file.write_text(text.replace("Asia/Shanghai", "Asia/Beijing"), encoding="utf-8")
    assert refusal(written(folder, "extends: national\n")).say(ZH) == (
        f"national.yaml 第 {line} 行:没有时区 Asia/Beijing;请写如 Asia/Shanghai"
    )


def test_a_missing_grade_is_asked_for(folder: Path) -> None:
    """Every grade needs a name and a time to accept."""
    file = folder / "national.yaml"
    text = file.read_text(encoding="utf-8").replace("relatively_grave: 15, ordinary: 30", "relatively_grave: 15")
    file.write_text(text, encoding="utf-8")
    said = refusal(file).say(ZH)
    assert said.endswith("缺少等级 ordinary;请加一行 ordinary: 分钟数")


def test_a_plan_that_is_not_there_is_said_with_those_that_are() -> None:
    """By name, the house's own plans are listed."""
    assert refusal_of_name("gangbei-2071") == (
        "gangbei-2071.yaml:没有这个文件;同一目录下有 gangbei-2017.yaml, national.yaml"
    )


def refusal_of_name(name: str) -> str:
    with pytest.raises(PlanError) as refused:
        load_plan(name)
    return refused.value.say(ZH)


def test_the_error_as_text_says_it_in_chinese_first(folder: Path) -> None:
    """str() is what a command line prints: Chinese, then English."""
    error = refusal(written(folder, "extends: national\nnudges: []\n"))
    assert str(error).splitlines()[0] == error.say(ZH)


# -------------------------------------------------------------------------------------------- good plans


@pytest.mark.parametrize("name", plan_names())
def test_every_plan_of_the_house_loads_and_reloads_from_its_kept_texts(name: str) -> None:
    """The order in which the texts were kept does not matter."""
    plan = load_plan(name)
    assert plan_from_text(plan.texts) == plan.plan
    assert plan_from_text({name: plan.texts[name] for name in sorted(plan.texts, reverse=True)}) == plan.plan


def test_the_bureau_adds_to_the_nation() -> None:
    """Kinds and topics of both, the bureau's basis over the nation's, the gates of 实施方案 四.2 in order."""
    plan = load_plan("gangbei-2017").plan
    assert {kind.key: kind.basis for kind in plan.kinds} == {
        "policy_misread": "本方案 二",
        "vital_interests": "本方案 二",
        "moral_bottom_line": "本方案 二",
        "emergency": "本方案 二",
        "superior_request": "本方案 二",
        "hot_topic": "本方案 三.2",
    }
    assert plan.kind("emergency").name.en == "Emergency or natural disaster"
    assert [gate.name.zh for gate in plan.review.gates] == ["政治关", "政策关", "法律关", "文字关", "保密关"]
    assert plan.review.signature.name.zh == "签发"
    assert plan.bureau.number_form.format(year=2026, seq=12) == "港建舆〔2026〕12号"


def test_the_accident_table_is_that_of_decree_493() -> None:
    """令493号 第三条."""
    rows = {
        row.grade: (row.deaths, row.serious_injuries, row.loss_yuan)
        for row in load_plan("national").plan.accident_grades
    }
    assert rows == {
        "extremely_grave": (30, 100, 100_000_000),
        "grave": (10, 50, 50_000_000),
        "relatively_grave": (3, 10, 10_000_000),
        "ordinary": (1, 1, 1),
    }


def test_a_local_limit_stands_beside_the_national_one_with_its_file(folder: Path) -> None:
    """Both are kept, each with basis and source; the rule itself stays the nation's."""
    plan = loaded(folder, respond("{amount: 36, unit: hour, basis: 市里要求}")).plan
    rule = plan.clock("respond")
    assert [(limit.amount, limit.basis, limit.source) for limit in rule.limits] == [
        (48, "国办发〔2016〕61号", "national.yaml"),
        (36, "市里要求", "local.yaml"),
    ]
    assert rule.name.zh == "回应"
    assert rule.stops == ("release_out", "replied")


def test_a_local_part_overrides_the_same_key_and_others_are_appended(folder: Path) -> None:
    """Gates merge by key inside the review, other fields of the review stay."""
    text = (
        "review:\n  order: parallel\n  gates:\n    - {key: law, limit_minutes: 30}\n"
        "    - {key: press, name: {zh: 宣传关, en: Press gate}, limit_minutes: 20, emergency_limit_minutes: 5}\n"
    )
    review = loaded(folder, text).plan.review
    assert [gate.key for gate in review.gates] == ["political", "policy", "law", "wording", "secrecy", "press"]
    assert [gate.limit_minutes for gate in review.gates] == [60, 60, 30, 60, 60, 20]
    assert (review.order, review.emergency_order) == ("parallel", "parallel")


def test_a_list_without_keys_is_replaced(folder: Path) -> None:
    """Reminders and the ladder are the bureau's own when it writes them."""
    plan = loaded(folder, "nudges: [0.8]\nassignment: {ladder: [leader]}\n").plan
    assert plan.nudges == (0.8,)
    assert plan.assignment.ladder == ("leader",)
    assert plan.assignment.accept_within_minutes["ordinary"] == 30


def test_a_limit_may_come_into_force_later(folder: Path) -> None:
    """A date in the future is no mistake."""
    plan = loaded(folder, respond("{amount: 12, unit: hour, basis: 甲, in_force: 2099-01-01}")).plan
    assert str(plan.clock("respond").limits[-1].in_force) == "2099-01-01"


def test_the_hash_names_what_the_plan_says_not_how_it_is_written(folder: Path) -> None:
    """A comment or another order of keys changes nothing; one number does, in either file."""
    one = loaded(folder, "nudges: [0.5]\ndefault_topic: other\n").hash
    assert loaded(folder, "# why\ndefault_topic:   other\nnudges:\n  - 0.5\n").hash == one
    assert loaded(folder, "nudges: [0.6]\ndefault_topic: other\n").hash != one
    national = folder / "national.yaml"
    national.write_text(national.read_text(encoding="utf-8").replace("amount: 48", "amount: 36"), encoding="utf-8")
    assert loaded(folder, "nudges: [0.5]\ndefault_topic: other\n").hash != one


def test_a_byte_order_mark_is_no_mistake(folder: Path) -> None:
    """Some editors write one."""
    file = folder / "local.yaml"
    file.write_bytes(b"\xef\xbb\xbfextends: national\n")
    assert load_plan(file).plan.name.zh == "国家通用方案"


def test_plans_extend_each_other_over_several_steps(folder: Path) -> None:
    """District extends city extends nation: three limits stand side by side."""
    (folder / "city.yaml").write_text(
        f"extends: national\n{respond('{amount: 36, unit: hour, basis: 市}')}", encoding="utf-8"
    )
    text = f"extends: city\n{respond('{amount: 24, unit: hour, basis: 区}')}"
    loaded_plan = load_plan(written(folder, text))
    assert [limit.source for limit in loaded_plan.plan.clock("respond").limits] == [
        "national.yaml",
        "city.yaml",
        "local.yaml",
    ]
    assert sorted(loaded_plan.texts) == ["city.yaml", "local.yaml", "national.yaml"]
    assert plan_from_text(dict(sorted(loaded_plan.texts.items()))) == loaded_plan.plan


def test_kept_texts_without_the_extended_file_are_refused(folder: Path) -> None:
    """Half of a plan is no plan."""
    texts = {"local.yaml": loaded(folder, "nudges: [0.5]\n").texts["local.yaml"]}
    with pytest.raises(PlanError) as refused:
        plan_from_text(texts)
    assert refused.value.say(ZH) == "national.yaml:没有保存这个文件的内容;请重新载入方案"
