"""Deputies: whoever is away hands over what they answer for, to one person, until a moment."""
