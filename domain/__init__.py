"""What the business is: records with verbs, commands, events, rules. Imports no other room."""
