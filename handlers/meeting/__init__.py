"""A meeting of the joint meeting: called for a case, answered with one tap (实施方案 四.4)."""
