"""How things look: HTML that is safe to show, as every text is escaped here. Nothing here knows gradio.

Whatever can be pressed carries `data-event` (what page.js tells the server) and the event's other `data-` fields; a
form sends its fields too. `data-page` names what page.js does by itself.
"""
