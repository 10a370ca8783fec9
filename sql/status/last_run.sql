-- Purpose: the last run and how it ended. Grain: one row, none before the first run.
select run_id, started_at::timestamp(0) as started_at, ended_at::timestamp(0) as ended_at, exit_status,
       round(extract(epoch from ended_at - started_at)::numeric, 1)::text as seconds
  from meta.run
 order by run_id desc
 limit 1
