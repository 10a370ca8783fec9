-- Purpose: the next part of the identities.
fetch 20000 from identities
