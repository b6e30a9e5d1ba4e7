"""What a plain Django application needs for the same: the least the product is measured against."""
