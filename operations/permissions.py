"""Who sees what the program does by itself, and may have it done again."""

from rules.permissions import add_perm

from core.permissions import administrator

add_perm("operations.operate", administrator)
