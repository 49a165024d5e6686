"""Every sentence that the check of a record says."""

from config.language import Line, t


def unreadable(line: int) -> Line:
    """Say that a line is not of an export at all."""
    return t("第 {line} 行无法识别:不是导出文件应有的一行", line=line)


def too_long(line: int, limit: int) -> Line:
    """Say that a line is longer than any export writes."""
    return t("第 {line} 行过长:超过 {limit} 个字符", line=line, limit=limit)


def out_of_place(line: int) -> Line:
    """Say that a line does not belong where it stands."""
    return t("第 {line} 行位置不对:次序应为文件头、记录、封印、文件尾", line=line)


def unknown_format(line: int, found: int) -> Line:
    """Say that the export was written in a form this version does not know."""
    return t("第 {line} 行:不认识的导出格式 {found}", line=line, found=found)


def no_header() -> Line:
    """Say that the first line is missing."""
    return t("缺少文件头")


def no_tail() -> Line:
    """Say that the last line is missing."""
    return t("缺少文件尾:文件可能被截断")


def no_seal() -> Line:
    """Say that nothing was ever sealed."""
    return t("没有任何封印")


def header_differs() -> Line:
    """Say that the first line is not what the record says of this export."""
    return t("文件头与记录中的导出事项不符:被改动,或其后有记录")


def scattered(line: int, chain: str) -> Line:
    """Say that the rows of a chain do not stand together."""
    return t("第 {line} 行:{chain} 的记录没有连在一起", line=line, chain=chain)


def again(line: int, chain: str, n: int) -> Line:
    """Say that a row comes twice or too late."""
    return t("第 {line} 行:{chain} 第 {n} 条重复或次序颠倒", line=line, chain=chain, n=n)


def gap(line: int, chain: str, n: int, last: int) -> Line:
    """Say that rows are missing before this one."""
    return t("第 {line} 行:{chain} 缺第 {n} 条至第 {last} 条", line=line, chain=chain, n=n, last=last)


def unlinked(line: int, chain: str, n: int) -> Line:
    """Say that a row is not bound to the one before it."""
    return t("第 {line} 行:{chain} 第 {n} 条与前一条不相连", line=line, chain=chain, n=n)


def altered(line: int, chain: str, n: int) -> Line:
    """Say that a row does not hash to what it claims."""
    return t("第 {line} 行:{chain} 第 {n} 条被改动(时间、事项、经办人或哈希)", line=line, chain=chain, n=n)


def words_altered(line: int, chain: str, n: int) -> Line:
    """Say that the words of a row are not those that were recorded."""
    return t("第 {line} 行:{chain} 第 {n} 条的内容被改动", line=line, chain=chain, n=n)


def erased_in_silence(chain: str, n: int) -> Line:
    """Say that words are gone and no record tells of it."""
    return t("{chain} 第 {n} 条内容已空,却没有清除记录", chain=chain, n=n)


def erased_but_there(chain: str, n: int) -> Line:
    """Say that words are recorded as erased and still stand there, or their row does not."""
    return t("{chain} 第 {n} 条按记录已清除,文件中却不是如此", chain=chain, n=n)


def seal_gap(line: int, n: int, expected: int) -> Line:
    """Say that the seals do not follow each other."""
    return t("第 {line} 行:应为第 {expected} 号封印,实为第 {n} 号", line=line, n=n, expected=expected)


def seal_unlinked(line: int, n: int) -> Line:
    """Say that a seal is not bound to the one before it."""
    return t("第 {line} 行:第 {n} 号封印与前一封印不相连", line=line, n=n)


def seal_altered(line: int, n: int) -> Line:
    """Say that a seal does not hash to what it claims."""
    return t("第 {line} 行:第 {n} 号封印被改动", line=line, n=n)


def seal_counts(line: int, n: int) -> Line:
    """Say that a seal counts other chains or rows than it covers."""
    return t("第 {line} 行:第 {n} 号封印的链数或条数不符", line=line, n=n)


def sealed_missing(line: int, n: int, chain: str, row: int) -> Line:
    """Say that something sealed is not there."""
    return t("第 {line} 行:第 {n} 号封印所封的 {chain} 第 {row} 条不在文件中", line=line, n=n, chain=chain, row=row)


def sealed_otherwise(line: int, n: int, chain: str, row: int) -> Line:
    """Say that something sealed is there in another form."""
    return t("第 {line} 行:{chain} 第 {row} 条与第 {n} 号封印所封的不同", line=line, n=n, chain=chain, row=row)


def sealed_back(line: int, n: int, chain: str) -> Line:
    """Say that a chain got shorter from one seal to the next."""
    return t("第 {line} 行:第 {n} 号封印中 {chain} 反而变短", line=line, n=n, chain=chain)


def not_sealed(chain: str, n: int) -> Line:
    """Say that the last rows of a chain stand under no seal."""
    return t("{chain} 第 {n} 条起没有封印", chain=chain, n=n)


def tail_counts(line: int) -> Line:
    """Say that there is more or less than the last line counts."""
    return t("第 {line} 行:文件尾所计的条数与文件不符", line=line)


def tail_lines(line: int) -> Line:
    """Say that the lines are not those that were written."""
    return t("第 {line} 行:文件各行与导出时不同", line=line)


def not_a_head(head: str) -> Line:
    """Say that what was given cannot be a head."""
    return t("所给的封印头不是 64 位十六进制:{head}", head=head)


def head_not_found(head: str) -> Line:
    """Say that the record does not reach the head that was noted down."""
    return t("文件中没有封印头 {head}:尾部被截断,或不是同一份记录", head=head)
