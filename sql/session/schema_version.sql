-- Purpose: the version of the schema that is there: no row when there is none, null when it was not finished.
select case when pg_catalog.to_regclass('meta.setting') is null then null else '' end as there
 where pg_catalog.to_regnamespace('meta') is not null
