"""The grounds of every test: see tests/plugins."""

pytest_plugins = [
    "tests.plugins.ran",
    "tests.plugins.network",
    "tests.plugins.bytecode",
    "tests.plugins.catalogue",
    "tests.plugins.postgresql",
    "tests.plugins.databases",
]
