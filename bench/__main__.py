"""`python -m bench`: every measurement in turn."""

from bench import footprint, intake, judgement, telegram, toll

for measurement in (intake, footprint, telegram, toll, judgement):
    measurement.main()
