-- Purpose: how run $1 ended: exit status $2, summary $3.
update meta.run set ended_at = now(), exit_status = $2::integer, summary = $3::jsonb where run_id = $1::bigint
