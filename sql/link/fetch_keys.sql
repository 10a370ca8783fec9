-- Purpose: the next part of the keys.
fetch 50000 from linkage_keys
