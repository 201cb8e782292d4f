"""What every endpoint of the API shares: log-in by token, permissions, paging, errors."""

from core.api.authentication import TokenAuthentication

__all__ = ["TokenAuthentication"]
