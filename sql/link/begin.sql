-- Purpose: makes room for what is decided anew of every record.
truncate linkage.link, linkage.pair
