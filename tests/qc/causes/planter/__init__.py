"""Real datasets with planted differences whose causes are known, made without knowledge of what looks for causes."""
