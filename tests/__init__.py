"""Tests of the desk, floor by floor: rules, storage, conversations, platforms, web, faults."""
