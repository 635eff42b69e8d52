# The web server, the worker and the commands are one image; what runs is the command given to it.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/marketplace
ENV PATH=/opt/marketplace/bin:$PATH
# The libraries change less often than the product, so they are a layer of their own.
COPY constraints.txt setup.cfg pyproject.toml ./
RUN python - <<'END' > requirements.txt
import configparser

settings = configparser.ConfigParser()
settings.read("setup.cfg")
print(settings["options"]["install_requires"].strip())
END
RUN pip install --no-cache-dir --constraint constraints.txt --requirement requirements.txt
COPY README.md ./
COPY search search
COPY marketplace marketplace
COPY ingest ingest
RUN pip install --no-cache-dir --no-deps .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/marketplace --create-home marketplace
COPY --from=build /opt/marketplace /opt/marketplace
WORKDIR /app
COPY wsgi.py ./
ENV PATH=/opt/marketplace/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FLASK_APP=marketplace.app:create_command_app \
    MARKETPLACE_ENV=production \
    INSTANCE_PATH=/var/lib/marketplace
USER marketplace
VOLUME /var/lib/marketplace
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "2", "--preload", "wsgi:app"]
