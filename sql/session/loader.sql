-- Purpose: the rights of the nightly run and no others.
set role joinedup_loader
