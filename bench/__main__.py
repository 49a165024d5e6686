"""`python -m bench`: every measurement in turn."""

from bench import intake, judgement, telegram, toll

for measurement in (intake, telegram, toll, judgement):
    measurement.main()
