"""The web page and the command line; both only ask and render."""
