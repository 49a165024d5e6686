"""What must never happen: kills, locks, full disks, lost answers, a clock set back."""
