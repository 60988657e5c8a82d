FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /portal
COPY requirements-prod.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements-prod.txt
COPY manage.py ./
COPY phonon_portal phonon_portal
COPY lookups lookups
COPY templates templates
COPY static static
RUN useradd --system portal && mkdir -m 700 var && \
    SECRET_KEY=only-to-collect-files python manage.py collectstatic --noinput -v0 && chown -R portal var
USER portal
EXPOSE 8000
CMD ["python", "manage.py", "run_web", "--host", "0.0.0.0"]
