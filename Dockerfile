# One desk on SQLite: docker compose up
FROM python:3.12-slim AS built

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY requirements/base.lock /build/base.lock
RUN python -m venv /venv && /venv/bin/python -m pip install --require-hashes -r /build/base.lock
COPY . /desk
RUN /venv/bin/python -m babel.messages.frontend compile -D huiying -d /desk/config/locale \
 && /venv/bin/python -m compileall -q /desk

FROM python:3.12-slim

# The files of the desk belong to root: the desk cannot change its own code or plans, only what it keeps in /data and /backup.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin desk \
 && install -d -o desk -g desk -m 0700 /data /backup
COPY --from=built /venv /venv
COPY --from=built /desk /desk

ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/desk PYTHONSAFEPATH=1 \
    HUIYING_HOST=0.0.0.0 HUIYING_PORT=8000 HUIYING_DATA_DIR=/data
# .env and roster.yaml, which init writes, lie where the desk is started: with the data, the only place it can write.
# The code comes from /desk alone: nothing that lies in the data is imported (PYTHONSAFEPATH).
WORKDIR /data
USER desk
VOLUME /data /backup
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['HUIYING_PORT'] + '/healthz', timeout=4)"]
CMD ["python", "-m", "bot", "run"]
