-- Purpose: what the ledger says of a delivery ($1).
select state, coalesce(error_code, ''), encode(definition_hash, 'hex'), file_name, code_version, run_id
  from meta.delivery
 where delivery_id = $1::bigint
