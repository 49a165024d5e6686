"""Empty answers are told by what is left of them, in their own words; what an answer lacks is named part by part."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.drafting.emptiness import weigh
from handlers.drafting.hollow import Hollow, Part

FULL = (
    "陈先生:您好!经市政所11月24日现场核实,东港路138号路灯电缆确被挖断。依据《城市道路照明设施管理规定》第二十条,"
    "已责令施工单位修复,并处罚款5000元。下一步将于12月5日前完成整条路的检查。如有疑问请拨打0571-88880000。"
)


@pytest.mark.parametrize(
    ("reply", "kinds"),
    [
        ("您的留言已收悉,已转相关部门处理。", {"received", "passed_on"}),
        ("您的诉求已派单至区住建局,处置结果将由承办单位与您联系。", {"passed_on", "will_tell"}),
        ("我局高度重视,将认真研究您的建议。感谢您的关注!", {"attention", "study", "thanks", "soon"}),
        ("您反映的情况正在调查处理中,请耐心等待。", {"underway", "will_tell"}),
        ("您反映的情况我们会进一步核实,如属实将依法依规严肃处理。", {"underway"}),
        ("您的诉求已按程序流转至承办单位,请等候答复。", {"passed_on", "will_tell"}),
        ("请您提供具体地址和联系方式,以便我们进一步了解情况。", {"elsewhere"}),
        ("您的问题我们已关注到,相信一定会得到妥善解决。", {"received", "resolve"}),
        ("该问题已得到妥善解决。", {"settled"}),
        ("我们将进一步加强管理,提升服务水平。", {"resolve"}),
        ("请向供电公司咨询。", {"elsewhere"}),
        ("您的留言已收悉,已轉相關部門處理,感謝您的關注。", {"received", "passed_on", "thanks"}),
        ("网友:您好!工单已流转,尽快办理。", {"passed_on", "underway", "soon"}),
        ("感谢支持👍", {"thanks"}),
        ("", set()),
        ("网友“UU12345”:您好!2024年3月5日", set()),
        ("https://example.org/a?b=1", set()),
    ],
)
def test_a_reply_that_says_nothing_is_empty_and_says_why(reply: str, kinds: set[Hollow]) -> None:
    """Every hollow turn is quoted as it stands there, traditional characters too."""
    verdict = weigh(reply)
    assert verdict.empty
    assert verdict.score >= 0.5
    assert {found.kind for found in verdict.reasons} == kinds
    assert all(found.words in reply.replace(",", ",") for found in verdict.reasons)


@pytest.mark.parametrize(
    "reply",
    [
        FULL,
        "您反映的问题属实,物业已清理楼道杂物。",
        "该路段积水系排水管网老化,已列入明年改造计划,预计3月开工。",
        "您好,孩子可以就读实验小学,9月1日报到。",
        "户口转学须持转学证明到教育局办理,转让合同无须公证。",
        "您的来信收悉,已转市政所。市政所今天上午更换了灯头,路灯已亮。感谢您的关注!",
    ],
)
def test_a_reply_with_something_of_its_own_is_not_empty(reply: str) -> None:
    """Courtesy around an answer takes nothing from it."""
    assert not weigh(reply).empty


def test_a_full_answer_lacks_nothing() -> None:
    """Verified, basis, handling, next step with its time, and a telephone number."""
    assert weigh(FULL).missing == ()
    assert weigh(FULL).score < 0.2


@pytest.mark.parametrize(
    ("without", "part"),
    [
        ("经市政所11月24日现场核实,", "verified"),
        ("依据《城市道路照明设施管理规定》第二十条,", "basis"),
        ("已责令施工单位修复,并处罚款5000元。", "handling"),
        ("于12月5日前", "time"),
        ("如有疑问请拨打0571-88880000。", "phone"),
    ],
)
def test_each_part_that_is_taken_out_is_missed(without: str, part: Part) -> None:
    """One part less, one part missed, and no other."""
    assert weigh(FULL.replace(without, "")).missing == (part,)


def test_a_date_beside_them_takes_the_vagueness_from_words_of_time() -> None:
    """尽快 with a day in its sentence promises something; alone it does not."""
    assert [found.words for found in weigh("路灯将尽快修复。线路即将更换,12月5日前完成。").reasons] == ["尽快"]


@given(st.text(max_size=200))
def test_more_words_of_courtesy_never_fill_an_answer(words: str) -> None:
    """What was empty stays empty with thanks and a receipt around it; nothing is ever refused."""
    verdict = weigh(words)
    assert 0 <= verdict.score <= 1
    assert verdict.empty == (verdict.score > 0.5)
    if verdict.empty:
        assert weigh(f"您的留言已收悉。\n{words}\n感谢您对我们工作的支持!").empty


@pytest.mark.parametrize("piece", ["转", "已将", "请咨询", "经查", "http://", "(0571) ", "1", "网友“", "将会", "《"])
def test_a_text_without_end_is_judged_all_the_same(piece: str) -> None:
    """100 kB of one piece takes well below two seconds of the processor."""
    before = time.process_time()
    weigh(piece * (100_000 // len(piece)))
    assert time.process_time() - before < 2
