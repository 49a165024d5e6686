"""`python -m bot plan`: the same checks as at the start, what a plan says, and what it would change."""

from pathlib import Path

from config.plan_file import PLANS
from config.roster import DRILL
from tests.platforms.test_command_line import bot


def _own_plan(folder: Path, text: str) -> str:
    """Write a bureau's plan beside those it extends; return its path."""
    for file in PLANS.glob("*.yaml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    own = folder / "own.yaml"
    own.write_text(f"extends: gangbei-2017\n{text}", encoding="utf-8")
    return str(own)


def test_the_plans_are_listed_and_the_one_in_the_settings_is_marked(tmp_path: Path) -> None:
    """Also one of the bureau's own; nothing is made by looking."""
    own = _own_plan(tmp_path, "")
    before = sorted(tmp_path.iterdir())
    said = bot(tmp_path, "plan", PLAN=own).stdout.splitlines()
    assert said[0] == "gangbei-2017:港北区建设局政务舆情回应实施方案(2017)"
    assert said[1] == "national:国家通用方案"
    assert said[2] == f"{own}:港北区建设局政务舆情回应实施方案(2017) ← HUIYING_PLAN"
    assert sorted(tmp_path.iterdir()) == before


def test_a_plan_is_told_in_words(tmp_path: Path) -> None:
    """Limits with basis, who is asked, gates, what an overdue limit leads to, the night, the digest."""
    done = bot(tmp_path, "plan", "check")
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert said.startswith("方案写得对:港北区建设局政务舆情回应实施方案(2017)(")
    assert "· 48小时内回应 · 非特别重大、非重大 · 本方案 三.1" in said
    assert "· 24小时内新闻发布会 · 重大伤亡、较大社会影响 · 本方案 三.1" in said
    assert "认领:依次问 新闻发言人、副职、" in said
    assert "· 政治关:60 分钟,紧急 10 分钟" in said
    assert "逾期当即告诉 办公室主任、主要负责人\n" in said
    assert "· 超时 4时 后 报告联席会议" in said
    assert "· 立案 · 特别重大、重大 · 需要:宣传部门(统一发布口径、联系媒体);" in said
    assert "给负责人黄牌" in said
    assert "夜间 20:00–08:00;每日汇总 08:33" in said
    assert "在用的方案" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_plan_is_told_by_place_and_what_to_do(tmp_path: Path) -> None:
    """Every problem at once, with exit code 1; a plan that is not there: 2."""
    own = _own_plan(
        tmp_path, "nudges: [0.5, 2]\nclocks:\n  - key: respond\n    limits:\n      - {amount: 36, unit: week}\n"
    )
    done = bot(tmp_path, "plan", "check", own)
    assert done.returncode == 1
    assert "own.yaml 第 " in done.stderr
    assert "week" in done.stderr
    assert "处要改;改好再查一遍。" in done.stderr
    assert "Traceback" not in done.stderr
    missing = bot(tmp_path, "plan", "check", "nowhere")
    assert missing.returncode == 2
    assert "可写文件的路径,或:gangbei-2017, national" in missing.stderr


def test_what_a_plan_would_change_is_shown_before_it_does(tmp_path: Path) -> None:
    """Against the plan the desk ran under last: for new cases only; and what the roster would lack."""
    bot(tmp_path, "roster", str(DRILL), "--apply")
    assert "与在用的方案没有差别。" in bot(tmp_path, "plan", "check").stdout
    own = _own_plan(
        tmp_path,
        "digest: {at: '08:45'}\n"
        "topics:\n  - {key: heating, name: {zh: 供热, en: Heating}, section: 市政公用股}\n"
        "default_topic: heating\n",
    )
    done = bot(tmp_path, "plan", "check", own)
    assert done.returncode == 0, done.stderr
    assert "~ digest.at:08:33:00 → 08:45:00" in done.stdout
    assert "+ topics.heating.section:市政公用股" in done.stdout
    assert "只对以后立的案件有效" in done.stdout
    assert "在办的 0 件仍按原方案,时限不动。" in done.stdout
    assert "现在的值班表在它之下还缺:" in done.stdout
    assert "默认主题 heating 没有发言人" in done.stdout
    assert "与在用的方案没有差别。" in bot(tmp_path, "plan", "check").stdout


def test_the_difference_of_a_roster_has_a_word_of_its_own(tmp_path: Path) -> None:
    """`roster diff FILE` shows and never takes."""
    assert "钱进" in bot(tmp_path, "roster", "diff", str(DRILL)).stdout
    refused = bot(tmp_path, "roster", "diff", str(DRILL), "--apply")
    assert refused.returncode == 1
    assert "要更换用 roster 文件 --apply" in refused.stderr
