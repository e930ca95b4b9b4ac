"""The reader of Chinese: one sloppy message in, one understood deed out; pure and offline."""
