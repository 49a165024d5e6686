"""`python -m bench`: every measurement in turn."""

from bench import footprint, intake, judgement, outbox, telegram, timers, toll

for measurement in (intake, footprint, timers, outbox, telegram, toll, judgement):
    measurement.main()
