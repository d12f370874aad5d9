"""The page's side of the application: the only place in core that knows Streamlit."""
