"""Export: findings in forms that leave the app."""
