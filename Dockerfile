# Python 3.11 is what the locks were resolved from and what the tests run on; docs/operating.md says what is checked without Docker.
FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements/uv.txt requirements/run.txt requirements/
RUN python -m venv /opt/uv \
 && /opt/uv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/uv.txt \
 && python -m venv --without-pip /opt/tearline \
 && /opt/uv/bin/uv pip install --no-cache --python /opt/tearline/bin/python --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY transforms transforms
COPY connectors connectors
COPY pipeline pipeline
RUN /opt/uv/bin/uv pip install --no-cache --python /opt/tearline/bin/python --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /hub tearline \
 && mkdir -p /hub/views \
 && chown -R tearline:tearline /hub \
 && chmod 700 /hub
COPY --from=build /opt/tearline /opt/tearline
ENV PATH=/opt/tearline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TEARLINE_DIR=/hub
USER tearline
WORKDIR /hub
EXPOSE 6100
ENTRYPOINT ["tearline"]
CMD ["run"]
