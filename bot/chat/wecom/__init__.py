"""The desk on WeCom 企业微信: what is heard there and what is said, through a self-built app (自建应用)."""
