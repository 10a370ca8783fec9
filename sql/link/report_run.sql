-- Purpose: what the last linkage decided, by which model and key.
-- Grain: one row. Inputs: linkage.link, linkage.pair, meta.run.
select count(*) as records,
       count(distinct l.person_key) as persons,
       coalesce(max(l.run_id), 0) as run,
       coalesce((select to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                   from meta.run as r
                  where r.run_id = max(l.run_id)), '') as started_at,
       coalesce(string_agg(distinct l.model_version, ' '), '') as models,
       coalesce(string_agg(distinct l.key_version, ' '), '') as keys,
       count(*) filter (where l.step = 'nhs_number') as by_nhs_number,
       count(*) filter (where l.step = 'weights') as by_weights,
       count(*) filter (where l.step = 'steward') as by_steward,
       count(*) filter (where 'many_match' = any (l.flags)) as many_match,
       count(*) filter (where 'conflict' = any (l.flags)) as conflict,
       count(*) filter (where 'number_changed' = any (l.flags)) as number_changed,
       count(*) filter (where 'review' = any (l.flags)) as review,
       (select count(*) from linkage.pair) as pairs_kept,
       (select count(*) from linkage.decision as d where d.withdrawn_at is null) as decisions
  from linkage.link as l
