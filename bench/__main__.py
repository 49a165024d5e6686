"""`python -m bench`: every measurement in turn."""

from bench import intake, judgement, toll

for measurement in (intake, toll, judgement):
    measurement.main()
