"""The model that is being served: loaded, held to a known text, and exchanged when the champion moves."""
