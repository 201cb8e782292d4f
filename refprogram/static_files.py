"""How static files are stored: compressed, under names that change with their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # the library ships no types
    """What our scripts import has such a name as well, so that a browser keeps it for ever and asks for nothing again.

    Django's own switch for this would follow the imports of every script, and those of some packages lead nowhere.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", IMPORTS))
