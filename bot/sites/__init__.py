"""Pages and feeds of other sites: fetched one at a time per host, from addresses anybody may reach, within bounds."""
