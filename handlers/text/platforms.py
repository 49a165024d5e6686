"""What each platform's addresses name: the posts behind them, wrappers around them, short ones, marks of sharing."""

import re
from typing import Final

from handlers.text.forms import Form

TRACKING: Final = frozenset(  # never what might be the number of a page somewhere: id, did, tid …
    "from spm scm share_token share_source share_medium share_plat share_session_id share_tag share_times "
    "share_from sharefrom shareuid share_id share_app_id share_author_id share_did share_uid share_link_id "
    "share_sign share_version share_platform sharesource sharetype wxshare wxshare_count wxfid wfr sudaref "
    "luicode lfid featurecode isappinstalled timestamp wx_sharer mpshare scene srcid sharer_sharetime "
    "sharer_shareid sharer_shareinfo chksm nwr sessionid fbclid gclid vd_source unique_k bbid ts spm_id_from "
    "xhsshare author_share xsec_token xsec_source tt_from enter_from with_sec_did refer_flag from_source bd_vid".split()
)
SHORT: Final = frozenset(
    "t.cn url.cn v.douyin.com v.kuaishou.com xhslink.com b23.tv m.tb.cn dwz.cn suo.im u.jd.com tb.cn t.co bit.ly "
    "is.gd w.url.cn 163.fm m.toutiao.cn".split()
)
PLATFORMS: Final = (
    r"(?:[a-z0-9-]+\.)*(?:weibo\.(?:com|cn)|weixin\.qq\.com|(?:ies)?douyin\.com|toutiao\.com|ixigua\.com|zhihu\.com"
    r"|tieba\.baidu\.com|baijiahao\.baidu\.com|xiaohongshu\.com|bilibili\.com|kuaishou\.com|thepaper\.cn)"
)
# What leads on to another address, and the parameter that holds it.
WRAPPERS: Final = (
    (Form(r"link\.zhihu\.com/"), "target"),
    (Form(r"weibo\.cn/sinaurl"), "u"),
    (Form(r"weibo\.cn/sinaurl"), "toasturl"),
    (Form(r"passport\.weibo\.c(?:om|n)/"), "url"),
    (Form(r"(?:c\.pc\.qq\.com|wx\.qq\.com|security\.weixin\.qq\.com)/"), "pfurl"),
    (Form(r"(?:c\.pc\.qq\.com|wx\.qq\.com|security\.weixin\.qq\.com)/"), "url"),
    (Form(r"douban\.com/link2"), "url"),
    (Form(r"link\.csdn\.net/"), "target"),
    (Form(r"tieba\.baidu\.com/mo/q/checkurl"), "url"),
)
_BAIDU: Final = r"(?:tieba|tiebac|c\.tieba|wapp|jump2\.bdimg)\.(?:baidu\.)?com"
# host/path?query without the site's other names → the post's one address
POSTS: Final = tuple(
    (Form(pattern, re.ASCII), form)
    for pattern, form in (
        # 微博
        (
            r"weibo\.c(?:om|n)/(?:status|detail|\d{5,12})/(?P<weibo>\d{14,18}|[0-9A-Za-z]{8,10})/?(?:\?|$)",
            "https://m.weibo.cn/status/{weibo}",
        ),
        (
            r"share\.api\.weibo\.cn/share/.*[?&]weibo_id=(?P<weibo>\d{14,18})",
            "https://m.weibo.cn/status/{weibo}",
        ),
        (
            r"(?:card\.)?weibo\.c(?:om|n)/(?:ttarticle/p/show|article/m/show/id/|ttarticle/x/m/show/id/)(?:\?(?:.*&)?id=)?(?P<id>\d{6,})",
            "https://weibo.com/ttarticle/p/show?id={id}",
        ),
        (
            r"(?:video\.|h5\.video\.)?weibo\.c(?:om|n)/(?:tv/)?show(?:/|\?(?:.*&)?fid=)(?P<id>\d+(?::|%3[aA])\w+)",
            "https://video.weibo.com/show?fid={id}",
        ),
        # 微信
        (
            r"mp\.weixin\.qq\.com/s/(?P<id>[\w-]{6,})",
            "https://mp.weixin.qq.com/s/{id}",
        ),
        # 抖音
        (
            r"(?:ies)?douyin\.com/(?:share/)?(?:video|note|slides|article)/(?P<id>\d{6,})",
            "https://www.douyin.com/video/{id}",
        ),
        (
            r"douyin\.com/[^?]*\?(?:.*&)?(?:modal_id|vid|aweme_id)=(?P<id>\d{6,})",
            "https://www.douyin.com/video/{id}",
        ),
        # 头条、西瓜
        (
            r"toutiao(?:cdn|img)?\.c(?:om|n)/(?:article/|group/|video/|w/[ai]?|a|i)(?P<id>\d{6,})",
            "https://www.toutiao.com/article/{id}",
        ),
        (
            r"ixigua\.com/(?:video/|group/|i)?(?P<id>\d{6,})",
            "https://www.toutiao.com/article/{id}",
        ),
        # 知乎
        (
            r"zhihu\.com/(?:question/\d+/)?answer/(?P<id>\d+)",
            "https://www.zhihu.com/answer/{id}",
        ),
        (
            r"zhihu\.com/tardis/\w+/ans/(?P<id>\d+)",
            "https://www.zhihu.com/answer/{id}",
        ),
        (
            r"zhihu\.com/(?:tardis/\w+/)?question/(?P<id>\d+)",
            "https://www.zhihu.com/question/{id}",
        ),
        (
            r"(?:zhuanlan\.)?zhihu\.com/(?:p|tardis/\w+/art)/(?P<id>\d+)",
            "https://zhuanlan.zhihu.com/p/{id}",
        ),
        (
            r"zhihu\.com/pin/(?P<id>\d+)",
            "https://www.zhihu.com/pin/{id}",
        ),
        # 贴吧: a reply with a number of its own (pid) is a post of its own
        (
            rf"{_BAIDU}/(?:p/|(?:f|mo/q/m)\?(?:.*&)?kz=)(?P<id>\d{{5,}})(?:.*[?&]pid=(?P<pid>\d+))?",
            "https://tieba.baidu.com/p/{id}{pid}",
        ),
        # 小红书
        (
            r"xiaohongshu\.com/(?:explore|discovery/item|item|user/profile/\w+)/(?P<id>[0-9a-f]{24})",
            "https://www.xiaohongshu.com/explore/{id}",
        ),
        # B站
        (
            r"(?:bilibili\.com/(?:video|s/video|medialist/play/watchlater)|b23\.tv)/(?P<bv>[bB][vV]1\w{9})(?:.*[?&]p=(?P<page>\d+))?",
            "https://www.bilibili.com/video/av{bv}{page}",
        ),
        (
            r"(?:bilibili\.com/(?:video|s/video)|b23\.tv)/[aA][vV](?P<id>\d+)(?:.*[?&]p=(?P<page>\d+))?",
            "https://www.bilibili.com/video/av{id}{page}",
        ),
        (
            r"(?:t\.bilibili\.com|bilibili\.com/(?:opus|dynamic))/(?P<id>\d{6,})",
            "https://t.bilibili.com/{id}",
        ),
        (
            r"bilibili\.com/read/(?:mobile/|mobile\?id=|cv)(?P<id>\d+)",
            "https://www.bilibili.com/read/cv{id}",
        ),
        # 快手
        (
            r"(?:v\.)?(?:m\.)?(?:kuaishou|gifshow|chenzhongtech)\.com/(?:short-video|fw/photo|photo)/(?:\d+/)?(?P<id>\w{6,})",
            "https://www.kuaishou.com/short-video/{id}",
        ),
        # 新闻客户端
        (
            r"baijiahao\.baidu\.com/s\?(?:.*&)?id=(?P<id>\d{6,})",
            "https://baijiahao.baidu.com/s?id={id}",
        ),
        (
            r"(?:c\.m\.)?163\.com/(?:dy/article|news/a|news/article|v/video|local/article)/(?P<id>[A-Z0-9]{12,20})",
            "https://www.163.com/dy/article/{id}.html",
        ),
        (
            r"sohu\.com/a/(?P<id>\d{6,})",
            "https://www.sohu.com/a/{id}",
        ),
        (
            r"(?:new\.qq\.com/(?:rain/a|omn(?:/\d+)?)|view\.inews\.qq\.com/(?:a|k)|xw\.qq\.com/cmsid)/(?P<id>\d{8}[A-Z0-9]{6,8})",
            "https://new.qq.com/rain/a/{id}",
        ),
        (
            r"thepaper\.cn/(?:newsDetail_forward_|detail/)(?P<id>\d+)",
            "https://www.thepaper.cn/newsDetail_forward_{id}",
        ),
    )
)
