"""A person's own push: whoever is waited for hears it now, the next rung is taken now, what else can be done."""
