"""Reports of networks: tables for a paper, after Nordlie et al. (2009), with the equations typeset."""

from ._document import Document as Document
from ._latex import latex as latex
from ._markdown import markdown as markdown
from ._models import models_of as models_of
from ._sections import sections_of as sections_of
