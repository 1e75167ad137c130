"""Keystone, whose middleware keeps a request's token in itself: of threads, each needs its own."""
import threading

from keystone.server.flask.request_processing.middleware import auth_context
from keystone.server.wsgi import initialize_public_application  # noqa: F401

_own = threading.local()
auth_context.AuthContextMiddleware.token = property(
    lambda self: getattr(_own, 'token', None),
    lambda self, token: setattr(_own, 'token', token))
