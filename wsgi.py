"""The application for a WSGI server; the ``flask`` command has one of its own in ``marketplace.app``."""

from marketplace.app import create_app
from marketplace.config import ConfigurationError

try:
    app = create_app()
except ConfigurationError as error:
    # Whoever starts the server mends a setting; a stack trace would only hide which one.
    raise SystemExit(str(error)) from error
