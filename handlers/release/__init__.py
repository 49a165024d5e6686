"""Release: what was signed goes out on every channel, and each channel proves it (实施方案 三, 四.2)."""
