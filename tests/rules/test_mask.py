"""Personal numbers are hidden in cards, logs and publications (R20)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.text.mask import mask_log, mask_personal

PIECES = st.sampled_from(
    [
        "1",
        "3",
        "8",
        "0",
        "5",
        "１",
        "３",
        "-",
        " ",
        "+86",
        "86",
        "x",
        "X",
        "@",
        "a.b",
        ".cn",
        "电话",
        "号",
        "*",
        "13812345678",
        "6217001234567890127",
        "卡号",
        "1234567890123",
    ]
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678。", "电话138****78。"),
        ("138 1234 5678", "138****78"),
        ("138-1234-5678", "138****78"),
        ("138.1234.5678", "138****78"),
        ("+86 13812345678", "+86 138****78"),
        ("0086-13812345678", "0086-138****78"),
        ("１３８１２３４５６７８", "１３８****７８"),
        ("身份证11010519491231002X", "身份证110****2X"),
        ("身份证110105194912310021,请查", "身份证110****21,请查"),
        ("老身份证110105491231002", "老身份证110****02"),
        ("卡号6222021234567890128", "卡号622****28"),
        ("卡号 4111 1111 1111 1111", "卡号 411****11"),
        ("6217001234567890127", "621****27"),
        ("6217 0012 3456 7890 127打款", "621****27打款"),
        ("6217001234567890 20元", "621****90 20元"),
        ("5123456789012345", "512****45"),
        ("４１２３４５６７８９０１２３４５", "４１２****４５"),
        ("账号:1234567890123456", "账号:123****56"),
        ("银行卡 1234567890123", "银行卡 123****23"),
        ("卡号是 3412 3456-7890 123", "卡号是 341****23"),
        ("邮箱wangwu@example.cn", "邮箱w***@example.cn"),
        ("a@example.cn", "*@example.cn"),
    ],
)
def test_personal_numbers_are_masked(text: str, masked: str) -> None:
    """Mobile, identity and bank-card numbers and e-mail names keep only their ends."""
    assert mask_personal(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "建设局电话0775-4563210",
        "热线12345",
        "港建舆〔2026〕12号",
        "2026-11-24 14:05 直接经济损失1250万元",
        "https://weibo.com/u/4111111111111111",
        "192.168.10.110",
        "订单1234567890123456",
        "编号123456789012345678901234",
        "流水7217001234567890122",
        "编号62170012345678",
        "卡号请看公告,另有流水号1234567890123",
        "建设局4563210 4563211 42",
        "https://example.cn/n/6217001234567890121",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    """Landlines, dates, sums, addresses and other numbers stay readable."""
    assert mask_personal(text) == text


@given(st.lists(PIECES, max_size=30).map("".join))
def test_masking_is_settled_and_never_lengthens(text: str) -> None:
    """Masking twice is always masking once, and the masked text is never longer."""
    masked = mask_personal(text)

    assert mask_personal(masked) == masked
    assert len(masked) <= len(text)


@given(
    st.text(alphabet="电话号 ,。ab:", max_size=6), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(max_size=6)
)
def test_no_mobile_number_is_ever_left(before: str, number: str, after: str) -> None:
    """A mobile number between any words never survives."""
    if after[:1].isdigit():
        after = f"。{after}"

    assert number not in mask_personal(before + number + after)
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", mask_personal(f"{before}{number}"))


def test_logs_are_masked_at_any_depth() -> None:
    """Numbers are hidden in texts, numbers, lists and maps of a log event; what has none stays as it is."""
    event = {
        "event": "收到 13812345678",
        "reporter": {"phone": 13812345678, "13912345678": ["a", ("李敏 138-1234-5678",)]},
        "count": 3,
        "late": True,
        "error": ValueError("no such person: 13812345678"),
        "nothing": None,
    }

    masked = mask_log(None, "info", event)

    assert masked == {
        "event": "收到 138****78",
        "reporter": {"phone": "138****78", "139****78": ["a", ("李敏 138****78",)]},
        "count": 3,
        "late": True,
        "error": "no such person: 138****78",
        "nothing": None,
    }


@given(
    st.text(alphabet="卡号打款到 ,。:", max_size=6),
    st.from_regex(r"(62|4[0-9]|5[0-9])[0-9]{14,17}", fullmatch=True),
    st.text(alphabet="元,。 请查20", max_size=6),
)
def test_no_card_number_is_ever_left(before: str, number: str, after: str) -> None:
    """A card number of the great brands never survives, whether its check digit is right or mistyped."""
    assert number not in mask_personal(f"{before}{number}{after if not after[:1].isdigit() else f'。{after}'}")
