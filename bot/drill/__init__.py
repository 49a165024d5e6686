"""The drill room 演练: a whole desk without any account or network, with a cast and a clock that can be run fast."""
