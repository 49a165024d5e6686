"""Reading a post: numbers, tolls, kinds, topics, moments. Pure, and beneath everything that decides."""
