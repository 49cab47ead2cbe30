"""The five articles shipped with Changji: digests in Simplified Chinese, written in the project's own words.

Each Markdown file retells one press article about AI in filmmaking; its front matter names the source. Nothing here is
copied from the originals but titles, names and figures.
"""
