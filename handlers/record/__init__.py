"""Keep the record: that everything said, decided and sent can be checked by an outsider, offline (R20)."""
