"""Where the notebooks and the sample force lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from intelnb.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent
# site-packages may hold a stranger's `notebooks`: only a folder with our pyproject.toml is a checkout
_IN_CHECKOUT = (_PACKAGE.parent / "pyproject.toml").is_file()


def notebooks() -> Path:
    """The folder of the notebooks, with `products` and `explore` in it."""
    return _PACKAGE.parent / "notebooks" if _IN_CHECKOUT else _PACKAGE / "shipped" / "notebooks"


def samples() -> Path:
    """The folder of the invented force: a workspace like any other."""
    return _PACKAGE.parent / "data" / "samples" if _IN_CHECKOUT else _PACKAGE / "shipped" / "samples"


def products() -> dict[str, Path]:
    """Every product notebook by its kind: found by looking, nothing is registered."""
    return {path.stem: path for path in sorted((notebooks() / "products").glob("*.ipynb"))}


def product(kind: str) -> Path:
    """The notebook of one kind of product.

    Raises
    ------
    UsageError
        When there is none of that name.
    """
    known = products()
    if kind not in known:
        raise UsageError(
            what=f"There is no product '{kind}'",
            now=f"Known: {', '.join(known) or 'none'}. See 'intelnb products'.",
        )
    return known[kind]
