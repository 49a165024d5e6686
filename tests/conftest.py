"""The grounds of every test: see tests/plugins."""

pytest_plugins = [
    "tests.plugins.ran",
    "tests.plugins.network",
    "tests.plugins.authorities",
    "tests.plugins.bytecode",
    "tests.plugins.catalogue",
    "tests.plugins.logs",
    "tests.plugins.postgresql",
    "tests.plugins.databases",
]
