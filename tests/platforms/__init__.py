"""The desk on every platform, and the platforms as the tests have them."""
