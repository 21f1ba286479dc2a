"""Sources: one module a protocol behind one small interface (`interface`).

Here belongs: what others import, and the choice of a source by a contract's `servers` and the named environment.
"""

from orchestration.deliveries.sources.folder import FolderSource
from orchestration.deliveries.sources.interface import Known, Listing, Offer, Origin, Source, Stray

__all__ = ["FolderSource", "Known", "Listing", "Offer", "Origin", "Source", "Stray"]
