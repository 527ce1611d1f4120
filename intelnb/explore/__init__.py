"""Interactive figures for JupyterLab."""
