"""Spare parts on their way to a job: asked for, agreed to, issued, sent back."""
