-- Purpose: the ledger row. In state 'applied' it is the commit marker of the load. A delivery that was refused
-- before (and whose feed's rules have changed since) gets its row anew.
insert into meta.delivery (delivery_id, feed, sender, file_name, content_sha256, content_bytes, period_start,
                           period_end, extract_at, definition_hash, code_version, key_id, state, error_code,
                           error_text, seconds, run_id)
values ($1::bigint, $2, $3, $4, decode($5, 'hex'), $6::bigint, $7::date, $8::date, $9::timestamp,
        decode($10, 'hex'), $11, $12, $13, $14, $15, $16::numeric, $17::bigint)
on conflict (delivery_id) do update
   set sender = excluded.sender, file_name = excluded.file_name, period_start = excluded.period_start,
       period_end = excluded.period_end, extract_at = excluded.extract_at,
       definition_hash = excluded.definition_hash, code_version = excluded.code_version,
       key_id = excluded.key_id, state = excluded.state, error_code = excluded.error_code,
       error_text = excluded.error_text, seconds = excluded.seconds, run_id = excluded.run_id,
       received_at = now()
 where meta.delivery.state = 'refused'
