"""Invitations; people themselves live in the core."""

from people.models.invitation import Invitation

__all__ = ["Invitation"]
