"""Where the desk meets the world: chat platforms, release channels, web, time."""
