# Etalon's service image: the API and the worker are the same image with another command. See doc/containers.md.
# Without torch: .pt weights and OCR_ENGINE=easyocr need an image of your own with requirements/engines.txt too.
FROM python:3.11-slim AS packages
RUN python -m venv /opt/venv
COPY requirements/service.txt /
RUN /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r /service.txt

FROM python:3.11-slim
# /data belongs to the user before it becomes a volume: a named volume takes its owner from here.
RUN groupadd --gid 10001 etalon \
    && useradd --uid 10001 --gid etalon --no-create-home --shell /usr/sbin/nologin etalon \
    && install --directory --owner etalon --group etalon /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY main.py config.py LICENSE ./
COPY api api
COPY store store
COPY tasks tasks
COPY vision vision
COPY web web
COPY models models
# The root file system may be read-only: what is kept is in /data, uploads pass through /tmp (a tmpfs, see compose.yaml).
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]
