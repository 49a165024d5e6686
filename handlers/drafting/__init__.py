"""Draft: versions of a text, the facts it rests on, what other agencies say of it, and the exact form it will take."""
