-- Purpose: by which model the links that hold now were made.
-- Grain: one row a version. Inputs: linkage.link.
select distinct model_version from linkage.link
