"""How days are written, where Django's own way is not the product's; one folder a language."""
