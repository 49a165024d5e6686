"""Hot topics 热点: what many write about in other words, and how hot it is (R2, R10)."""
