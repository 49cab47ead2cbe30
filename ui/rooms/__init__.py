"""The rooms of the page: Gradio carries events and state, `ui/render` says how things look."""
