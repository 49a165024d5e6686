"""The same link in many shapes is one link, and two posts are never one."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.conversation import Incoming, Place, Sender
from handlers.post_keys import keys_of
from handlers.text.links import find_links, find_urls, is_short, normal_url

NOTE = "64b8f0a1000000001203abcd"
SHAPES = {
    "https://m.weibo.cn/status/3501756485200075": (
        "https://weibo.com/1234567890/z0JH2lOMb",
        "https://weibo.com/1234567890/z0JH2lOMb?from=page_1005051234567890_profile&wvr=6&mod=weibotime#comment",
        "http://www.weibo.com/1234567890/z0JH2lOMb/",
        "https://m.weibo.cn/1234567890/3501756485200075?sourceType=weixin",
        "https://m.weibo.cn/detail/z0JH2lOMb",
        "https://m.weibo.com/status/3501756485200075",
        "https://weibo.cn/status/z0JH2lOMb?luicode=10000011",
        "https://share.api.weibo.cn/share/123,3501756485200075.html?weibo_id=3501756485200075",
        "https://passport.weibo.com/visitor/visitor?entry=miniblog&url=https%3A%2F%2Fweibo.com%2F1234567890%2Fz0JH2lOMb",
    ),
    "https://weibo.com/ttarticle/p/show?id=2309404500000000000001": (
        "https://weibo.com/ttarticle/p/show?id=2309404500000000000001&mod=zwenzhang",
        "https://card.weibo.com/article/m/show/id/2309404500000000000001",
        "https://m.weibo.cn/ttarticle/x/m/show/id/2309404500000000000001?_wb_client_=1",
    ),
    "https://mp.weixin.qq.com/s?__biz=MzA5%3D%3D&mid=2650000001&idx=1&sn=ab12": (
        "https://mp.weixin.qq.com/s?__biz=MzA5==&mid=2650000001&idx=1&sn=ab12&chksm=8&scene=21#wechat_redirect",
        "http://mp.weixin.qq.com/s?sn=ab12&idx=1&mid=2650000001&__biz=MzA5==&mpshare=1&srcid=0101&sharer_shareid=f",
        "https://mp.weixin.qq.com/s?__biz=MzA5==&amp;mid=2650000001&amp;idx=1&amp;sn=ab12&amp;scene=0",
        "https://mp.weixin.qq.com/mp/appmsg/show?__biz=MzA5==&appmsgid=2650000001&itemidx=1&sign=ab12",
    ),
    "https://mp.weixin.qq.com/s/AbC_d-1xYz": (
        "https://mp.weixin.qq.com/s/AbC_d-1xYz?scene=1&click_id=2",
        "http://mp.weixin.qq.com/s/AbC_d-1xYz#rd",
        "mp.weixin.qq.com/s/AbC_d-1xYz",
    ),
    "https://www.douyin.com/video/7300000000000000001": (
        "https://www.douyin.com/video/7300000000000000001?previous_page=app_code_link",
        "https://www.iesdouyin.com/share/video/7300000000000000001/?region=CN&mid=73&u_code=1&did=2&iid=3",
        "https://m.douyin.com/share/video/7300000000000000001",
        "https://www.douyin.com/user/MS4wLjABAAAA?modal_id=7300000000000000001",
        "https://www.douyin.com/discover?modal_id=7300000000000000001&type=general",
        "https://www.douyin.com/note/7300000000000000001",
        "https://www.iesdouyin.com/share/slides/7300000000000000001/",
    ),
    "https://v.douyin.com/iAbCdE1": (
        "https://v.douyin.com/iAbCdE1/",
        "7.99 复制打开抖音，看看【某某的作品】# 停水 https://v.douyin.com/iAbCdE1/ 02/13 dnQ:/ K@x.xx",
        "v.douyin.com/iAbCdE1/",
    ),
    "https://www.toutiao.com/article/7300000000000000002": (
        "https://www.toutiao.com/article/7300000000000000002/?log_from=1",
        "https://m.toutiao.com/i7300000000000000002/?share_token=x",
        "https://www.toutiao.com/a7300000000000000002",
        "https://www.toutiao.com/w/7300000000000000002/",
        "https://www.toutiao.com/group/7300000000000000002/",
        "https://m.toutiaocdn.com/i7300000000000000002/?app=news_article",
        "https://www.ixigua.com/7300000000000000002?utm_source=x",
    ),
    "https://www.zhihu.com/answer/3300000001": (
        "https://www.zhihu.com/question/600000001/answer/3300000001",
        "https://www.zhihu.com/question/600000001/answer/3300000001?utm_id=0",
        "https://www.zhihu.com/tardis/bd/ans/3300000001",
        "https://link.zhihu.com/?target=https%3A//www.zhihu.com/answer/3300000001",
    ),
    "https://www.zhihu.com/question/600000001": (
        "https://www.zhihu.com/question/600000001/answers/updated",
        "http://m.zhihu.com/question/600000001",
    ),
    "https://zhuanlan.zhihu.com/p/670000001": (
        "https://zhuanlan.zhihu.com/p/670000001?utm_medium=social",
        "https://www.zhihu.com/tardis/zm/art/670000001",
    ),
    "https://tieba.baidu.com/p/8800000001": (
        "http://tieba.baidu.com/p/8800000001?pn=2&see_lz=1",
        "https://tieba.baidu.com/p/8800000001?share=9105&fr=sharewise&unique=AB&st=17&client_type=2&sfc=qqfriend",
        "https://tieba.baidu.com/f?kz=8800000001",
        "https://tieba.baidu.com/mo/q/m?kz=8800000001&is_video=0",
        "https://wapp.baidu.com/p/8800000001?lp=5027",
        "https://jump2.bdimg.com/p/8800000001",
    ),
    f"https://www.xiaohongshu.com/explore/{NOTE}": (
        f"https://www.xiaohongshu.com/explore/{NOTE}?xsec_token=AB&xsec_source=pc_search",
        f"https://www.xiaohongshu.com/discovery/item/{NOTE}?app_platform=ios&shareRedId=x&apptime=1",
        f"https://www.xiaohongshu.com/user/profile/5f0000000000000001000000/{NOTE}",
    ),
    "https://xhslink.com/a/AbCdEf1": ("http://xhslink.com/a/AbCdEf1，复制本条信息，打开【小红书】App查看精彩内容！",),
    "https://www.bilibili.com/video/av170001": (
        "https://www.bilibili.com/video/BV17x411w7KC/?spm_id_from=333.337&vd_source=ab",
        "https://m.bilibili.com/video/BV17x411w7KC?p=1&share_source=copy_web",
        "https://b23.tv/BV17x411w7KC",
        "https://www.bilibili.com/video/av170001",
        "【标题】 https://www.bilibili.com/video/BV17x411w7KC/?share_source=copy_web",
    ),
    "https://www.bilibili.com/video/av455017605?p=3": ("https://www.bilibili.com/video/BV1Q541167Qg?t=1&p=3",),
    "https://t.bilibili.com/800000000000000001": (
        "https://www.bilibili.com/opus/800000000000000001?spm_id_from=1",
        "https://m.bilibili.com/dynamic/800000000000000001",
    ),
    "https://www.kuaishou.com/short-video/3xabc1234567890": (
        "https://www.kuaishou.com/short-video/3xabc1234567890?authorId=1",
        "https://v.m.chenzhongtech.com/fw/photo/3xabc1234567890?fid=1&cc=share_copylink",
        "https://m.gifshow.com/fw/photo/3xabc1234567890",
    ),
    "https://www.sohu.com/a/700000001_120000000": (),
    "https://www.163.com/dy/article/IABCDEFG0514R9P4.html": (
        "https://m.163.com/dy/article/IABCDEFG0514R9P4.html?spss=adap_pc",
        "https://c.m.163.com/news/a/IABCDEFG0514R9P4.html",
    ),
    "https://www.thepaper.cn/newsDetail_forward_25000001": ("https://m.thepaper.cn/newsDetail_forward_25000001",),
    "https://gangbei.example.cn/a?a=1&b=2": (
        "HTTP://WWW.Gangbei.Example.cn:80/a?utm_source=x&b=2&a=1#top",
        "https://m.gangbei.example.cn/a/?b=2&a=1&from=timeline&share_token=k&spm=1.2",
        "（见https://gangbei.example.cn/a?a=1&b=2）。",
        "ｈｔｔｐｓ：／／gangbei.example.cn／a?a=1&b=2，请看",
    ),
    "https://news.example.cn:8443/x%E4": ("https://news.example.cn:8443/x%e4",),
}  # fmt: skip
ALL = [(shape, one) for one, shapes in SHAPES.items() for shape in shapes]


@pytest.mark.parametrize(("shape", "one"), ALL)
def test_one_post_in_many_shapes_has_one_key(shape: str, one: str) -> None:
    """As it is pasted, with the words around it; the one form is its own form."""
    (link,) = find_links(shape)
    assert normal_url(link) == normal_url(one)
    assert normal_url(normal_url(one)) == normal_url(one)
    at = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
    post = Incoming(
        platform="drill", key="1", at=at, place=Place(account="staff"), sender=Sender(account="a"), text=shape
    )
    assert keys_of(post).url_key == normal_url(one)


def test_no_two_posts_are_one() -> None:
    """What is dropped never tells posts apart."""
    keys = [normal_url(url) for url in (*SHAPES, *OTHERS)]
    assert len(set(keys)) == len(keys)


OTHERS = (
    "https://weibo.com/1234567890/profile",
    "https://weibo.com/1234567890",
    "https://weibo.com/u/1234567890",
    "https://weibo.com/1234567890/z0JH2lOMc",
    "https://mp.weixin.qq.com/s?__biz=MzA5==&mid=2650000001&idx=2&sn=ab13",
    "https://www.douyin.com/user/MS4wLjABAAAA",
    "https://live.douyin.com/123456789",
    "https://tieba.baidu.com/p/8800000001?pid=140000000001&cid=0",
    "https://tieba.baidu.com/f?kw=gangbei",
    "https://www.zhihu.com/people/gangbei",
    "https://www.bilibili.com/video/BV1Q541167Qg",
    "https://gangbei.example.cn/a?a=1&b=3",
    "https://gangbei.example.cn/#/detail?id=1",
    "https://gangbei.example.cn/#/detail?id=2",
    "https://gangbei.example.cn/a?did=1",
    "https://v.douyin.com/iAbCdE2",
)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("见http://t.cn/zY1，还有（https://a.cn/b(c)）。HTTPS://X.cn/a?b=1；再看http://t.cn/zY1 谢谢.",
         ("http://t.cn/zY1", "https://a.cn/b(c)", "HTTPS://X.cn/a?b=1")),
        ("https://a.cn/x(图)", ("https://a.cn/x",)),
        ("https://a.cn/1https://b.cn/2", ("https://a.cn/1", "https://b.cn/2")),
        ("https://a.cn/go?url=https://b.cn/2", ("https://a.cn/go?url=https://b.cn/2",)),
        ("看weibo.com/1234567890/z0JH2lOMb吧", ("https://weibo.com/1234567890/z0JH2lOMb",)),
        ("邮箱 a@weibo.com/x 和 notweibo.com/y 不是链接", ()),
        ("https://", ()),
        ("没有链接", ()),
    ],
)  # fmt: skip
def test_links_end_where_the_sentence_goes_on(text: str, links: tuple[str, ...]) -> None:
    """Chinese words, brackets and punctuation glued to a link are no part of it."""
    assert find_links(text) == links


def test_what_is_published_links_only_what_is_written_out() -> None:
    """The addresses in a release stand there letter by letter: its bytes are signed."""
    assert find_urls("见weibo.com/1/a和https://a.cn/b\uff0c") == ("https://a.cn/b",)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.cn/x",
        "javascript:alert(1)",
        "http:///x",
        "停水三天",
        "",
        "http://a.cn:99999/",
        "http://[::1/",
        "http://.",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    """Only http and https addresses with a host and a possible port are taken."""
    with pytest.raises(ValueError):  # noqa: PT011 - the standard library words some of the refusals
        normal_url(url)


def test_a_short_link_is_known() -> None:
    """Only the platform knows where it leads."""
    assert is_short("https://t.cn/A6xyz")
    assert not is_short("https://weibo.com/1234567890/z0JH2lOMb")


@given(st.text(max_size=300) | st.from_regex(r"https?://[!-~]{1,80}", fullmatch=True))
def test_nothing_that_people_type_breaks_it(text: str) -> None:
    """Whatever stands there, a form once found is its own form; else it is refused."""
    for link in find_links(text):
        try:
            once = normal_url(link)
        except ValueError:
            continue
        assert normal_url(once) == once


@pytest.mark.parametrize("piece", ["https://", "weibo.com/", "https://a.cn/?", "m.", "&amp;", "a.", "/p/1?pid="])
def test_a_text_without_end_is_read_all_the_same(piece: str) -> None:
    """100 kB of one piece take well below two seconds of the processor."""
    before = time.process_time()
    for link in find_links(piece * (100_000 // len(piece)))[:3]:
        normal_url(link)
    assert time.process_time() - before < 2
