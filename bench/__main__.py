"""`python -m bench`: every measurement in turn."""

from bench import intake, judgement, outbox, telegram, timers, toll

for measurement in (intake, timers, outbox, telegram, toll, judgement):
    measurement.main()
