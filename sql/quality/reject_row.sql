-- Purpose: refused rows one by one: where, and why. $1 delivery, $2 feed, $3 rule code (null = all), $4 limit.
-- Grain: one row a finding. masked is the shape of the value; it is empty for identifiers.
select d.feed, r.delivery_id, d.file_name, r.table_name, r.row_number, r.field, r.rule_code, r.outcome, r.masked
  from quality.reject r
  join meta.delivery d on d.delivery_id = r.delivery_id
 where ($1::bigint is null or r.delivery_id = $1::bigint)
   and ($2::text is null or d.feed = $2::text)
   and ($3::text is null or upper(r.rule_code) = upper($3::text))
 order by d.feed, d.file_name, r.delivery_id, r.table_name, r.row_number, r.field, r.rule_code
 limit $4::bigint
