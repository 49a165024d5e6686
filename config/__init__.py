"""What the bureau decided: settings, plan, roster, calendar, language."""
