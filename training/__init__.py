"""How every weight in models/ is made: pages with truth, training, evaluation, export. Never imported by the service."""
