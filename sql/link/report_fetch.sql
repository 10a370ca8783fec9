-- Purpose: the next part of what sql/link/report_attributes.sql finds.
fetch 20000 from report_attributes
