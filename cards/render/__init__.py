"""A card on a platform: each renderer knows its limits, none knows the business."""
