"""The desk on WeCom 企业微信: heard and spoken to, by a self-built app (自建应用) and an AI bot (智能机器人)."""
