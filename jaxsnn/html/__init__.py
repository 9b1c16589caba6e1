"""What a notebook shows of an object: facts, tables, texts and pictures as HTML, in the colours that surround it."""

from ._page import Picture as Picture
from ._page import Table as Table
from ._page import Text as Text
from ._page import page as page
from ._picture import drawn as drawn
from ._values import counted as counted
from ._values import shown as shown
