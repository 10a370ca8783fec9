-- Purpose: statistics that fit what was loaded tonight, before the large joins are planned.
select meta.refresh_statistics();
