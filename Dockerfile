# The web server, the worker and the commands are one image; what runs is the command given to it.
#
# The bundled embedding model needs no deep-learning framework. For another EMBEDDING_MODEL, give the address of the
# package index that has the builds of PyTorch for the CPU, as PyTorch's own page on installing names it:
#
#     docker build --build-arg TORCH_INDEX=https://… .

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/marketplace
ENV PATH=/opt/marketplace/bin:$PATH
# The libraries change less often than the product, so they are a layer of their own.
COPY constraints.txt setup.cfg pyproject.toml ./
RUN read='import configparser, sys; it = configparser.ConfigParser(); it.read("setup.cfg"); print(it[sys.argv[1]][sys.argv[2]])' && \
    python -c "$read" options install_requires > requirements.txt && \
    python -c "$read" options.extras_require transformers > transformers.txt
RUN pip install --no-cache-dir --only-binary :all: --constraint constraints.txt --requirement requirements.txt
ARG TORCH_INDEX=
RUN if [ -n "$TORCH_INDEX" ]; then \
        pip install --no-cache-dir --index-url "$TORCH_INDEX" --constraint constraints.txt torch && \
        pip install --no-cache-dir --constraint constraints.txt --requirement transformers.txt; \
    fi
COPY README.md ./
COPY search search
COPY marketplace marketplace
COPY ingest ingest
RUN pip install --no-cache-dir --no-deps . && pip uninstall --yes pip

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --shell /usr/sbin/nologin --home-dir /var/lib/marketplace --create-home marketplace
COPY --from=build /opt/marketplace /opt/marketplace
WORKDIR /app
COPY wsgi.py gunicorn.conf.py ./
ENV PATH=/opt/marketplace/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FLASK_APP=marketplace.app:create_command_app \
    MARKETPLACE_ENV=production \
    INSTANCE_PATH=/var/lib/marketplace
USER marketplace
VOLUME /var/lib/marketplace
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "wsgi:app"]
