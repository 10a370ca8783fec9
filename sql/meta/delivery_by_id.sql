-- Purpose: what the ledger says of a delivery ($1).
select state, coalesce(error_code, ''), encode(definition_hash, 'hex'), file_name
  from meta.delivery
 where delivery_id = $1::bigint
