"""What the joint meeting of several agencies hears by itself (实施方案 四.4)."""
