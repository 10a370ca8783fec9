-- Purpose: refused rows by rule. $1 delivery, $2 feed, $3 rule code (null = all), $4 at most so many lines.
-- Grain: one row a feed, table, field, rule and outcome.
select d.feed, r.table_name, r.field, r.rule_code, r.outcome, count(*) as row_count
  from quality.reject r
  join meta.delivery d on d.delivery_id = r.delivery_id
 where ($1::bigint is null or r.delivery_id = $1::bigint)
   and ($2::text is null or d.feed = $2::text)
   and ($3::text is null or upper(r.rule_code) = upper($3::text))
 group by d.feed, r.table_name, r.field, r.rule_code, r.outcome
 order by row_count desc, d.feed, r.table_name, r.field, r.rule_code, r.outcome
 limit $4::bigint
